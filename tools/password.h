// Where a tool has a password from: the first of an option, a file, the environment, and the
// terminal, where it is typed without being shown.
#pragma once

#include <string>

#include "events/error.h"

namespace CLI {
class App;
}

namespace bitacora::tools {

struct PasswordSource {
  std::string option;       // as given; empty: not
  std::string file;         // the file's first line; empty: none
  std::string environment;  // the variable's name
  std::string prompt;       // what is asked on the terminal
};

// Invalid when there is none, or the file cannot be read. Blocks while somebody types.
events::Result<std::string> read_password(const PasswordSource& source);

// Adds --server, --username, --password and --password-file, as every tool that goes through a
// server has them. All outlive the command.
void add_server_options(CLI::App& command, std::string& url, std::string& username,
                        PasswordSource& password);

}  // namespace bitacora::tools
