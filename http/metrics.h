// What the edge counts, and the text that Prometheus reads.
//
// Labels come from fixed sets (route class, status, command, refusal) and from the departments, so
// that the number of series is bounded. All functions are thread-safe.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "events/error.h"
#include "projections/media_files.h"

namespace bitacora::http {

enum class RouteClass : std::uint8_t {
  SignIn,
  Conversations,
  Directory,
  Webchat,
  Files,
  Operations
};

// Everything that is not counted but looked at when the text is asked for.
struct Figures {
  std::size_t connections = 0;
  std::size_t sockets = 0;
  std::uint64_t requests = 0;
  std::size_t live_sessions = 0;
  std::size_t ring_entries = 0;
  std::size_t ring_bytes = 0;
  std::uint64_t lost_places = 0;
  std::size_t actors_live = 0;
  std::size_t commands_in_flight = 0;
  std::uint64_t appends = 0;
  std::uint64_t events = 0;
  std::uint64_t log_position = 0;
  std::uint64_t view_position = 0;
  std::uint64_t memory_bytes = 0;
  struct Queue {
    std::string department;  // its slug
    std::uint64_t waiting = 0;
  };
  std::vector<Queue> queues;
  std::optional<projections::MediaFigures> media{};  // unset: nothing looks into files
};

class Metrics {
 public:
  Metrics();
  ~Metrics();

  void request(RouteClass route_class, unsigned status);
  // A command of a conversation, over HTTP or a live socket, or a contact's message, and what
  // became of it.
  template <class Outcome>
  void command(std::string_view command, const events::Result<Outcome>& outcome) {
    count_command(command, outcome ? std::nullopt : std::optional(outcome.error().code));
  }

  // The text exposition format, version 0.0.4.
  std::string text(const Figures& figures);

 private:
  struct Series;
  void count_command(std::string_view command, std::optional<events::ErrorCode> refusal);
  std::unique_ptr<Series> series_;
};

}  // namespace bitacora::http
