// Reading the log for the actors: states rebuilt from snapshot and stream, and the answers to
// commands that came before, as they were then. Free of CAF. All functions block for reads and may
// be called from any thread.
#pragma once

#include <optional>

#include "actors/commands.h"
#include "actors/department_queue_decider.h"
#include "projections/view_store.h"

namespace bitacora::actors {

// A state, the version of the snapshot that it was rebuilt from (0: none), and the position of the
// last event that was read after it (0: none).
template <class State>
struct Hydrated {
  State state;
  events::Version snapshot;
  events::Position position;
};

// Of a stream that does not exist: the state before any event, version 0. A snapshot that cannot be
// read is ignored.
events::Result<Hydrated<events::ConversationState>> load(const events::Log& log,
                                                         const events::ConversationId& id);
events::Result<Hydrated<events::ContactState>> load(const events::Log& log,
                                                    const events::ContactId& id);
events::Result<Hydrated<events::DepartmentQueueState>> load(const events::Log& log,
                                                            const events::DepartmentId& id);
events::Result<Hydrated<events::DirectoryState>> load_directory(const events::Log& log);

// The answer that the command was given, rebuilt from the log as of its last event; nullopt when
// there was no such command; IdempotencyKeyReused when it was another one.
events::Result<std::optional<ConversationOutcome>> recall_conversation(
    const events::Log& log, const events::CommandKey& key);
events::Result<std::optional<ContactOutcome>> recall_contact(const events::Log& log,
                                                             const events::CommandKey& key);
events::Result<std::optional<DirectoryOutcome>> recall_directory(const events::Log& log,
                                                                 const events::CommandKey& key);

// Whether the log has a command of that key, whatever was asked with it; without a key it has not.
bool has_happened(const events::Log& log, const std::optional<events::CommandKey>& key);

// Whose message or quick reply the attachment went with; nullopt: it has gone with none. What
// cannot be read is nobody's of those that ask: Who::system().
std::optional<events::Who> attached_by(const events::Log& log, const events::AttachmentId& id);

// How far the queues have followed the conversations, kept in a snapshot row of its own. Losing it
// costs the time of reading the log again.
events::Result<events::Position> load_followed(const events::Log& log);
void save_followed(events::Log& log, events::Position followed);

// A page of the log as the queues see it.
struct StepsPage {
  // Up to and including this position.
  events::Position to;
  std::vector<QueueStep> steps;
  // This is all that the view has.
  bool last = false;
};

// The steps after `after`, at most `events_max` events of the log, not past what the inbox has.
events::Result<StepsPage> read_steps(const events::Log& log, const projections::ViewReader& inbox,
                                     events::Position after, std::size_t events_max);

}  // namespace bitacora::actors
