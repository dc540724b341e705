// Accounts in the folder of a stopped server.

#include <set>
#include <utility>

#include "events/text.h"
#include "tools/accounts.h"

namespace bitacora::tools {

namespace {

using events::ErrorCode;
using events::Result;
namespace limits = events::limits;

events::Error not_there(const std::string& what, const std::string& name) {
  return events::error(ErrorCode::NotFound, "there is no " + what + " \"" + name + "\"");
}

// Asked before the account is added, so that a bad password does not leave one without any.
Result<void> check_password_bounds(const std::string& password) {
  if (password.size() > limits::password_bytes_max || !events::is_utf8(password) ||
      events::code_points(password) < limits::password_code_points_min) {
    return events::error(ErrorCode::Invalid,
                         "a password has " + std::to_string(limits::password_code_points_min) +
                             " characters at least and " +
                             std::to_string(limits::password_bytes_max) + " bytes at most");
  }
  return {};
}

class ServiceAccounts final : public Accounts {
 public:
  explicit ServiceAccounts(Service& service)
      : service_(service), directory_(service.projector().directory()) {}

  Result<std::vector<DepartmentRow>> departments() override {
    std::vector<DepartmentRow> rows;
    for (const auto& [id, department] : directory_->departments) {
      rows.push_back({id.to_string(), department.slug, department.name});
    }
    return rows;
  }

  Result<std::vector<AccountRow>> accounts() override {
    std::vector<AccountRow> rows;
    for (const auto& [id, account] : directory_->operators) {
      AccountRow row{id.to_string(),
                     account.username,
                     account.name,
                     std::string(events::role_name(account.role)),
                     {},
                     account.active};
      for (const auto& department : account.departments) {
        row.departments.push_back(directory_->department(department)->slug);
      }
      rows.push_back(std::move(row));
    }
    return rows;
  }

  Result<void> add_department(const std::string& slug, const std::string& name) override {
    return drop(ask(actors::AddDepartment{slug, name}));
  }

  Result<void> change_department(const std::string& slug, const DepartmentChange& wanted) override {
    const auto* department = directory_->department_by_slug(slug);
    if (department == nullptr) return not_there("department", slug);
    actors::ChangeDepartment command{department->id, wanted.name.value_or(department->name)};
    if (const auto& origins = wanted.allowed_origins) {
      command.allowed_origins.emplace(origins->begin(), origins->end());
    }
    return drop(ask(std::move(command)));
  }

  Result<void> add(const NewAccount& account) override {
    const auto role = events::parse_role(account.role);
    if (!role) return not_there("role", account.role);
    auto theirs = ids_of(account.departments);
    if (!theirs) return theirs.error();
    if (auto good = check_password_bounds(account.password); !good) return good;
    auto added = ask(actors::AddOperator{account.username, account.name, *role, *theirs});
    if (!added) return added.error();
    return set_password(events::OperatorId(added->subject), account.password);
  }

  Result<void> change(const std::string& username, const AccountChange& change) override {
    const auto* account = directory_->operator_by_username(username);
    if (account == nullptr) return not_there("account", username);
    actors::ChangeOperator command{account->id, change.name.value_or(account->name), account->role,
                                   account->departments};
    if (change.role) {
      const auto role = events::parse_role(*change.role);
      if (!role) return not_there("role", *change.role);
      command.role = *role;
    }
    if (change.departments) {
      auto theirs = ids_of(*change.departments);
      if (!theirs) return theirs.error();
      command.departments = *std::move(theirs);
    }
    return drop(ask(std::move(command)));
  }

  Result<void> set_password(const std::string& username, const std::string& password) override {
    const auto* account = directory_->operator_by_username(username);
    if (account == nullptr) return not_there("account", username);
    return set_password(account->id, password);
  }

  Result<void> deactivate(const std::string& username) override {
    const auto* account = directory_->operator_by_username(username);
    if (account == nullptr) return not_there("account", username);
    const auto id = account->id;
    auto done = ask(actors::DeactivateOperator{id});
    if (!done) return done.error();
    return service_.secrets().end_sessions(id);
  }

 private:
  // The secret first: an event tells of what is so.
  Result<void> set_password(const events::OperatorId& id, const std::string& password) {
    if (auto set = service_.secrets().set_password(id, password); !set) return set;
    return drop(ask(actors::NotePasswordChange{id}));
  }

  Result<actors::DirectoryOutcome> ask(actors::DirectoryCommand command) {
    auto outcome = ask_directory(service_, events::Who::system(), std::nullopt, std::move(command));
    if (outcome) directory_ = outcome->directory;
    return outcome;
  }

  static Result<void> drop(const Result<actors::DirectoryOutcome>& outcome) {
    if (!outcome) return outcome.error();
    return {};
  }

  [[nodiscard]] Result<std::set<events::DepartmentId>> ids_of(
      const std::vector<std::string>& slugs) const {
    std::set<events::DepartmentId> ids;
    for (const auto& slug : slugs) {
      const auto* department = directory_->department_by_slug(slug);
      if (department == nullptr) return not_there("department", slug);
      ids.insert(department->id);
    }
    return ids;
  }

  Service& service_;
  events::Directory directory_;
};

}  // namespace

std::unique_ptr<Accounts> accounts_of_service(Service& service) {
  return std::make_unique<ServiceAccounts>(service);
}

}  // namespace bitacora::tools
