#include "http/edge.h"

#include <utility>

#include "events/limits.h"

namespace bitacora::http {

namespace {

AppOptions with_defaults(AppOptions options) {
  if (options.finished_uploads == nullptr) options.finished_uploads = options.uploads;
  return options;
}

}  // namespace

Edge::Edge(const Server& its_server, AppOptions its_options)
    : server(its_server),
      options(with_defaults(std::move(its_options))),
      hub(options.projector->position(), options.hub),
      contact_messages(events::limits::contact_messages_per_minute),
      visitors(events::limits::visitors_per_address_per_minute),
      attachment_rules(options.attachment_sizes),
      file_workers(events::limits::file_threads, events::limits::file_pieces_waiting_max),
      upload_workers(events::limits::upload_threads, events::limits::file_pieces_waiting_max,
                     Turn::Last),
      catch_up_workers(1) {}

std::optional<events::Viewer> Edge::viewer_now(const events::OperatorId& id) const {
  const events::Directory now = directory();
  const events::Operator* account = now->operator_of(id);
  if (account == nullptr || !account->active) return std::nullopt;
  return events::Viewer::of(*account);
}

}  // namespace bitacora::http
