// Bodies that are too large to be in memory, on their way in and out, and answers as they are
// written.

#include <algorithm>
#include <boost/asio/post.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/http/buffer_body.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/span_body.hpp>
#include <boost/beast/http/write.hpp>
#include <vector>

#include "events/limits.h"
#include "http/http_connection.h"
#include "http/response_writing.h"

namespace bitacora::http {

namespace {

namespace limits = events::limits;
using events::ErrorCode;
using std::chrono::milliseconds;

// Beast reads as much of a body at a time as the buffer has room for: behind a head some hundred
// bytes.
constexpr std::size_t read_at_once_bytes = 64ul * 1024;

}  // namespace

// The body of the request under way; lives as long as its handler.
class HttpConnection::StreamedBody final : public BodyStream {
 public:
  StreamedBody(HttpConnection& connection, HeadParser& head)
      : connection_(connection), parser_(std::move(head)) {
    connection_.stream_number_ = ++connection_.streams_begun_;
    connection_.stream_interrupted_ = false;
  }
  ~StreamedBody() override { connection_.stream_number_ = 0; }
  StreamedBody(const StreamedBody&) = delete;
  StreamedBody& operator=(const StreamedBody&) = delete;

  [[nodiscard]] bool is_done() const { return parser_.is_done(); }

  [[nodiscard]] std::optional<std::uint64_t> length() const override {
    const auto length = parser_.content_length();
    if (length) return *length;
    // Neither header: there is no body.
    return parser_.chunked() ? std::nullopt : std::optional<std::uint64_t>(0);
  }

  asio::awaitable<events::Result<std::size_t>> read_some(asio::mutable_buffer into) override;

  std::function<void()> interruption() override {
    return [weak = connection_.weak_from_this(), strand = connection_.strand(),
            number = connection_.stream_number_] {
      asio::post(strand, [weak, number] {
        if (const auto connection = weak.lock()) {
          static_cast<HttpConnection&>(*connection).interrupt(number);
        }
      });
    };
  }

 private:
  [[nodiscard]] milliseconds time_for_piece() const;
  [[nodiscard]] events::Error error_of(error_code failed) const;

  HttpConnection& connection_;
  RequestParser<beast_http::buffer_body> parser_;
  bool invited_ = false;
  std::uint64_t received_ = 0;
  Clock::duration waited_{};
};

void HttpConnection::interrupt(std::uint64_t stream_number) {
  if (stream_number == 0 || stream_number != stream_number_) {
    return;
  }
  stream_interrupted_ = true;
  if (phase_ == Phase::Reading) {
    wire_.cancel();
  }
}

asio::awaitable<events::Result<std::size_t>> HttpConnection::StreamedBody::read_some(
    asio::mutable_buffer into) {
  if (!std::exchange(invited_, true) && connection_.buffer_.size() == 0 && !parser_.is_done() &&
      boost::beast::iequals(parser_.get()[beast_http::field::expect], "100-continue")) {
    connection_.enter(Phase::Reading, connection_.core_.options.times.body_piece);
    const bool invited = co_await connection_.invite_body();
    connection_.phase_ = Phase::Handling;
    connection_.set_deadline(Clock::time_point::max());
    if (!invited) co_return error_of(boost::asio::error::operation_aborted);
  }
  connection_.buffer_.reserve(read_at_once_bytes);
  while (!parser_.is_done()) {
    if (connection_.stream_interrupted_) {
      co_return events::error(ErrorCode::Unavailable, "The request was ended by the server.");
    }
    auto& body = parser_.get().body();
    body.data = into.data();
    body.size = into.size();
    const auto began = Clock::now();
    connection_.enter(Phase::Reading, time_for_piece());
    auto [failed, bytes] = co_await beast_http::async_read_some(
        connection_.wire_, connection_.buffer_, parser_, as_result);
    connection_.phase_ = Phase::Handling;
    connection_.set_deadline(Clock::time_point::max());
    waited_ += Clock::now() - began;
    const std::size_t got = into.size() - parser_.get().body().size;
    received_ += got;
    if (got != 0) {
      // An error that came with them comes again.
      co_return got;
    }
    if (failed && failed != beast_http::error::need_buffer) {
      co_return error_of(failed);
    }
  }
  co_return std::size_t{0};
}

// As long as for any piece, unless the body has been too slow on the whole.
milliseconds HttpConnection::StreamedBody::time_for_piece() const {
  const milliseconds of_piece = connection_.core_.options.times.body_piece;
  const std::chrono::seconds earned(received_ / limits::upload_bytes_per_second_min);
  const auto waited = std::chrono::duration_cast<milliseconds>(waited_);
  return std::clamp(of_piece + earned - waited, milliseconds::zero(), of_piece);
}

events::Error HttpConnection::StreamedBody::error_of(error_code failed) const {
  if (connection_.stream_interrupted_) {
    return events::error(ErrorCode::Unavailable, "The request was ended by the server.");
  }
  const ReadOutcome outcome = connection_.outcome_of(failed);
  return outcome.refusal.value_or(
      events::error(ErrorCode::BadRequest, "The connection broke: " + failed.message() + "."));
}

asio::awaitable<HttpConnection::Next> HttpConnection::serve_stream(HeadParser& head, Asked& asked) {
  Manner manner{head.get().version(), head.keep_alive(), false};
  StreamedBody body(*this, head);
  phase_ = Phase::Handling;
  set_deadline(Clock::time_point::max());
  if (winding_up_) {
    stream_interrupted_ = true;
  }
  asked.request.stream = &body;
  std::optional<Quota::Share> share;
  Response response = co_await answer(asked, share);
  // What follows on the connection is the rest of the body, and no request.
  manner.keep_alive = manner.keep_alive && body.is_done();
  co_return co_await write(std::move(response), asked.request.request_id, manner);
}

asio::awaitable<HttpConnection::Next> HttpConnection::write(Response response,
                                                            std::string request_id, Manner manner) {
  const std::string_view bytes =
      response.static_body.empty() ? std::string_view(response.body) : response.static_body;
  beast_http::response<beast_http::span_body<const char>> message(
      response_head(response, request_id));
  message.version(manner.version);
  const bool goes_on = manner.keep_alive && !winding_up_ && !core_.stopping;
  message.keep_alive(goes_on);
  const bool has_body = !is_bodiless(response.status);
  if (has_body) {
    message.content_length(response.source ? response.source->size_bytes() : bytes.size());
    if (!manner.without_body && !response.source) {
      message.body() = {bytes.data(), bytes.size()};
    }
  }
  enter(Phase::Writing, core_.options.times.to_write(message.body().size()));
  beast_http::response_serializer<beast_http::span_body<const char>> serializer(message);
  auto [failed, written] = co_await beast_http::async_write(wire_, serializer, as_result);
  bool complete = !failed;
  if (complete && has_body && response.source && !manner.without_body) {
    complete = co_await write_source(*response.source);
  }
  if (buffer_.size() == 0) {
    buffer_.shrink_to_fit();
  }
  co_return complete&& goes_on ? Next::Serve : Next::End;
}

asio::awaitable<bool> HttpConnection::write_source(BodySource& source) {
  std::vector<char> piece(limits::sent_piece_bytes);
  for (std::uint64_t left = source.size_bytes(); left != 0;) {
    const auto got = co_await source.read_some(asio::buffer(piece));
    if (!got || *got == 0 || *got > left) {
      // The client sees by the length that it does not have all.
      wire_.close();
      co_return false;
    }
    enter(Phase::Writing, core_.options.times.to_write(*got));
    auto [failed, bytes] =
        co_await asio::async_write(wire_, asio::buffer(piece.data(), *got), as_result);
    if (failed) {
      co_return false;
    }
    left -= *got;
  }
  co_return true;
}

}  // namespace bitacora::http
