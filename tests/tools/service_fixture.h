// A product over a folder of its own, as the tools open it.
#pragma once

#include <gtest/gtest.h>

#include <filesystem>
#include <memory>
#include <string>
#include <thread>

#include "tests/events/temporary_folder.h"
#include "tests/waiting.h"
#include "tools/demo.h"
#include "tools/service.h"

namespace bitacora::tools_test {

// What a result holds; the test aborts with the error's detail when it holds none.
template <class T, class E>
T value_of(boost::system::result<T, E> result) {
  BITACORA_INVARIANT(result, result.error().detail);
  return *std::move(result);
}

inline std::unique_ptr<tools::Service> open_service(const std::filesystem::path& data) {
  tools::ServiceOptions options;
  options.data = data;
  options.free_space_watermark_bytes = 0;
  return value_of(tools::Service::open(options));
}

// A folder with the demonstration company, made once for all tests: six passwords take their time.
inline const std::filesystem::path& demo_folder() {
  static const events::TemporaryFolder folder;
  [[maybe_unused]] static const bool made = [] {
    const auto added = tools::add_demo(*open_service(folder.path()));
    BITACORA_INVARIANT(added, added.error().detail);
    return true;
  }();
  return folder.path();
}

// With the demonstration company in it.
class ServiceTest : public testing::Test {
 protected:
  void SetUp() override {
    std::filesystem::copy(demo_folder(), folder_.path(), std::filesystem::copy_options::recursive);
    service_ = open_service(folder_.path());
  }

  // Serves on a port that the system picks; its address.
  std::string serve() {
    const auto served = service_->serve({}, "Prueba");
    BITACORA_INVARIANT(served, served.error().detail);
    return "http://127.0.0.1:" + std::to_string(service_->port());
  }

  // Stops everything and opens the folder again, as a restart does.
  void reopen() {
    service_.reset();
    service_ = open_service(folder_.path());
  }

  // Blocks until the views have all that the log has.
  void wait_for_views() {
    const auto last = service_->log().last_position();
    ASSERT_TRUE(comes_true([&] { return service_->projector().position() >= last; }));
  }

  events::TemporaryFolder folder_{};
  std::unique_ptr<tools::Service> service_{};
};

}  // namespace bitacora::tools_test
