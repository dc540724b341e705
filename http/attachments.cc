// Attachments, their thumbnails and what can be heard of them, to those who may see where they
// belong. For everybody else there is nothing.

#include <fcntl.h>
#include <sys/stat.h>

#include <cerrno>

#include "events/codec.h"
#include "http/byte_range.h"
#include "http/file_serving.h"
#include "http/handling.h"
#include "http/hash_text.h"

namespace bitacora::http {

namespace {

using beast_http::verb;
using events::ErrorCode;
using projections::MissingMedia;
using projections::Rendition;

events::Error nothing_here() {
  return events::error(ErrorCode::NotFound, "There is no such attachment.");
}

bool may_see_quick_reply(const Edge& edge, const Request& request, const events::QuickReplyId& id) {
  if (!request.principal.viewer) return false;
  const events::Directory directory = edge.directory();
  const auto found = directory->quick_replies.find(id);
  return found != directory->quick_replies.end() && may_use(viewer_of(request), found->second);
}

asio::awaitable<bool> may_see_conversation(EdgePtr edge, const Request& request,
                                           events::ConversationId id) {
  if (request.principal.viewer) {
    const auto state = projections::find_conversation(*edge->options.projector->read_inbox(), id);
    co_return state&& may_see(viewer_of(request), state->facts);
  }
  const events::ContactId contact = contact_of(request);
  const auto outcome = co_await ask<actors::ContactOutcome>(
      [&](auto done) { edge->options.runtime->find_contact(contact, std::move(done)); });
  co_return outcome && outcome->contact.conversation_id == id;
}

// Where it belongs, for ever; nullopt while it belongs nowhere.
events::Result<std::optional<events::AttachmentAttached>> attached(const Edge& edge,
                                                                   const events::AttachmentId& id) {
  const auto events =
      edge.options.log->read_stream(events::StreamId::of(id), events::Version(1), 1);
  if (!events) return events.error();
  if (events->empty()) return std::optional<events::AttachmentAttached>();
  const auto* first = std::get_if<events::AttachmentEvent>(&events->front()->event);
  BITACORA_INVARIANT(first != nullptr, "an attachment's stream has an attachment's events");
  return std::optional(std::get<events::AttachmentAttached>(*first));
}

// Before it belongs anywhere, its uploader alone sees it.
events::Result<events::Attachment> not_yet_attached(const Edge& edge, const Request& request,
                                                    const events::AttachmentId& id) {
  const events::Who who = request.principal.viewer ? events::Who::of(viewer_of(request).id)
                                                   : events::Who::of(contact_of(request));
  const auto upload = edge.options.uploads->look_up(id, who);
  if (!upload) return nothing_here();
  return events::Attachment{upload->id, upload->name, upload->mime, upload->size_bytes,
                            upload->sha256};
}

// The attachment of the path, when the asker may see it.
asio::awaitable<events::Result<events::Attachment>> visible_attachment(EdgePtr edge,
                                                                       Request& request) {
  const auto id = path_id<events::AttachmentId>(request);
  if (!id) co_return nothing_here();
  const auto there = co_await wait_for_views(edge, request);
  if (!there) co_return there.error();
  using Found = std::optional<events::AttachmentAttached>;
  std::function<events::Result<Found>()> look = [edge, id = *id] { return attached(*edge, id); };
  const auto found = co_await edge->file_workers.run<Found>(std::move(look));
  if (!found) co_return found.error();
  if (!*found) co_return not_yet_attached(*edge, request, *id);
  const events::AttachmentAttached& belongs = **found;
  bool visible = false;
  if (belongs.conversation_id) {
    visible = co_await may_see_conversation(edge, request, *belongs.conversation_id);
  } else if (belongs.quick_reply_id) {
    visible = may_see_quick_reply(*edge, request, *belongs.quick_reply_id);
  }
  if (!visible) co_return nothing_here();
  co_return belongs.attachment;
}

std::string quoted(std::string text) { return '"' + std::move(text) + '"'; }

using Opened = std::shared_ptr<events::OpenBlob>;

PlacedFile placed(Quota::Share place, const Opened& opened) {
  return {std::move(place), std::move(opened->file), opened->size_bytes};
}

Answer bytes(EdgePtr edge, Request& request) {
  const auto attachment = co_await visible_attachment(edge, request);
  if (!attachment) co_return attachment.error();
  auto place = edge->files_served.take(Quota::asker(request.principal));
  if (!place) co_return overloaded("Too many files are served at the moment.");
  std::function<events::Result<Opened>()> open = [edge,
                                                  id = attachment->id]() -> events::Result<Opened> {
    auto blob = edge->options.blobs->open_blob(id);
    if (!blob) return blob.error();
    return std::make_shared<events::OpenBlob>(*std::move(blob));
  };
  const auto blob = co_await edge->file_workers.run<Opened>(std::move(open));
  if (!blob) co_return blob.error();
  const ServedFile served{attachment->name, attachment->mime,
                          quoted(hash_text(attachment->sha256))};
  co_return serve_file(edge, request, served, placed(*std::move(place), *blob));
}

events::Error missing(ErrorCode code, MissingMedia why, std::string_view not_of_that_kind) {
  events::Error refused = events::error(code, "There is none.");
  refused.reason = why == MissingMedia::Pending  ? "pending"
                   : why == MissingMedia::Failed ? "failed"
                                                 : not_of_that_kind;
  return refused;
}

Answer thumbnail(EdgePtr edge, Request& request) {
  using Found = std::variant<std::shared_ptr<const std::string>, MissingMedia>;
  const auto attachment = co_await visible_attachment(edge, request);
  if (!attachment) co_return attachment.error();
  std::function<events::Result<Found>()> look = [edge,
                                                 id = attachment->id]() -> events::Result<Found> {
    if (edge->options.media == nullptr) return Found(MissingMedia::Pending);
    return edge->options.media->thumbnail(id);
  };
  const auto found = co_await edge->file_workers.run<Found>(std::move(look));
  if (!found) co_return found.error();
  if (const auto* why = std::get_if<MissingMedia>(&*found)) {
    co_return missing(ErrorCode::NoThumbnail, *why, "not-a-picture");
  }
  const auto& picture = std::get<std::shared_ptr<const std::string>>(*found);
  const ServedFile served{attachment->name + ".webp", "image/webp",
                          quoted(hash_text(events::sha256(*picture)))};
  Response response;
  response.content_type = served.mime;
  add_file_headers(response, served);
  if (is_known(request, served.etag)) {
    response.status = beast_http::status::not_modified;
  } else {
    response.body = *picture;
  }
  co_return response;
}

struct RenditionKind {
  Rendition form;
  std::string_view ending;
  std::string_view mime;
};

constexpr RenditionKind ogg{Rendition::Ogg, ".ogg", "audio/ogg"};
constexpr RenditionKind mp3{Rendition::Mp3, ".mp3", "audio/mpeg"};

using OpenedRendition = std::variant<Opened, MissingMedia>;

events::Result<OpenedRendition> open_rendition(const Edge& edge, const events::AttachmentId& id,
                                               Rendition form) {
  if (edge.options.media == nullptr) return OpenedRendition(MissingMedia::Pending);
  const auto found = edge.options.media->rendition(id, form);
  if (const auto* why = std::get_if<MissingMedia>(&found)) return OpenedRendition(*why);
  const auto& path = std::get<std::filesystem::path>(found);
  auto file = events::open_file(path, O_RDONLY);
  // A rebuild took it away meanwhile.
  if (!file) return OpenedRendition(MissingMedia::Pending);
  struct stat facts {};
  if (fstat(file->get(), &facts) != 0) return events::file_error(errno, "look at", path);
  return OpenedRendition(std::make_shared<events::OpenBlob>(
      events::OpenBlob{*std::move(file), static_cast<std::uint64_t>(facts.st_size)}));
}

template <const RenditionKind& kind>
Answer rendition(EdgePtr edge, Request& request) {
  const auto attachment = co_await visible_attachment(edge, request);
  if (!attachment) co_return attachment.error();
  auto place = edge->files_served.take(Quota::asker(request.principal));
  if (!place) co_return overloaded("Too many files are served at the moment.");
  std::function<events::Result<OpenedRendition>()> open = [edge, id = attachment->id] {
    return open_rendition(*edge, id, kind.form);
  };
  const auto opened = co_await edge->file_workers.run<OpenedRendition>(std::move(open));
  if (!opened) co_return opened.error();
  if (const auto* why = std::get_if<MissingMedia>(&*opened)) {
    co_return missing(ErrorCode::NoRendition, *why, "not-audio");
  }
  const ServedFile served{attachment->name + std::string(kind.ending), std::string(kind.mime),
                          quoted(hash_text(attachment->sha256) + std::string(kind.ending))};
  co_return serve_file(edge, request, served, placed(*std::move(place), std::get<Opened>(*opened)));
}

}  // namespace

void add_attachments(Router& router, const EdgePtr& edge) {
  const auto add = [&](const std::string& side, Access access) {
    const auto route = [&](const std::string& ending, Serve serve) {
      add_route(router, edge, verb::get, side + "/attachments/{id}" + ending, access,
                RouteClass::Files, serve);
    };
    route("", bytes);
    route("/thumbnail", thumbnail);
    route("/audio.ogg", rendition<ogg>);
    route("/audio.mp3", rendition<mp3>);
  };
  add("/api/v1", Access::OperatorSession);
  add("/api/v1/webchat", Access::Visitor);
}

}  // namespace bitacora::http
