// An import through a running server.

#include <algorithm>
#include <boost/json/object.hpp>
#include <utility>

#include "tools/import_target.h"
#include "tools/json_answer.h"

namespace bitacora::tools {

namespace {

using events::Result;

boost::json::object text_body(const std::string& text) {
  return {{"kind", "text"}, {"text", text}};
}

class ServerTarget final : public ImportTarget {
 public:
  ServerTarget(std::unique_ptr<ServerSession> session, std::string department)
      : session_(std::move(session)), department_(std::move(department)) {}

  Result<ImportStep> register_contact(const std::string& name, const std::string& key) override {
    boost::json::object body{{"department", department_}};
    if (!name.empty()) body["name"] = name;
    return step(session_->call("POST", "/webchat/visitors", body, key), "/token");
  }

  Result<ImportStep> write_as_contact(const std::string& contact, const std::string& text,
                                      const std::string& key) override {
    return step(session_->call_as(contact, "POST", "/webchat/messages", text_body(text), key),
                "/conversation_id");
  }

  Result<ImportStep> reply(const std::string& conversation_id, const std::string& text,
                           const std::string& key) override {
    return step(session_->call("POST", "/conversations/" + conversation_id + "/messages",
                               text_body(text), key),
                "");
  }

  Result<ImportStep> close(const std::string& conversation_id, const std::string& key) override {
    return step(session_->call("POST", "/conversations/" + conversation_id + "/close", {}, key),
                "");
  }

 private:
  static Result<ImportStep> step(const Result<ServerAnswer>& answer, std::string_view subject) {
    if (!answer) return answer.error();
    ImportStep done;
    done.replayed = answer->replayed;
    if (!subject.empty()) done.subject = text_at(answer->body, subject);
    return done;
  }

  std::unique_ptr<ServerSession> session_;
  std::string department_;
};

}  // namespace

Result<MakeImportTarget> import_through_server(const ServerAccount& account,
                                               std::string_view department) {
  auto signed_in = ServerSession::sign_in(account);
  if (!signed_in) return signed_in.error();
  const std::shared_ptr<ServerSession> session = *std::move(signed_in);
  const auto& theirs = session->departments();
  if (std::find(theirs.begin(), theirs.end(), department) == theirs.end()) {
    return events::error(events::ErrorCode::Forbidden,
                         account.username + " does not belong to the department \"" +
                             std::string(department) + "\" and cannot answer there");
  }
  return MakeImportTarget([session, slug = std::string(
                                        department)]() -> Result<std::unique_ptr<ImportTarget>> {
    auto another = session->another();
    if (!another) return another.error();
    return std::unique_ptr<ImportTarget>(std::make_unique<ServerTarget>(*std::move(another), slug));
  });
}

}  // namespace bitacora::tools
