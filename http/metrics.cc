#include "http/metrics.h"

#include <prometheus/metric_family.h>
#include <prometheus/text_serializer.h>

#include <array>
#include <atomic>
#include <sstream>
#include <utility>

namespace bitacora::http {

namespace {

using prometheus::ClientMetric;
using prometheus::MetricFamily;
using prometheus::MetricType;

constexpr std::array<std::string_view, 6> class_names{"sign_in", "conversations", "directory",
                                                      "webchat", "files",         "operations"};

constexpr unsigned status_min = 100;
constexpr std::size_t statuses = 500;

constexpr std::array<std::string_view, 9> command_names{
    "send_message", "claim", "release",         "close", "reopen",
    "transfer",     "read",  "receive_message", "other"};

std::size_t command_index(std::string_view name) {
  for (std::size_t i = 0; i + 1 < command_names.size(); ++i) {
    if (command_names.at(i) == name) return i;
  }
  return command_names.size() - 1;
}

using Labels = std::vector<ClientMetric::Label>;

ClientMetric metric(double value, MetricType type, Labels labels) {
  ClientMetric metric;
  metric.label = std::move(labels);
  if (type == MetricType::Counter) {
    metric.counter.value = value;
  } else {
    metric.gauge.value = value;
  }
  return metric;
}

MetricFamily family(std::string name, std::string help, MetricType type) {
  MetricFamily made;
  made.name = std::move(name);
  made.help = std::move(help);
  made.type = type;
  return made;
}

// What became of a command: "done", or a refusal's name.
std::string_view outcome_name(std::size_t outcome) {
  return outcome == 0 ? "done" : events::error_name(static_cast<events::ErrorCode>(outcome - 1));
}

// The counts of a table that are not zero; `labels_of(row, column)` names each.
template <class Table, class LabelsOf>
MetricFamily counter_family(std::string name, std::string help, const Table& table,
                            LabelsOf labels_of) {
  MetricFamily made = family(std::move(name), std::move(help), MetricType::Counter);
  for (std::size_t row = 0; row < table.size(); ++row) {
    for (std::size_t column = 0; column < table[row].size(); ++column) {
      const std::uint64_t count = table[row][column].load(std::memory_order_relaxed);
      if (count == 0) continue;
      made.metric.push_back(
          metric(static_cast<double>(count), MetricType::Counter, labels_of(row, column)));
    }
  }
  return made;
}

class Exposition {
 public:
  template <class Value>
  void gauge(std::string name, std::string help, Value value) {
    single(std::move(name), std::move(help), MetricType::Gauge, static_cast<double>(value));
  }
  template <class Value>
  void counter(std::string name, std::string help, Value value) {
    single(std::move(name), std::move(help), MetricType::Counter, static_cast<double>(value));
  }
  void add(MetricFamily made) { families_.push_back(std::move(made)); }

  [[nodiscard]] std::string text() const {
    std::ostringstream out;
    prometheus::TextSerializer().Serialize(out, families_);
    return out.str();
  }

 private:
  void single(std::string name, std::string help, MetricType type, double value) {
    MetricFamily made = family(std::move(name), std::move(help), type);
    made.metric.push_back(metric(value, type, {}));
    families_.push_back(std::move(made));
  }

  std::vector<MetricFamily> families_;
};

void add_edge(Exposition& out, const Figures& figures) {
  out.gauge("bitacora_connections", "Connections that are open.", figures.connections);
  out.gauge("bitacora_sockets", "WebSockets that are open.", figures.sockets);
  out.counter("bitacora_requests_received_total", "Requests read, whatever became of them.",
              figures.requests);
  out.gauge("bitacora_live_sessions", "Live sessions that the hub tells of changes.",
            figures.live_sessions);
  out.gauge("bitacora_hub_ring_entries", "Changes kept for sessions a little behind.",
            figures.ring_entries);
  out.gauge("bitacora_hub_ring_bytes", "Memory of the changes kept.", figures.ring_bytes);
  out.counter("bitacora_hub_lost_places_total",
              "Times that a session fell behind the ring and caught up from the views.",
              figures.lost_places);
}

void add_domain(Exposition& out, const Figures& figures) {
  out.gauge("bitacora_actors", "Actors that are awake.", figures.actors_live);
  out.gauge("bitacora_commands_in_flight", "Commands that wait for their answer.",
            figures.commands_in_flight);
  out.counter("bitacora_appends_total", "Synced batches of the log.", figures.appends);
  out.counter("bitacora_events_total", "Events appended by this process.", figures.events);
  out.gauge("bitacora_log_position", "Position of the log's last event.", figures.log_position);
  const std::uint64_t lag = figures.log_position > figures.view_position
                                ? figures.log_position - figures.view_position
                                : 0;
  out.gauge("bitacora_view_lag_events", "Events that the views have not applied yet.", lag);
  MetricFamily queues =
      family("bitacora_waiting", "Conversations in Espera, by department.", MetricType::Gauge);
  for (const Figures::Queue& queue : figures.queues) {
    queues.metric.push_back(metric(static_cast<double>(queue.waiting), MetricType::Gauge,
                                   {{"department", queue.department}}));
  }
  out.add(std::move(queues));
  out.gauge("process_resident_memory_bytes", "Resident memory of the process.",
            figures.memory_bytes);
}

void add_media(Exposition& out, const projections::MediaFigures& figures) {
  out.counter("bitacora_media_jobs_done_total", "Files looked into.", figures.jobs_done);
  out.counter("bitacora_media_jobs_failed_total", "Files that could not be looked into.",
              figures.jobs_failed);
  out.gauge("bitacora_media_pending", "Files not looked into yet, counted up to 1,000.",
            figures.pending);
  out.counter("bitacora_media_workers_started_total", "Media processes started.",
              figures.workers_started);
  out.counter("bitacora_media_workers_lost_total", "Media processes that died over a file.",
              figures.workers_lost);
}

}  // namespace

struct Metrics::Series {
  // By class and status; by command and refusal, where 0 is "done".
  std::array<std::array<std::atomic<std::uint64_t>, statuses>, class_names.size()> requests{};
  std::array<std::array<std::atomic<std::uint64_t>, events::error_code_count + 1>,
             command_names.size()>
      commands{};
};

Metrics::Metrics() : series_(std::make_unique<Series>()) {}
Metrics::~Metrics() = default;

void Metrics::request(RouteClass route_class, unsigned status) {
  if (status < status_min || status >= status_min + statuses) return;
  series_->requests.at(static_cast<std::size_t>(route_class))
      .at(status - status_min)
      .fetch_add(1, std::memory_order_relaxed);
}

void Metrics::count_command(std::string_view command, std::optional<events::ErrorCode> refusal) {
  const std::size_t outcome = refusal ? static_cast<std::size_t>(*refusal) + 1 : 0;
  series_->commands.at(command_index(command)).at(outcome).fetch_add(1, std::memory_order_relaxed);
}

std::string Metrics::text(const Figures& figures) {
  Exposition out;
  out.add(counter_family("bitacora_http_requests_total",
                         "Requests answered, by class of route and status.", series_->requests,
                         [](std::size_t route_class, std::size_t status) -> Labels {
                           return {{"class", std::string(class_names.at(route_class))},
                                   {"status", std::to_string(status_min + status)}};
                         }));
  out.add(counter_family("bitacora_commands_total", "Commands, by name and what became of them.",
                         series_->commands, [](std::size_t command, std::size_t outcome) -> Labels {
                           return {{"command", std::string(command_names.at(command))},
                                   {"outcome", std::string(outcome_name(outcome))}};
                         }));
  add_edge(out, figures);
  add_domain(out, figures);
  if (figures.media) add_media(out, *figures.media);
  return out.text();
}

}  // namespace bitacora::http
