// Uploads over tus 1.0.0, for operators and for contacts: creation, creation-with-upload,
// termination, expiration.

#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>

#include "events/limits.h"
#include "http/file_names.h"
#include "http/handling.h"
#include "http/problem.h"
#include "http/response_writing.h"
#include "http/tus.h"
#include "http/upload_receiving.h"
#include "http/wire.h"

namespace bitacora::http {

namespace {

namespace limits = events::limits;
using beast_http::status;
using beast_http::verb;
using events::ErrorCode;

using Work = std::function<events::Result<UploadStatus>()>;

// Who uploads: everybody who may write, and admins, whose quick replies carry files.
events::Result<events::Who> uploader_of(const Request& request) {
  if (request.principal.contact_id) return events::Who::of(*request.principal.contact_id);
  const events::Viewer& viewer = viewer_of(request);
  if (viewer.role == events::Role::Auditor) {
    return events::error(ErrorCode::Forbidden, "Auditors send nothing.");
  }
  return events::Who::of(viewer.id);
}

Response tus_response(status code) {
  Response response;
  response.status = code;
  response.content_type = "text/plain; charset=utf-8";
  response.headers.emplace_back("Tus-Resumable", tus_version);
  return response;
}

Response status_response(status code, const UploadStatus& upload) {
  Response response = tus_response(code);
  response.headers.emplace_back("Upload-Offset", std::to_string(upload.offset));
  response.headers.emplace_back("Upload-Expires", http_time(upload.expires_at.unix_ms() / 1000));
  return response;
}

// Every answer says the protocol's version, refusals too.
template <Serve serve>
Answer over_tus(EdgePtr edge, Request& request) {
  auto answer = events::Result<Response>(Response());
  if (const auto checked = check_tus_version(request); !checked) {
    answer = checked.error();
  } else {
    answer = co_await serve(edge, request);
  }
  if (answer) co_return answer;
  Response refused = problem(answer.error(), request.request_id);
  refused.headers.emplace_back("Tus-Resumable", tus_version);
  if (answer.error().code == ErrorCode::TusVersion) {
    refused.headers.emplace_back("Tus-Version", tus_version);
  }
  co_return refused;
}

Answer options(EdgePtr edge, Request& /*request*/) {
  Response response = tus_response(status::no_content);
  response.headers.emplace_back("Tus-Version", tus_version);
  response.headers.emplace_back("Tus-Extension", tus_extensions);
  response.headers.emplace_back("Tus-Max-Size",
                                std::to_string(edge->attachment_rules.size_bytes_max()));
  co_return response;
}

// A request that still writes to the upload is left from a broken connection: it is asked to come
// to an end, and waited for.
asio::awaitable<void> end_writing(EdgePtr edge, events::AttachmentId id, events::Who owner) {
  const auto executor = co_await asio::this_coro::executor;
  const auto timer = std::make_shared<asio::steady_timer>(executor, limits::upload_release_wait);
  const std::weak_ptr<asio::steady_timer> waiting = timer;
  edge->options.uploads->interrupt(id, owner, [waiting, executor] {
    asio::post(executor, [waiting] {
      if (const auto waited = waiting.lock()) waited->cancel();
    });
  });
  co_await timer->async_wait(as_result);
}

struct UploadOf {
  events::AttachmentId id;
  events::Who owner;
};

events::Result<UploadOf> upload_of(const Request& request) {
  const auto owner = uploader_of(request);
  if (!owner) return owner.error();
  const auto id = path_id<events::AttachmentId>(request);
  if (!id) return id.error();
  return UploadOf{*id, *owner};
}

Answer head(EdgePtr edge, Request& request) {
  const auto upload = upload_of(request);
  if (!upload) co_return upload.error();
  const Work settle = [edge, of = *upload] {
    return edge->options.uploads->settle(of.id, of.owner);
  };
  auto settled = events::Result<UploadStatus>(UploadStatus());
  // A broken request may be read only now, after it was looked for.
  for (int attempt = 0; attempt < limits::upload_release_attempts; ++attempt) {
    co_await end_writing(edge, upload->id, upload->owner);
    settled = co_await edge->file_workers.run<UploadStatus>(settle);
    if (settled || settled.error().code != ErrorCode::UploadLocked) break;
  }
  if (!settled) co_return settled.error();
  Response response = status_response(status::ok, *settled);
  response.headers.emplace_back("Upload-Length", std::to_string(settled->length));
  co_return response;
}

Answer terminate(EdgePtr edge, Request& request) {
  const auto upload = upload_of(request);
  if (!upload) co_return upload.error();
  co_await end_writing(edge, upload->id, upload->owner);
  std::function<events::Result<bool>()> remove = [edge, of = *upload]() -> events::Result<bool> {
    const auto removed = edge->options.uploads->remove(of.id, of.owner);
    if (!removed) return removed.error();
    return true;
  };
  const auto removed = co_await edge->file_workers.run<bool>(std::move(remove));
  if (!removed) co_return removed.error();
  co_return tus_response(status::no_content);
}

// The body of the request goes to the upload, from this offset on.
asio::awaitable<events::Result<UploadStatus>> receive(EdgePtr edge, Request& request,
                                                      UploadOf upload, std::uint64_t offset) {
  const auto place = edge->uploads_streaming.take(Quota::asker(request.principal));
  if (!place) co_return overloaded("Too many uploads come in at the moment.");
  using WriterPtr = std::shared_ptr<UploadWriter>;
  std::function<events::Result<WriterPtr>()> begin = [edge, upload, offset,
                                                      interrupt = request.stream->interruption()] {
    return edge->options.uploads->begin(upload.id, upload.owner, offset, interrupt);
  };
  auto writer = co_await edge->file_workers.run<WriterPtr>(std::move(begin));
  if (!writer) co_return writer.error();
  if (request.stream->length().value_or(0) > (*writer)->room()) {
    co_return events::error(ErrorCode::PayloadTooLarge,
                            "The body goes on past the end of the upload.");
  }
  co_return co_await receive_upload(edge, *request.stream, *std::move(writer));
}

Answer patch(EdgePtr edge, Request& request) {
  const auto upload = upload_of(request);
  if (!upload) co_return upload.error();
  if (!has_upload_body_type(request)) {
    co_return events::error(ErrorCode::UnsupportedMediaType,
                            "The body has to be application/offset+octet-stream.");
  }
  const auto offset = tus_number(request, "upload-offset");
  if (!offset) co_return offset.error();
  const auto received = co_await receive(edge, request, *upload, *offset);
  if (!received) co_return received.error();
  co_return status_response(status::no_content, *received);
}

// What is to be made, by its headers.
events::Result<NewUpload> new_upload(const Edge& edge, const Request& request) {
  if (request.header("upload-defer-length")) {
    return events::error(ErrorCode::BadRequest, "The length of an upload has to be known.");
  }
  const auto length = tus_number(request, "upload-length");
  if (!length) return length.error();
  const auto metadata = upload_metadata(request);
  if (!metadata) return metadata.error();
  std::string name = harmless_name(metadata->filename);
  auto kind = edge.attachment_rules.claim(name, metadata->filetype, *length);
  if (!kind) return kind.error();
  if (name.empty()) name = "audio";  // a recording, whose type is known without a name
  const auto key = idempotency_of(request, {});
  if (!key) return key.error();
  return NewUpload{std::move(name), *std::move(kind), *length, *key ? (*key)->key : std::string()};
}

Answer create(EdgePtr edge, Request& request) {
  const auto owner = uploader_of(request);
  if (!owner) co_return owner.error();
  auto upload = new_upload(*edge, request);
  if (!upload) co_return upload.error();
  const bool has_body = request.stream->length() != 0;
  if (has_body && !has_upload_body_type(request)) {
    co_return events::error(ErrorCode::UnsupportedMediaType,
                            "The body has to be application/offset+octet-stream.");
  }
  Work make = [edge, owner = *owner, wanted = *upload] {
    return edge->options.uploads->create(owner, wanted);
  };
  auto made = co_await edge->file_workers.run<UploadStatus>(std::move(make));
  if (!made) co_return made.error();
  const bool replayed = made->replayed;
  const UploadOf of{made->id, *owner};
  if (has_body && !replayed) {
    made = co_await receive(edge, request, of, 0);
    if (!made) co_return made.error();
  }
  Response response = status_response(status::created, *made);
  response.headers.emplace_back("Location", request.path + "/" + of.id.to_string());
  mark_replayed(response, replayed);
  co_return response;
}

void add_side(Router& router, const EdgePtr& edge, const std::string& path, Access access) {
  const std::string one = path + "/{id}";
  const auto route = [&](verb method, const std::string& pattern, Serve serve, bool streams) {
    add_route(router, edge, method, pattern, access, RouteClass::Files, serve, streams);
  };
  for (const std::string& pattern : {path, one}) {
    add_route(router, edge, verb::options, pattern, Access::Anyone, RouteClass::Files, options);
  }
  route(verb::post, path, over_tus<create>, true);
  route(verb::head, one, over_tus<head>, false);
  route(verb::patch, one, over_tus<patch>, true);
  route(verb::delete_, one, over_tus<terminate>, false);
}

}  // namespace

void add_uploads(Router& router, const EdgePtr& edge) {
  add_side(router, edge, "/api/v1/uploads", Access::OperatorSession);
  add_side(router, edge, "/api/v1/webchat/uploads", Access::Visitor);
}

}  // namespace bitacora::http
