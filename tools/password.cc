#include "tools/password.h"

#include <termios.h>
#include <unistd.h>

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <cstdlib>
#include <fstream>
#include <iostream>

namespace bitacora::tools {

namespace {

using events::ErrorCode;
using events::Result;

// While it lives, what is typed on the terminal is not shown.
class EchoOff {
 public:
  EchoOff() {
    if (tcgetattr(STDIN_FILENO, &before_) != 0) return;
    termios silent = before_;
    silent.c_lflag &= ~static_cast<tcflag_t>(ECHO);
    changed_ = tcsetattr(STDIN_FILENO, TCSAFLUSH, &silent) == 0;
  }
  ~EchoOff() {
    if (changed_) tcsetattr(STDIN_FILENO, TCSAFLUSH, &before_);
  }
  EchoOff(const EchoOff&) = delete;
  EchoOff& operator=(const EchoOff&) = delete;

 private:
  termios before_{};
  bool changed_ = false;
};

Result<std::string> read_first_line(const std::string& path) {
  std::ifstream file(path);
  std::string line;
  if (!file || !std::getline(file, line) || line.empty()) {
    return events::error(ErrorCode::Invalid, "the file " + path + " has no password");
  }
  if (line.back() == '\r') line.pop_back();
  return line;
}

}  // namespace

Result<std::string> read_password(const PasswordSource& source) {
  if (!source.option.empty()) return source.option;
  if (!source.file.empty()) return read_first_line(source.file);
  if (const char* set = std::getenv(source.environment.c_str()); set != nullptr && *set != '\0') {
    return std::string(set);
  }
  if (isatty(STDIN_FILENO) != 1) {
    return events::error(ErrorCode::Invalid, "a password is needed: in the variable " +
                                                 source.environment +
                                                 ", or in a file named to the command");
  }
  std::string typed;
  {
    const EchoOff silent;
    std::cerr << source.prompt << ": " << std::flush;
    std::getline(std::cin, typed);
  }
  std::cerr << std::endl;
  if (typed.empty()) return events::error(ErrorCode::Invalid, "no password was typed");
  return typed;
}

void add_server_options(CLI::App& command, std::string& url, std::string& username,
                        PasswordSource& password) {
  password.environment = "BITACORA_PASSWORD";
  password.prompt = "Password";
  auto* server =
      command.add_option("--server", url, "Address of a running server: http://HOST:PORT");
  command.add_option("--username", username, "The account to sign in with")->needs(server);
  auto* given = command.add_option(
      "--password", password.option,
      "Its password; others on this machine can see it, so rather use the variable "
      "BITACORA_PASSWORD, a file, or type it when asked");
  command.add_option("--password-file", password.file, "A file with the password")->excludes(given);
}

}  // namespace bitacora::tools
