// For those who run the server: alive, ready, metrics.

#include <unistd.h>

#include <fstream>

#include "events/free_space.h"
#include "events/log.h"
#include "http/handling.h"

namespace bitacora::http {

namespace {

namespace limits = events::limits;
using beast_http::verb;

Answer healthz(EdgePtr /*edge*/, Request& /*request*/) {
  co_return json_response({{"status", "ok"}});
}

struct Readiness {
  std::uint64_t log_position = 0;
  std::uint64_t view_position = 0;
  bool views_current = false;
  bool log_writable = false;
};

// Whether there is space for the log to go on; it refuses commands below its watermark.
bool has_space(const AppOptions& options) {
  return options.data_folder.empty() ||
         events::free_bytes_of(options.data_folder) >= options.free_space_watermark_bytes;
}

Readiness look(const Edge& edge) {
  Readiness found;
  // The view first: it is never ahead of the log.
  found.view_position = edge.options.projector->position().value();
  found.log_position = edge.options.log->last_position().value();
  found.views_current = found.log_position - found.view_position <= limits::ready_view_lag_max;
  found.log_writable = has_space(edge.options);
  return found;
}

Answer readyz(EdgePtr edge, Request& /*request*/) {
  const Readiness found = look(*edge);
  const bool ready = found.views_current && found.log_writable;
  json::object object{{"status", ready ? "ready" : "not-ready"},
                      {"views_current", found.views_current},
                      {"log_writable", found.log_writable},
                      {"log_position", found.log_position},
                      {"view_position", found.view_position}};
  co_return json_response(object,
                          ready ? beast_http::status::ok : beast_http::status::service_unavailable);
}

// Linux tells it in pages, as the second number of a line.
std::uint64_t resident_bytes() {
  std::ifstream statm("/proc/self/statm");
  std::uint64_t size = 0;
  std::uint64_t resident = 0;
  statm >> size >> resident;
  return resident * static_cast<std::uint64_t>(sysconf(_SC_PAGESIZE));
}

std::vector<Figures::Queue> queues(const Edge& edge) {
  const events::Directory directory = edge.directory();
  const auto inbox = edge.options.projector->read_inbox();
  std::vector<Figures::Queue> found;
  for (const auto& [id, department] : directory->departments) {
    const events::Viewer anybody{{}, events::Role::Operator, {id}};
    found.push_back(
        {department.slug, projections::count_conversations(*inbox, anybody, *directory).waiting});
  }
  return found;
}

Answer metrics(EdgePtr edge, Request& /*request*/) {
  const ServerFigures server = edge->server.figures();
  const HubFigures hub = edge->hub.figures();
  const actors::RuntimeFigures runtime = edge->options.runtime->figures();
  const Readiness positions = look(*edge);
  Figures figures{.connections = server.connections,
                  .sockets = server.sockets,
                  .requests = server.requests_total,
                  .live_sessions = hub.subscribers,
                  .ring_entries = hub.ring_entries,
                  .ring_bytes = hub.ring_bytes,
                  .lost_places = hub.lost_places_total,
                  .actors_live = runtime.actors_live,
                  .commands_in_flight = runtime.commands_in_flight,
                  .appends = runtime.appends_total,
                  .events = runtime.events_total,
                  .log_position = positions.log_position,
                  .view_position = positions.view_position,
                  .memory_bytes = resident_bytes(),
                  .queues = queues(*edge)};
  if (edge->options.media != nullptr) figures.media = edge->options.media->figures();
  Response response;
  response.content_type = "text/plain; version=0.0.4; charset=utf-8";
  response.body = edge->metrics.text(figures);
  co_return response;
}

}  // namespace

void add_operations(Router& router, const EdgePtr& edge) {
  const auto route = [&](std::string pattern, Serve serve) {
    add_route(router, edge, verb::get, std::move(pattern), Access::Anyone, RouteClass::Operations,
              serve);
  };
  route("/healthz", healthz);
  route("/readyz", readyz);
  route("/metrics", metrics);
}

}  // namespace bitacora::http
