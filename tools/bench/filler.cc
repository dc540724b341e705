#include "tools/bench/filler.h"

#include <utility>

#include "events/rocksdb_log.h"
#include "http/secret_store.h"
#include "projections/projector.h"

namespace bitacora::bench {

namespace {

using namespace events;

// What people write when they want a coffee: some 80 bytes, like the dialogues of the import.
constexpr std::string_view sample_text =
    "Buenos días, quisiera saber si el pedido de ayer ya ha salido hacia la oficina.";

template <class T>
T must(Result<T> result) {
  if (!result) invariant_broken(result.error().detail, __FILE__, __LINE__);
  return std::move(*result);
}

}  // namespace

Filler::Filler(std::filesystem::path data)
    : data_(std::move(data)),
      // The past, so that the server's own events come after.
      now_(SystemClock().now().plus_ms(-std::int64_t{30} * 24 * 3600 * 1000)) {
  std::filesystem::create_directories(data_);
  log_ = must(open_rocksdb_log({.folder = data_ / "log"}));
  BITACORA_INVARIANT(log_->last_position() == Position(), "the folder to fill is empty");
}

Filler::~Filler() = default;

NewEvent Filler::new_event(const StreamId& stream, Who who, Event event) {
  return {.stream = stream,
          .id = EventId::make(now_),
          .at = now_,
          .who = who,
          .event = std::move(event)};
}

void Filler::add(AppendRequest request) {
  position_ = position_.plus(request.events.size());
  pending_events_ += request.events.size();
  pending_.push_back(std::move(request));
  now_ = now_.plus_ms(1);
  if (pending_events_ + limits::append_events_max > limits::batch_events_max) flush();
}

void Filler::flush() {
  for (const auto& appended : log_->append(pending_)) {
    if (!appended) invariant_broken(appended.error().detail, __FILE__, __LINE__);
  }
  pending_.clear();
  pending_events_ = 0;
}

Company Filler::add_company(std::size_t operators) {
  const auto secrets = must(http::SecretStore::open(data_ / "secrets"));
  Company company{DepartmentId::make(now_), "ventas", {}};
  const StreamId directory = StreamId::directory();
  Version version;
  const auto add_to_directory = [&](DirectoryEvent event) {
    add({.conditions = {{directory, version}},
         .events = {new_event(directory, Who::system(), Event(std::move(event)))}});
    version = version.next();
  };
  add_to_directory(DepartmentAdded{company.department_id, company.department_slug, "Ventas"});
  for (std::size_t i = 0; i < operators; ++i) {
    const auto id = OperatorId::make(now_);
    const std::string name = "operador-" + std::to_string(i);
    add_to_directory(OperatorAdded{id, name, name, Role::Operator, {company.department_id}});
    company.operators.push_back(
        {id, name, must(secrets->open_session(id, SystemClock().now())).token});
  }
  return company;
}

std::vector<Visitor> Filler::add_visitors(const Company& company, std::size_t count) {
  const auto secrets = must(http::SecretStore::open(data_ / "secrets"));
  std::vector<Visitor> visitors;
  for (std::size_t i = 0; i < count; ++i) {
    const auto id = ContactId::make(now_);
    const auto stream = StreamId::of(id);
    add({.conditions = {{stream, {}}},
         .events = {new_event(stream, Who::system(),
                              ContactEvent(ContactRegistered{"Visitante " + std::to_string(i),
                                                             "webchat", company.department_id}))}});
    visitors.push_back({id, secrets->visitor_token(id)});
  }
  return visitors;
}

std::vector<ConversationId> Filler::add_waiting(const Company& company, std::size_t count) {
  std::vector<ConversationId> made;
  made.reserve(count);
  const StreamId queue = StreamId::queue_of(company.department_id);
  for (std::size_t i = 0; i < count; ++i) {
    const auto contact_id = ContactId::make(now_);
    const auto id = ConversationId::make(now_);
    const auto who = Who::of(contact_id);
    const std::string name = "Visitante " + std::to_string(i);
    const auto contact = StreamId::of(contact_id);
    const auto conversation = StreamId::of(id);
    const Position opened = position_.plus(3);
    add({.conditions = {{contact, {}}, {conversation, {}}, {queue, queue_version_}},
         .events = {
             new_event(contact, Who::system(),
                       ContactEvent(ContactRegistered{name, "webchat", company.department_id})),
             new_event(contact, who, ContactEvent(ContactConversationOpened{id})),
             new_event(conversation, who,
                       ConversationEvent(
                           ConversationOpened{contact_id, name, "webchat", company.department_id})),
             new_event(conversation, who,
                       ConversationEvent(MessageReceived{{std::string(sample_text)}})),
             new_event(queue, Who::system(),
                       DepartmentQueueEvent(ConversationEnqueued{id, now_, opened})),
         }});
    queue_version_ = queue_version_.next();
    made.push_back(id);
  }
  return made;
}

void Filler::claim_in_turn(const Company& company, const std::vector<ConversationId>& waiting) {
  const StreamId queue = StreamId::queue_of(company.department_id);
  for (std::size_t i = 0; i < waiting.size(); ++i) {
    const auto& owner = company.operators[i % company.operators.size()];
    const auto conversation = StreamId::of(waiting[i]);
    const Position claimed = position_.next();
    add({.conditions = {{conversation, Version(waiting_conversation_events)},
                        {queue, queue_version_}},
         .events = {
             new_event(conversation, Who::of(owner.id),
                       ConversationEvent(ConversationClaimed{owner.id})),
             new_event(conversation, Who::of(owner.id),
                       ConversationEvent(MessageSent{owner.id, {std::string(sample_text)}})),
             new_event(queue, Who::system(),
                       DepartmentQueueEvent(ConversationDequeued{waiting[i], DequeueReason::Claimed,
                                                                 60'000, claimed})),
         }});
    queue_version_ = queue_version_.next();
  }
}

void Filler::add_messages(const std::vector<ConversationId>& waiting, std::size_t count_each) {
  for (const auto& id : waiting) {
    const auto conversation = StreamId::of(id);
    AppendRequest request{.conditions = {{conversation, Version(waiting_conversation_events)}},
                          .events = {}};
    for (std::size_t i = 0; i < count_each; ++i) {
      request.events.push_back(
          new_event(conversation, Who::system(),
                    ConversationEvent(MessageReceived{{std::string(sample_text)}})));
    }
    add(std::move(request));
  }
}

void Filler::finish() {
  flush();
  must(projections::Projector::open(data_ / "views", *log_));
  log_.reset();
}

}  // namespace bitacora::bench
