// Events read and decoded from the log, beside RocksDB scanning the same keys.
#include <rocksdb/db.h>
#include <rocksdb/options.h>

#include <chrono>

#include "events/rocksdb_log.h"
#include "tools/bench/filler.h"
#include "tools/bench/measure.h"
#include "tools/bench/statistics.h"

namespace bitacora::bench {

namespace {

using Clock = std::chrono::steady_clock;
using events::Result;

constexpr double log_read_ratio_min = 0.4;
// As a follower reads.
constexpr std::size_t events_at_once = 1024;

double per_second(std::uint64_t count, Clock::time_point begin) {
  return static_cast<double>(count) / std::chrono::duration<double>(Clock::now() - begin).count();
}

Result<double> read_log(const std::filesystem::path& folder, std::uint64_t expected) {
  auto log = events::open_rocksdb_log({.folder = folder});
  if (!log) return log.error();
  std::uint64_t count = 0;
  const auto begin = Clock::now();
  for (events::Position from(1);;) {
    const auto some = (*log)->read_all(from, events_at_once);
    if (!some) return some.error();
    if (some->empty()) break;
    count += some->size();
    from = from.plus(some->size());
  }
  const double rate = per_second(count, begin);
  if (count != expected) {
    return events::error(events::ErrorCode::Corrupt, "The log read is not the log written.");
  }
  return rate;
}

// Both rows of each event, which is what the log has to read.
Result<double> scan_raw(const std::filesystem::path& folder, std::uint64_t expected) {
  std::vector<std::string> names;
  auto status = rocksdb::DB::ListColumnFamilies(rocksdb::DBOptions(), folder.string(), &names);
  std::vector<rocksdb::ColumnFamilyDescriptor> families;
  families.reserve(names.size());
  for (const auto& name : names) families.emplace_back(name, rocksdb::ColumnFamilyOptions());
  std::vector<rocksdb::ColumnFamilyHandle*> handles;
  rocksdb::DB* raw = nullptr;
  if (status.ok()) {
    status = rocksdb::DB::OpenForReadOnly(rocksdb::DBOptions(), folder.string(), families, &handles,
                                          &raw);
  }
  if (!status.ok()) return events::error(events::ErrorCode::Unavailable, status.ToString());
  const std::unique_ptr<rocksdb::DB> database(raw);
  std::vector<std::unique_ptr<rocksdb::Iterator>> rows;
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (names[i] != "header" && names[i] != "body") continue;
    rows.emplace_back(database->NewIterator(rocksdb::ReadOptions(), handles[i]));
  }
  std::uint64_t count = 0;
  std::uint64_t bytes = 0;
  const auto begin = Clock::now();
  for (auto& row : rows) row->SeekToFirst();
  for (; rows.size() == 2 && rows[0]->Valid() && rows[1]->Valid(); ++count) {
    for (auto& row : rows) {
      bytes += row->key().size() + row->value().size();
      row->Next();
    }
  }
  const double rate = per_second(count, begin);
  rows.clear();
  for (auto* handle : handles) database->DestroyColumnFamilyHandle(handle);
  if (count != expected || bytes == 0) {
    return events::error(events::ErrorCode::Corrupt, "The scan did not find every event.");
  }
  return rate;
}

}  // namespace

Rows measure_log_read(const BenchOptions& options) {
  const std::size_t million = options.quick ? 20'000 : 1'000'000;
  const std::size_t rounds = options.quick ? 2 : 5;
  const ScratchFolder scratch(options, "log-read");
  std::uint64_t count = 0;
  {
    Filler filler(scratch.path());
    const Company company = filler.add_company(1);
    filler.add_messages(filler.add_waiting(company, million / 10), 5);
    count = filler.position().value();
    filler.finish();
  }
  const auto folder = scratch.path() / "log";
  std::vector<double> read_rates;
  std::vector<double> scan_rates;
  for (std::size_t round = 0; round <= rounds; ++round) {
    const auto read = read_log(folder, count);
    if (!read) return read.error();
    const auto scanned = scan_raw(folder, count);
    if (!scanned) return scanned.error();
    // The first round fills the page cache for both.
    if (round == 0) continue;
    read_rates.push_back(*read);
    scan_rates.push_back(*scanned);
  }
  const double rate = median(read_rates);
  const double ceiling = median(scan_rates);
  const bool reached = rate / ceiling >= log_read_ratio_min;
  return std::vector<Row>{
      {"events read and decoded from the log", grouped(rate) + " /s",
       grouped(ceiling) + " /s in a bare RocksDB scan", fixed(rate / ceiling, 2), "0.4 of the scan",
       reached,
       grouped(static_cast<double>(count)) + " events by read_all(), " +
           std::to_string(events_at_once) +
           " at a time; the scan goes over the header and body "
           "rows of the same log; one thread, warm page cache, medians "
           "of " +
           std::to_string(rounds) + " rounds in turns." +
           (reached ? ""
                    : " Missed by " + fixed((1 - rate / ceiling / log_read_ratio_min) * 100, 0) +
                          " %.")}};
}

}  // namespace bitacora::bench
