// What the data folder of a stopped server has to say, read through the product's own log.
#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "events/log.h"

namespace bitacora::acceptance_test {

struct LogAudit {
  events::Position last{};
  // Every event, by its conversation, in order.
  std::map<events::ConversationId, std::vector<events::RecordedEventPtr>> conversations{};
  // The same of attachments.
  std::map<events::AttachmentId, std::vector<events::RecordedEventPtr>> attachments{};
  // How often each text stands in the log as a message, from whichever side.
  std::map<std::string, int> messages{};

  [[nodiscard]] std::size_t count(std::string_view event_type) const;
};

// Reads all of the log. Fails the test where a position or a stream's version has a gap.
LogAudit audit_log(const events::Log& log);
// The same of a folder that no process holds.
LogAudit audit_folder(const std::filesystem::path& data);

// Brings the views up to date, as a start of the server would, and fails the test where one is not
// equal to that rebuilt from the whole log, byte for byte. The media view is among them where there
// are files; the log must know by then what was found in each.
void expect_views_equal_rebuilt(const std::filesystem::path& data, const events::Log& log);
void expect_views_equal_rebuilt(const std::filesystem::path& data);

// The text of a message's event; empty for every other event.
std::string text_of(const events::RecordedEvent& event);

}  // namespace bitacora::acceptance_test
