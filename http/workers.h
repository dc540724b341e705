// Threads for work that would block those of the connections: password hashes, files.
#pragma once

#include <atomic>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/thread_pool.hpp>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <utility>

#include "events/error.h"
#include "events/limits.h"
#include "http/defect.h"

namespace bitacora::http {

// When the threads have a processor, where there are fewer than who want one.
enum class Turn : std::uint8_t { Fair, Last };

// Thread-safe.
class Workers {
 public:
  explicit Workers(std::size_t threads = events::limits::password_hashes_at_once_max,
                   std::size_t waiting_max = events::limits::password_hashes_waiting_max,
                   Turn turn = Turn::Fair);
  // Waits for what is running, and drops what has not begun.
  ~Workers();
  // Waits for all that was asked for; nothing more may be asked. Those who wait for it resume when
  // their executor still runs.
  void join() { pool_.join(); }
  Workers(const Workers&) = delete;
  Workers& operator=(const Workers&) = delete;

  // Runs the work on one of the threads, and resumes on the caller's executor with what it gave.
  // Overloaded when as much is waiting as may, Internal when it threw. It and what it holds live
  // until it has run, whatever becomes of the caller.
  template <class Value>
  boost::asio::awaitable<events::Result<Value>> run(std::function<events::Result<Value>()> work) {
    auto result = std::make_shared<std::optional<events::Result<Value>>>();
    std::function<void()> fill = [result, work = std::move(work)] {
      try {
        result->emplace(work());
      } catch (...) {
        result->emplace(defect(std::current_exception(), "work on a thread of its own"));
      }
    };
    const auto has_run = co_await run_erased(std::move(fill));
    if (!has_run) co_return has_run.error();
    co_return *std::move(*result);
  }

 private:
  boost::asio::awaitable<events::Result<void>> run_erased(std::function<void()> work);

  boost::asio::thread_pool pool_;
  const std::size_t under_way_max_;
  const Turn turn_;
  std::atomic<std::size_t> under_way_{0};
};

}  // namespace bitacora::http
