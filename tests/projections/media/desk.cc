#include "tests/projections/media/desk.h"

#include <chrono>
#include <fstream>
#include <thread>

namespace bitacora::projections::media {

using events::AttachmentId;
using events::StreamId;
using events::Version;

namespace {

const events::Instant now = events::Instant::from_unix_ms(1'790'000'000'000);

template <class T>
T value_of(events::Result<T> result) {
  BITACORA_INVARIANT(result, result.error().detail);
  return *std::move(result);
}

}  // namespace

Desk::Desk() {
  events::RocksdbLogOptions options;
  options.folder = folder_.path() / "log";
  options.free_space_watermark_bytes = 0;
  log_ = value_of(events::open_rocksdb_log(options));
  blobs_ = value_of(events::BlobStore::open(folder_.path() / "blobs"));
}

Desk::~Desk() { close(); }

AttachmentId Desk::attach(const std::string& mime, std::string_view bytes) {
  const auto id = AttachmentId::make(now);
  const auto path = folder_.path() / "upload";
  std::ofstream(path, std::ios::binary) << bytes;
  BITACORA_INVARIANT(blobs_->adopt(path, id), "a blob is kept");
  return attach_blob(id, mime);
}

AttachmentId Desk::attach_nothing(const std::string& mime) {
  return attach_blob(AttachmentId::make(now), mime);
}

AttachmentId Desk::attach_blob(const AttachmentId& id, const std::string& mime) {
  events::AttachmentAttached attached;
  attached.attachment.id = id;
  attached.attachment.name = "fichero";
  attached.attachment.mime = mime;
  attached.conversation_id = events::ConversationId::make(now);
  const std::lock_guard lock(appending_);
  append(StreamId::of(id), Version(0), events::AttachmentEvent(attached));
  return id;
}

void Desk::append(const StreamId& stream, Version expected, events::Event event) {
  events::AppendRequest request;
  request.conditions.push_back({stream, expected});
  request.events.push_back(
      {stream, events::EventId::make(now), now, events::Who::system(), {}, std::move(event)});
  const auto answers = log_->append(std::span(&request, 1));
  BITACORA_INVARIANT(answers.front(), answers.front().error().detail);
}

events::Result<void> Desk::note(const AttachmentId& id,
                                const events::AttachmentExamined& examined) {
  const std::lock_guard lock(appending_);
  if (refusals_ > 0) {
    --refusals_;
    return events::error(events::ErrorCode::Overloaded, "too much to do");
  }
  ++notes_;
  const auto stream = StreamId::of(id);
  if (*log_->head(stream) == Version(1)) {
    append(stream, Version(1), events::AttachmentEvent(examined));
  }
  return {};
}

void Desk::open(std::shared_ptr<const WorkerProgram> program, std::size_t workers,
                const WorkerBounds& bounds) {
  MediaOptions options;
  options.views_folder = views();
  options.log = log_.get();
  options.blobs = blobs_.get();
  options.program = std::move(program);
  options.workers = workers;
  options.bounds = bounds;
  options.note = [this](const AttachmentId& id, const events::AttachmentExamined& found,
                        const std::function<void(events::Result<void>)>& done) {
    done(note(id, found));
  };
  media_ = value_of(Media::open(std::move(options)));
}

bool Desk::settle() {
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::minutes(1);
  while (std::chrono::steady_clock::now() < deadline) {
    // The position first: rows that are older than it would say nothing.
    const bool followed = media_->figures().position == log_->last_position();
    const auto rows = media_->read();
    const bool idle = media_places(*rows, MediaList::Pending, 1).empty() &&
                      media_places(*rows, MediaList::Unnoted, 1).empty();
    if (followed && idle) return true;
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
  return false;
}

std::optional<events::AttachmentExamined> Desk::examined(const AttachmentId& id) {
  const auto stream = value_of(log_->read_stream(StreamId::of(id), Version(2), 1));
  if (stream.empty()) return std::nullopt;
  return std::get<events::AttachmentExamined>(
      std::get<events::AttachmentEvent>(stream.front()->event));
}

std::size_t Desk::notes() const {
  const std::lock_guard lock(appending_);
  return notes_;
}

void Desk::refuse_notes(std::size_t count) {
  const std::lock_guard lock(appending_);
  refusals_ = count;
}

}  // namespace bitacora::projections::media
