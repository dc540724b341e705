// A company on a data folder of its own: a real log, real views, a runtime over them, two
// departments and their people. Can be stopped and started again on the same folder.
#pragma once

#include <atomic>
#include <filesystem>
#include <future>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "actors/runtime.h"
#include "events/rocksdb_log.h"

namespace bitacora::actors {

// Where one answer arrives.
template <class Outcome>
using Answer = std::future<events::Result<Outcome>>;

// The key, and a fingerprint that follows from what is asked.
Idempotency key(const std::string& key, const std::string& request = "request");

// What an operator asks for to write the text.
SendReply reply(const std::string& text);

class Company {
 public:
  explicit Company(std::chrono::milliseconds actor_idle = events::limits::actor_idle_default);
  ~Company();
  Company(const Company&) = delete;
  Company& operator=(const Company&) = delete;

  void stop();
  // On the same folder, as after a restart of the process.
  void start();

  // Each asks and returns at once.
  Answer<ConversationOutcome> ask(const events::ConversationId& id, const events::OperatorId& who,
                                  ConversationCommand command,
                                  std::optional<Idempotency> idempotency = std::nullopt);
  Answer<ConversationOutcome> write(const events::ContactId& contact, const std::string& text,
                                    std::optional<Idempotency> idempotency = std::nullopt);
  // What a contact asks for besides writing a text.
  Answer<ConversationOutcome> ask(const events::ContactId& contact, ContactCommand command,
                                  std::optional<Idempotency> idempotency = std::nullopt);
  Answer<ContactOutcome> enrol(const std::string& name,
                               std::optional<Idempotency> idempotency = std::nullopt);
  Answer<ContactOutcome> find(const events::ContactId& contact);
  Answer<DirectoryOutcome> change(DirectoryCommand command,
                                  std::optional<Idempotency> idempotency = std::nullopt);

  // Waits.
  events::Result<void> note_examination(const events::AttachmentId& id,
                                        events::AttachmentExamined examined);

  // Each waits, and expects that it happens.
  events::ContactId contact(const std::string& name = "Lucía");
  events::ConversationId conversation(const std::string& first_message = "Hola");
  events::Viewer viewer(const events::OperatorId& who) const;

  // Every event of a stream, read from the log.
  std::vector<events::RecordedEventPtr> stream(const events::StreamId& id) const;
  // Where the last of the events of these streams stands. The log may be further by then: the
  // queues follow by themselves.
  events::Position last_of(std::initializer_list<events::StreamId> ids) const;
  // The texts of a conversation's messages, in order, read from the transcript.
  std::vector<std::string> texts(const events::ConversationId& id) const;
  // Waits until the views have all that the log has.
  void wait_for_views() const;
  // Waits until every place of a command is given back, which is just after its answer.
  void wait_for_nothing_in_flight() const;
  // Waits until no conversation and no contact is awake; fails after half a minute.
  void wait_for_idle_actors_away() const;

  events::Log& log() { return *log_; }
  projections::Projector& projector() { return *projector_; }
  Runtime& runtime() { return *runtime_; }
  std::vector<projections::AnnouncementPtr> announced() const;

  events::DepartmentId ventas;
  events::DepartmentId soporte;
  events::OperatorId ana;    // of ventas
  events::OperatorId bruno;  // of ventas
  events::OperatorId carla;  // of soporte
  events::OperatorId sofia;  // supervisor of both

 private:
  void found();

  std::filesystem::path folder_;
  std::chrono::milliseconds actor_idle_;
  std::shared_ptr<events::Log> log_;
  std::shared_ptr<projections::Projector> projector_;
  std::unique_ptr<Runtime> runtime_;
  mutable std::mutex mutex_;
  std::vector<projections::AnnouncementPtr> announced_;
};

// The answer; fails and aborts the test program when none comes within a minute.
template <class Outcome>
events::Result<Outcome> wait(Answer<Outcome>& answer) {
  if (answer.wait_for(std::chrono::minutes(1)) != std::future_status::ready) {
    std::fputs("no answer came within a minute\n", stderr);
    std::abort();
  }
  return answer.get();
}
template <class Outcome>
events::Result<Outcome> wait(Answer<Outcome>&& answer) {
  return wait(answer);
}

}  // namespace bitacora::actors
