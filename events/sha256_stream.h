// SHA-256 of bytes that come in pieces.
#pragma once

#include <memory>
#include <string_view>

#include "events/event.h"

namespace bitacora::events {

// One thread at a time. Can be moved; what was moved from is only destroyed.
class Sha256Stream {
 public:
  Sha256Stream();
  ~Sha256Stream();
  Sha256Stream(Sha256Stream&&) noexcept;
  Sha256Stream& operator=(Sha256Stream&&) noexcept;

  void add(std::string_view bytes);
  // Of everything added. Once.
  Sha256 finish();

 private:
  struct Context;
  std::unique_ptr<Context> context_;
};

}  // namespace bitacora::events
