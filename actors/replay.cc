#include "actors/replay.h"

#include <algorithm>
#include <charconv>
#include <string>
#include <system_error>
#include <type_traits>
#include <utility>

#include "actors/directory_decider.h"
#include "events/codec.h"
#include "projections/inbox.h"

namespace bitacora::actors {

using events::ErrorCode;
using events::Result;
using events::StreamId;
using events::Version;

namespace {

// Events read at a time while a state is rebuilt.
constexpr std::size_t page_events = 256;

template <class State>
struct EventOf;
template <>
struct EventOf<events::ConversationState> : std::type_identity<events::ConversationEvent> {};
template <>
struct EventOf<events::ContactState> : std::type_identity<events::ContactEvent> {};
template <>
struct EventOf<events::DepartmentQueueState> : std::type_identity<events::DepartmentQueueEvent> {};
template <>
struct EventOf<events::DirectoryState> : std::type_identity<events::DirectoryEvent> {};

// Evolves the state over the stream, up to and including `up_to` if there is one.
template <class State>
Result<Hydrated<State>> advance(const events::Log& log, const StreamId& stream, State from,
                                std::optional<Version> up_to) {
  Hydrated<State> hydrated{std::move(from), {}, {}};
  State& state = hydrated.state;
  hydrated.snapshot = state.version;
  for (;;) {
    auto page = log.read_stream(stream, state.version.next(), page_events);
    if (!page) return page.error();
    for (const events::RecordedEventPtr& recorded : *page) {
      if (up_to && recorded->header.version > *up_to) return hydrated;
      const auto* event = std::get_if<typename EventOf<State>::type>(&recorded->event);
      if (!event || recorded->header.version != state.version.next()) {
        return events::error(ErrorCode::Corrupt, stream.to_string() + " is not in order");
      }
      state = evolve(std::move(state), *event, recorded->place());
      hydrated.position = recorded->header.position;
    }
    if (page->size() < page_events) return hydrated;
  }
}

// The newest snapshot that is not past `up_to`; the empty state without one.
template <class State>
State from_snapshot(const events::Log& log, const StreamId& stream, std::optional<Version> up_to) {
  const auto snapshot = log.read_snapshot(stream);
  if (!snapshot || !*snapshot || (up_to && (*snapshot)->version > *up_to)) return {};
  auto state = events::decode_state<State>((*snapshot)->state);
  if (!state || state->version != (*snapshot)->version) return {};
  return std::move(*state);
}

template <class State>
Result<State> state_at(const events::Log& log, const StreamId& stream, Version version) {
  auto hydrated = advance(log, stream, from_snapshot<State>(log, stream, version), version);
  if (!hydrated) return hydrated.error();
  return std::move(hydrated->state);
}

template <class State>
Result<Hydrated<State>> load_stream(const events::Log& log, const StreamId& stream) {
  return advance(log, stream, from_snapshot<State>(log, stream, std::nullopt), std::nullopt);
}

// A command that came before: its events, or when it changed nothing the last one before it.
struct Happened {
  std::vector<events::RecordedEventPtr> events;
  bool are_its_own = false;
};

// Without events when there was no such command.
Result<Happened> find_happened(const events::Log& log, const events::CommandKey& key) {
  const auto stored = log.find_command(key.scope, key.id);
  if (!stored) return stored.error();
  if (!*stored) return Happened{};
  if ((*stored)->fingerprint != key.fingerprint) {
    return events::error(ErrorCode::IdempotencyKeyReused,
                         "The key came before with another request.");
  }
  const std::size_t count = std::max<std::size_t>((*stored)->count, 1);
  auto list = log.read_all((*stored)->first, count);
  if (!list) return list.error();
  if (list->size() != count) {
    return events::error(ErrorCode::Corrupt, "the events of a command are not in the log");
  }
  return Happened{*std::move(list), (*stored)->count != 0};
}

// Where the queues' progress is kept: no department has this id.
StreamId followed_row() { return StreamId::queue_of(events::DepartmentId()); }

}  // namespace

Result<Hydrated<events::ConversationState>> load(const events::Log& log,
                                                 const events::ConversationId& id) {
  return load_stream<events::ConversationState>(log, StreamId::of(id));
}

Result<Hydrated<events::ContactState>> load(const events::Log& log, const events::ContactId& id) {
  return load_stream<events::ContactState>(log, StreamId::of(id));
}

Result<Hydrated<events::DepartmentQueueState>> load(const events::Log& log,
                                                    const events::DepartmentId& id) {
  return load_stream<events::DepartmentQueueState>(log, StreamId::queue_of(id));
}

Result<Hydrated<events::DirectoryState>> load_directory(const events::Log& log) {
  return load_stream<events::DirectoryState>(log, StreamId::directory());
}

Result<std::optional<ConversationOutcome>> recall_conversation(const events::Log& log,
                                                               const events::CommandKey& key) {
  const auto happened = find_happened(log, key);
  if (!happened) return happened.error();
  if (happened->events.empty()) return std::optional<ConversationOutcome>();
  ConversationOutcome outcome;
  outcome.replayed = true;
  Version version;
  for (const events::RecordedEventPtr& recorded : happened->events) {
    outcome.position = recorded->header.position;
    // A contact's first message touches the contact's stream too.
    if (recorded->header.stream.kind != events::StreamKind::Conversation) continue;
    outcome.conversation_id = events::ConversationId(recorded->header.stream.id);
    version = recorded->header.version;
    if (!happened->are_its_own) continue;
    auto message = projections::message_of(*recorded);
    if (!outcome.message && message && message->from != projections::MessageFrom::System) {
      outcome.message = std::move(message);
    }
  }
  auto state =
      state_at<events::ConversationState>(log, StreamId::of(outcome.conversation_id), version);
  if (!state) return state.error();
  outcome.conversation = std::move(*state);
  return std::optional(std::move(outcome));
}

Result<std::optional<ContactOutcome>> recall_contact(const events::Log& log,
                                                     const events::CommandKey& key) {
  const auto happened = find_happened(log, key);
  if (!happened) return happened.error();
  if (happened->events.empty()) return std::optional<ContactOutcome>();
  const events::EventHeader& last = happened->events.back()->header;
  auto state = state_at<events::ContactState>(log, last.stream, last.version);
  if (!state) return state.error();
  return std::optional(
      ContactOutcome{events::ContactId(last.stream.id), std::move(*state), last.position, true});
}

Result<std::optional<DirectoryOutcome>> recall_directory(const events::Log& log,
                                                         const events::CommandKey& key) {
  const auto happened = find_happened(log, key);
  if (!happened) return happened.error();
  if (happened->events.empty()) return std::optional<DirectoryOutcome>();
  const events::RecordedEvent& last = *happened->events.back();
  auto state = state_at<events::DirectoryState>(log, last.header.stream, last.header.version);
  if (!state) return state.error();
  return std::optional(
      DirectoryOutcome{subject_of(std::get<events::DirectoryEvent>(last.event)),
                       std::make_shared<const events::DirectoryState>(std::move(*state)),
                       last.header.position, true});
}

bool has_happened(const events::Log& log, const std::optional<events::CommandKey>& key) {
  if (!key) return false;
  const auto stored = log.find_command(key->scope, key->id);
  return stored && stored->has_value();
}

std::optional<events::Who> attached_by(const events::Log& log, const events::AttachmentId& id) {
  const auto first = log.read_stream(StreamId::of(id), Version(1), 1);
  if (!first) return events::Who::system();
  if (first->empty()) return std::nullopt;
  return first->front()->header.who;
}

// The row's stream has no events, so that its version is 0 and the position is its state.
Result<events::Position> load_followed(const events::Log& log) {
  const auto row = log.read_snapshot(followed_row());
  if (!row) return row.error();
  if (!*row) return events::Position();
  const std::string& text = (*row)->state;
  std::uint64_t position = 0;
  const auto read = std::from_chars(text.data(), text.data() + text.size(), position);
  const bool is_whole = read.ec == std::errc{} && read.ptr == text.data() + text.size();
  // One past the log's end is of a log that was put back from a backup.
  if (!is_whole || events::Position(position) > log.last_position()) return events::Position();
  return events::Position(position);
}

void save_followed(events::Log& log, events::Position followed) {
  log.write_snapshot(followed_row(), {Version(), std::to_string(followed.value())});
}

Result<StepsPage> read_steps(const events::Log& log, const projections::ViewReader& inbox,
                             events::Position after, std::size_t events_max) {
  const events::Position end = inbox.checkpoint();
  if (after >= end) return StepsPage{after, {}, true};
  const auto count = std::min<std::uint64_t>(events_max, end.value() - after.value());
  const auto page = log.read_all(after.next(), count);
  if (!page) return page.error();
  if (page->empty()) return events::error(ErrorCode::Corrupt, "the inbox is ahead of the log");
  const QueueSources sources{
      .facts_before =
          [&](const events::ConversationId& id) { return projections::facts_at(inbox, id, after); },
      .waiting_since = [&](const events::ConversationId& id) -> std::optional<events::Instant> {
        const auto state = projections::find_conversation(inbox, id);
        return state ? state->waiting_since : std::nullopt;
      }};
  StepsPage steps{page->back()->header.position, queue_steps(*page, sources), false};
  steps.last = steps.to >= end;
  return steps;
}

}  // namespace bitacora::actors
