// Waiting in tests for what gives no notice of its own.
#pragma once

#include <chrono>
#include <thread>

namespace bitacora {

// Whether it comes true within half a minute; the bound is for a test that has failed. Blocks.
template <class Condition>
[[nodiscard]] bool comes_true(Condition condition) {
  const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(30);
  while (!condition()) {
    if (std::chrono::steady_clock::now() > end) return false;
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  return true;
}

}  // namespace bitacora
