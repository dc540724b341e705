#include "http/defect.h"

#include <spdlog/spdlog.h>

namespace bitacora::http {

events::Error defect(const std::exception_ptr& thrown, std::string_view where) {
  try {
    std::rethrow_exception(thrown);
  } catch (const std::exception& failure) {
    spdlog::error("{} ended with an exception, which is a defect: {}", where, failure.what());
  } catch (...) {
    spdlog::error("{} ended with what is no exception, which is a defect", where);
  }
  return events::error(events::ErrorCode::Internal, "The server's log has the details.");
}

}  // namespace bitacora::http
