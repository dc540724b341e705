// Uploads of 100 MB, one and ten at once, beside nginx's WebDAV PUT of the same file.
#include <atomic>
#include <boost/beast/http/verb.hpp>
#include <chrono>
#include <functional>
#include <thread>

#include "tools/bench/filler.h"
#include "tools/bench/measure.h"
#include "tools/bench/nginx_process.h"
#include "tools/bench/process_figures.h"
#include "tools/bench/server_process.h"
#include "tools/bench/statistics.h"
#include "tools/bench/uploader.h"

namespace bitacora::bench {

namespace {

namespace http = boost::beast::http;
using events::Result;
using Clock = std::chrono::steady_clock;

constexpr double megabyte = 1e6;
constexpr double upload_ratio_min = 0.5;
constexpr double target_more_megabytes = 16;
constexpr std::size_t file_bytes = 100'000'000;
constexpr std::size_t at_once = 10;
constexpr const char* upload_name_base64 = "YS5wZGY=";  // a.pdf

// As many at once; how long until all were answered, seconds.
Result<double> time_of(std::size_t count, const std::function<Result<void>(std::size_t)>& one) {
  std::vector<Result<void>> results(count);
  const auto begin = Clock::now();
  {
    std::vector<std::jthread> threads;
    for (std::size_t i = 0; i < count; ++i) threads.emplace_back([&, i] { results[i] = one(i); });
  }
  const double taken = std::chrono::duration<double>(Clock::now() - begin).count();
  for (const auto& result : results) {
    if (!result) return result.error();
  }
  return taken;
}

// The most that the process had resident while `work` ran, looked at every 2 ms; bytes.
template <class Work>
std::uint64_t most_resident(pid_t pid, Work work) {
  std::atomic<bool> over{false};
  std::uint64_t most = 0;
  std::jthread watch([&] {
    while (!over) {
      most = std::max(most, resident_bytes(pid));
      std::this_thread::sleep_for(std::chrono::milliseconds(2));
    }
  });
  work();
  over = true;
  watch.join();
  return most;
}

struct UploadMeasured {
  std::vector<double> ours;   // seconds
  std::vector<double> nginx;  // likewise
  std::uint64_t more_bytes = 0;
};

struct UploadContest {
  const std::string& file;
  const Uploader& uploader;
  pid_t server_pid;
  const NginxProcess& nginx;

  [[nodiscard]] Result<void> run_round(std::size_t count, UploadMeasured& measured) const {
    std::vector<std::string> targets(count);
    Result<double> taken = 0.0;
    const std::uint64_t before = resident_bytes(server_pid);
    const std::uint64_t most = most_resident(server_pid, [&] {
      taken = time_of(count, [&](std::size_t i) -> Result<void> {
        auto target = uploader.upload(file, upload_name_base64);
        if (!target) return target.error();
        targets[i] = std::move(*target);
        return {};
      });
    });
    if (!taken) return taken.error();
    for (const std::string& target : targets) {
      if (auto removed = uploader.remove(target); !removed) return removed;
    }
    const auto put = time_of(count, [&](std::size_t i) -> Result<void> {
      const auto answer =
          exchange(nginx.port(), body_request(http::verb::put, nginx.target(i), file));
      if (!answer) return answer.error();
      return {};
    });
    if (!put) return put.error();
    nginx.forget_files();
    measured.ours.push_back(*taken);
    measured.nginx.push_back(*put);
    measured.more_bytes = std::max(measured.more_bytes, most > before ? most - before : 0);
    return {};
  }
};

void add_rows(std::vector<Row>& rows, std::size_t count, const UploadMeasured& measured) {
  const double bytes = static_cast<double>(count * file_bytes);
  const double ours = bytes / megabyte / median(measured.ours);
  const double nginx = bytes / megabyte / median(measured.nginx);
  const std::string what = count == 1 ? "upload of 100 MB" : "ten uploads of 100 MB at once";
  rows.push_back({what, grouped(ours) + " MB/s", grouped(nginx) + " MB/s, nginx's WebDAV PUT",
                  fixed(ours / nginx, 2), "0.5", ours / nginx >= upload_ratio_min,
                  "Over loopback, creation and one PATCH; hashed, looked into and synced before it "
                  "is answered, which nginx's is not; median of " +
                      std::to_string(measured.ours.size()) + " in turns."});
  const double more = static_cast<double>(measured.more_bytes) / megabyte;
  rows.push_back({what + ", memory", fixed(more, 1) + " MB more", "", "", "16 MB",
                  more < target_more_megabytes,
                  "The most that was resident meanwhile, over what was before."});
}

}  // namespace

Rows measure_upload(const BenchOptions& options) {
  const std::size_t rounds = options.quick ? 2 : 9;
  const ScratchFolder scratch(options, "upload");
  Company company;
  {
    Filler filler(scratch.path() / "data");
    company = filler.add_company(1);
    filler.finish();
  }
  const auto server =
      ServerProcess::start({.program = options.program, .data = scratch.path() / "data"});
  if (!server) return server.error();
  const auto nginx = NginxProcess::start(scratch.path() / "nginx");
  if (!nginx) return nginx.error();
  std::string file = "%PDF-1.7\n";
  while (file.size() < file_bytes) file += std::to_string(file.size() * 7919);
  file.resize(file_bytes);
  const Uploader uploader{(*server)->port(), operators_side, company.operators.front().token};
  const UploadContest contest{file, uploader, (*server)->process().pid(), **nginx};
  std::vector<Row> rows;
  for (const std::size_t count : {std::size_t{1}, at_once}) {
    // The first makes threads and folders, and brings the database of kinds into memory.
    UploadMeasured ignored;
    if (const auto ok = contest.run_round(count, ignored); !ok) return ok.error();
    UploadMeasured measured;
    for (std::size_t round = 0; round < rounds; ++round) {
      if (const auto ok = contest.run_round(count, measured); !ok) return ok.error();
    }
    add_rows(rows, count, measured);
  }
  return rows;
}

}  // namespace bitacora::bench
