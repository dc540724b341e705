// A file on its way to the server, as tus 1.0.0 has it: made with a key, sent, looked after, sent
// on.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>

#include "tests/acceptance/client.h"

namespace bitacora::acceptance_test {

inline constexpr const char* operators_side = "/api/v1";
inline constexpr const char* webchat_side = "/api/v1/webchat";

struct SentFile {
  std::string name;
  std::string bytes;
};

class Upload {
 public:
  Upload(std::string side, SentFile file, std::string key);

  // One call, whichever is due. False when it had no answer, or 503: go on later, or elsewhere. Any
  // other answer than one that brings it forward is a failure of the test, and the end.
  bool go_on(tools::HttpClient& http);
  [[nodiscard]] bool is_over() const { return refused_ || offset_ == file_.bytes.size(); }
  // Empty unless all of it has arrived.
  [[nodiscard]] std::string attachment_id() const;

 private:
  [[nodiscard]] tools::HttpCall next_call() const;

  std::string side_;
  SentFile file_;
  std::string key_;
  std::string path_{};
  // What the server has of it; nullopt: it has to be asked.
  std::optional<std::size_t> offset_{};
  bool refused_ = false;
};

// Uploads the file whole; the attachment's id.
std::string upload(Client& client, const std::string& side, const SentFile& file);

json::object file_body(const std::string& attachment_id, const std::string& caption = {});

// What a list of messages says of its files, by their ids: "pending", "done", "failed".
std::map<std::string, std::string> examinations(Client& client, const std::string& messages);
// The same once none of these is pending any more. A failure of the test when that takes two
// minutes.
std::map<std::string, std::string> await_examinations(Client& client, const std::string& messages,
                                                      const std::set<std::string>& ids);

}  // namespace bitacora::acceptance_test
