#include "http/upload_writer.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

namespace bitacora::http {

namespace {

namespace limits = events::limits;
using events::ErrorCode;

// Written and hashed at a time: it stays in the processor's cache, and another thread that waits
// for the processor has it soon.
constexpr std::size_t step_bytes = 64ul * 1024;
// After so many bytes the disk is told to begin writing them, so that the last sync is short, and
// what others sync meanwhile is not behind a whole file.
constexpr std::uint64_t write_out_bytes = 512ul * 1024;

}  // namespace

UploadWriter::UploadWriter(UploadStore& store, UploadStore::EntryPtr entry, events::FileHandle file)
    : store_(store),
      entry_(std::move(entry)),
      file_(std::move(file)),
      begun_at_(entry_->offset),
      offset_(begun_at_),
      written_out_(begun_at_) {}

UploadWriter::~UploadWriter() { store_.unlock(*entry_); }

std::uint64_t UploadWriter::room() const { return entry_->record.length - offset_; }

events::Result<void> UploadWriter::write(std::string_view bytes) {
  if (bytes.size() > room()) {
    if (const auto undone = undo(); !undone) return undone.error();
    return events::error(ErrorCode::PayloadTooLarge,
                         "The body goes on past the end of the upload, which has " +
                             std::to_string(entry_->record.length) + " bytes.");
  }
  for (; !bytes.empty(); bytes.remove_prefix(std::min(step_bytes, bytes.size()))) {
    const std::string_view step = bytes.substr(0, step_bytes);
    const std::uint64_t begin = offset_;
    const auto written = write_out(step);
    if (entry_->hashed == begin) {
      entry_->hash.add(step.substr(0, offset_ - begin));
      entry_->hashed = offset_;
    }
    if (!written) return written.error();
  }
  if (offset_ - written_out_ >= write_out_bytes) start_writing_out();
  return {};
}

events::Result<void> UploadWriter::write_out(std::string_view bytes) {
  while (!bytes.empty()) {
    const auto count = pwrite(file_.get(), bytes.data(), bytes.size(), static_cast<off_t>(offset_));
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) {
      return events::file_error(errno, "write", store_.bytes_path(entry_->record.id));
    }
    offset_ += static_cast<std::uint64_t>(count);
    bytes.remove_prefix(static_cast<std::size_t>(count));
  }
  return {};
}

void UploadWriter::start_writing_out() {
  // A hint: what cannot be begun now is written by the sync.
  sync_file_range(file_.get(), static_cast<off_t>(written_out_),
                  static_cast<off_t>(offset_ - written_out_), SYNC_FILE_RANGE_WRITE);
  written_out_ = offset_;
}

events::Result<void> UploadWriter::undo() {
  if (offset_ != begun_at_ && ftruncate(file_.get(), static_cast<off_t>(begun_at_)) != 0) {
    return events::file_error(errno, "cut", store_.bytes_path(entry_->record.id));
  }
  offset_ = begun_at_;
  if (entry_->hashed > offset_) {
    entry_->hash = {};
    entry_->hashed = 0;
  }
  return {};
}

events::Result<UploadStatus> UploadWriter::settle() {
  const bool is_complete = room() == 0;
  // Finishing syncs by itself.
  if (!is_complete && fdatasync(file_.get()) != 0) {
    const int number = errno;
    store_.give_up(entry_);
    return events::file_error(number, "sync", store_.bytes_path(entry_->record.id));
  }
  {
    const std::scoped_lock lock(store_.mutex_);
    entry_->offset = offset_;
    entry_->is_synced = !is_complete;
  }
  if (is_complete) {
    if (const auto finished = store_.finish(entry_); !finished) return finished.error();
  }
  const std::scoped_lock lock(store_.mutex_);
  return UploadStore::status_of(*entry_);
}

}  // namespace bitacora::http
