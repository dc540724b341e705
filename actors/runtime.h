// The actors as a whole, seen from outside: start them over a data folder, ask them, stop them.
// Free of CAF, so that the edge need not include it.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "actors/commands.h"
#include "events/limits.h"
#include "events/time.h"
#include "projections/projector.h"

namespace bitacora::actors {

struct RuntimeOptions {
  std::shared_ptr<events::Log> log;
  std::shared_ptr<projections::Projector> projector;  // opened: its views are current
  std::shared_ptr<const events::Clock> clock;
  std::chrono::milliseconds actor_idle = events::limits::actor_idle_default;
  // Threads of the actors' scheduler; 0: one a core.
  std::size_t scheduler_threads = 0;
  // Called on the projector's thread after each commit of the views, in order; must not block.
  std::function<void(projections::AnnouncementPtr)> announce{};
  // Called once when the process cannot go on (the views cannot be written, an actor that all
  // depend on died). Must not return: the default says so and exits with 74 (EX_IOERR).
  std::function<void(const std::string& what)> on_fatal{};
};

// A department's queue, as its actor has it: a little behind the conversations. A department in
// which nobody has waited since the start may be missing.
struct DepartmentWaiting {
  events::DepartmentId department_id;
  std::size_t waiting = 0;
  std::optional<events::Instant> oldest_since{};
};

struct RuntimeFigures {
  std::size_t actors_live = 0;
  std::size_t commands_in_flight = 0;
  std::uint64_t appends_total = 0;  // batches synced
  std::uint64_t events_total = 0;   // events appended by this process
  std::vector<DepartmentWaiting> waiting{};
};

// All asking functions are thread-safe and return at once. Each calls `done` exactly once, on a
// thread of the actors, which `done` must not block: post elsewhere. Overloaded (with retry_after)
// past limits::commands_in_flight_max, and Unavailable once stopped: these two come on the caller's
// own thread, before asking returns. Unavailable also when the outcome is unknown: ask again with
// the same key.
class Runtime {
 public:
  static std::unique_ptr<Runtime> start(RuntimeOptions options);
  // Stops as stop() does.
  ~Runtime();
  Runtime(const Runtime&) = delete;
  Runtime& operator=(const Runtime&) = delete;

  using ConversationDone = std::function<void(events::Result<ConversationOutcome>)>;
  using ContactDone = std::function<void(events::Result<ContactOutcome>)>;
  using ExaminationDone = std::function<void(events::Result<void>)>;
  using DirectoryDone = std::function<void(events::Result<DirectoryOutcome>)>;

  // Judged by the account as it is when it happens: Unauthenticated when it is not active then.
  void ask(const events::ConversationId& id, const events::OperatorId& who,
           std::optional<Idempotency> idempotency, ConversationCommand command,
           ConversationDone done);

  // A mark of delivery from a contact without a conversation is NotFound.
  void ask(const events::ContactId& id, std::optional<Idempotency> idempotency,
           ContactCommand command, ConversationDone done);

  // `registrar` scopes the key: the address or account that registers.
  void ask(std::string registrar, std::optional<Idempotency> idempotency, RegisterContact command,
           ContactDone done);

  // Forbidden to whom the directory does not allow it.
  void ask(events::Who who, std::optional<Idempotency> idempotency, DirectoryCommand command,
           DirectoryDone done);

  // What was found by looking into an attachment. Nothing happens when it is known already;
  // NotFound for an attachment that belongs to nothing, Invalid when it is out of its bounds.
  void note_examination(const events::AttachmentId& id, events::AttachmentExamined examined,
                        ExaminationDone done);

  // The contact as its stream says, for answering "who am I"; NotFound when it never registered.
  void find_contact(const events::ContactId& id, ContactDone done);

  // The newest directory: it has what every answered command has changed, which the views' may
  // lack for a moment. Does not block.
  [[nodiscard]] events::Directory directory() const;

  [[nodiscard]] RuntimeFigures figures() const;

  // No new commands (Unavailable), those under way are finished, the projector has applied
  // everything, snapshots are written, the actors are gone. Blocks, some seconds more than
  // limits::append_timeout at most, after which on_fatal is called; a second call does nothing.
  void stop();

 private:
  struct State;
  explicit Runtime(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace bitacora::actors
