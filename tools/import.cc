// `bitacora import`: plays a file of dialogues, each a contact and a conversation.

#include <unistd.h>

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <chrono>
#include <fstream>
#include <iostream>
#include <memory>
#include <optional>
#include <string>

#include "tools/commands.h"
#include "tools/exit_code.h"
#include "tools/import_run.h"
#include "tools/password.h"
#include "tools/progress_line.h"

namespace bitacora::tools {

namespace {

struct ImportCommand {
  std::string file;
  std::string data;
  std::string server;
  std::string username;
  PasswordSource password{};
  std::string department = "ventas";
  std::string operator_username;  // empty: ana, or the account that signs in
  bool open = false;
};

void summarize(const ImportCounts& counts, double seconds) {
  std::cout << grouped(counts.dialogues) << " dialogues, "
            << grouped(counts.messages_written + counts.messages_there)
            << " messages: " << grouped(counts.messages_written) << " written, "
            << grouped(counts.messages_there) << " there already; " << grouped(counts.lines_bad)
            << " lines bad, " << grouped(counts.lines_refused) << " refused; " << std::fixed;
  std::cout.precision(1);
  std::cout << seconds << " s" << std::endl;
}

ExitCode play(const ImportCommand& command, std::ifstream& lines,
              const MakeImportTarget& make_target) {
  std::error_code unknown;
  const auto size = std::filesystem::file_size(command.file, unknown);
  ImportOptions options;
  options.close = !command.open;
  ImportCounts counts;
  const auto begin = std::chrono::steady_clock::now();
  const auto played = [&] {
    const ProgressLine progress(std::cerr, isatty(STDERR_FILENO) == 1, counts, unknown ? 0 : size);
    return play_dialogues(lines, make_target, options, counts, std::cerr);
  }();
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begin;
  summarize(counts, took.count());
  if (!played) {
    std::cerr << "bitacora: the import ended early; the same command again goes on from here\n";
    return report(played.error());
  }
  return counts.lines_bad + counts.lines_refused > 0 ? ExitCode::BadData : ExitCode::Success;
}

ExitCode import_with_server(const ImportCommand& command, std::ifstream& lines) {
  if (command.username.empty()) {
    std::cerr << "bitacora: --server needs the --username of the operator who answers" << std::endl;
    return ExitCode::Usage;
  }
  if (!command.operator_username.empty() && command.operator_username != command.username) {
    std::cerr << "bitacora: through a server the operator is the account that signs in; leave "
                 "--operator out"
              << std::endl;
    return ExitCode::Usage;
  }
  auto password = read_password(command.password);
  if (!password) return report(password.error());
  auto target = import_through_server({command.server, command.username, *std::move(password)},
                                      command.department);
  if (!target) return report(target.error());
  return play(command, lines, *target);
}

ExitCode import_with_data(const ImportCommand& command, std::ifstream& lines) {
  ServiceOptions options;
  options.data = command.data;
  auto service = Service::open(options);
  if (!service) return report(service.error());
  const auto username = command.operator_username.empty() ? "ana" : command.operator_username;
  auto target = import_into_service(**service, command.department, username);
  if (!target) return report(target.error());
  const auto code = play(command, lines, *target);
  (*service)->stop();
  return code;
}

ExitCode run_import(const ImportCommand& command) {
  if (command.data.empty() == command.server.empty()) {
    std::cerr << "bitacora: an import goes either into --data DIR or through --server URL"
              << std::endl;
    return ExitCode::Usage;
  }
  std::ifstream lines(command.file, std::ios::binary);
  if (!lines) {
    std::cerr << "bitacora: " << command.file << " cannot be read" << std::endl;
    return ExitCode::Usage;
  }
  return command.server.empty() ? import_with_data(command, lines)
                                : import_with_server(command, lines);
}

}  // namespace

void add_import_command(CLI::App& program) {
  auto command = std::make_shared<ImportCommand>();
  auto* app = program.add_subcommand(
      "import", "Plays a file of dialogues, each a contact and a conversation; again adds nothing");
  app->add_option("file", command->file,
                  "One JSON object a line: {\"id\", \"turns\": [[\"contact\" or \"operator\", "
                  "text], ...]}, and a contact's \"name\" if there is one")
      ->required();
  app->add_option("--data", command->data, "Folder of a stopped server");
  add_server_options(*app, command->server, command->username, command->password);
  app->add_option("--department", command->department, "Slug of the department they write to")
      ->capture_default_str();
  app->add_option("--operator", command->operator_username,
                  "Who answers, with --data [ana]; with --server it is the account");
  app->add_flag("--open", command->open, "Leaves the conversations open");
  app->callback([command] { finish_with(run_import(*command)); });
}

}  // namespace bitacora::tools
