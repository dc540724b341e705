// What is being sent, of all connections together, so that it is bounded.
#pragma once

#include <atomic>
#include <cstddef>
#include <utility>

namespace bitacora::http {

// Thread-safe. Outlives its shares.
class Outgoing {
 public:
  explicit Outgoing(std::size_t bytes_max) : bytes_max_(bytes_max) {}

  // Gives back what it has when it goes. Has one owner.
  class Share {
   public:
    Share() = default;
    Share(Outgoing& of, std::size_t bytes) : of_(&of), bytes_(bytes) {}
    Share(Share&& other) noexcept : of_(std::exchange(other.of_, nullptr)), bytes_(other.bytes_) {}
    Share& operator=(Share&&) = delete;
    ~Share() {
      if (of_ != nullptr) of_->bytes_.fetch_sub(bytes_, std::memory_order_relaxed);
    }
    // False for one that was not to be had.
    explicit operator bool() const { return of_ != nullptr; }

   private:
    Outgoing* of_ = nullptr;
    std::size_t bytes_ = 0;
  };

  [[nodiscard]] Share take(std::size_t bytes) {
    const std::size_t before = bytes_.fetch_add(bytes, std::memory_order_relaxed);
    Share share(*this, bytes);
    if (before + bytes > bytes_max_) return {};
    return share;
  }

 private:
  const std::size_t bytes_max_;
  std::atomic<std::size_t> bytes_{0};
};

}  // namespace bitacora::http
