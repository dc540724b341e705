// Accounts: read by every signed-in operator in a short form, kept by admins.

#include <algorithm>
#include <set>

#include "actors/ask.h"
#include "actors/replay.h"
#include "events/codec.h"
#include "http/conversation_calls.h"
#include "http/directory_calls.h"
#include "http/domain_json.h"
#include "http/text_bounds.h"

namespace bitacora::http {

namespace {

using beast_http::verb;
using events::ErrorCode;

// More departments than any company has.
constexpr std::size_t departments_max = 1000;

Answer list_operators(EdgePtr edge, Request& request) {
  const auto there = co_await wait_for_views(edge, request);
  if (!there) co_return there.error();
  const auto position = edge->options.projector->position();
  const events::Directory directory = edge->directory();
  const bool manages = viewer_of(request).role == events::Role::Admin;
  std::vector<ListedItem> items;
  for (const auto& [id, account] : directory->operators) {
    const bool attends = may_attend(events::Viewer::of(account));
    if (manages) {
      items.push_back({id.to_string(), managed_account_json(account, *directory, {})});
    } else if (account.active && attends) {
      items.push_back({id.to_string(), colleague_json(account, *directory, {})});
    }
  }
  co_return page_of(request, std::move(items), position);
}

// The members that adding and changing have in common.
struct AccountBody {
  std::string name;
  events::Role role{};
  std::set<events::DepartmentId> departments;
  // Of role and departments, for the fingerprint.
  std::string asked_for;
};

AccountBody read_account(JsonReader& body, const events::DirectoryState& directory) {
  AccountBody account;
  account.name = body.text("name", name_bounds);
  account.role = body.parsed("role", events::parse_role);
  account.asked_for = events::role_name(account.role);
  for (const std::string& slug : body.texts("departments", slug_bounds, departments_max)) {
    account.asked_for += ' ' + slug;
    const events::Department* department = directory.department_by_slug(slug);
    if (department == nullptr) {
      body.refuse("departments", "names a department that there is none of");
    } else {
      account.departments.insert(department->id);
    }
  }
  return account;
}

events::Result<Response> account_answer(const actors::DirectoryOutcome& outcome,
                                        beast_http::status status) {
  const events::Operator* account =
      outcome.directory->operator_of(events::OperatorId(outcome.subject));
  BITACORA_INVARIANT(account != nullptr, "an outcome's directory has its subject");
  return directory_response(outcome, "operator",
                            managed_account_json(*account, *outcome.directory, {}), status);
}

// A fingerprint is kept in the log for ever, so the password is not in it as it is, nor as a hash
// that could be guessed at: it is sealed with the secret store's key, as a visitor's token is.
std::string sealed(const Edge& edge, std::string_view password) {
  const events::Sha256 hash = events::sha256(password);
  events::UuidBytes id{};
  std::copy_n(hash.begin(), id.size(), id.begin());
  return edge.options.secrets->visitor_token(events::ContactId(id));
}

// The password that goes with a command of the directory is set by a step of its own, with its own
// command in the log: so a retry after a crash between the two sets it, and a retry of what was
// finished long ago does not set it again. Keys of clients have no space, so none is this one.
std::optional<actors::Idempotency> password_step(
    const std::optional<actors::Idempotency>& idempotency) {
  if (!idempotency) return std::nullopt;
  return actors::Idempotency{idempotency->key + " password", idempotency->fingerprint};
}

bool has_happened(const Edge& edge, const Request& request,
                  const std::optional<actors::Idempotency>& step) {
  const auto key = actors::key_of(events::StreamId::directory(),
                                  events::Who::of(viewer_of(request).id).to_string(), step);
  return actors::has_happened(*edge.options.log, key);
}

Answer set_password(EdgePtr edge, Request& request, events::OperatorId id, std::string password,
                    std::optional<actors::Idempotency> step) {
  // Two at once could both be stored before one of them is noted, and the other refused.
  const auto turn = edge->password_changes.begin(id);
  if (!turn) co_return overloaded("Another change of this password is under way.");
  if (!has_happened(*edge, request, step)) {
    const auto stored = co_await store_password(edge, id, std::move(password));
    if (!stored) co_return stored.error();
  }
  const auto noted = co_await ask_directory(edge, request, std::move(step),
                                            actors::NotePasswordChange{.operator_id = id});
  if (!noted) co_return noted.error();
  co_return account_answer(*noted, beast_http::status::ok);
}

Answer add_operator(EdgePtr edge, Request& request) {
  if (const auto admin = require_admin(request); !admin) co_return admin.error();
  JsonReader body(request.body);
  const std::string username = body.text("username", slug_bounds);
  const std::string password = body.text("password", new_password_bounds);
  AccountBody account = read_account(body, *edge->directory());
  if (const auto read = body.finish(); !read) co_return read.error();
  // Before there is an account that has none.
  if (const auto good = check_new_password(password); !good) co_return good.error();
  const auto idempotency = idempotency_of(
      request,
      fingerprint_of("POST", request.path,
                     {username, sealed(*edge, password), account.name, account.asked_for}));
  if (!idempotency) co_return idempotency.error();
  // By name: of an aggregate made within co_await's own expression g++ 12 destroys two copies.
  actors::AddOperator command{username, account.name, account.role, std::move(account.departments)};
  const auto added = co_await ask_directory(edge, request, *idempotency, std::move(command));
  if (!added) co_return added.error();
  const auto set = co_await set_password(edge, request, events::OperatorId(added->subject),
                                         password, password_step(*idempotency));
  if (!set) co_return set.error();
  // What was asked first decides whether it was asked before; both steps are behind the answer.
  Response response = *set;
  response.status = beast_http::status::created;
  response.headers.clear();
  mark_replayed(response, added->replayed);
  co_return response;
}

Answer change_operator(EdgePtr edge, Request& request) {
  if (const auto admin = require_admin(request); !admin) co_return admin.error();
  const auto id = path_id<events::OperatorId>(request);
  if (!id) co_return id.error();
  JsonReader body(request.body);
  AccountBody account = read_account(body, *edge->directory());
  if (const auto read = body.finish(); !read) co_return read.error();
  if (*id == viewer_of(request).id && account.role != events::Role::Admin) {
    co_return events::error(ErrorCode::Invalid,
                            "An administrator cannot take their own role away.");
  }
  actors::ChangeOperator command{*id, account.name, account.role, std::move(account.departments)};
  const auto outcome = co_await ask_directory(edge, request, std::nullopt, std::move(command));
  if (!outcome) co_return outcome.error();
  co_return account_answer(*outcome, beast_http::status::ok);
}

Answer new_password(EdgePtr edge, Request& request) {
  if (const auto admin = require_admin(request); !admin) co_return admin.error();
  const auto id = path_id<events::OperatorId>(request);
  if (!id) co_return id.error();
  JsonReader body(request.body);
  const std::string password = body.text("password", new_password_bounds);
  if (const auto read = body.finish(); !read) co_return read.error();
  const auto idempotency =
      idempotency_of(request, fingerprint_of("POST", request.path, {sealed(*edge, password)}));
  if (!idempotency) co_return idempotency.error();
  if (!edge->viewer_now(*id) && !has_happened(*edge, request, *idempotency)) {
    co_return events::error(ErrorCode::NotFound, "There is no such operator.");
  }
  co_return co_await set_password(edge, request, *id, password, *idempotency);
}

Answer deactivate(EdgePtr edge, Request& request) {
  if (const auto admin = require_admin(request); !admin) co_return admin.error();
  const auto id = path_id<events::OperatorId>(request);
  if (!id) co_return id.error();
  JsonReader body(request.body.empty() ? std::string_view("{}") : std::string_view(request.body));
  if (const auto read = body.finish(); !read) co_return read.error();
  if (*id == viewer_of(request).id) {
    co_return events::error(ErrorCode::Invalid, "Nobody can deactivate their own account.");
  }
  const auto idempotency = idempotency_of(request, fingerprint_of("POST", request.path, {}));
  if (!idempotency) co_return idempotency.error();
  const auto outcome =
      co_await ask_directory(edge, request, *idempotency, actors::DeactivateOperator{*id});
  if (!outcome) co_return outcome.error();
  // The directory has said that they are nobody; their tokens and sockets go as well.
  if (const auto ended = edge->options.secrets->end_sessions(*id); !ended) co_return ended.error();
  edge->hub.end_account(*id, "the account was deactivated");
  co_return account_answer(*outcome, beast_http::status::ok);
}

}  // namespace

void add_accounts(Router& router, const EdgePtr& edge) {
  const auto route = [&](verb method, std::string pattern, Serve serve) {
    add_route(router, edge, method, std::move(pattern), Access::OperatorSession,
              RouteClass::Directory, serve);
  };
  route(verb::get, "/api/v1/operators", list_operators);
  route(verb::post, "/api/v1/operators", add_operator);
  route(verb::put, "/api/v1/operators/{id}", change_operator);
  route(verb::post, "/api/v1/operators/{id}/password", new_password);
  route(verb::post, "/api/v1/operators/{id}/deactivate", deactivate);
}

}  // namespace bitacora::http
