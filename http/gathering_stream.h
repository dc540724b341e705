// The stream under a WebSocket: it gathers what several frames write, and writes it with one system
// call. Models Asio's AsyncReadStream and AsyncWriteStream; used on its strand alone.
//
// A write is taken at once, as a copy, and the gathered bytes are written by the flush that
// follows; only while a client does not take its bytes does a write wait, so that no more than
// limits::gathered_bytes_max and the write that passed it are ever held. Reads go straight through.
#pragma once

#include <boost/asio/any_completion_handler.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/post.hpp>
#include <boost/beast/core/bind_handler.hpp>
#include <boost/beast/core/buffer_traits.hpp>
#include <boost/beast/core/role.hpp>
#include <exception>
#include <string>
#include <vector>

#include "events/limits.h"
#include "http/wire.h"

namespace bitacora::http {

class GatheringStream {
 public:
  using executor_type = Wire::executor_type;

  // Who owns the WebSocket, and outlives the stream.
  class Owner {
   public:
    virtual ~Owner() = default;
    // What has been read is used up, and the stream waits for more.
    virtual void waits_for_bytes() = 0;
    virtual void write_begins(std::size_t bytes) = 0;
    virtual void write_ended(error_code failed) = 0;
    // The closing handshake is over or was given up: nothing more is read or written.
    virtual void ending() = 0;
    // Whether the other side has closed, too, so that it sends nothing more.
    [[nodiscard]] virtual bool other_side_has_closed() const = 0;
    // Keeps the owner, and so the stream, for an operation under way.
    virtual std::shared_ptr<void> keep() = 0;
  };

  enum class Mode {
    Flush,   // what is written is flushed at once
    Gather,  // it waits for flush()
    Direct,  // it goes straight to the wire, uncopied, unless other bytes are before it
  };

  GatheringStream(Wire wire, Owner& owner) : wire_(std::move(wire)), owner_(owner) {}

  executor_type get_executor() { return wire_.get_executor(); }
  Wire& wire() { return wire_; }
  void set_mode(Mode mode) { mode_ = mode; }
  [[nodiscard]] std::size_t gathered_bytes() const { return gathered_.size(); }

  // Writes what was gathered, and returns when nothing is left; the error of the wire, if any.
  asio::awaitable<error_code> flush();
  // Gives the memory of empty buffers back.
  void release_buffers();
  // Flushes, and ends the connection in order.
  asio::awaitable<void> wind_up();

  template <class Buffers, class Token>
  typename asio::async_result<std::decay_t<Token>, void(error_code, std::size_t)>::return_type
  async_read_some(const Buffers& buffers, Token&& token) {
    return asio::async_initiate<Token, void(error_code, std::size_t)>(
        [this](auto handler, const Buffers& into) {
          wire_.async_read_some(into, std::move(handler));
          owner_.waits_for_bytes();
        },
        token, buffers);
  }

  template <class Buffers, class Token>
  typename asio::async_result<std::decay_t<Token>, void(error_code, std::size_t)>::return_type
  async_write_some(const Buffers& buffers, Token&& token) {
    return asio::async_initiate<Token, void(error_code, std::size_t)>(
        [this](auto handler, const Buffers& from) { this->take(from, std::move(handler)); }, token,
        buffers);
  }

 private:
  template <class Buffers, class Handler>
  void take(const Buffers& buffers, Handler handler) {
    if (mode_ == Mode::Direct && !flushing_ && gathered_.empty() && !failed_) {
      wire_.async_write_some(buffers, std::move(handler));
      return;
    }
    std::size_t bytes = 0;
    if (!failed_) {
      bytes = boost::beast::buffer_bytes(buffers);
      const std::size_t before = gathered_.size();
      gathered_.resize(before + bytes);
      asio::buffer_copy(asio::buffer(gathered_.data() + before, bytes), buffers);
    }
    auto done = boost::beast::bind_front_handler(std::move(handler), failed_, bytes);
    if (flushing_ && gathered_.size() > events::limits::gathered_bytes_max) {
      waiting_.emplace_back(std::move(done));
    } else {
      asio::post(get_executor(), std::move(done));
    }
    if (mode_ != Mode::Gather) {
      start_flush();
    }
  }

  void start_flush();
  void flushed(error_code failed);

  Wire wire_;
  Owner& owner_;
  Mode mode_ = Mode::Flush;
  bool flushing_ = false;
  error_code failed_;
  std::string gathered_;
  std::string being_written_;
  // Called when the flush under way has ended.
  std::vector<asio::any_completion_handler<void()>> waiting_;
};

// What Beast calls when a timeout of its own passes.
inline void beast_close_socket(GatheringStream& stream) { stream.wire().close(); }

// What Beast calls to end the connection under a WebSocket.
template <class Handler>
void async_teardown(boost::beast::role_type, GatheringStream& stream, Handler&& handler) {
  asio::co_spawn(stream.get_executor(), stream.wind_up(),
                 [done = std::decay_t<Handler>(std::forward<Handler>(handler))](
                     std::exception_ptr) mutable { std::move(done)(error_code{}); });
}

}  // namespace bitacora::http
