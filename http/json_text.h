// Writing JSON with Boost.JSON, in memory on the stack.
#pragma once

#include <boost/json.hpp>

namespace bitacora::http {

namespace json = boost::json;

// Memory on the stack for one rendering, and the heap beyond it.
class JsonText {
 public:
  JsonText() : memory_(buffer_, sizeof buffer_) {}
  JsonText(const JsonText&) = delete;
  JsonText& operator=(const JsonText&) = delete;

  json::storage_ptr memory() { return &memory_; }

 private:
  unsigned char buffer_[6 * 1024];
  json::monotonic_resource memory_;
};

}  // namespace bitacora::http
