#include "http/upload_receiving.h"

#include <spdlog/spdlog.h>

#include <array>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <string_view>
#include <vector>

#include "events/limits.h"
#include "http/wire.h"

namespace bitacora::http {

namespace {

namespace limits = events::limits;

// Two pieces: one is filled from the network while the other one is written. Used on one strand;
// lives as long as either is under way.
class Pieces : public std::enable_shared_from_this<Pieces> {
 public:
  Pieces(EdgePtr edge, const asio::any_io_executor& executor, std::shared_ptr<UploadWriter> writer)
      : edge_(std::move(edge)),
        written_(executor),
        writer_(std::move(writer)),
        piece_bytes_(std::min<std::uint64_t>(limits::upload_piece_bytes, writer_->room() + 1)) {
    written_.expires_at(asio::steady_timer::time_point::max());
  }

  // The one that is not being written.
  asio::mutable_buffer free_piece() {
    std::vector<char>& piece = pieces_.at(next_);
    if (piece.empty()) piece.resize(piece_bytes_);
    return asio::buffer(piece);
  }

  // Writes that one. Nothing else is being written.
  void start(std::size_t bytes) {
    const std::string_view piece(pieces_.at(next_).data(), bytes);
    next_ = 1 - next_;
    is_writing_ = true;
    std::function<events::Result<bool>()> work = [self = shared_from_this(),
                                                  piece]() -> events::Result<bool> {
      const auto written = self->writer_->write(piece);
      if (!written) return written.error();
      return true;
    };
    asio::co_spawn(written_.get_executor(), edge_->upload_workers.run<bool>(std::move(work)),
                   [self = shared_from_this()](const std::exception_ptr& thrown,
                                               events::Result<bool> outcome) {
                     if (thrown) outcome = defect(thrown, "the writing of an upload");
                     if (!outcome) self->outcome_ = outcome.error();
                     self->is_writing_ = false;
                     self->written_.cancel();
                   });
  }

  // Nothing is being written, and nothing will be.
  void let_go() { writer_.reset(); }

  // Nothing is being written any more; what became of it.
  asio::awaitable<events::Result<void>> idle() {
    while (is_writing_) {
      co_await written_.async_wait(as_result);
    }
    co_return outcome_;
  }

 private:
  EdgePtr edge_;
  asio::steady_timer written_;
  std::shared_ptr<UploadWriter> writer_;
  const std::size_t piece_bytes_;
  std::array<std::vector<char>, 2> pieces_;
  std::size_t next_ = 0;
  bool is_writing_ = false;
  events::Result<void> outcome_;
};

struct Filled {
  std::size_t bytes = 0;
  bool at_end = false;
  std::optional<events::Error> failed{};
};

// As much as fits, unless the body ends before.
asio::awaitable<Filled> fill(BodyStream& body, asio::mutable_buffer piece) {
  Filled filled;
  while (filled.bytes < piece.size() && !filled.at_end) {
    const auto got = co_await body.read_some(piece + filled.bytes);
    if (!got) filled.failed = got.error();
    filled.at_end = !got || *got == 0;
    filled.bytes += got ? *got : 0;
  }
  co_return filled;
}

// The first error, of the network or of the disk.
asio::awaitable<events::Result<void>> receive_pieces(BodyStream& body, Pieces& pieces) {
  for (;;) {
    const Filled filled = co_await fill(body, pieces.free_piece());
    const auto before = co_await pieces.idle();
    if (!before) co_return before;
    if (filled.bytes != 0) pieces.start(filled.bytes);
    if (!filled.at_end) continue;
    const auto last = co_await pieces.idle();
    if (!last) co_return last;
    if (filled.failed) co_return *filled.failed;
    co_return events::Result<void>();
  }
}

asio::awaitable<void> sweep_now_and_then(EdgePtr edge) {
  const auto executor = co_await asio::this_coro::executor;
  asio::steady_timer timer(executor);
  for (;;) {
    std::function<events::Result<std::size_t>()> sweep = [edge] {
      return edge->options.uploads->sweep();
    };
    const auto swept = co_await edge->file_workers.run<std::size_t>(std::move(sweep));
    if (!swept) spdlog::warn("uploads could not be swept: {}", swept.error().detail);
    if (swept && *swept != 0) spdlog::info("swept {} files that nobody sent", *swept);
    timer.expires_after(limits::upload_sweep_interval);
    co_await timer.async_wait(as_result);
  }
}

}  // namespace

asio::awaitable<events::Result<UploadStatus>> receive_upload(EdgePtr edge, BodyStream& body,
                                                             std::shared_ptr<UploadWriter> writer) {
  const auto executor = co_await asio::this_coro::executor;
  const auto pieces = std::make_shared<Pieces>(edge, executor, writer);
  const auto received = co_await receive_pieces(body, *pieces);
  // The writer is let go there too, which looks at the file.
  std::function<events::Result<UploadStatus>()> settle = [writer = std::move(writer)]() mutable {
    auto settled = writer->settle();
    writer.reset();
    return settled;
  };
  pieces->let_go();
  const auto settled = co_await edge->file_workers.run<UploadStatus>(std::move(settle));
  // What the disk has to say of a whole body counts; of a broken one, that it broke.
  if (!received) co_return received.error();
  co_return settled;
}

void sweep_uploads(const Server& server, const EdgePtr& edge) {
  asio::co_spawn(server.executor(), sweep_now_and_then(edge), asio::detached);
}

}  // namespace bitacora::http
