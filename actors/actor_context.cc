#include "actors/actor_context.h"

#include <spdlog/spdlog.h>

namespace bitacora::actors {

namespace limits = events::limits;

void WaitingBoard::publish(const events::DepartmentQueueState& queue,
                           const events::DepartmentId& id) {
  DepartmentWaiting figures{id, queue.order.size(), std::nullopt};
  if (!queue.order.empty()) figures.oldest_since = queue.order.begin()->first;
  const std::lock_guard lock(mutex_);
  waiting_.insert_or_assign(id, figures);
}

std::vector<DepartmentWaiting> WaitingBoard::read() const {
  const std::lock_guard lock(mutex_);
  std::vector<DepartmentWaiting> all;
  all.reserve(waiting_.size());
  for (const auto& [id, figures] : waiting_) all.push_back(figures);
  return all;
}

void ViewLag::applied(std::size_t events) {
  const std::size_t before = behind_.fetch_sub(events);
  const std::size_t limit = limits::projection_lag_events_max;
  if (before <= limit || before - events > limit) return;
  const std::lock_guard lock(mutex_);
  less_.notify_all();
}

bool ViewLag::wait_below_limit() {
  const auto below = [this] { return behind_.load() <= limits::projection_lag_events_max; };
  std::unique_lock lock(mutex_);
  const bool was_in_vain = in_vain_;
  const auto patience = was_in_vain ? std::chrono::milliseconds(0) : patience_;
  in_vain_ = !less_.wait_for(lock, patience, below);
  if (in_vain_ && !was_in_vain) {
    spdlog::error("the views are far behind the log: nothing is appended until they catch up");
  }
  return !in_vain_;
}

}  // namespace bitacora::actors
