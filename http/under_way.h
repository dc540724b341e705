// What is done for one of its kind at a time.
#pragma once

#include <mutex>
#include <optional>
#include <set>
#include <utility>

namespace bitacora::http {

// Thread-safe. Outlives its turns.
template <class Id>
class UnderWay {
 public:
  // Ends with its life. Has one owner.
  class Turn {
   public:
    Turn(UnderWay& of, Id id) : of_(&of), id_(std::move(id)) {}
    Turn(Turn&& other) noexcept : of_(std::exchange(other.of_, nullptr)), id_(other.id_) {}
    Turn& operator=(Turn&&) = delete;
    ~Turn() {
      if (of_ != nullptr) of_->end(id_);
    }

   private:
    UnderWay* of_;
    Id id_;
  };

  // nullopt while another has it.
  [[nodiscard]] std::optional<Turn> begin(const Id& id) {
    const std::lock_guard lock(mutex_);
    if (!ids_.insert(id).second) return std::nullopt;
    return std::optional<Turn>(std::in_place, *this, id);
  }

 private:
  void end(const Id& id) {
    const std::lock_guard lock(mutex_);
    ids_.erase(id);
  }

  std::mutex mutex_;
  std::set<Id> ids_;
};

}  // namespace bitacora::http
