#include "http/file_serving.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <vector>

#include "events/limits.h"
#include "http/byte_range.h"
#include "http/file_names.h"
#include "http/problem.h"

namespace bitacora::http {

namespace {

namespace limits = events::limits;
using beast_http::status;

// What nothing may come of: no script, no form, no request to anywhere, an origin of its own.
constexpr std::string_view sandbox_policy = "default-src 'none'; sandbox; frame-ancestors 'self'";
// Browsers show no PDF in a sandbox. Its own media type is what keeps it from being a page.
constexpr std::string_view pdf_policy = "default-src 'none'; frame-ancestors 'self'";

bool is_shown_in_place(std::string_view mime) {
  return mime.starts_with("image/") || mime.starts_with("audio/") || mime == "application/pdf";
}

// Reads on the threads for files, so that a slow disk keeps no connection waiting but its own.
class FileSource final : public BodySource {
 public:
  FileSource(EdgePtr edge, PlacedFile placed, ByteRange range)
      : edge_(std::move(edge)),
        size_bytes_(range.count),
        left_(range.count),
        piece_(std::make_shared<Piece>(std::move(placed), range.first)) {
    posix_fadvise(piece_->placed.file.get(), static_cast<off_t>(range.first),
                  static_cast<off_t>(range.count), POSIX_FADV_SEQUENTIAL);
  }

  [[nodiscard]] std::uint64_t size_bytes() const override { return size_bytes_; }

  asio::awaitable<events::Result<std::size_t>> read_some(asio::mutable_buffer into) override {
    const std::size_t wanted = std::min<std::uint64_t>(into.size(), left_);
    std::function<events::Result<std::size_t>()> read = [piece = piece_, wanted] {
      return piece->read(wanted);
    };
    const auto got = co_await edge_->file_workers.run<std::size_t>(std::move(read));
    if (!got) co_return got.error();
    std::memcpy(into.data(), piece_->bytes.data(), *got);
    left_ -= *got;
    co_return *got;
  }

 private:
  // Outlives the request while it is being read into.
  struct Piece {
    Piece(PlacedFile its_file, std::uint64_t begin) : placed(std::move(its_file)), at(begin) {}

    events::Result<std::size_t> read(std::size_t wanted) {
      bytes.resize(wanted);
      const auto got = pread(placed.file.get(), bytes.data(), wanted, static_cast<off_t>(at));
      if (got < 0) return events::file_error(errno, "read", "a file");
      at += static_cast<std::uint64_t>(got);
      return static_cast<std::size_t>(got);
    }

    PlacedFile placed;
    std::uint64_t at;
    std::vector<char> bytes;
  };

  EdgePtr edge_;
  const std::uint64_t size_bytes_;
  std::uint64_t left_;
  std::shared_ptr<Piece> piece_;
};

}  // namespace

void add_file_headers(Response& response, const ServedFile& file) {
  const auto add = [&](std::string_view name, std::string value) {
    response.headers.emplace_back(name, std::move(value));
  };
  add("ETag", file.etag);
  add("Cache-Control", "private, no-cache");
  add("Accept-Ranges", "bytes");
  add("Content-Disposition", content_disposition(file.name, is_shown_in_place(file.mime)));
  add("Content-Security-Policy",
      std::string(file.mime == "application/pdf" ? pdf_policy : sandbox_policy));
}

events::Result<Response> serve_file(EdgePtr edge, const Request& request, const ServedFile& served,
                                    PlacedFile placed) {
  Response response;
  response.content_type = served.mime;
  if (is_known(request, served.etag)) {
    response.status = status::not_modified;
    add_file_headers(response, served);
    return response;
  }
  const auto range = byte_range(request, served.etag, placed.size_bytes);
  const std::string size = std::to_string(placed.size_bytes);
  if (!range) {
    response = problem(range.error(), request.request_id);
    response.headers.emplace_back("Content-Range", "bytes */" + size);
    return response;
  }
  add_file_headers(response, served);
  const ByteRange part = range->value_or(ByteRange{0, placed.size_bytes});
  if (*range) {
    response.status = status::partial_content;
    response.headers.emplace_back("Content-Range", "bytes " + std::to_string(part.first) + "-" +
                                                       std::to_string(part.first + part.count - 1) +
                                                       "/" + size);
  }
  response.source = std::make_shared<FileSource>(std::move(edge), std::move(placed), part);
  return response;
}

}  // namespace bitacora::http
