#include "tests/acceptance/audit.h"

#include <gtest/gtest.h>

#include <thread>

#include "events/blob_store.h"
#include "events/rocksdb_log.h"
#include "projections/media/media.h"
#include "projections/projector.h"
#include "projections/rebuild.h"
#include "tools/carried_media_worker.h"

namespace bitacora::acceptance_test {

namespace {

namespace fs = std::filesystem;
namespace media = projections::media;

std::unique_ptr<events::Log> open_log(const fs::path& data) {
  auto log = events::open_rocksdb_log({.folder = data / "log"});
  BITACORA_INVARIANT(log.has_value(), log.has_error() ? log.error().detail : "");
  return std::move(*log);
}

events::Sha256 digest_of(const fs::path& views, const projections::Projection& projection) {
  const auto store = projections::open_view_store(views, projection.name(), projection.version());
  BITACORA_INVARIANT(store.has_value(), "a view can be opened");
  return projections::digest(*(*store)->read());
}

void expect_equal_rebuilt(const fs::path& data, const events::Log& log,
                          projections::Projection& projection) {
  const fs::path rebuilt = data / "rebuilt";
  fs::remove_all(rebuilt);
  {
    const auto store =
        projections::open_view_store(rebuilt, projection.name(), projection.version());
    BITACORA_INVARIANT(store.has_value(), "an empty view can be made");
    const auto done = projections::rebuild(log, log.last_position(), projection, **store);
    ASSERT_TRUE(done.has_value()) << projection.name();
  }
  EXPECT_EQ(digest_of(data / "views", projection), digest_of(rebuilt, projection))
      << projection.name();
  fs::remove_all(rebuilt);
}

bool has_files(const events::Log& log) {
  events::Position reached;
  for (;;) {
    const auto some = log.read_all(reached.next(), 4096);
    BITACORA_INVARIANT(some.has_value(), "the log can be read");
    if (some->empty()) return false;
    for (const auto& event : *some) {
      if (event->header.stream.kind == events::StreamKind::Attachment) return true;
    }
    reached = some->back()->header.position;
  }
}

// The digest of the media view of this folder, once there is nothing left to look into.
events::Sha256 media_digest(const fs::path& views, const events::Log& log,
                            const events::BlobStore& blobs) {
  media::MediaOptions options;
  options.views_folder = views;
  options.log = &log;
  options.blobs = &blobs;
  options.program = *media::WorkerProgram::of_bytes(tools::carried_media_worker());
  options.note = [](const events::AttachmentId& id, const events::AttachmentExamined&, auto done) {
    ADD_FAILURE() << "the log does not know what was found in " << id.to_string();
    done({});
  };
  const auto view = media::Media::open(std::move(options));
  BITACORA_INVARIANT(view.has_value(), "the media view can be opened");
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::minutes(2);
  const auto settled = [&] {
    // The position first: rows that are older than it would say nothing.
    return (*view)->figures().position == log.last_position() && (*view)->figures().pending == 0;
  };
  while (!settled()) {
    if (std::chrono::steady_clock::now() > deadline) {
      ADD_FAILURE() << "the media view does not come to rest";
      break;
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
  (*view)->stop();
  return projections::digest(*(*view)->read());
}

void expect_media_equal_rebuilt(const fs::path& data, const events::Log& log) {
  const fs::path rebuilt = data / "rebuilt";
  fs::remove_all(rebuilt);
  const auto blobs = events::BlobStore::open(data / "blobs");
  BITACORA_INVARIANT(blobs.has_value(), "the blobs can be opened");
  EXPECT_EQ(media_digest(data / "views", log, **blobs), media_digest(rebuilt, log, **blobs))
      << "media";
  fs::remove_all(rebuilt);
}

}  // namespace

std::string text_of(const events::RecordedEvent& event) {
  const auto* of_conversation = std::get_if<events::ConversationEvent>(&event.event);
  if (of_conversation == nullptr) return {};
  if (const auto* received = std::get_if<events::MessageReceived>(of_conversation)) {
    return received->content.text;
  }
  if (const auto* sent = std::get_if<events::MessageSent>(of_conversation)) {
    return sent->content.text;
  }
  return {};
}

std::size_t LogAudit::count(std::string_view event_type) const {
  std::size_t total = 0;
  for (const auto& [id, events] : conversations) {
    for (const auto& event : events) total += event->header.type == event_type ? 1 : 0;
  }
  return total;
}

LogAudit audit_log(const events::Log& log) {
  LogAudit audit;
  std::map<events::StreamId, events::Version> versions;
  for (;;) {
    const auto some = log.read_all(audit.last.next(), 4096);
    BITACORA_INVARIANT(some.has_value(), "the log can be read");
    if (some->empty()) break;
    for (const auto& event : *some) {
      const auto& header = event->header;
      EXPECT_EQ(header.position.value(), audit.last.value() + 1);
      audit.last = header.position;
      auto& version = versions[header.stream];
      EXPECT_EQ(header.version.value(), version.value() + 1) << header.stream.to_string();
      version = header.version;
      if (header.stream.kind == events::StreamKind::Conversation) {
        audit.conversations[events::ConversationId(header.stream.id)].push_back(event);
      }
      if (header.stream.kind == events::StreamKind::Attachment) {
        audit.attachments[events::AttachmentId(header.stream.id)].push_back(event);
      }
      if (const auto text = text_of(*event); !text.empty()) ++audit.messages[text];
    }
  }
  EXPECT_EQ(audit.last, log.last_position());
  for (const auto& [stream, version] : versions) {
    const auto head = log.head(stream);
    EXPECT_TRUE(head.has_value() && *head == version) << stream.to_string();
  }
  return audit;
}

LogAudit audit_folder(const fs::path& data) { return audit_log(*open_log(data)); }

void expect_views_equal_rebuilt(const fs::path& data, const events::Log& log) {
  {
    const auto current = projections::Projector::open(data / "views", log);
    ASSERT_TRUE(current.has_value()) << current.error().detail;
    EXPECT_EQ((*current)->position(), log.last_position());
  }
  projections::InboxProjection inbox;
  projections::TranscriptProjection transcript;
  projections::DirectoryProjection directory;
  expect_equal_rebuilt(data, log, inbox);
  expect_equal_rebuilt(data, log, transcript);
  expect_equal_rebuilt(data, log, directory);
  if (has_files(log)) expect_media_equal_rebuilt(data, log);
}

void expect_views_equal_rebuilt(const fs::path& data) {
  expect_views_equal_rebuilt(data, *open_log(data));
}

}  // namespace bitacora::acceptance_test
