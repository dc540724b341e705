#include "events/rocksdb_log.h"

#include "tests/events/log_conformance.h"
#include "tests/events/temporary_folder.h"

namespace bitacora::events {
namespace {

class RocksdbPlace final : public LogPlace {
 public:
  std::unique_ptr<Log> open() override {
    RocksdbLogOptions options;
    options.folder = folder_.path() / "log";
    options.free_space_watermark_bytes = 0;
    auto log = open_rocksdb_log(options);
    EXPECT_TRUE(log) << log.error().detail;
    return log ? *std::move(log) : nullptr;
  }

 private:
  TemporaryFolder folder_;
};

INSTANTIATE_TEST_SUITE_P(Logs, LogConformance,
                         testing::Values(LogKind{"Rocksdb",
                                                 [] { return std::make_unique<RocksdbPlace>(); }}),
                         [](const auto& kind) { return kind.param.name; });

}  // namespace
}  // namespace bitacora::events
