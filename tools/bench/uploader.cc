#include "tools/bench/uploader.h"

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

namespace bitacora::bench {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;
namespace json = boost::json;
using events::Result;

namespace {

constexpr std::size_t piece_bytes = 64ul * 1024;

}  // namespace

BodyRequest body_request(http::verb verb, const std::string& target, std::string_view body) {
  BodyRequest made(verb, target, 11);
  made.set(http::field::host, "127.0.0.1");
  made.body() = {body.data(), body.size()};
  made.content_length(body.size());
  return made;
}

Result<BodyAnswer> exchange(std::uint16_t port, BodyRequest request) {
  asio::io_context context;
  beast::tcp_stream stream(context);
  beast::error_code failed;
  stream.connect({asio::ip::address_v4::loopback(), port}, failed);
  http::request_serializer<BodyRequest::body_type> serializer(request);
  // In pieces, as a network brings them: the kernel would take a whole picture in one go, and let
  // nobody else have the processor meanwhile.
  serializer.limit(piece_bytes);
  while (!failed && !serializer.is_done()) http::write_some(stream, serializer, failed);
  beast::flat_buffer buffer;
  BodyAnswer answer;
  if (!failed) http::read(stream, buffer, answer, failed);
  if (failed) return events::error(events::ErrorCode::Unavailable, failed.message());
  if (http::to_status_class(answer.result()) == http::status_class::successful) return answer;
  return events::error(events::ErrorCode::Internal,
                       std::to_string(answer.result_int()) + " " + answer.body());
}

Result<BodyAnswer> Uploader::ask(BodyRequest request) const {
  request.set(http::field::authorization, "Bearer " + token);
  request.set("Tus-Resumable", "1.0.0");
  return exchange(port, std::move(request));
}

Result<std::string> Uploader::upload(std::string_view file, std::string_view name_base64) const {
  BodyRequest creation = body_request(http::verb::post, side + "/uploads", "");
  creation.set("Upload-Length", std::to_string(file.size()));
  creation.set("Upload-Metadata", "filename " + std::string(name_base64));
  const auto made = ask(std::move(creation));
  if (!made) return made.error();
  const std::string target((*made)[http::field::location]);
  BodyRequest rest = body_request(http::verb::patch, target, file);
  rest.set("Upload-Offset", "0");
  rest.set(http::field::content_type, "application/offset+octet-stream");
  const auto brought = ask(std::move(rest));
  if (!brought) return brought.error();
  return target;
}

Result<void> Uploader::send(const std::string& upload, const std::string& messages) const {
  const std::string body = json::serialize(json::object{
      {"kind", "attachment"}, {"attachment_id", upload.substr(upload.rfind('/') + 1)}});
  BodyRequest message = body_request(http::verb::post, side + messages, body);
  message.set(http::field::content_type, "application/json");
  const auto sent = ask(std::move(message));
  if (!sent) return sent.error();
  return {};
}

Result<void> Uploader::remove(const std::string& upload) const {
  const auto removed = ask(body_request(http::verb::delete_, upload, ""));
  if (!removed) return removed.error();
  return {};
}

}  // namespace bitacora::bench
