#include "tests/projections/fixture.h"

#include <stdlib.h>

#include <cstring>

#include "events/rocksdb_log.h"

namespace bitacora::projections {

using events::ConversationId;
using events::ConversationStatus;
using events::DepartmentId;
using events::OperatorId;
using events::RecordedEventPtr;
using events::Who;

TemporaryFolder::TemporaryFolder() {
  std::string name = (std::filesystem::temp_directory_path() / "bitacora-XXXXXX").string();
  BITACORA_INVARIANT(mkdtemp(name.data()) != nullptr, "no temporary folder");
  path_ = name;
}

TemporaryFolder::~TemporaryFolder() { std::filesystem::remove_all(path_); }

History::History(std::uint64_t seed) : random_(seed) {
  for (const char* name : {"ventas", "soporte"}) {
    departments.emplace_back(uuid());
    record(events::StreamId::directory(),
           events::DirectoryEvent(events::DepartmentAdded{departments.back(), name, name}),
           Who::system());
  }
  for (const char* name : {"ana", "bruno", "carla", "sofia"}) {
    operators.emplace_back(uuid());
    record(events::StreamId::directory(),
           events::DirectoryEvent(events::OperatorAdded{
               operators.back(), name, name, events::Role::Operator, {departments[0]}}),
           Who::system());
  }
}

events::UuidBytes History::uuid() {
  events::UuidBytes bytes;
  for (std::size_t i = 0; i < bytes.size(); i += 8) {
    const std::uint64_t word = random_();
    std::memcpy(bytes.data() + i, &word, sizeof word);
  }
  return bytes;
}

RecordedEventPtr History::record(const events::StreamId& stream, events::Event event, Who who) {
  auto recorded = std::make_shared<events::RecordedEvent>();
  events::Version& head = heads_[stream];
  head = head.next();
  recorded->header.position = position().next();
  recorded->header.stream = stream;
  recorded->header.version = head;
  recorded->header.id = events::EventId(uuid());
  recorded->header.at = now_;
  recorded->header.who = who;
  recorded->event = std::move(event);
  if (const auto* happened = std::get_if<events::ConversationEvent>(&recorded->event)) {
    auto& state = states[ConversationId(stream.id)];
    state = evolve(std::move(state), *happened, recorded->place());
  } else if (const auto* of_attachment = std::get_if<events::AttachmentEvent>(&recorded->event)) {
    const auto* found = std::get_if<events::AttachmentExamined>(of_attachment);
    const auto located = located_.find(events::AttachmentId(stream.id));
    if (found && located != located_.end()) {
      auto& state = states.at(located->second);
      state = with_examination(std::move(state), located->first, *found, recorded->header.position);
    }
  } else if (const auto* changed = std::get_if<events::DirectoryEvent>(&recorded->event)) {
    directory = evolve(std::move(directory), *changed, recorded->place());
  }
  keep_messages(*recorded);
  events.push_back(recorded);
  return recorded;
}

void History::keep_messages(const events::RecordedEvent& recorded) {
  const events::Position position = recorded.header.position;
  if (auto message = message_of(recorded)) {
    messages[message->conversation_id].push_back(std::move(*message));
  }
  const auto deliver = [&](events::Version up_to, MessageFrom from, Delivery delivery) {
    for (Message& message : messages[ConversationId(recorded.header.stream.id)]) {
      if (message.version > up_to || message.from != from || message.delivery >= delivery) continue;
      message.delivery = delivery;
      message.changed = position;
    }
  };
  if (const auto* happened = std::get_if<events::ConversationEvent>(&recorded.event)) {
    if (const auto* read = std::get_if<events::ConversationRead>(happened)) {
      deliver(read->up_to, MessageFrom::Contact, Delivery::Read);
    } else if (const auto* delivered = std::get_if<events::MessagesDelivered>(happened)) {
      deliver(delivered->up_to, MessageFrom::Operator, Delivery::Delivered);
    } else if (const auto* seen = std::get_if<events::MessagesReadByContact>(happened)) {
      deliver(seen->up_to, MessageFrom::Operator, Delivery::Read);
    }
    return;
  }
  const auto* of_attachment = std::get_if<events::AttachmentEvent>(&recorded.event);
  const auto* found =
      of_attachment ? std::get_if<events::AttachmentExamined>(of_attachment) : nullptr;
  const auto located = located_.find(events::AttachmentId(recorded.header.stream.id));
  if (!found || located == located_.end()) return;
  for (Message& message : messages.at(located->second)) {
    if (!message.attachment || message.attachment->file.id != located->first) continue;
    const bool done = found->outcome == events::ExaminationOutcome::Done;
    message.attachment->examination = done ? Examination::Done : Examination::Failed;
    message.attachment->thumbnail = found->thumbnail;
    message.attachment->duration_ms = found->duration_ms;
    message.attachment->waveform = found->waveform;
    message.attachment->renditions = found->renditions;
    message.changed = position;
  }
}

ConversationId History::open(const DepartmentId& department_id, const std::string& name) {
  const ConversationId id(uuid());
  add(id, events::ConversationOpened{events::ContactId(uuid()), name, "webchat", department_id});
  return id;
}

RecordedEventPtr History::add(const ConversationId& id, events::ConversationEvent event) {
  const auto known = states.find(id);
  const Who who = known == states.end() ? Who::system() : Who::of(known->second.contact_id);
  return record(events::StreamId::of(id), std::move(event), who);
}

RecordedEventPtr History::receive(const ConversationId& id, const std::string& text) {
  return add(id, events::MessageReceived{{text}});
}

RecordedEventPtr History::send(const ConversationId& id, const std::string& text) {
  return add(id, events::MessageSent{*states.at(id).facts.owner, {text}});
}

events::Attachment History::attach(std::optional<ConversationId> conversation_id,
                                   std::optional<events::QuickReplyId> quick_reply_id, bool voice) {
  events::Attachment file{events::AttachmentId(uuid()), "Núñez.pdf", "application/pdf", pick(99)};
  record(events::StreamId::of(file.id),
         events::AttachmentEvent(
             events::AttachmentAttached{file, conversation_id, quick_reply_id, voice}),
         Who::system());
  if (conversation_id) located_.emplace(file.id, *conversation_id);
  unexamined.push_back(file);
  return file;
}

RecordedEventPtr History::receive_file(const ConversationId& id, bool voice) {
  return add(id, events::MessageReceived{{"", {}, attach(id, {}, voice), voice}});
}

RecordedEventPtr History::send_file(const ConversationId& id) {
  return add(id, events::MessageSent{*states.at(id).facts.owner,
                                     {"pie de foto", {}, attach(id, {}, false)}});
}

RecordedEventPtr History::examine(const events::Attachment& file,
                                  const events::AttachmentExamined& found) {
  std::erase(unexamined, file);
  return record(events::StreamId::of(file.id), events::AttachmentEvent(found), Who::system());
}

RecordedEventPtr History::claim(const ConversationId& id, const OperatorId& by) {
  return add(id, events::ConversationClaimed{by});
}

RecordedEventPtr History::close(const ConversationId& id) {
  return add(id, events::ConversationClosed{});
}

RecordedEventPtr History::release(const ConversationId& id) {
  return add(id, events::ConversationReleased{});
}

void History::happen() {
  // Mostly forwards, often not at all, now and then back, as clocks do.
  const std::size_t step = pick(20);
  pass_ms(step == 0 ? -50 : step < 8 ? 0 : static_cast<std::int64_t>(step));
  const std::size_t what = pick(20);
  if (what == 0) {
    happen_in_directory();
  } else if (what == 19) {
    examine_something();
  } else if (what == 1) {
    const events::ContactId id(uuid());
    record(events::StreamId::of(id),
           events::ContactEvent(events::ContactRegistered{"Núñez", "webchat", departments[0]}),
           Who::of(id));
  } else if (what < 4 || states.empty()) {
    open(departments[pick(departments.size())]);
  } else {
    happen_to(std::next(states.begin(), static_cast<std::ptrdiff_t>(pick(states.size())))->first);
  }
}

void History::happen_to(const ConversationId& id) {
  const OperatorId someone = operators[pick(operators.size())];
  const DepartmentId somewhere = departments[pick(departments.size())];
  if (states.at(id).facts.status == ConversationStatus::Closed) {
    const bool by_operator = pick(2) == 0;
    add(id, events::ConversationReopened{by_operator ? std::optional(someone) : std::nullopt});
    if (!by_operator) receive(id);
    return;
  }
  switch (pick(11)) {
    case 7:
      receive_file(id, pick(2) == 0);
      break;
    case 8:
      mark_delivery(id);
      break;
    case 9:
      if (states.at(id).facts.owner) {
        send_file(id);
        break;
      }
      [[fallthrough]];
    case 10:
      add(id, events::ConversationRead{someone, states.at(id).version});
      break;
    case 0:
      claim(id, someone);
      break;
    case 1:
      add(id, events::ConversationTransferred{somewhere, std::nullopt, "mire esto"});
      break;
    case 2:
      add(id, events::ConversationTransferred{somewhere, someone});
      break;
    case 3:
      if (states.at(id).facts.owner) {
        close(id);
        break;
      }
      [[fallthrough]];
    case 4:
      if (states.at(id).facts.owner) {
        send(id);
        break;
      }
      [[fallthrough]];
    case 5:
      if (states.at(id).facts.owner) {
        release(id);
        break;
      }
      [[fallthrough]];
    default:
      receive(id, "mensaje " + std::to_string(pick(1000)));
  }
}

void History::mark_delivery(const ConversationId& id) {
  const events::Version up_to(pick(states.at(id).version.value() + 1));
  if (pick(2) == 0) {
    add(id, events::MessagesDelivered{up_to});
  } else {
    add(id, events::MessagesReadByContact{up_to});
  }
}

void History::examine_something() {
  if (unexamined.empty()) return;
  const events::Attachment file = unexamined[pick(unexamined.size())];
  events::AttachmentExamined found;
  if (pick(3) == 0) {
    found.outcome = events::ExaminationOutcome::Failed;
    found.reason = "cut off";
  } else {
    found.thumbnail = pick(2) == 0;
    found.duration_ms = pick(90'000);
    found.waveform = {0, 50, 100};
    found.renditions = !found.thumbnail;
  }
  examine(file, found);
}

void History::happen_in_directory() {
  const events::StreamId stream = events::StreamId::directory();
  const auto change = [&](events::DirectoryEvent event) {
    record(stream, std::move(event), Who::system());
  };
  switch (pick(6)) {
    case 4: {
      const events::QuickReplyId id(uuid());
      change(events::QuickReplyAdded{id, "precios", "Aquí", {}, attach({}, id, false)});
      break;
    }
    case 5:
      change(events::DepartmentOriginsChanged{departments[0], {"https://ejemplo.com"}});
      break;
    case 0:
      change(events::DepartmentRenamed{departments[0], "Ventas " + std::to_string(pick(100))});
      break;
    case 1:
      change(events::OperatorChanged{
          operators[pick(operators.size())], "Ana", events::Role::Operator, {departments[0]}});
      break;
    case 2:
      change(events::QuickReplyAdded{events::QuickReplyId(uuid()), "saludo", "Buenos días"});
      break;
    default:
      if (directory.quick_replies.empty()) return;
      change(events::QuickReplyRemoved{directory.quick_replies.begin()->first});
  }
}

void apply_batch(Projection& projection, ViewStore& store,
                 std::span<const RecordedEventPtr> batch) {
  if (batch.empty()) return;
  ViewWriter& rows = store.begin();
  for (const RecordedEventPtr& event : batch) projection.apply(*event, rows);
  projection.flush(rows);
  store.commit(batch.back()->header.position).value();
}

std::unique_ptr<events::Log> open_log(const TemporaryFolder& folder) {
  events::RocksdbLogOptions options;
  options.folder = folder.path() / "log";
  options.free_space_watermark_bytes = 0;
  return events::open_rocksdb_log(options).value();
}

void append(events::Log& log, const History& history, events::Position from) {
  std::vector<events::AppendRequest> requests;
  for (const RecordedEventPtr& event : std::span(history.events).subspan(from.value() - 1)) {
    const events::EventHeader& header = event->header;
    events::AppendRequest& request = requests.emplace_back();
    request.conditions.push_back({header.stream, events::Version(header.version.value() - 1)});
    request.events.push_back(
        {header.stream, header.id, header.at, header.who, std::nullopt, event->event});
  }
  for (const auto& appended : log.append(requests)) appended.value();
  BITACORA_INVARIANT(log.last_position() == history.position(), "the log has other positions");
}

std::map<std::string, std::string> all_rows(const ViewReader& rows) {
  std::map<std::string, std::string> all;
  rows.scan("\x01", "\xff", false, [&](std::string_view key, std::string_view value) {
    all.emplace(key, value);
    return true;
  });
  return all;
}

}  // namespace bitacora::projections
