// Accounts through a running server, as its administrator.

#include <algorithm>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <utility>

#include "tools/accounts.h"
#include "tools/json_answer.h"

namespace bitacora::tools {

namespace {

namespace json = boost::json;
using events::ErrorCode;
using events::Result;

json::array texts(const std::vector<std::string>& all) {
  json::array array;
  for (const auto& text : all) array.emplace_back(text);
  return array;
}

std::vector<std::string> split(const std::string& joined) {
  std::vector<std::string> parts;
  for (std::size_t begin = 0; begin < joined.size();) {
    const auto comma = std::min(joined.find(',', begin), joined.size());
    parts.push_back(joined.substr(begin, comma - begin));
    begin = comma + 1;
  }
  return parts;
}

class ServerAccounts final : public Accounts {
 public:
  explicit ServerAccounts(std::unique_ptr<ServerSession> session) : session_(std::move(session)) {}

  Result<std::vector<DepartmentRow>> departments() override {
    const auto rows = list("/departments", {"id", "slug", "name"});
    if (!rows) return rows.error();
    std::vector<DepartmentRow> all;
    for (const auto& row : *rows) all.push_back({row[0], row[1], row[2]});
    return all;
  }

  Result<std::vector<AccountRow>> accounts() override {
    const auto rows =
        list("/operators", {"id", "username", "name", "role", "departments", "active"});
    if (!rows) return rows.error();
    std::vector<AccountRow> all;
    for (const auto& row : *rows) {
      // Others than administrators are told names and roles alone.
      if (row[5].empty()) {
        return events::error(ErrorCode::Forbidden, "only an administrator may see the accounts");
      }
      all.push_back({row[0], row[1], row[2], row[3], split(row[4]), row[5] == "true"});
    }
    return all;
  }

  Result<void> add_department(const std::string& slug, const std::string& name) override {
    return change("POST", "/departments", {{"slug", slug}, {"name", name}});
  }

  Result<void> change_department(const std::string& slug, const DepartmentChange& wanted) override {
    const auto rows = departments();
    if (!rows) return rows.error();
    for (const auto& row : *rows) {
      if (row.slug != slug) continue;
      json::object body{{"name", wanted.name.value_or(row.name)}};
      if (wanted.allowed_origins) body["allowed_origins"] = texts(*wanted.allowed_origins);
      return change("PUT", "/departments/" + row.id, body);
    }
    return events::error(ErrorCode::NotFound, "there is no department \"" + slug + "\"");
  }

  Result<void> add(const NewAccount& account) override {
    return change("POST", "/operators",
                  {{"username", account.username},
                   {"name", account.name},
                   {"role", account.role},
                   {"departments", texts(account.departments)},
                   {"password", account.password}});
  }

  Result<void> change(const std::string& username, const AccountChange& wanted) override {
    const auto account = find(username);
    if (!account) return account.error();
    return change("PUT", "/operators/" + account->id,
                  {{"name", wanted.name.value_or(account->name)},
                   {"role", wanted.role.value_or(account->role)},
                   {"departments", texts(wanted.departments.value_or(account->departments))}});
  }

  Result<void> set_password(const std::string& username, const std::string& password) override {
    const auto account = find(username);
    if (!account) return account.error();
    return change("POST", "/operators/" + account->id + "/password", {{"password", password}});
  }

  Result<void> deactivate(const std::string& username) override {
    const auto account = find(username);
    if (!account) return account.error();
    return change("POST", "/operators/" + account->id + "/deactivate", {});
  }

 private:
  // Every page of a list, each item as the members named.
  Result<std::vector<std::vector<std::string>>> list(const std::string& path,
                                                     const std::vector<std::string_view>& members) {
    std::vector<std::vector<std::string>> all;
    std::string cursor;
    do {
      const auto page =
          session_->call("GET", path + "?limit=200" + (cursor.empty() ? "" : "&cursor=" + cursor));
      if (!page) return page.error();
      for (auto& row : rows_at(page->body, "/items", members)) all.push_back(std::move(row));
      cursor = text_at(page->body, "/next_cursor");
    } while (!cursor.empty());
    return all;
  }

  Result<AccountRow> find(const std::string& username) {
    auto rows = accounts();
    if (!rows) return rows.error();
    for (auto& row : *rows) {
      if (row.username == username) return std::move(row);
    }
    return events::error(ErrorCode::NotFound, "there is no account \"" + username + "\"");
  }

  Result<void> change(const std::string& method, const std::string& path,
                      const json::object& body) {
    const auto answer = session_->call(method, path, body);
    if (!answer) return answer.error();
    return {};
  }

  std::unique_ptr<ServerSession> session_;
};

}  // namespace

std::unique_ptr<Accounts> accounts_of_server(std::unique_ptr<ServerSession> session) {
  return std::make_unique<ServerAccounts>(std::move(session));
}

}  // namespace bitacora::tools
