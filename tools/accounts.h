// Departments and accounts, as `bitacora admin` keeps them: in the folder of a stopped server, or
// through a running one.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "events/directory.h"
#include "events/error.h"
#include "tools/server_session.h"
#include "tools/service.h"

namespace bitacora::tools {

struct DepartmentRow {
  std::string id;
  std::string slug;
  std::string name;
};

struct AccountRow {
  std::string id;
  std::string username;
  std::string name;
  std::string role;
  std::vector<std::string> departments;  // slugs
  bool active = true;
};

struct NewAccount {
  std::string username;
  std::string name;
  std::string role;
  std::vector<std::string> departments;  // slugs
  std::string password;
};

// What is unset stays as it is.
struct AccountChange {
  std::optional<std::string> name{};
  std::optional<std::string> role{};
  std::optional<std::vector<std::string>> departments{};  // slugs
};

// What is unset stays as it is.
struct DepartmentChange {
  std::optional<std::string> name{};
  // The sites whose pages may show the department's chat, as browsers write them in Origin.
  std::optional<std::vector<std::string>> allowed_origins{};
};

// One thread. Everything blocks. NotFound names the department or account that is not there.
class Accounts {
 public:
  virtual ~Accounts() = default;
  virtual events::Result<std::vector<DepartmentRow>> departments() = 0;
  virtual events::Result<std::vector<AccountRow>> accounts() = 0;
  virtual events::Result<void> add_department(const std::string& slug, const std::string& name) = 0;
  virtual events::Result<void> change_department(const std::string& slug,
                                                 const DepartmentChange& change) = 0;
  virtual events::Result<void> add(const NewAccount& account) = 0;
  virtual events::Result<void> change(const std::string& username, const AccountChange& change) = 0;
  virtual events::Result<void> set_password(const std::string& username,
                                            const std::string& password) = 0;
  virtual events::Result<void> deactivate(const std::string& username) = 0;
};

// `service` outlives what is returned.
std::unique_ptr<Accounts> accounts_of_service(Service& service);
// Signed in as an administrator.
std::unique_ptr<Accounts> accounts_of_server(std::unique_ptr<ServerSession> session);

}  // namespace bitacora::tools
