// The subcommands of `bitacora`, each in a file of its own. Each function adds one to the program;
// its callback runs the command and ends it with finish_with() (exit_code.h).
#pragma once

namespace CLI {
class App;
}

namespace bitacora::tools {

// Also gives the program its --config, whose keys are the options of serve.
void add_serve_command(CLI::App& program);
void add_admin_command(CLI::App& program);
void add_import_command(CLI::App& program);

}  // namespace bitacora::tools
