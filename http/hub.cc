#include "http/hub.h"

#include <algorithm>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <deque>
#include <map>
#include <mutex>
#include <unordered_map>
#include <utility>

namespace bitacora::http {

namespace asio = boost::asio;

namespace {

using events::Position;

// No mark: the subscriber has nothing before it.
constexpr std::uint64_t no_mark = 0;

struct Subscriber {
  std::weak_ptr<LiveListener> listener;
  std::optional<events::Viewer> viewer{};
  std::optional<events::ContactId> contact{};
  std::string session_token_hash{};
  // Sequence of the first batch that may concern it, or no_mark.
  std::uint64_t mark = no_mark;
};

using Subscribers = std::vector<Subscriber*>;

void drop(Subscribers& list, const Subscriber* subscriber) {
  const auto found = std::find(list.begin(), list.end(), subscriber);
  if (found == list.end()) return;
  *found = list.back();
  list.pop_back();
}

template <class Key>
class Index {
 public:
  void add(const Key& key, Subscriber* subscriber) { lists_[key].push_back(subscriber); }
  void remove(const Key& key, const Subscriber* subscriber) {
    const auto found = lists_.find(key);
    if (found == lists_.end()) return;
    drop(found->second, subscriber);
    if (found->second.empty()) lists_.erase(found);
  }
  template <class Visit>
  void each(const Key& key, Visit visit) const {
    const auto found = lists_.find(key);
    if (found == lists_.end()) return;
    for (Subscriber* subscriber : found->second) visit(*subscriber);
  }

 private:
  std::unordered_map<Key, Subscribers> lists_;
};

// What the batch counts for in the ring's bound: its changes, and one that has none is kept too.
std::size_t entries_of(const LiveBatch& batch) {
  return std::max<std::size_t>(1, batch.changes.size());
}

// Who may have to do with a change: a superset of those that may_see() allows, which each session
// asks itself.
class Audience {
 public:
  void add(Subscriber& subscriber) {
    place(subscriber, [&](auto& index, const auto& key) { index.add(key, &subscriber); });
    if (is_auditor(subscriber)) auditors_.push_back(&subscriber);
  }

  void remove(const Subscriber& subscriber) {
    place(subscriber, [&](auto& index, const auto& key) { index.remove(key, &subscriber); });
    if (is_auditor(subscriber)) drop(auditors_, &subscriber);
  }

  template <class Visit>
  void each(const events::ConversationFacts& facts, Visit visit) const {
    if (facts.status == events::ConversationStatus::Waiting) {
      operators_.each(facts.department_id, visit);
    }
    supervisors_.each(facts.department_id, visit);
    if (facts.owner) owners_.each(*facts.owner, visit);
    for (Subscriber* auditor : auditors_) visit(*auditor);
  }

  template <class Visit>
  void each(const events::ContactId& contact, Visit visit) const {
    contacts_.each(contact, visit);
  }

 private:
  static bool is_auditor(const Subscriber& subscriber) {
    return subscriber.viewer && subscriber.viewer->role == events::Role::Auditor;
  }

  template <class Visit>
  void place(const Subscriber& subscriber, Visit visit) {
    if (subscriber.contact) visit(contacts_, *subscriber.contact);
    if (!subscriber.viewer || !may_attend(*subscriber.viewer)) return;
    visit(owners_, subscriber.viewer->id);
    const bool supervises = subscriber.viewer->role == events::Role::Supervisor;
    for (const events::DepartmentId& department : subscriber.viewer->departments) {
      visit(supervises ? supervisors_ : operators_, department);
    }
  }

  Index<events::DepartmentId> operators_;
  Index<events::DepartmentId> supervisors_;
  Index<events::OperatorId> owners_;
  Index<events::ContactId> contacts_;
  Subscribers auditors_;
};

// A coroutine that waits for a position.
struct Waiter {
  Waiter(asio::any_io_executor strand, std::chrono::milliseconds timeout)
      : executor(std::move(strand)), timer(executor, timeout) {}
  asio::any_io_executor executor;
  asio::steady_timer timer;  // touched on the executor alone
};

}  // namespace

struct Hub::State {
  State(Position from, HubOptions chosen) : options(chosen), position(from) {}

  const HubOptions options;
  mutable std::mutex mutex;
  // All below is guarded by the mutex.
  Position position;
  std::deque<LiveBatchPtr> ring;
  std::uint64_t first_sequence = 1;  // of ring.front()
  std::size_t ring_entries = 0;
  std::size_t ring_bytes = 0;
  std::unordered_map<std::uint64_t, Subscriber> subscribers;
  std::uint64_t next_id = 1;
  Audience audience;
  std::multimap<Position, std::shared_ptr<Waiter>> waiters;
  std::uint64_t lost_places_total = 0;

  [[nodiscard]] std::uint64_t next_sequence() const { return first_sequence + ring.size(); }

  void start_anew(Position from, std::vector<std::shared_ptr<LiveListener>>& to_wake);
  void insert(LiveBatchPtr batch, std::vector<std::shared_ptr<LiveListener>>& to_wake);
  void mark(Subscriber& subscriber, std::uint64_t sequence,
            std::vector<std::shared_ptr<LiveListener>>& to_wake);
  void trim();
  std::vector<std::shared_ptr<Waiter>> take_waiters();
  std::uint64_t add(Subscriber subscriber);
  template <class Chosen>
  void end(Chosen chosen, const std::string& reason);
};

void Hub::State::mark(Subscriber& subscriber, std::uint64_t sequence,
                      std::vector<std::shared_ptr<LiveListener>>& to_wake) {
  // Contacts read the views, so each change wakes them; operators are woken once.
  if (subscriber.viewer) {
    if (subscriber.mark != no_mark) return;
    subscriber.mark = sequence;
  }
  if (auto listener = subscriber.listener.lock()) to_wake.push_back(std::move(listener));
}

// Something was not announced here: everybody catches up from the views.
void Hub::State::start_anew(Position from, std::vector<std::shared_ptr<LiveListener>>& to_wake) {
  first_sequence = next_sequence() + 1;
  ring.clear();
  ring_entries = 0;
  ring_bytes = 0;
  position = from;
  for (auto& [id, subscriber] : subscribers) {
    subscriber.mark = no_mark;
    mark(subscriber, first_sequence - 1, to_wake);
  }
}

void Hub::State::insert(LiveBatchPtr batch, std::vector<std::shared_ptr<LiveListener>>& to_wake) {
  BITACORA_INVARIANT(batch->from == position, "the hub's batches are consecutive");
  const std::uint64_t sequence = next_sequence();
  const auto visit = [&](Subscriber& subscriber) { mark(subscriber, sequence, to_wake); };
  if (batch->directory_changed) {
    for (auto& [id, subscriber] : subscribers) visit(subscriber);
  }
  for (const LiveChange& change : batch->changes) {
    audience.each(change.before, visit);
    if (change.after != change.before) audience.each(change.after, visit);
    audience.each(change.contact_id, visit);
  }
  position = batch->to;
  ring_entries += entries_of(*batch);
  ring_bytes += batch->bytes;
  ring.push_back(std::move(batch));
  trim();
}

void Hub::State::trim() {
  while (ring.size() > 1 &&
         (ring_entries > options.entries_max || ring_bytes > options.bytes_max)) {
    ring_entries -= entries_of(*ring.front());
    ring_bytes -= ring.front()->bytes;
    ring.pop_front();
    ++first_sequence;
  }
}

std::vector<std::shared_ptr<Waiter>> Hub::State::take_waiters() {
  std::vector<std::shared_ptr<Waiter>> reached;
  const auto end = waiters.upper_bound(position);
  for (auto waiter = waiters.begin(); waiter != end; ++waiter) {
    reached.push_back(std::move(waiter->second));
  }
  waiters.erase(waiters.begin(), end);
  return reached;
}

std::uint64_t Hub::State::add(Subscriber subscriber) {
  const std::lock_guard lock(mutex);
  const std::uint64_t id = next_id++;
  audience.add(subscribers.emplace(id, std::move(subscriber)).first->second);
  return id;
}

template <class Chosen>
void Hub::State::end(Chosen chosen, const std::string& reason) {
  std::vector<std::shared_ptr<LiveListener>> ended;
  {
    const std::lock_guard lock(mutex);
    for (const auto& [id, subscriber] : subscribers) {
      if (!chosen(subscriber)) continue;
      if (auto listener = subscriber.listener.lock()) ended.push_back(std::move(listener));
    }
  }
  for (const auto& listener : ended) listener->ended(signed_out, reason);
}

Hub::Hub(Position position, HubOptions options)
    : state_(std::make_shared<State>(position, options)) {}

Hub::~Hub() = default;

void Hub::publish(const projections::Announcement& announcement) {
  LiveBatchPtr batch = render(announcement);
  std::vector<std::shared_ptr<LiveListener>> to_wake;
  std::vector<std::shared_ptr<Waiter>> reached;
  {
    const std::lock_guard lock(state_->mutex);
    // The views had it already when the hub began.
    if (announcement.to <= state_->position) return;
    if (announcement.from != state_->position) state_->start_anew(announcement.from, to_wake);
    state_->insert(std::move(batch), to_wake);
    reached = state_->take_waiters();
  }
  for (const auto& listener : to_wake) listener->woken();
  for (const auto& waiter : reached) {
    asio::post(waiter->executor, [waiter] { waiter->timer.cancel(); });
  }
}

Position Hub::position() const {
  const std::lock_guard lock(state_->mutex);
  return state_->position;
}

std::unique_ptr<Hub::Subscription> Hub::subscribe(std::weak_ptr<LiveListener> listener,
                                                  const events::Viewer& viewer,
                                                  std::string session_token_hash) {
  const std::uint64_t id = state_->add({.listener = std::move(listener),
                                        .viewer = viewer,
                                        .session_token_hash = std::move(session_token_hash)});
  return std::make_unique<Subscription>(state_, id);
}

std::unique_ptr<Hub::Subscription> Hub::subscribe(std::weak_ptr<LiveListener> listener,
                                                  const events::ContactId& contact) {
  const std::uint64_t id = state_->add({.listener = std::move(listener), .contact = contact});
  return std::make_unique<Subscription>(state_, id);
}

void Hub::relay(std::shared_ptr<const TypingNote> note) {
  std::vector<std::shared_ptr<LiveListener>> told;
  const auto visit = [&](const Subscriber& subscriber) {
    // Nobody is told of their own typing.
    if (subscriber.viewer && note->operator_id == subscriber.viewer->id) return;
    if (auto listener = subscriber.listener.lock()) told.push_back(std::move(listener));
  };
  {
    const std::lock_guard lock(state_->mutex);
    state_->audience.each(note->facts, visit);
    if (note->contact_frame) state_->audience.each(note->contact_id, visit);
  }
  std::sort(told.begin(), told.end());
  told.erase(std::unique(told.begin(), told.end()), told.end());
  for (const auto& listener : told) listener->typing(note);
}

void Hub::end_session(std::string_view session_token_hash, const std::string& reason) {
  if (session_token_hash.empty()) return;
  state_->end(
      [&](const Subscriber& subscriber) {
        return subscriber.session_token_hash == session_token_hash;
      },
      reason);
}

void Hub::end_account(const events::OperatorId& id, const std::string& reason) {
  state_->end(
      [&](const Subscriber& subscriber) {
        return subscriber.viewer && subscriber.viewer->id == id;
      },
      reason);
}

asio::awaitable<bool> Hub::reached(Position wanted, std::chrono::milliseconds timeout) {
  const std::shared_ptr<State> state = state_;
  const asio::any_io_executor executor = co_await asio::this_coro::executor;
  const auto waiter = std::make_shared<Waiter>(executor, timeout);
  {
    const std::lock_guard lock(state->mutex);
    if (state->position >= wanted) co_return true;
    state->waiters.emplace(wanted, waiter);
  }
  // Cancelled when the position has been reached.
  co_await waiter->timer.async_wait(asio::as_tuple(asio::use_awaitable));
  const std::lock_guard lock(state->mutex);
  const auto [begin, end] = state->waiters.equal_range(wanted);
  const auto mine =
      std::find_if(begin, end, [&](const auto& entry) { return entry.second == waiter; });
  if (mine != end) state->waiters.erase(mine);
  co_return state->position >= wanted;
}

HubFigures Hub::figures() const {
  const std::lock_guard lock(state_->mutex);
  return {state_->subscribers.size(), state_->ring_entries, state_->ring_bytes,
          state_->lost_places_total};
}

// --- Subscription -----------------------------------------------------------------------------

Hub::Subscription::Subscription(std::shared_ptr<State> state, std::uint64_t id)
    : state_(std::move(state)), id_(id) {}

Hub::Subscription::~Subscription() {
  const std::lock_guard lock(state_->mutex);
  const auto found = state_->subscribers.find(id_);
  state_->audience.remove(found->second);
  state_->subscribers.erase(found);
}

Backlog Hub::Subscription::take() {
  const std::lock_guard lock(state_->mutex);
  std::uint64_t& mark = state_->subscribers.at(id_).mark;
  Backlog backlog;
  backlog.up_to = state_->position;
  if (mark == no_mark) return backlog;
  if (mark < state_->first_sequence) {
    ++state_->lost_places_total;
    backlog.lost = true;
    return backlog;
  }
  backlog.sequence = mark;
  const auto first = static_cast<std::ptrdiff_t>(mark - state_->first_sequence);
  backlog.batches.assign(state_->ring.begin() + first, state_->ring.end());
  mark = no_mark;
  return backlog;
}

void Hub::Subscription::give_back(std::uint64_t sequence) {
  const std::lock_guard lock(state_->mutex);
  std::uint64_t& mark = state_->subscribers.at(id_).mark;
  if (mark == no_mark || sequence < mark) mark = sequence;
}

bool Hub::Subscription::follow_from(Position position) {
  const std::lock_guard lock(state_->mutex);
  std::uint64_t& mark = state_->subscribers.at(id_).mark;
  if (position >= state_->position) {
    mark = no_mark;
    return true;
  }
  const auto found = std::lower_bound(
      state_->ring.begin(), state_->ring.end(), position,
      [](const LiveBatchPtr& batch, Position wanted) { return batch->from < wanted; });
  if (found == state_->ring.end() || (*found)->from != position) return false;
  mark = state_->first_sequence + static_cast<std::uint64_t>(found - state_->ring.begin());
  return true;
}

Position Hub::Subscription::follow_now() {
  const std::lock_guard lock(state_->mutex);
  state_->subscribers.at(id_).mark = no_mark;
  return state_->position;
}

void Hub::Subscription::change_viewer(const events::Viewer& viewer) {
  const std::lock_guard lock(state_->mutex);
  Subscriber& subscriber = state_->subscribers.at(id_);
  state_->audience.remove(subscriber);
  subscriber.viewer = viewer;
  state_->audience.add(subscriber);
}

}  // namespace bitacora::http
