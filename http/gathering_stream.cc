#include "http/gathering_stream.h"

#include <boost/asio/write.hpp>

namespace bitacora::http {

asio::awaitable<error_code> GatheringStream::flush() {
  const std::shared_ptr<void> keep = owner_.keep();
  start_flush();
  while (flushing_) {
    co_await asio::async_initiate<const asio::use_awaitable_t<>, void()>(
        [this](auto handler) { waiting_.emplace_back(std::move(handler)); }, asio::use_awaitable);
    start_flush();
  }
  co_return failed_;
}

void GatheringStream::release_buffers() {
  if (gathered_.empty() && !flushing_) {
    gathered_ = {};
    being_written_ = {};
  }
}

asio::awaitable<void> GatheringStream::wind_up() {
  const std::shared_ptr<void> keep = owner_.keep();
  owner_.ending();
  const error_code failed = co_await flush();
  if (!failed && owner_.other_side_has_closed()) {
    co_await wire_.shutdown();
  } else if (!failed) {
    co_await wire_.wind_up();
  }
  wire_.close();
}

void GatheringStream::start_flush() {
  if (flushing_ || gathered_.empty()) {
    return;
  }
  flushing_ = true;
  being_written_.clear();
  being_written_.swap(gathered_);
  owner_.write_begins(being_written_.size());
  asio::async_write(
      wire_, asio::buffer(being_written_),
      [this, keep = owner_.keep()](error_code failed, std::size_t) { flushed(failed); });
}

void GatheringStream::flushed(error_code failed) {
  flushing_ = false;
  being_written_.clear();
  owner_.write_ended(failed);
  if (failed) {
    failed_ = failed;
    gathered_.clear();
  }
  std::vector<asio::any_completion_handler<void()>> waited;
  waited.swap(waiting_);
  for (auto& done : waited) {
    asio::post(get_executor(), std::move(done));
  }
  if (mode_ != Mode::Gather) {
    start_flush();
  }
}

}  // namespace bitacora::http
