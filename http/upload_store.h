// Files on their way in: what tus (http/uploads.cc) keeps between requests, and what a message
// takes.
//
// An upload is two files in its folder, <id> with what has arrived and <id>.json with what is known
// of it; both outlive the process. Finished, its bytes are the blob of that id
// (events/blob_store.h) and what stays here is the record alone, until a message or a quick reply
// has taken it or a day has gone. The upload's id is the attachment's.
//
// Invariants:
//   U1  An offset that was told is on the disk: the bytes before it are never asked for again.
//   U2  An upload that was said to be finished is a blob, its bytes and its name synced.
//   U3  One request at a time writes to an upload.
//   U4  The bytes of a finished upload are of its format: the content decides, not the name.
#pragma once

#include <atomic>
#include <chrono>
#include <cstddef>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string_view>
#include <vector>

#include "events/blob_store.h"
#include "events/free_space.h"
#include "events/limits.h"
#include "events/sha256_stream.h"
#include "http/finished_uploads.h"
#include "http/upload_record.h"

namespace bitacora::http {

class UploadWriter;

struct UploadStoreOptions {
  std::filesystem::path folder;        // made when missing
  events::BlobStore* blobs = nullptr;  // on the same file system; outlives the store
  const events::Clock* clock = nullptr;
  // Whose message or quick reply the attachment went with, as the log has it; nullopt: none. Any
  // thread; may block for a read of the log.
  std::function<std::optional<events::Who>(const events::AttachmentId&)> attached_by;
  // When the log's last event was made; the beginning of time for an empty log. What was made later
  // is no orphan because the log does not have it: perhaps it was put back from a copy. Any thread;
  // may block for a read of the log.
  std::function<events::Instant()> log_ended_at;
  // No upload may leave less free space than this.
  std::uint64_t free_space_watermark_bytes = events::limits::free_space_watermark_bytes;
  std::function<std::uint64_t(const std::filesystem::path&)> free_bytes = events::free_bytes_of;
  // What tells how long a message is being made: `clock` may be set to another time meanwhile.
  std::function<std::chrono::steady_clock::time_point()> steady_now =
      std::chrono::steady_clock::now;
};

struct NewUpload {
  std::string name;  // harmless
  ClaimedKind kind;
  std::uint64_t length = 0;  // within the kind's bound
  std::string key{};         // Idempotency-Key; empty: none
};

struct UploadStatus {
  events::AttachmentId id;
  std::uint64_t offset = 0;
  std::uint64_t length = 0;
  events::Instant expires_at;
  // The same key had made it before.
  bool replayed = false;
};

// Thread-safe. All but look_up(), find_finished() and interrupt() block for the disk.
//
// Of an upload that is somebody else's or was never there they give NotFound, of one that has
// expired Gone.
class UploadStore final : public FinishedUploads {
 public:
  using Options = UploadStoreOptions;

  // Finds what an earlier process left, and puts in order what it was stopped in.
  static events::Result<std::unique_ptr<UploadStore>> open(Options options);
  ~UploadStore() override;

  // TooManyAttempts past the owner's bounds, StorageFull when it would not fit on the disk,
  // Overloaded past everybody's, IdempotencyKeyReused.
  events::Result<UploadStatus> create(const events::Who& owner, NewUpload upload);

  // Where it stands, on the disk; it is gone when the disk failed to take it. Finishes one that is
  // complete: its last request was cut off before it was answered. UploadLocked while another
  // request writes to it.
  events::Result<UploadStatus> settle(const events::AttachmentId& id, const events::Who& owner);

  // The right to write to it, from this offset on. `interrupt` is called, from any thread, to ask
  // the request that has it to come to an end. UploadLocked, OffsetMismatch.
  events::Result<std::shared_ptr<UploadWriter>> begin(const events::AttachmentId& id,
                                                      const events::Who& owner,
                                                      std::uint64_t offset,
                                                      std::function<void()> interrupt);

  // Asks the request that writes to it, if there is one, to come to an end, and calls `ended` when
  // none does: before it returns, or later on another thread.
  void interrupt(const events::AttachmentId& id, const events::Who& owner,
                 std::function<void()> ended);

  // UploadLocked while another request writes to it or a message is being made with it.
  events::Result<void> remove(const events::AttachmentId& id, const events::Who& owner);

  // As find_finished() has it, for its uploader to look at: it is not being sent.
  [[nodiscard]] events::Result<FinishedUpload> look_up(const events::AttachmentId& id,
                                                       const events::Who& owner) const;

  // Lets go what has expired, and blobs that nobody needs. How many files went.
  events::Result<std::size_t> sweep();
  // A sweep that is under way comes to its end soon, and later ones remove nothing.
  void stop_sweeping() { sweeps_ = false; }

  [[nodiscard]] events::Result<FinishedUpload> find_finished(
      const events::AttachmentId& id, const events::Who& owner) const override;
  void taken(const events::AttachmentId& id) override;

 private:
  friend class UploadWriter;

  struct Entry {
    // Under the mutex. The offset is what the file has; what has been told of it was synced.
    UploadRecord record;
    std::uint64_t offset = 0;
    bool is_synced = false;
    bool is_busy = false;
    bool is_leaving = false;                       // while it is busy: it is being removed
    std::function<void()> interrupt{};             // of the request that it is busy with
    std::vector<std::function<void()>> waiting{};  // until it is not
    // Until then a message may be being made with it.
    std::chrono::steady_clock::time_point handed_out_until =
        std::chrono::steady_clock::time_point::min();
    // Of whoever it is busy with: the bytes up to `hashed`.
    events::Sha256Stream hash{};
    std::uint64_t hashed = 0;
  };
  using EntryPtr = std::shared_ptr<Entry>;

  explicit UploadStore(Options options);
  [[nodiscard]] bool is_attached(const events::AttachmentId& id) const {
    return options_.attached_by(id).has_value();
  }
  [[nodiscard]] std::filesystem::path bytes_path(const events::AttachmentId& id) const;
  [[nodiscard]] std::filesystem::path record_path(const events::AttachmentId& id) const;
  events::Result<void> load();
  events::Result<void> load_one(const std::filesystem::path& file);

  // Under the mutex.
  [[nodiscard]] events::Result<EntryPtr> find_whole(const events::AttachmentId& id,
                                                    const events::Who& owner) const;
  [[nodiscard]] events::Result<EntryPtr> find(const events::AttachmentId& id,
                                              const events::Who& owner) const;
  [[nodiscard]] events::Result<void> check_bounds(const events::Who& owner, std::uint64_t length,
                                                  std::uint64_t free_bytes) const;
  [[nodiscard]] EntryPtr find_by_key(const events::Who& owner, std::string_view key) const;

  [[nodiscard]] static FinishedUpload finished_of(const UploadRecord& record);
  [[nodiscard]] static UploadStatus status_of(const Entry& entry);
  [[nodiscard]] events::Instant expiry() const;
  // 0 when there is none.
  static std::uint64_t size_of(const std::filesystem::path& file);
  // Both files of a new upload, on the disk with their names.
  [[nodiscard]] events::Result<void> write_new(const UploadRecord& record) const;

  [[nodiscard]] bool is_handed_out(const Entry& entry) const {
    return entry.handed_out_until > options_.steady_now();
  }
  void unlock(Entry& entry);
  // For whoever it is busy with. The bytes are all there: makes them the blob. NotAccepted, and the
  // upload is gone, when they are not of the kind that they were claimed to be; it is gone, too,
  // when the disk failed to take them.
  events::Result<void> finish(const EntryPtr& entry);
  // At opening: of what is a blob already. What cannot be done now is done by settle().
  void finish_again(const EntryPtr& entry);
  static events::Result<events::Sha256> hash_of_all(Entry& entry,
                                                    const std::filesystem::path& file);
  // Both files; the record last, so that what a stop left is found again.
  events::Result<void> forget(const EntryPtr& entry);
  // Forgets it whatever happens: a sync of it has failed, which the next one would not tell again,
  // so that its client has to begin anew.
  void give_up(const EntryPtr& entry);
  events::Result<std::size_t> sweep_uploads(events::Instant now);
  events::Result<std::size_t> sweep_blobs(events::Instant now);

  const Options options_;
  mutable std::mutex mutex_;
  std::map<events::AttachmentId, EntryPtr> entries_;
  std::atomic<bool> sweeps_{true};
  // Blobs made before were looked at since the start.
  events::Instant blobs_swept_until_{};
};

}  // namespace bitacora::http
