// How the program ends, as numbers that scripts and service managers can tell apart. They are those
// of sysexits.h (4.3BSD); docs/OPERATING.md says what to do about each.
#pragma once

#include <boost/system/result.hpp>
#include <string>
#include <utility>

#include "events/error.h"

namespace bitacora::tools {

enum class ExitCode : int {
  Success = 0,
  Usage = 64,         // EX_USAGE: the command line cannot be understood
  BadData = 65,       // EX_DATAERR: lines of an import were bad or refused; a log that is damaged
  Unavailable = 69,   // EX_UNAVAILABLE: an address that is taken, a server that does not answer
  Internal = 70,      // EX_SOFTWARE: a defect
  CannotCreate = 73,  // EX_CANTCREAT: the data folder cannot be made or written
  WriteError = 74,    // EX_IOERR: the log could not be written, so the process ended at once
  InUse = 75,         // EX_TEMPFAIL: another process works on the data folder
  NotPermitted = 77,  // EX_NOPERM: wrong credentials, or a role that may not
  BadConfig = 78,     // EX_CONFIG: the configuration, or the values given, cannot be used
};

// What a refusal means for the process that met it.
ExitCode exit_code_of(const events::Error& error);

// Why the program ends, and how: an error of the floors below, or what only a program can meet.
struct Ending {
  Ending() = default;
  Ending(ExitCode its_code, std::string its_detail)
      : code(its_code), detail(std::move(its_detail)) {}
  Ending(const events::Error& error) : Ending(exit_code_of(error), error.detail) {}

  ExitCode code = ExitCode::Internal;
  std::string detail{};  // a sentence for a person
};

template <class T>
using OrEnding = boost::system::result<T, Ending>;

// Says it on standard error as "bitacora: <detail>", and gives its exit code.
ExitCode report(const Ending& ending);

// Ends a subcommand with this code; does nothing for Success. Throws CLI::RuntimeError, which is
// CLI11's way for a callback to set what the program returns.
void finish_with(ExitCode code);

}  // namespace bitacora::tools
