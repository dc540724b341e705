// An import into the folder of a stopped server, through the actors of this process.

#include <future>
#include <utility>

#include "http/conversation_calls.h"
#include "http/webchat_calls.h"
#include "tools/import_target.h"

namespace bitacora::tools {

namespace {

using events::ErrorCode;
using events::Result;

// Asks, and waits for the answer. `ask` is given the function to call with it.
template <class Outcome, class Ask>
Result<Outcome> wait_for(Ask ask) {
  // Shared, because the promise may still be in set_value() when the waiting thread goes on.
  auto answer = std::make_shared<std::promise<Result<Outcome>>>();
  auto waiting = answer->get_future();
  ask([answer](Result<Outcome> outcome) { answer->set_value(std::move(outcome)); });
  return waiting.get();
}

class ServiceTarget final : public ImportTarget {
 public:
  ServiceTarget(Service& service, events::Department department, events::OperatorId operator_id)
      : service_(service), department_(std::move(department)), operator_id_(operator_id) {}

  Result<ImportStep> register_contact(const std::string& name, const std::string& key) override {
    const auto outcome = wait_for<actors::ContactOutcome>([&](auto done) {
      service_.runtime().ask(
          events::Who::of(operator_id_).to_string(),
          actors::Idempotency{key, http::registration_fingerprint(name, department_.slug)},
          actors::RegisterContact{name, "webchat", department_.id}, done);
    });
    if (!outcome) return outcome.error();
    return ImportStep{outcome->contact_id.to_string(), outcome->replayed};
  }

  Result<ImportStep> write_as_contact(const std::string& contact, const std::string& text,
                                      const std::string& key) override {
    const auto id = events::ContactId::parse(contact);
    BITACORA_INVARIANT(id, "an import writes as the contact that it registered");
    return step(wait_for<actors::ConversationOutcome>([&](auto done) {
      service_.runtime().ask(
          *id, actors::Idempotency{key, http::contact_message_fingerprint({.text = text})},
          actors::ReceiveMessage{{.text = text}}, done);
    }));
  }

  Result<ImportStep> reply(const std::string& conversation_id, const std::string& text,
                           const std::string& key) override {
    return ask(conversation_id, {.name = http::CallName::SendMessage, .written = {.text = text}},
               actors::SendReply{{.text = text}}, key);
  }

  Result<ImportStep> close(const std::string& conversation_id, const std::string& key) override {
    return ask(conversation_id, {.name = http::CallName::Close}, actors::Close{}, key);
  }

 private:
  Result<ImportStep> ask(const std::string& conversation_id, const http::CallBody& call,
                         const actors::ConversationCommand& command, const std::string& key) {
    const auto id = events::ConversationId::parse(conversation_id);
    BITACORA_INVARIANT(id, "an import answers the conversation that its contact opened");
    return step(wait_for<actors::ConversationOutcome>([&](auto done) {
      service_.runtime().ask(*id, operator_id_,
                             actors::Idempotency{key, http::fingerprint_of(*id, call)}, command,
                             done);
    }));
  }

  static Result<ImportStep> step(const Result<actors::ConversationOutcome>& outcome) {
    if (!outcome) return outcome.error();
    return ImportStep{outcome->conversation_id.to_string(), outcome->replayed};
  }

  Service& service_;
  events::Department department_;
  events::OperatorId operator_id_;
};

}  // namespace

Result<MakeImportTarget> import_into_service(Service& service, std::string_view department,
                                             std::string_view username) {
  const auto directory = service.projector().directory();
  const auto* where = directory->department_by_slug(department);
  if (where == nullptr) {
    return events::error(ErrorCode::NotFound,
                         "there is no department \"" + std::string(department) + "\"");
  }
  const auto* account = directory->operator_by_username(username);
  if (account == nullptr || !account->active) {
    return events::error(ErrorCode::NotFound,
                         "there is no account \"" + std::string(username) + "\"");
  }
  const auto viewer = events::Viewer::of(*account);
  if (!events::may_attend(viewer) || !viewer.departments.contains(where->id)) {
    return events::error(ErrorCode::Forbidden, std::string(username) +
                                                   " cannot answer in the department \"" +
                                                   std::string(department) + "\"");
  }
  return MakeImportTarget([&service, where = *where,
                           operator_id = viewer.id]() -> Result<std::unique_ptr<ImportTarget>> {
    return std::unique_ptr<ImportTarget>(
        std::make_unique<ServiceTarget>(service, where, operator_id));
  });
}

}  // namespace bitacora::tools
