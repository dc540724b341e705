// The program: one binary with a subcommand for each thing that it does.

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <csignal>

#include "tools/bench.h"
#include "tools/commands.h"
#include "tools/exit_code.h"

int main(int argc, char** argv) {
  using bitacora::tools::ExitCode;
  // A peer that hangs up is an error of the write to it, not the end of the process.
  std::signal(SIGPIPE, SIG_IGN);

  CLI::App program{"Bitácora: a company's conversations with its contacts, as a log."};
  program.set_version_flag("--version", BITACORA_VERSION);
  program.require_subcommand(1);
  bitacora::tools::add_serve_command(program);
  bitacora::tools::add_import_command(program);
  bitacora::tools::add_admin_command(program);
  bitacora::tools::add_bench_command(program);

  try {
    program.parse(argc, argv);
  } catch (const CLI::RuntimeError& finished) {
    return finished.get_exit_code();
  } catch (const CLI::ConfigError& unusable) {
    program.exit(unusable);
    return static_cast<int>(ExitCode::BadConfig);
  } catch (const CLI::FileError& unreadable) {
    program.exit(unreadable);
    return static_cast<int>(ExitCode::BadConfig);
  } catch (const CLI::ParseError& other) {
    // --help and --version come this way too, with code 0.
    return program.exit(other) == 0 ? 0 : static_cast<int>(ExitCode::Usage);
  }
  return static_cast<int>(ExitCode::Success);
}
