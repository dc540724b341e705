// The files of the store: found when it is opened, made blobs when they are complete, removed.

#include <fcntl.h>
#include <spdlog/spdlog.h>
#include <unistd.h>

#include <cerrno>
#include <fstream>
#include <iterator>
#include <system_error>
#include <utility>

#include "http/content_kind.h"
#include "http/upload_store.h"

namespace bitacora::http {

namespace {

namespace limits = events::limits;

constexpr std::string_view record_ending = ".json";

}  // namespace

events::Result<std::unique_ptr<UploadStore>> UploadStore::open(Options options) {
  const auto made = events::make_folders_durably(options.folder);
  if (!made) return made.error();
  std::unique_ptr<UploadStore> store(new UploadStore(std::move(options)));
  if (const auto loaded = store->load(); !loaded) return loaded.error();
  return store;
}

std::filesystem::path UploadStore::bytes_path(const events::AttachmentId& id) const {
  return options_.folder / id.to_string();
}

std::filesystem::path UploadStore::record_path(const events::AttachmentId& id) const {
  return options_.folder / (id.to_string() + std::string(record_ending));
}

std::uint64_t UploadStore::size_of(const std::filesystem::path& file) {
  std::error_code failed;
  const auto size = std::filesystem::file_size(file, failed);
  return failed ? 0 : size;
}

events::Result<void> UploadStore::write_new(const UploadRecord& record) const {
  // Before the record, whose writing brings the names of both to the disk: a record without bytes
  // would forget an offset that was told.
  const auto bytes = events::open_file(bytes_path(record.id), O_WRONLY | O_CREAT);
  if (!bytes) return bytes.error();
  return events::replace_file_durably(record_path(record.id), encode_upload_record(record));
}

events::Result<void> UploadStore::load() {
  std::vector<std::filesystem::path> files;
  std::error_code failed;
  for (auto at = std::filesystem::directory_iterator(options_.folder, failed);
       !failed && at != std::filesystem::directory_iterator(); at.increment(failed)) {
    files.push_back(at->path());
  }
  if (failed) return events::file_error(failed.value(), "look through", options_.folder);
  for (const auto& file : files) {
    if (file.extension() != record_ending) continue;
    if (const auto loaded = load_one(file); !loaded) return loaded.error();
  }
  // What no record tells of is the rest of something that was being made or removed.
  for (const auto& file : files) {
    const auto id = events::AttachmentId::parse(file.stem().string());
    const bool is_known = id && entries_.contains(*id) &&
                          (file.extension() == record_ending || file == bytes_path(*id));
    if (!is_known) std::filesystem::remove(file, failed);
  }
  return {};
}

events::Result<void> UploadStore::load_one(const std::filesystem::path& file) {
  std::ifstream stream(file, std::ios::binary);
  const std::string text{std::istreambuf_iterator<char>(stream), std::istreambuf_iterator<char>()};
  // What cannot be read may be a finished file's: that is no reason to let it go.
  if (!stream.is_open() || stream.bad()) return events::file_error(errno, "read", file);
  auto record = decode_upload_record(text);
  if (!record || record_path(record->id) != file) {
    spdlog::warn("the upload {} cannot be read and is let go", file.filename().string());
    return {};
  }
  const events::AttachmentId id = record->id;
  if (is_attached(id)) return {};
  auto entry = std::make_shared<Entry>();
  entry->record = *std::move(record);
  const std::uint64_t blob_bytes = size_of(options_.blobs->path_of(id));
  if (entry->record.sha256 && blob_bytes != entry->record.length) return {};
  // It was stopped between becoming a blob and having that in its record, or the new record's name
  // did not outlive a power cut.
  const bool is_blob = blob_bytes == entry->record.length;
  // After a power cut too: docs/STORAGE.md says what is relied on.
  entry->offset = is_blob ? entry->record.length : size_of(bytes_path(id));
  // No more was asked for, so whatever is behind it is none of it.
  if (entry->offset > entry->record.length) return {};
  entries_.emplace(id, entry);
  if (is_blob) finish_again(entry);
  return {};
}

void UploadStore::finish_again(const EntryPtr& entry) {
  // Its client may have been told that it is finished, and asks no more before it sends it.
  const auto finished = finish(entry);
  if (finished) return;
  spdlog::warn("the upload {} is not finished yet: {}", entry->record.id.to_string(),
               finished.error().detail);
}

events::Result<events::Sha256> UploadStore::hash_of_all(Entry& entry,
                                                        const std::filesystem::path& file) {
  if (entry.hashed != entry.record.length) {
    // Written by an earlier process, in part at least.
    const auto opened = events::open_file(file, O_RDONLY);
    if (!opened) return opened.error();
    entry.hash = {};
    std::string piece(limits::upload_piece_bytes, '\0');
    for (entry.hashed = 0; entry.hashed < entry.record.length;) {
      const auto got =
          pread(opened->get(), piece.data(), piece.size(), static_cast<off_t>(entry.hashed));
      if (got <= 0) return events::file_error(got < 0 ? errno : EIO, "read", file);
      entry.hash.add(std::string_view(piece).substr(0, static_cast<std::size_t>(got)));
      entry.hashed += static_cast<std::uint64_t>(got);
    }
  }
  const events::Sha256 hash = entry.hash.finish();
  // Should something fail from here on, the next try begins anew.
  entry.hash = {};
  entry.hashed = 0;
  return hash;
}

events::Result<void> UploadStore::finish(const EntryPtr& entry) {
  if (entry->record.sha256) return {};
  const events::AttachmentId id = entry->record.id;
  const auto here = bytes_path(id);
  const bool is_blob = size_of(here) == 0;
  const auto file = is_blob ? options_.blobs->path_of(id) : here;
  const auto kind = content_kind(file);
  if (!kind) return kind.error();
  if (!is_as_claimed(*kind, entry->record.kind)) {
    if (const auto gone = forget(entry); !gone) return gone.error();
    return not_accepted(*kind);
  }
  const auto hash = hash_of_all(*entry, file);
  if (!hash) return hash.error();
  if (const auto adopted = options_.blobs->adopt(here, id); !adopted) {
    // Gone from both places: it could not be synced.
    if (size_of(here) == 0 && size_of(options_.blobs->path_of(id)) == 0) give_up(entry);
    return adopted.error();
  }
  UploadRecord record = entry->record;
  record.sha256 = *hash;
  record.expires_at = expiry();
  // Should the new record's name be lost, the blob tells that it was finished.
  const auto written = events::replace_file(record_path(id), encode_upload_record(record));
  if (!written) return written.error();
  const std::scoped_lock lock(mutex_);
  entry->record = std::move(record);
  return {};
}

events::Result<void> UploadStore::forget(const EntryPtr& entry) {
  const events::AttachmentId id = entry->record.id;
  const auto bytes = bytes_path(id);
  const auto record = record_path(id);
  if (unlink(bytes.c_str()) != 0 && errno != ENOENT) {
    return events::file_error(errno, "remove", bytes);
  }
  if (unlink(record.c_str()) != 0 && errno != ENOENT) {
    return events::file_error(errno, "remove", record);
  }
  const std::scoped_lock lock(mutex_);
  entries_.erase(id);
  return {};
}

void UploadStore::give_up(const EntryPtr& entry) {
  const events::AttachmentId id = entry->record.id;
  auto gone = forget(entry);
  // So that a power cut does not bring the names back.
  if (gone) gone = events::sync_folder(options_.folder);
  if (!gone) spdlog::warn("what is left of upload {}: {}", id.to_string(), gone.error().detail);
  const std::scoped_lock lock(mutex_);
  entries_.erase(id);
}

}  // namespace bitacora::http
