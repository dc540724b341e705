#include "tools/bench/timed_message.h"

#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <chrono>

namespace bitacora::bench {

namespace json = boost::json;
using Clock = std::chrono::steady_clock;

events::Result<double> message_ms(BlockingSocket& socket,
                                  const events::ConversationId& conversation_id,
                                  const std::string& id) {
  const std::string frame = json::serialize(json::object{
      {"type", "command"},
      {"id", id},
      {"name", "send_message"},
      {"conversation_id", conversation_id.to_string()},
      {"body", json::object{{"kind", "text"}, {"text", "¿Me confirma la dirección, por favor?"}}},
  });
  const std::string awaited = "\"id\":\"" + id + "\"";
  const auto begin = Clock::now();
  if (const auto sent = socket.send(frame); !sent) return sent.error();
  while (const auto answer = socket.receive()) {
    const auto head = std::string_view(*answer).substr(0, 160);
    if (head.find(awaited) == std::string_view::npos) continue;
    if (head.find("\"type\":\"done\"") != std::string_view::npos) {
      return std::chrono::duration<double, std::milli>(Clock::now() - begin).count();
    }
    return events::error(events::ErrorCode::Internal, *answer);
  }
  return events::error(events::ErrorCode::Unavailable, "No answer to " + id + ".");
}

}  // namespace bitacora::bench
