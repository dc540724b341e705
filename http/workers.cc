#include "http/workers.h"

#include <sched.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <boost/asio/associated_executor.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <memory>

namespace bitacora::http {

namespace asio = boost::asio;

namespace {

// Of ioprio_set(2); some versions of the kernel's own header are no C++.
constexpr int ioprio_who_process = 1;
constexpr int ioprio_best_effort_last = 2 << 13 | 7;

// Of the thread that asks. Where the system refuses, its turn is everybody's.
void take_turn(Turn turn) {
  thread_local Turn taken = Turn::Fair;
  if (turn == taken) return;
  const sched_param none{};
  sched_setscheduler(0, SCHED_IDLE, &none);
  // Else the disk would have it wait for everybody too, and with it those who sync a file system's
  // journal that waits for what it has written.
  syscall(SYS_ioprio_set, ioprio_who_process, 0, ioprio_best_effort_last);
  taken = turn;
}

}  // namespace

Workers::Workers(std::size_t threads, std::size_t waiting_max, Turn turn)
    : pool_(threads), under_way_max_(threads + waiting_max), turn_(turn) {}

Workers::~Workers() {
  pool_.stop();
  pool_.join();
}

asio::awaitable<events::Result<void>> Workers::run_erased(std::function<void()> work) {
  if (under_way_.fetch_add(1) >= under_way_max_) {
    under_way_.fetch_sub(1);
    events::Error full = events::error(events::ErrorCode::Overloaded,
                                       "Too much work of this kind is waiting at the moment.");
    full.retry_after_s = 1;
    co_return full;
  }
  co_await asio::async_initiate<const asio::use_awaitable_t<>, void()>(
      [this, &work](auto handler) {
        const auto executor = asio::get_associated_executor(handler);
        auto resume = std::make_shared<decltype(handler)>(std::move(handler));
        asio::post(pool_, [this, work = std::move(work), executor, resume]() mutable {
          take_turn(turn_);
          work();
          // The caller finds what the work held let go.
          work = nullptr;
          under_way_.fetch_sub(1);
          asio::post(executor, [resume] { std::move (*resume)(); });
        });
      },
      asio::use_awaitable);
  co_return events::Result<void>();
}

}  // namespace bitacora::http
