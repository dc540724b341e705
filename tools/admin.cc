// `bitacora admin`: accounts and departments, through a running server or on a stopped one's
// folder.

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <functional>
#include <iostream>
#include <memory>
#include <string>
#include <vector>

#include "tools/accounts.h"
#include "tools/commands.h"
#include "tools/exit_code.h"
#include "tools/password.h"

namespace bitacora::tools {

namespace {

using events::Result;

struct AdminCommand {
  std::string data;
  std::string server;
  std::string username;
  PasswordSource password{};

  // What the subcommand is about.
  std::string subject;  // a username or a slug
  std::string name;
  std::string role = "operator";
  std::vector<std::string> departments;
  std::vector<std::string> origins;
  PasswordSource new_password{};
};

using Action = std::function<Result<void>(Accounts&, const AdminCommand&)>;

ExitCode act_on_server(const AdminCommand& command, const Action& action) {
  auto password = read_password(command.password);
  if (!password) return report(password.error());
  auto session = ServerSession::sign_in({command.server, command.username, *std::move(password)});
  if (!session) return report(session.error());
  const auto accounts = accounts_of_server(*std::move(session));
  if (const auto done = action(*accounts, command); !done) return report(done.error());
  return ExitCode::Success;
}

ExitCode act_on_folder(const AdminCommand& command, const Action& action) {
  ServiceOptions options;
  options.data = command.data;
  auto service = Service::open(options);
  if (!service) return report(service.error());
  const auto accounts = accounts_of_service(**service);
  if (const auto done = action(*accounts, command); !done) return report(done.error());
  (*service)->stop();
  return ExitCode::Success;
}

ExitCode act(const AdminCommand& command, const Action& action) {
  if (command.data.empty() == command.server.empty()) {
    std::cerr << "bitacora: admin works either on --data DIR or through --server URL" << std::endl;
    return ExitCode::Usage;
  }
  if (command.server.empty()) return act_on_folder(command, action);
  if (command.username.empty()) {
    std::cerr << "bitacora: --server needs the --username of an administrator" << std::endl;
    return ExitCode::Usage;
  }
  return act_on_server(command, action);
}

std::string joined(const std::vector<std::string>& texts) {
  std::string all;
  for (const auto& text : texts) all += (all.empty() ? "" : ",") + text;
  return all.empty() ? "-" : all;
}

// --- What can be done ---------------------------------------------------------------------------

Result<void> list_accounts(Accounts& accounts, const AdminCommand& /*command*/) {
  const auto rows = accounts.accounts();
  if (!rows) return rows.error();
  for (const auto& row : *rows) {
    std::cout << row.username << '\t' << row.role << '\t' << joined(row.departments) << '\t'
              << (row.active ? "active" : "deactivated") << '\t' << row.name << '\n';
  }
  std::cout << std::flush;
  return {};
}

Result<void> add_account(Accounts& accounts, const AdminCommand& command) {
  auto password = read_password(command.new_password);
  if (!password) return password.error();
  return accounts.add({command.subject, command.name.empty() ? command.subject : command.name,
                       command.role, command.departments, *std::move(password)});
}

Result<void> set_password(Accounts& accounts, const AdminCommand& command) {
  auto password = read_password(command.new_password);
  if (!password) return password.error();
  return accounts.set_password(command.subject, *password);
}

Result<void> deactivate(Accounts& accounts, const AdminCommand& command) {
  return accounts.deactivate(command.subject);
}

Result<void> list_departments(Accounts& accounts, const AdminCommand& /*command*/) {
  const auto rows = accounts.departments();
  if (!rows) return rows.error();
  for (const auto& row : *rows) std::cout << row.slug << '\t' << row.name << '\n';
  std::cout << std::flush;
  return {};
}

Result<void> add_department(Accounts& accounts, const AdminCommand& command) {
  return accounts.add_department(command.subject, command.name);
}

Result<void> rename_department(Accounts& accounts, const AdminCommand& command) {
  return accounts.change_department(command.subject, {.name = command.name});
}

Result<void> allow_origins(Accounts& accounts, const AdminCommand& command) {
  return accounts.change_department(command.subject, {.allowed_origins = command.origins});
}

// --- The command line ---------------------------------------------------------------------------

using Shared = std::shared_ptr<AdminCommand>;

CLI::App* add_action(CLI::App& parent, const Shared& command, const std::string& name,
                     const std::string& description, Action action) {
  auto* app = parent.add_subcommand(name, description);
  // --data and --server are admin's own, wherever they stand.
  app->fallthrough();
  app->callback([command, action = std::move(action)] { finish_with(act(*command, action)); });
  return app;
}

void add_new_password(CLI::App& app, AdminCommand& command) {
  command.new_password.environment = "BITACORA_NEW_PASSWORD";
  command.new_password.prompt = "New password";
  app.add_option("--new-password-file", command.new_password.file,
                 "A file with the account's new password; else the variable "
                 "BITACORA_NEW_PASSWORD, or it is asked for");
}

void add_user_commands(CLI::App& admin, const Shared& command) {
  auto* user = admin.add_subcommand("user", "Accounts");
  user->fallthrough()->require_subcommand(1);
  add_action(*user, command, "list", "One a line: username, role, departments, state, name",
             list_accounts);

  auto* add = add_action(*user, command, "add", "Adds an account", add_account);
  add->add_option("account", command->subject, "Its username")->required();
  add->add_option("--name", command->name, "As colleagues and contacts see it [the username]");
  add->add_option("--role", command->role, "operator, supervisor, auditor or admin")
      ->capture_default_str();
  add->add_option("--departments", command->departments, "Slugs, joined by commas")->delimiter(',');
  add_new_password(*add, *command);

  auto* change = user->add_subcommand("change", "Changes what is given of an account");
  change->fallthrough();
  change->add_option("account", command->subject, "Its username")->required();
  auto* name = change->add_option("--name", command->name, "The new name");
  auto* role = change->add_option("--role", command->role, "The new role");
  auto* departments =
      change->add_option("--departments", command->departments,
                         "The new departments' slugs, joined by commas; \"\" for none");
  departments->delimiter(',')->expected(0, CLI::detail::expected_max_vector_size);
  change->callback([command, name, role, departments] {
    AccountChange wanted;
    if (name->count() > 0) wanted.name = command->name;
    if (role->count() > 0) wanted.role = command->role;
    if (departments->count() > 0) {
      std::erase(command->departments, "");
      wanted.departments = command->departments;
    }
    finish_with(act(*command, [wanted](Accounts& accounts, const AdminCommand& given) {
      return accounts.change(given.subject, wanted);
    }));
  });

  auto* password = add_action(*user, command, "password",
                              "Sets a new password, and ends the account's sessions", set_password);
  password->add_option("account", command->subject, "Its username")->required();
  add_new_password(*password, *command);

  auto* off = add_action(*user, command, "deactivate",
                         "The account may not sign in any more; what it did stays", deactivate);
  off->add_option("account", command->subject, "Its username")->required();
}

void add_department_commands(CLI::App& admin, const Shared& command) {
  auto* department = admin.add_subcommand("department", "Departments");
  department->fallthrough()->require_subcommand(1);
  add_action(*department, command, "list", "One a line: slug, name", list_departments);
  const auto with_name = [&](CLI::App* app) {
    app->add_option("slug", command->subject, "Its slug: a-z, 0-9 and -")->required();
    app->add_option("name", command->name, "Its name, as people see it")->required();
  };
  with_name(add_action(*department, command, "add", "Adds a department", add_department));
  with_name(add_action(*department, command, "rename", "Gives a department another name",
                       rename_department));
  auto* origins =
      add_action(*department, command, "origins",
                 "Says which sites may show its chat, instead of those said before", allow_origins);
  origins->add_option("slug", command->subject, "Its slug")->required();
  origins->add_option("origins", command->origins,
                      "As https://www.example.com, one after another; none: no other site");
}

}  // namespace

void add_admin_command(CLI::App& program) {
  auto command = std::make_shared<AdminCommand>();
  auto* admin = program.add_subcommand("admin", "Keeps accounts and departments");
  admin->require_subcommand(1);
  admin->add_option("--data", command->data, "Folder of a stopped server");
  add_server_options(*admin, command->server, command->username, command->password);
  add_user_commands(*admin, command);
  add_department_commands(*admin, command);
}

}  // namespace bitacora::tools
