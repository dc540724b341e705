// What the projections' tests share: a folder that goes away, and histories of conversations.
#pragma once

#include <filesystem>
#include <map>
#include <random>
#include <span>
#include <string>
#include <vector>

#include "events/log.h"
#include "projections/projection.h"
#include "projections/transcript.h"
#include "projections/view_store.h"

namespace bitacora::projections {

class TemporaryFolder {
 public:
  TemporaryFolder();
  ~TemporaryFolder();
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;
  [[nodiscard]] const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

// Events as the log would hold them, and the states that they lead to. Ids and times follow from
// the seed's generator, never from the clock.
class History {
 public:
  explicit History(std::uint64_t seed = 1);

  // Two departments and four operators stand ready; the directory knows them.
  std::vector<events::DepartmentId> departments;
  std::vector<events::OperatorId> operators;
  events::DirectoryState directory;

  std::vector<events::RecordedEventPtr> events;
  std::map<events::ConversationId, events::ConversationState> states;
  // Of each conversation, as they are now, oldest first; kept by going through all of them at each
  // event that may change some.
  std::map<events::ConversationId, std::vector<Message>> messages;

  events::ConversationId open(const events::DepartmentId& department_id,
                              const std::string& name = "Núñez");
  events::RecordedEventPtr add(const events::ConversationId& id, events::ConversationEvent event);
  events::RecordedEventPtr receive(const events::ConversationId& id,
                                   const std::string& text = "¿Hola?");
  events::RecordedEventPtr send(const events::ConversationId& id, const std::string& text = "Diga");
  // Each records what attaches the file, and the message; returns the message.
  events::RecordedEventPtr receive_file(const events::ConversationId& id, bool voice);
  events::RecordedEventPtr send_file(const events::ConversationId& id);
  // What was found in the file that was attached last.
  events::RecordedEventPtr examine(const events::Attachment& file,
                                   const events::AttachmentExamined& found);
  events::RecordedEventPtr claim(const events::ConversationId& id, const events::OperatorId& by);
  events::RecordedEventPtr close(const events::ConversationId& id);
  events::RecordedEventPtr release(const events::ConversationId& id);
  // One random thing that may happen next, to a conversation, a contact or the directory.
  void happen();

  // Attached, and not examined yet.
  std::vector<events::Attachment> unexamined;

  void pass_ms(std::int64_t ms) { now_ = now_.plus_ms(ms); }
  [[nodiscard]] events::Position position() const { return events::Position(events.size()); }
  std::size_t pick(std::size_t count) { return random_() % count; }
  events::UuidBytes uuid();

 private:
  events::RecordedEventPtr record(const events::StreamId& stream, events::Event event,
                                  events::Who who);
  void keep_messages(const events::RecordedEvent& recorded);
  void happen_to(const events::ConversationId& id);
  void happen_in_directory();
  void mark_delivery(const events::ConversationId& id);
  void examine_something();
  events::Attachment attach(std::optional<events::ConversationId> conversation_id,
                            std::optional<events::QuickReplyId> quick_reply_id, bool voice);

  std::mt19937_64 random_;
  events::Instant now_ = events::Instant::from_unix_ms(1'790'000'000'000);
  std::map<events::StreamId, events::Version> heads_;
  std::map<events::AttachmentId, events::ConversationId> located_;
};

// Applies the events as one batch and commits it.
void apply_batch(Projection& projection, ViewStore& store,
                 std::span<const events::RecordedEventPtr> batch);

// Appends the history's events from `from` on to a log that holds those before it.
void append(events::Log& log, const History& history, events::Position from);
std::unique_ptr<events::Log> open_log(const TemporaryFolder& folder);

// All rows, keys and values, for comparing and for messages.
std::map<std::string, std::string> all_rows(const ViewReader& rows);

}  // namespace bitacora::projections
