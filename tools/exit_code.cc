#include "tools/exit_code.h"

#include <CLI/App.hpp>
#include <CLI/Error.hpp>
#include <iostream>

namespace bitacora::tools {

ExitCode exit_code_of(const events::Error& error) {
  switch (error.code) {
    case events::ErrorCode::Corrupt:
      return ExitCode::BadData;
    case events::ErrorCode::BadCredentials:
    case events::ErrorCode::Unauthenticated:
    case events::ErrorCode::Forbidden:
    case events::ErrorCode::TooManyAttempts:
      return ExitCode::NotPermitted;
    case events::ErrorCode::Unavailable:
    case events::ErrorCode::Overloaded:
    case events::ErrorCode::Lagging:
    case events::ErrorCode::RequestTimeout:
      return ExitCode::Unavailable;
    case events::ErrorCode::StorageFull:
      return ExitCode::CannotCreate;
    case events::ErrorCode::Internal:
      return ExitCode::Internal;
    default:
      // Whatever else a server or an aggregate refuses was asked for with values that cannot be.
      return ExitCode::BadConfig;
  }
}

ExitCode report(const Ending& ending) {
  std::cerr << "bitacora: " << ending.detail << std::endl;
  return ending.code;
}

void finish_with(ExitCode code) {
  if (code != ExitCode::Success) throw CLI::RuntimeError(static_cast<int>(code));
}

}  // namespace bitacora::tools
