// What becomes of an exception that nobody should have thrown.
#pragma once

#include <exception>
#include <string_view>

#include "events/error.h"

namespace bitacora::http {

// Says in the server's log what was thrown, `where` being what ended with it ("a connection");
// Internal, which tells those outside to look there. Thread-safe; writes to the log.
events::Error defect(const std::exception_ptr& thrown, std::string_view where);

}  // namespace bitacora::http
