// One line of a file of dialogues, as `bitacora import` reads it:
//
//   {"id": "dlg-1", "name": "Jean", "turns": [["contact", "One latte"], ["operator", "Here"]]}
//
// `name` may be left out. The first turn is the contact's: a conversation starts with it.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "events/error.h"

namespace bitacora::tools {

enum class Speaker : std::uint8_t { Contact, Operator };

struct Turn {
  Speaker speaker{};
  std::string text;  // 1 to limits::message_code_points_max code points
  friend bool operator==(const Turn&, const Turn&) = default;
};

struct Dialogue {
  std::string id;    // 1 to limits::import_id_bytes_max bytes
  std::string name;  // the contact's; empty: none was given
  std::vector<Turn> turns;

  // The command key of the dialogue's step: "register", "0" for the first turn and so on, "close".
  // It follows from id and step alone, whatever characters the id has, and fits
  // limits::idempotency_key_bytes_max.
  [[nodiscard]] std::string key(std::string_view step) const;
};

// Invalid, with what is wrong as a clause ("turn 3 is empty"), for everything that is no whole
// dialogue. Pure; thread-safe.
events::Result<Dialogue> parse_dialogue(std::string_view line);

}  // namespace bitacora::tools
