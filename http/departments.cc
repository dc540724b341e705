// Departments: read by every signed-in operator, kept by admins.

#include "http/conversation_calls.h"
#include "http/directory_calls.h"
#include "http/domain_json.h"
#include "http/text_bounds.h"

namespace bitacora::http {

namespace {

namespace limits = events::limits;
using beast_http::verb;

constexpr TextBounds origin_bounds{.max = limits::origin_bytes_max};

Answer list_departments(EdgePtr edge, Request& request) {
  const auto there = co_await wait_for_views(edge, request);
  if (!there) co_return there.error();
  const auto position = edge->options.projector->position();
  const events::Directory directory = edge->directory();
  const bool is_admin = require_admin(request).has_value();
  std::vector<ListedItem> items;
  for (const auto& [id, department] : directory->departments) {
    items.push_back({id.to_string(), is_admin ? managed_department_json(department, {})
                                              : department_json(department, {})});
  }
  co_return page_of(request, std::move(items), position);
}

events::Result<Response> department_answer(const actors::DirectoryOutcome& outcome,
                                           beast_http::status status) {
  const events::Department* department =
      outcome.directory->department(events::DepartmentId(outcome.subject));
  BITACORA_INVARIANT(department != nullptr, "an outcome's directory has its subject");
  return directory_response(outcome, "department", managed_department_json(*department, {}),
                            status);
}

Answer add_department(EdgePtr edge, Request& request) {
  if (const auto admin = require_admin(request); !admin) co_return admin.error();
  JsonReader body(request.body);
  const actors::AddDepartment command{.slug = body.text("slug", slug_bounds),
                                      .name = body.text("name", name_bounds)};
  if (const auto read = body.finish(); !read) co_return read.error();
  const auto idempotency =
      idempotency_of(request, fingerprint_of("POST", request.path, {command.slug, command.name}));
  if (!idempotency) co_return idempotency.error();
  const auto outcome = co_await ask_directory(edge, request, *idempotency, command);
  if (!outcome) co_return outcome.error();
  co_return department_answer(*outcome, beast_http::status::created);
}

Answer change_department(EdgePtr edge, Request& request) {
  if (const auto admin = require_admin(request); !admin) co_return admin.error();
  const auto id = path_id<events::DepartmentId>(request);
  if (!id) co_return id.error();
  JsonReader body(request.body);
  actors::ChangeDepartment command{.department_id = *id, .name = body.text("name", name_bounds)};
  if (const auto origins =
          body.optional_texts("allowed_origins", origin_bounds, limits::allowed_origins_max)) {
    command.allowed_origins.emplace(origins->begin(), origins->end());
  }
  if (const auto read = body.finish(); !read) co_return read.error();
  const auto outcome = co_await ask_directory(edge, request, std::nullopt, command);
  if (!outcome) co_return outcome.error();
  co_return department_answer(*outcome, beast_http::status::ok);
}

}  // namespace

void add_departments(Router& router, const EdgePtr& edge) {
  const auto route = [&](verb method, std::string pattern, Serve serve) {
    add_route(router, edge, method, std::move(pattern), Access::OperatorSession,
              RouteClass::Directory, serve);
  };
  route(verb::get, "/api/v1/departments", list_departments);
  route(verb::post, "/api/v1/departments", add_department);
  route(verb::put, "/api/v1/departments/{id}", change_department);
}

}  // namespace bitacora::http
