#include "http/upload_store.h"

#include <fcntl.h>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <utility>

#include "http/upload_writer.h"

namespace bitacora::http {

namespace {

namespace limits = events::limits;
using events::ErrorCode;

std::int64_t ms_of(std::chrono::milliseconds duration) { return duration.count(); }

struct OwnerBounds {
  std::size_t count_max;
  std::uint64_t bytes_max;
  bool is_contact;
};

// Uploads that wait to be sent leave when somebody sends them, which nobody can foretell.
constexpr std::uint32_t full_retry_after_s = 60;

OwnerBounds bounds_of(const events::Who& owner) {
  if (owner.kind == events::WhoKind::Contact) {
    return {limits::contact_uploads_max, limits::contact_uploads_bytes_max, true};
  }
  return {limits::operator_uploads_max, limits::operator_uploads_bytes_max, false};
}

events::Error locked() {
  return events::error(ErrorCode::UploadLocked, "Another request writes to this upload.");
}

}  // namespace

UploadStore::UploadStore(Options options) : options_(std::move(options)) {}
UploadStore::~UploadStore() = default;

events::Instant UploadStore::expiry() const {
  return options_.clock->now().plus_ms(ms_of(limits::upload_lifetime));
}

events::Result<UploadStore::EntryPtr> UploadStore::find(const events::AttachmentId& id,
                                                        const events::Who& owner) const {
  const auto found = entries_.find(id);
  if (found == entries_.end() || found->second->record.owner != owner) {
    return events::error(ErrorCode::NotFound, "There is no such upload.");
  }
  if (found->second->record.expires_at <= options_.clock->now()) {
    return events::error(ErrorCode::Gone, "The upload has expired.");
  }
  return found->second;
}

UploadStore::EntryPtr UploadStore::find_by_key(const events::Who& owner,
                                               std::string_view key) const {
  const auto found = std::find_if(entries_.begin(), entries_.end(), [&](const auto& each) {
    const UploadRecord& record = each.second->record;
    return !key.empty() && record.key == key && record.owner == owner;
  });
  return found == entries_.end() ? nullptr : found->second;
}

events::Result<void> UploadStore::check_bounds(const events::Who& owner, std::uint64_t length,
                                               std::uint64_t free_bytes) const {
  const OwnerBounds bounds = bounds_of(owner);
  std::size_t count = 1;
  std::uint64_t bytes = length;
  std::size_t of_all = 1;
  std::uint64_t still_to_come = length;
  for (const auto& [id, entry] : entries_) {
    const UploadRecord& record = entry->record;
    if (record.owner == owner) {
      ++count;
      bytes += record.length;
    }
    if (bounds.is_contact && record.owner.kind != owner.kind) continue;
    ++of_all;
    if (!record.sha256) still_to_come += record.length - entry->offset;
  }
  if (count > bounds.count_max || bytes > bounds.bytes_max) {
    events::Error full = events::error(ErrorCode::TooManyAttempts,
                                       "There are too many uploads that no message has taken yet. "
                                       "Send or cancel some of them first.");
    full.retry_after_s = full_retry_after_s;
    return full;
  }
  // Strangers together have half of what there is, so that what they promise and never bring leaves
  // room for operators.
  const std::size_t part = bounds.is_contact ? 2 : 1;
  if (of_all > limits::uploads_max / part) {
    events::Error full =
        events::error(ErrorCode::Overloaded, "Too many uploads wait to be sent at the moment.");
    full.retry_after_s = full_retry_after_s;
    return full;
  }
  const std::uint64_t watermark = options_.free_space_watermark_bytes;
  if (free_bytes < watermark || (free_bytes - watermark) / part < still_to_come) {
    return events::error(ErrorCode::StorageFull, "There is no room for the file.");
  }
  return {};
}

UploadStatus UploadStore::status_of(const Entry& entry) {
  return {entry.record.id, entry.offset, entry.record.length, entry.record.expires_at};
}

events::Result<UploadStatus> UploadStore::create(const events::Who& owner, NewUpload upload) {
  auto entry = std::make_shared<Entry>();
  entry->record = {events::AttachmentId::make(options_.clock->now()),
                   owner,
                   std::move(upload.name),
                   std::move(upload.kind),
                   upload.length,
                   expiry(),
                   std::move(upload.key)};
  const UploadRecord& record = entry->record;
  const std::uint64_t free_bytes = options_.free_bytes(options_.folder);
  std::optional<events::AttachmentId> earlier;
  {
    const std::scoped_lock lock(mutex_);
    if (const EntryPtr found = find_by_key(owner, record.key)) {
      const UploadRecord& made = found->record;
      if (made.name != record.name || made.kind != record.kind || made.length != record.length) {
        return events::error(ErrorCode::IdempotencyKeyReused,
                             "The Idempotency-Key was used for another upload.");
      }
      earlier = made.id;
    } else {
      const auto within = check_bounds(owner, record.length, free_bytes);
      if (!within) return within.error();
      entry->is_busy = true;  // until its record is on the disk
      entries_.emplace(record.id, entry);
    }
  }
  if (earlier) {
    auto status = settle(*earlier, owner);
    if (status) status->replayed = true;
    return status;
  }
  const auto written = write_new(record);
  unlock(*entry);
  const std::scoped_lock lock(mutex_);
  if (!written) {
    entries_.erase(record.id);
    return written.error();
  }
  return status_of(*entry);
}

events::Result<std::shared_ptr<UploadWriter>> UploadStore::begin(const events::AttachmentId& id,
                                                                 const events::Who& owner,
                                                                 std::uint64_t offset,
                                                                 std::function<void()> interrupt) {
  EntryPtr entry;
  {
    const std::scoped_lock lock(mutex_);
    auto found = find(id, owner);
    if (!found) return found.error();
    entry = *std::move(found);
    if (entry->is_busy) return locked();
    if (entry->offset != offset) {
      return events::error(ErrorCode::OffsetMismatch,
                           "The upload stands at " + std::to_string(entry->offset) + ".");
    }
    entry->is_busy = true;
    entry->interrupt = std::move(interrupt);
  }
  // A finished one has no file any more, and takes no bytes.
  events::FileHandle file;
  if (offset != entry->record.length) {
    auto opened = events::open_file(bytes_path(id), O_WRONLY | O_CREAT);
    if (!opened) {
      unlock(*entry);
      return opened.error();
    }
    file = *std::move(opened);
  }
  return std::make_shared<UploadWriter>(*this, std::move(entry), std::move(file));
}

void UploadStore::unlock(Entry& entry) {
  std::vector<std::function<void()>> waiting;
  {
    const std::scoped_lock lock(mutex_);
    entry.is_busy = false;
    entry.is_leaving = false;
    entry.interrupt = nullptr;
    waiting.swap(entry.waiting);
    // What was written and not settled counts, and is synced before it is told.
    if (!entry.record.sha256 && entry.offset != entry.record.length) {
      const std::uint64_t size = size_of(bytes_path(entry.record.id));
      entry.is_synced = entry.is_synced && size == entry.offset;
      entry.offset = std::min(size, entry.record.length);
    }
  }
  for (const auto& ended : waiting) ended();
}

void UploadStore::interrupt(const events::AttachmentId& id, const events::Who& owner,
                            std::function<void()> ended) {
  std::function<void()> ask;
  {
    const std::scoped_lock lock(mutex_);
    const auto found = find(id, owner);
    if (found && (*found)->is_busy) {
      ask = (*found)->interrupt;
      (*found)->waiting.push_back(std::move(ended));
      ended = nullptr;
    }
  }
  if (ask) ask();
  if (ended) ended();
}

events::Result<UploadStatus> UploadStore::settle(const events::AttachmentId& id,
                                                 const events::Who& owner) {
  std::uint64_t offset = 0;
  {
    const std::scoped_lock lock(mutex_);
    const auto found = find(id, owner);
    if (!found) return found.error();
    const Entry& entry = **found;
    if (entry.is_busy) return locked();
    if (entry.is_synced || entry.record.sha256 || entry.offset == 0) return status_of(entry);
    offset = entry.offset;
  }
  const auto writer = begin(id, owner, offset, nullptr);
  if (!writer) return writer.error();
  return (*writer)->settle();
}

events::Result<void> UploadStore::remove(const events::AttachmentId& id, const events::Who& owner) {
  EntryPtr entry;
  {
    const std::scoped_lock lock(mutex_);
    auto found = find(id, owner);
    if (!found) return found.error();
    entry = *std::move(found);
    if (entry->is_busy || is_handed_out(*entry)) return locked();
    entry->is_busy = true;
    entry->is_leaving = true;
  }
  events::Result<void> done;
  if (entry->record.sha256 && !is_attached(id)) done = options_.blobs->remove(id);
  if (done) done = forget(entry);
  unlock(*entry);
  return done;
}

events::Result<UploadStore::EntryPtr> UploadStore::find_whole(const events::AttachmentId& id,
                                                              const events::Who& owner) const {
  auto found = find(id, owner);
  if (found && (*found)->record.sha256 && !(*found)->is_leaving) return found;
  return events::error(ErrorCode::NoSuchAttachment,
                       "There is no finished upload of yours with this id.");
}

FinishedUpload UploadStore::finished_of(const UploadRecord& record) {
  return {record.id,     record.name,    record.kind.mime,
          record.length, *record.sha256, record.kind.voice};
}

events::Result<FinishedUpload> UploadStore::look_up(const events::AttachmentId& id,
                                                    const events::Who& owner) const {
  const std::scoped_lock lock(mutex_);
  const auto found = find_whole(id, owner);
  if (!found) return found.error();
  return finished_of((*found)->record);
}

events::Result<FinishedUpload> UploadStore::find_finished(const events::AttachmentId& id,
                                                          const events::Who& owner) const {
  std::unique_lock lock(mutex_);
  const auto found = find_whole(id, owner);
  if (found) {
    (*found)->handed_out_until = options_.steady_now() + limits::upload_sweep_grace;
    return finished_of((*found)->record);
  }
  lock.unlock();
  // Others are not told that it was ever there.
  if (options_.attached_by(id) != owner) return found.error();
  return events::error(ErrorCode::AttachmentUsed, "The attachment belongs to another message.");
}

void UploadStore::taken(const events::AttachmentId& id) {
  EntryPtr entry;
  {
    const std::scoped_lock lock(mutex_);
    const auto found = entries_.find(id);
    if (found == entries_.end() || !found->second->record.sha256) return;
    entry = found->second;
  }
  if (const auto gone = forget(entry); !gone) {
    spdlog::warn("the record of upload {} stays for now: {}", id.to_string(), gone.error().detail);
  }
}

events::Result<std::size_t> UploadStore::sweep_uploads(events::Instant now) {
  std::vector<EntryPtr> expired;
  {
    const std::scoped_lock lock(mutex_);
    for (const auto& [id, entry] : entries_) {
      const bool finished = entry->record.sha256.has_value();
      const auto grace = finished ? ms_of(limits::upload_sweep_grace) : 0;
      if (entry->is_busy || entry->record.expires_at.plus_ms(grace) > now) continue;
      // The clock may have jumped past its day while a message is being made with it.
      if (is_handed_out(*entry)) continue;
      entry->is_busy = true;
      entry->is_leaving = true;
      expired.push_back(entry);
    }
  }
  events::Result<std::size_t> removed = std::size_t{0};
  for (const EntryPtr& entry : expired) {
    events::Result<void> done;
    const events::AttachmentId id = entry->record.id;
    if (!is_attached(id)) done = options_.blobs->remove(id);
    if (done) done = forget(entry);
    unlock(*entry);
    if (!done) {
      removed = done.error();
    } else if (removed) {
      ++*removed;
    }
  }
  return removed;
}

events::Result<std::size_t> UploadStore::sweep_blobs(events::Instant now) {
  const auto before =
      std::min(now.plus_ms(-ms_of(limits::upload_lifetime) - ms_of(limits::upload_sweep_grace)),
               options_.log_ended_at());
  const auto is_needed = [this](const events::AttachmentId& id) {
    if (!sweeps_) return true;
    {
      const std::scoped_lock lock(mutex_);
      if (entries_.contains(id)) return true;
    }
    return is_attached(id);
  };
  auto removed = options_.blobs->sweep(blobs_swept_until_, before, is_needed);
  if (removed && sweeps_) blobs_swept_until_ = before;
  return removed;
}

events::Result<std::size_t> UploadStore::sweep() {
  const events::Instant now = options_.clock->now();
  const auto uploads = sweep_uploads(now);
  if (!uploads) return uploads.error();
  const auto blobs = sweep_blobs(now);
  if (!blobs) return blobs.error();
  return *uploads + *blobs;
}

}  // namespace bitacora::http
