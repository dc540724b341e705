#include "tests/actors/company.h"

#include <gtest/gtest.h>
#include <stdlib.h>

#include <algorithm>
#include <thread>

#include "events/codec.h"
#include "tests/waiting.h"

namespace bitacora::actors {

namespace {

using namespace std::chrono_literals;

std::filesystem::path new_data_folder() {
  std::string pattern =
      (std::filesystem::temp_directory_path() / "bitacora-actors-XXXXXX").string();
  if (mkdtemp(pattern.data()) == nullptr) std::abort();
  return pattern;
}

template <class Outcome>
auto answering(const std::shared_ptr<std::promise<events::Result<Outcome>>>& promise) {
  return [promise](events::Result<Outcome> outcome) { promise->set_value(std::move(outcome)); };
}

template <class Outcome>
auto new_promise() {
  return std::make_shared<std::promise<events::Result<Outcome>>>();
}

template <class Condition>
void wait_until(const char* what, Condition condition) {
  ASSERT_TRUE(comes_true(condition)) << "waited in vain until " << what;
}

}  // namespace

Idempotency key(const std::string& key, const std::string& request) {
  return {key, events::sha256(request)};
}

SendReply reply(const std::string& text) { return SendReply{{text}}; }

Company::Company(std::chrono::milliseconds actor_idle)
    : folder_(new_data_folder()), actor_idle_(actor_idle) {
  start();
  found();
}

Company::~Company() {
  stop();
  std::error_code ignored;
  std::filesystem::remove_all(folder_, ignored);
}

void Company::start() {
  events::RocksdbLogOptions options;
  options.folder = folder_ / "log";
  auto log = events::open_rocksdb_log(options);
  BITACORA_INVARIANT(log.has_value(), "the log does not open");
  log_ = std::move(*log);
  auto projector = projections::Projector::open(folder_ / "views", *log_);
  BITACORA_INVARIANT(projector.has_value(), "the views do not open");
  projector_ = std::move(*projector);
  RuntimeOptions runtime;
  runtime.log = log_;
  runtime.projector = projector_;
  runtime.clock = std::make_shared<events::SystemClock>();
  runtime.actor_idle = actor_idle_;
  runtime.announce = [this](projections::AnnouncementPtr announcement) {
    const std::lock_guard lock(mutex_);
    announced_.push_back(std::move(announcement));
  };
  runtime_ = Runtime::start(std::move(runtime));
}

void Company::stop() {
  runtime_.reset();
  projector_.reset();
  log_.reset();
}

void Company::found() {
  const auto add = [this](DirectoryCommand command) {
    const auto outcome = wait(change(std::move(command)));
    BITACORA_INVARIANT(outcome.has_value(), "the company cannot be founded");
    return outcome->subject;
  };
  ventas = events::DepartmentId(add(AddDepartment{"ventas", "Ventas"}));
  soporte = events::DepartmentId(add(AddDepartment{"soporte", "Soporte"}));
  const auto person = [&](const char* username, const char* name, events::Role role,
                          std::set<events::DepartmentId> departments) {
    return events::OperatorId(add(AddOperator{username, name, role, std::move(departments)}));
  };
  ana = person("ana", "Ana Ribas", events::Role::Operator, {ventas});
  bruno = person("bruno", "Bruno Díaz", events::Role::Operator, {ventas});
  carla = person("carla", "Carla Montes", events::Role::Operator, {soporte});
  sofia = person("sofia", "Sofía Herrera", events::Role::Supervisor, {ventas, soporte});
}

events::Viewer Company::viewer(const events::OperatorId& who) const {
  if (who == sofia) return {who, events::Role::Supervisor, {ventas, soporte}};
  return {who, events::Role::Operator, {who == carla ? soporte : ventas}};
}

Answer<ConversationOutcome> Company::ask(const events::ConversationId& id,
                                         const events::OperatorId& who, ConversationCommand command,
                                         std::optional<Idempotency> idempotency) {
  const auto promise = new_promise<ConversationOutcome>();
  runtime_->ask(id, who, std::move(idempotency), std::move(command),
                answering<ConversationOutcome>(promise));
  return promise->get_future();
}

Answer<ConversationOutcome> Company::write(const events::ContactId& contact,
                                           const std::string& text,
                                           std::optional<Idempotency> idempotency) {
  return ask(contact, ReceiveMessage{{text}}, std::move(idempotency));
}

Answer<ConversationOutcome> Company::ask(const events::ContactId& contact, ContactCommand command,
                                         std::optional<Idempotency> idempotency) {
  const auto promise = new_promise<ConversationOutcome>();
  runtime_->ask(contact, std::move(idempotency), std::move(command),
                answering<ConversationOutcome>(promise));
  return promise->get_future();
}

events::Result<void> Company::note_examination(const events::AttachmentId& id,
                                               events::AttachmentExamined examined) {
  const auto promise = new_promise<void>();
  runtime_->note_examination(id, std::move(examined), answering<void>(promise));
  return wait(promise->get_future());
}

Answer<ContactOutcome> Company::enrol(const std::string& name,
                                      std::optional<Idempotency> idempotency) {
  const auto promise = new_promise<ContactOutcome>();
  runtime_->ask("test", std::move(idempotency), RegisterContact{name, "webchat", ventas},
                answering<ContactOutcome>(promise));
  return promise->get_future();
}

Answer<ContactOutcome> Company::find(const events::ContactId& contact) {
  const auto promise = new_promise<ContactOutcome>();
  runtime_->find_contact(contact, answering<ContactOutcome>(promise));
  return promise->get_future();
}

Answer<DirectoryOutcome> Company::change(DirectoryCommand command,
                                         std::optional<Idempotency> idempotency) {
  const auto promise = new_promise<DirectoryOutcome>();
  runtime_->ask(events::Who::system(), std::move(idempotency), std::move(command),
                answering<DirectoryOutcome>(promise));
  return promise->get_future();
}

events::ContactId Company::contact(const std::string& name) {
  const auto outcome = wait(enrol(name));
  BITACORA_INVARIANT(outcome.has_value(), "a contact cannot register");
  return outcome->contact_id;
}

events::ConversationId Company::conversation(const std::string& first_message) {
  const auto outcome = wait(write(contact(), first_message));
  BITACORA_INVARIANT(outcome.has_value(), "a contact cannot write");
  return outcome->conversation_id;
}

std::vector<events::RecordedEventPtr> Company::stream(const events::StreamId& id) const {
  constexpr std::size_t more_than_any_test_writes = 100'000;
  auto list = log_->read_stream(id, events::Version(1), more_than_any_test_writes);
  BITACORA_INVARIANT(list.has_value(), "a stream cannot be read");
  return std::move(*list);
}

events::Position Company::last_of(std::initializer_list<events::StreamId> ids) const {
  events::Position last;
  for (const auto& id : ids) last = std::max(last, stream(id).back()->header.position);
  return last;
}

std::vector<std::string> Company::texts(const events::ConversationId& id) const {
  wait_for_views();
  const auto reader = projector_->read_transcript();
  auto messages = projections::messages_before(*reader, id, std::nullopt, 100'000);
  std::vector<std::string> texts;
  for (auto message = messages.rbegin(); message != messages.rend(); ++message) {
    texts.push_back(message->text);
  }
  return texts;
}

void Company::wait_for_views() const {
  const events::Position last = log_->last_position();
  wait_until("the views are current", [&] { return projector_->position() >= last; });
}

void Company::wait_for_nothing_in_flight() const {
  wait_until("no command is under way",
             [&] { return runtime_->figures().commands_in_flight == 0; });
}

// The directory stays, and so do the queues, which wake when the runtime's follower gets to them.
void Company::wait_for_idle_actors_away() const {
  wait_until("idle actors are put away", [&] {
    const RuntimeFigures figures = runtime_->figures();
    return figures.actors_live == 1 + figures.waiting.size();
  });
}

std::vector<projections::AnnouncementPtr> Company::announced() const {
  const std::lock_guard lock(mutex_);
  return announced_;
}

}  // namespace bitacora::actors
