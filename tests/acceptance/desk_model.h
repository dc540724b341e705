// What an operator's client holds: the conversations of its tabs and their messages, kept as the
// console keeps them, from lists and frames.
#pragma once

#include <map>
#include <set>
#include <string>

#include "tests/acceptance/client.h"

namespace bitacora::acceptance_test {

class DeskModel {
 public:
  // As a fresh client does whose frames stand at `position`: all three tabs, and the messages of
  // each conversation. What is newer is left to the frames (L6).
  void load(Client& client, std::uint64_t position);
  // A frame of changes. The messages of a conversation that is new here are loaded over `client`.
  void apply(const json::value& changes, Client& client);

  [[nodiscard]] const std::map<std::string, json::value>& conversations() const {
    return conversations_;
  }
  // By conversation, then by version.
  [[nodiscard]] const std::map<std::string, std::map<std::uint64_t, json::value>>& messages()
      const {
    return messages_;
  }
  [[nodiscard]] std::size_t loads() const { return loads_; }

 private:
  void load_messages(const std::string& conversation_id, Client& client);

  std::map<std::string, json::value> conversations_{};
  std::map<std::string, std::map<std::uint64_t, json::value>> messages_{};
  // Conversations whose messages are in messages_; the others were out of sight again when they
  // were asked for.
  std::set<std::string> loaded_{};
  // Those that were in any list or frame.
  std::set<std::string> seen_{};
  std::size_t loads_ = 0;
};

}  // namespace bitacora::acceptance_test
