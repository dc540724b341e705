// What is being sent, of all connections together, so that it is bounded.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <utility>

namespace bitacora::http {

// Thread-safe. Outlives its shares.
class Outgoing {
 public:
  // Strangers together have half of it, so that what they ask for and never take keeps nobody who
  // is signed in from theirs.
  explicit Outgoing(std::size_t bytes_max) : bytes_max_(bytes_max) {}

  enum class Who : std::uint8_t { SignedIn, Stranger };

  // Gives back what it has when it goes. Has one owner.
  class Share {
   public:
    Share(Outgoing& of, Who who, std::size_t bytes) : of_(&of), who_(who), bytes_(bytes) {}
    Share(Share&& other) noexcept
        : of_(std::exchange(other.of_, nullptr)), who_(other.who_), bytes_(other.bytes_) {}
    Share& operator=(Share&& other) noexcept {
      std::swap(of_, other.of_);
      std::swap(who_, other.who_);
      std::swap(bytes_, other.bytes_);
      return *this;
    }
    ~Share() {
      if (of_ != nullptr) of_->give_back(who_, bytes_);
    }

   private:
    Outgoing* of_;
    Who who_;
    std::size_t bytes_;
  };

  // nullopt when it is not to be had.
  [[nodiscard]] std::optional<Share> take(Who who, std::size_t bytes) {
    const std::size_t all = bytes_.fetch_add(bytes, std::memory_order_relaxed) + bytes;
    const std::size_t of_strangers =
        who == Who::Stranger ? strangers_bytes_.fetch_add(bytes, std::memory_order_relaxed) + bytes
                             : 0;
    std::optional<Share> share(std::in_place, *this, who, bytes);
    if (all > bytes_max_ || of_strangers > bytes_max_ / 2) share.reset();
    return share;
  }

 private:
  void give_back(Who who, std::size_t bytes) {
    bytes_.fetch_sub(bytes, std::memory_order_relaxed);
    if (who == Who::Stranger) strangers_bytes_.fetch_sub(bytes, std::memory_order_relaxed);
  }

  const std::size_t bytes_max_;
  std::atomic<std::size_t> bytes_{0};
  std::atomic<std::size_t> strangers_bytes_{0};
};

}  // namespace bitacora::http
