// Short ways to write appends down, for the tests of logs.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "events/codec.h"
#include "events/log.h"
#include "tests/events/sample_events.h"

namespace bitacora::events {

inline StreamId sample_stream(std::uint8_t last) {
  return StreamId::of(sample_id<ConversationId>(last));
}

inline NewEvent received(const StreamId& stream, std::string text) {
  return {stream,
          EventId::make(sample_time()),
          sample_time(),
          Who::of(sample_id<ContactId>(2)),
          {},
          ConversationEvent(MessageReceived{{std::move(text), {}}})};
}

// Messages with these texts, appended to the stream at this version.
inline AppendRequest messages(const StreamId& stream, std::uint64_t expected,
                              const std::vector<std::string>& texts) {
  AppendRequest request{{{stream, Version(expected)}}, {}, {}};
  for (const std::string& text : texts) request.events.push_back(received(stream, text));
  return request;
}

inline AppendRequest with_key(AppendRequest request, const StreamId& scope, std::string id) {
  const Fingerprint fingerprint = sha256(id);
  request.command = CommandKey{scope, std::move(id), fingerprint};
  return request;
}

inline Result<Appended> append_one(Log& log, const AppendRequest& request) {
  return std::move(log.append({&request, 1}).front());
}

inline const std::string& text_of(const RecordedEventPtr& recorded) {
  return std::get<MessageReceived>(std::get<ConversationEvent>(recorded->event)).content.text;
}

inline std::vector<std::string> texts_of(const std::vector<RecordedEventPtr>& events) {
  std::vector<std::string> texts;
  for (const RecordedEventPtr& event : events) texts.push_back(text_of(event));
  return texts;
}

}  // namespace bitacora::events
