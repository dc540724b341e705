#include "projections/projector.h"

#include <algorithm>
#include <array>
#include <string>
#include <unordered_map>
#include <utility>

#include "events/limits.h"
#include "projections/view_opening.h"

namespace bitacora::projections {

using events::ErrorCode;
using events::Position;
using events::RecordedEventPtr;
using events::Result;

namespace {

// A projection with its store.
struct View {
  std::unique_ptr<Projection> projection;
  std::unique_ptr<ViewStore> store;

  // The first of the events, as many as fit one batch; commit() is to follow.
  std::span<const RecordedEventPtr> take_in(std::span<const RecordedEventPtr> events) {
    return events.first(apply_until_full(*projection, store->begin(), events));
  }
  Result<void> commit(std::span<const RecordedEventPtr> taken_in) {
    return store->commit(taken_in.back()->header.position);
  }

  // All of them, in as many batches as it takes.
  Result<void> apply(std::span<const RecordedEventPtr> events) {
    while (!events.empty()) {
      const auto taken_in = take_in(events);
      if (auto committed = commit(taken_in); !committed) return committed;
      events = events.subspan(taken_in.size());
    }
    return {};
  }

  // Those that the view has not had yet.
  Result<void> catch_up(std::span<const RecordedEventPtr> events) {
    const Position first = events.front()->header.position;
    const Position has = store->checkpoint();
    if (has < first) return apply(events);
    const std::uint64_t had = has.value() - first.value() + 1;
    return had < events.size() ? apply(events.subspan(had)) : Result<void>{};
  }
};

Result<View> open_view(const std::filesystem::path& views_folder,
                       std::unique_ptr<Projection> projection, Position last,
                       const std::shared_ptr<rocksdb::FileSystem>& file_system) {
  auto store = open_or_renew_view(views_folder, *projection, last, file_system);
  if (!store) return store.error();
  return View{std::move(projection), std::move(*store)};
}

void expect_next(Position reached, std::span<const RecordedEventPtr> committed) {
  for (const RecordedEventPtr& event : committed) {
    BITACORA_INVARIANT(event->header.position == reached.next(),
                       "the projector was given events with a gap");
    reached = event->header.position;
  }
}

std::vector<ConversationChange> changes_of(const InboxProjection& inbox,
                                           TranscriptProjection& transcript) {
  std::vector<ConversationChange> changes;
  std::unordered_map<events::ConversationId, std::size_t> places;
  const auto changed = inbox.changes();
  changes.reserve(changed.size());
  places.reserve(changed.size());
  for (const InboxChange& change : changed) {
    places.emplace(change.id, changes.size());
    changes.push_back({change.id, change.before, *change.after, {}});
  }
  for (Message& message : transcript.take_changes()) {
    changes[places.at(message.conversation_id)].messages.push_back(std::move(message));
  }
  return changes;
}

}  // namespace

struct Projector::Views {
  View directory;
  View transcript;
  View inbox;
  std::atomic<events::Directory> newest_directory{};
  std::atomic<std::uint64_t> position{0};
  // A view that could not be written does not fit what its projection has in memory any more.
  std::optional<events::Error> failed{};

  // In the order of their commits.
  std::array<View*, 3> all() { return {&transcript, &directory, &inbox}; }
  // The transcript has taken them in, the others have not.
  Result<void> commit_all(std::span<const RecordedEventPtr> taken_in) {
    if (auto committed = transcript.commit(taken_in); !committed) return committed;
    if (auto applied = directory.apply(taken_in); !applied) return applied;
    return inbox.apply(taken_in);
  }
  // As open() made it.
  [[nodiscard]] const InboxProjection& inbox_projection() const {
    return static_cast<const InboxProjection&>(*inbox.projection);
  }
  [[nodiscard]] TranscriptProjection& transcript_projection() const {
    return static_cast<TranscriptProjection&>(*transcript.projection);
  }

  Result<void> catch_up(const events::Log& log,
                        const std::function<void(Position, Position)>& progress);
  bool follow_directory(std::span<const RecordedEventPtr> committed);
};

Result<void> Projector::Views::catch_up(const events::Log& log,
                                        const std::function<void(Position, Position)>& progress) {
  Position reached = std::min(
      {directory.store->checkpoint(), transcript.store->checkpoint(), inbox.store->checkpoint()});
  for (;;) {
    const auto batch = log.read_all(reached.next(), events::limits::batch_events_max);
    if (!batch) return batch.error();
    if (batch->empty()) return {};
    for (View* view : all()) {
      if (auto applied = view->catch_up(*batch); !applied) return applied;
    }
    reached = batch->back()->header.position;
    if (progress) progress(reached, log.last_position());
  }
}

// Whether the events changed the directory.
bool Projector::Views::follow_directory(std::span<const RecordedEventPtr> committed) {
  std::optional<events::DirectoryState> next;
  for (const RecordedEventPtr& event : committed) {
    const auto* happened = std::get_if<events::DirectoryEvent>(&event->event);
    if (happened == nullptr) continue;
    if (!next) next = *newest_directory.load();
    next = events::evolve(std::move(*next), *happened, event->place());
  }
  if (next) newest_directory = std::make_shared<const events::DirectoryState>(std::move(*next));
  return next.has_value();
}

Projector::Projector(std::unique_ptr<Views> views) : views_(std::move(views)) {}
Projector::~Projector() = default;

Result<std::unique_ptr<Projector>> Projector::open(
    const std::filesystem::path& views_folder, const events::Log& log,
    const std::function<void(Position, Position)>& progress,
    const std::shared_ptr<rocksdb::FileSystem>& file_system) {
  const Position last = log.last_position();
  auto directory =
      open_view(views_folder, std::make_unique<DirectoryProjection>(), last, file_system);
  if (!directory) return directory.error();
  auto transcript =
      open_view(views_folder, std::make_unique<TranscriptProjection>(), last, file_system);
  if (!transcript) return transcript.error();
  auto inbox = open_view(views_folder, std::make_unique<InboxProjection>(), last, file_system);
  if (!inbox) return inbox.error();
  auto views = std::make_unique<Views>();
  views->directory = std::move(*directory);
  views->transcript = std::move(*transcript);
  views->inbox = std::move(*inbox);

  if (auto current = views->catch_up(log, progress); !current) return current.error();
  for (const View* view : views->all()) {
    auto removed = remove_older_versions(views_folder, *view->projection);
    if (!removed) return removed.error();
  }
  views->newest_directory = std::make_shared<const events::DirectoryState>(
      load_directory(*views->directory.store->read()));
  views->position = views->inbox.store->checkpoint().value();
  return std::unique_ptr<Projector>(new Projector(std::move(views)));
}

Result<AnnouncementPtr> Projector::apply(std::span<const RecordedEventPtr> committed) {
  if (views_->failed) return *views_->failed;
  expect_next(position(), committed);
  auto announcement = std::make_shared<Announcement>();
  announcement->from = position();
  announcement->to = position();
  if (!committed.empty()) {
    committed = views_->transcript.take_in(committed);
    // Before any commit, so that nobody reads a view with rights that are older than what it tells.
    announcement->directory_changed = views_->follow_directory(committed);
    if (auto written = views_->commit_all(committed); !written) {
      views_->failed = written.error();
      return written.error();
    }
    announcement->to = committed.back()->header.position;
    announcement->changes = changes_of(views_->inbox_projection(), views_->transcript_projection());
    views_->position.store(announcement->to.value(), std::memory_order_release);
  }
  announcement->directory = directory();
  return AnnouncementPtr(std::move(announcement));
}

Position Projector::position() const {
  return Position(views_->position.load(std::memory_order_acquire));
}

events::Directory Projector::directory() const { return views_->newest_directory.load(); }

std::unique_ptr<ViewReader> Projector::read_inbox() const { return views_->inbox.store->read(); }

std::unique_ptr<ViewReader> Projector::read_transcript() const {
  return views_->transcript.store->read();
}

}  // namespace bitacora::projections
