// How much of something all who ask for it may have at the same time: bytes that are being sent,
// uploads that come in, files that are served.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <utility>

#include "http/message.h"

namespace bitacora::http {

// Thread-safe. Outlives its shares.
class Quota {
 public:
  // Strangers (contacts, and whoever has not signed in) together have half of it, so that what they
  // ask for and never take keeps no operator from theirs.
  explicit Quota(std::size_t max) : max_(max) {}

  enum class Who : std::uint8_t { SignedIn, Stranger };
  static Who asker(const Principal& principal) {
    return principal.viewer ? Who::SignedIn : Who::Stranger;
  }

  // Gives back what it has when it goes. Has one owner.
  class Share {
   public:
    Share(Quota& of, Who who, std::size_t amount) : of_(&of), who_(who), amount_(amount) {}
    Share(Share&& other) noexcept
        : of_(std::exchange(other.of_, nullptr)), who_(other.who_), amount_(other.amount_) {}
    Share& operator=(Share&& other) noexcept {
      std::swap(of_, other.of_);
      std::swap(who_, other.who_);
      std::swap(amount_, other.amount_);
      return *this;
    }
    ~Share() {
      if (of_ != nullptr) of_->give_back(who_, amount_);
    }

   private:
    Quota* of_;
    Who who_;
    std::size_t amount_;
  };

  // nullopt when so much is not to be had.
  [[nodiscard]] std::optional<Share> take(Who who, std::size_t amount = 1) {
    const std::size_t all = taken_.fetch_add(amount, std::memory_order_relaxed) + amount;
    const std::size_t of_strangers =
        who == Who::Stranger ? strangers_.fetch_add(amount, std::memory_order_relaxed) + amount : 0;
    std::optional<Share> share(std::in_place, *this, who, amount);
    if (all > max_ || of_strangers > max_ / 2) share.reset();
    return share;
  }

 private:
  void give_back(Who who, std::size_t amount) {
    taken_.fetch_sub(amount, std::memory_order_relaxed);
    if (who == Who::Stranger) strangers_.fetch_sub(amount, std::memory_order_relaxed);
  }

  const std::size_t max_;
  std::atomic<std::size_t> taken_{0};
  std::atomic<std::size_t> strangers_{0};
};

}  // namespace bitacora::http
