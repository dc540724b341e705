// What a command does to the directory: events, nothing (it is so already), or a refusal.
// Pure: no clock, no chance, no I/O, no CAF.
#pragma once

#include <optional>
#include <vector>

#include "actors/commands.h"

namespace bitacora::actors {

struct DirectoryDecision {
  std::vector<events::DirectoryEvent> events;
  // What the events attach to the quick reply they are about, if it has not been there before.
  std::optional<events::Attachment> attaches{};
  // The id of what the command is about.
  events::UuidBytes subject{};
};

// Whether they may ask for it, as the directory has them: Forbidden for an account that was
// deactivated or whose role does not allow it. The system may ask for anything.
events::Result<void> check_right(const events::DirectoryState& state, const events::Who& who,
                                 const DirectoryCommand& command);

// A command decided again on the state that its events lead to gives no events, except for
// AddQuickReply and NotePasswordChange, which are told apart by their command key. (A department or
// an operator added again is refused: AlreadyExists.)
//
// Invalid for names, slugs, texts and origins out of bounds and for departments that do not exist;
// NotFound for changing what is not there; AlreadyExists for a slug or a username that is taken, by
// a deactivated operator too. `fresh` becomes the id of what is added.
events::Result<DirectoryDecision> decide(const events::DirectoryState& state,
                                         const DirectoryCommand& command,
                                         const events::UuidBytes& fresh);

// The id of what an event is about, for rebuilding the answer to a command that came before.
events::UuidBytes subject_of(const events::DirectoryEvent& event);

}  // namespace bitacora::actors
