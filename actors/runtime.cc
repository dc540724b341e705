#include "actors/runtime.h"

#include <spdlog/spdlog.h>
#include <unistd.h>

#include <algorithm>
#include <caf/actor_system.hpp>
#include <caf/actor_system_config.hpp>
#include <caf/scoped_actor.hpp>
#include <caf/send.hpp>
#include <mutex>
#include <thread>
#include <utility>

#include "actors/actor_context.h"
#include "actors/ask.h"
#include "actors/examination_actor.h"
#include "actors/follower_actor.h"
#include "actors/loader_actor.h"
#include "actors/log_actor.h"
#include "actors/projector_actor.h"
#include "actors/registry_actor.h"
#include "actors/rescuer_actor.h"
#include "actors/text_rules.h"

namespace bitacora::actors {

namespace limits = events::limits;

namespace {

constexpr int exit_io_error = 74;  // EX_IOERR of sysexits.h

// What stop() waits for beyond the commands under way: a batch, a page of the queues, snapshots.
constexpr std::chrono::seconds stop_margin{15};

[[noreturn]] void exit_on_fatal(const std::string& what) {
  spdlog::critical("{}; stopping, what was acknowledged is in the log", what);
  spdlog::shutdown();
  // Not std::exit: the other threads must not see what it takes away.
  _exit(exit_io_error);
}

// One queue for all threads wakes a sleeping one at once; stealing would poll, up to 10 ms late.
struct SystemConfig : caf::actor_system_config {
  explicit SystemConfig(std::size_t threads) {
    const std::size_t cores = std::max(1U, std::thread::hardware_concurrency());
    set("scheduler.policy", caf::atom("sharing"));
    set("scheduler.max-threads", threads == 0 ? cores : threads);
  }
};

}  // namespace

// The members' order is the reverse of their going: the actors before what they use.
struct Runtime::State {
  explicit State(RuntimeOptions given)
      : options(std::move(given)), config(options.scheduler_threads), system(config) {}

  RuntimeOptions options;
  Traffic traffic;
  std::shared_ptr<Counters> counters = std::make_shared<Counters>();
  std::shared_ptr<WaitingBoard> waiting = std::make_shared<WaitingBoard>();
  std::mutex stopping;
  bool is_stopped = false;
  SystemConfig config;
  caf::actor_system system;
  ProjectorActor projector;
  LogActor log;
  std::vector<LoaderActor> loaders;
  RegistryActor registry;
  FollowerActor follower;
  RescuerActor rescuer;
  ActorContextPtr shared;

  void catch_up_views() const;
  void spawn_all();
  // False when something did not finish in time.
  bool quit_all(std::chrono::steady_clock::time_point deadline);
};

// The views are opened current; whatever was appended since then follows.
void Runtime::State::catch_up_views() const {
  projections::Projector& projector_of_views = *options.projector;
  while (projector_of_views.position() < options.log->last_position()) {
    const auto page =
        options.log->read_all(projector_of_views.position().next(), limits::batch_events_max);
    if (!page) return options.on_fatal("the log cannot be read: " + page.error().detail);
    const auto applied = projector_of_views.apply(*page);
    if (!applied) return options.on_fatal("the views cannot be written: " + applied.error().detail);
  }
}

void Runtime::State::spawn_all() {
  const auto lag = std::make_shared<ViewLag>();
  projector = system.spawn<caf::detached>(
      projector_actor, ProjectorDependencies{options.log, options.projector, lag, options.announce,
                                             options.on_fatal});
  log = system.spawn<caf::detached>(log_actor, options.log, projector, lag, counters,
                                    options.on_fatal);
  for (std::size_t i = 0; i < limits::loader_threads; ++i) {
    loaders.push_back(system.spawn<caf::detached>(loader_actor, options.log, options.projector,
                                                  options.on_fatal));
  }
  ActorContext context;
  context.clock = options.clock;
  context.directory = std::make_shared<DirectoryBoard>(options.projector->directory());
  context.waiting = waiting;
  context.counters = counters;
  context.fatal = options.on_fatal;
  context.actor_idle = options.actor_idle;
  context.log = log;
  context.loaders = loaders;
  shared = std::make_shared<const ActorContext>(std::move(context));
  registry = system.spawn(registry_actor, shared);
  follower = system.spawn(follower_actor, registry, shared);
  caf::anon_send(projector, MeetFollower{follower});
  rescuer = system.spawn(rescuer_actor, registry, shared, &traffic);
  caf::anon_send(projector, MeetRescuer{rescuer});
}

bool Runtime::State::quit_all(std::chrono::steady_clock::time_point deadline) {
  caf::scoped_actor self{system};
  bool all_finished = true;
  const auto wait_for = [&](const auto& whom, auto message, auto finished, const char* what) {
    using Answer = decltype(finished);
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(
        deadline - std::chrono::steady_clock::now());
    self->request(whom, std::max(left, std::chrono::milliseconds(1)), std::move(message))
        .receive([](const Answer&) {},
                 [&](const caf::error& failure) {
                   spdlog::error("stopping: {} did not finish ({})", what, system.render(failure));
                   all_finished = false;
                 });
  };
  const auto quit = [&](const auto& handle) {
    self->send_exit(handle, caf::exit_reason::user_shutdown);
  };
  // Its releases were commands under way, and no more are let in.
  quit(rescuer);
  // Each step leaves behind it what the next one finishes.
  wait_for(log, Barrier{}, BarrierReached{}, "the log");
  wait_for(projector, Barrier{}, BarrierReached{}, "the projector");
  wait_for(follower, StopFollowing{}, BarrierReached{}, "following the queues");
  wait_for(registry, PutAllAway{}, AllAway{}, "putting the actors away");
  wait_for(log, Barrier{}, BarrierReached{}, "the log");
  wait_for(projector, Barrier{}, BarrierReached{}, "the projector");
  for (const LoaderActor& loader : loaders) {
    wait_for(loader, Barrier{}, BarrierReached{}, "a loader");
  }
  quit(follower);
  quit(registry);
  quit(log);
  quit(projector);
  std::for_each(loaders.begin(), loaders.end(), quit);
  return all_finished;
}

std::unique_ptr<Runtime> Runtime::start(RuntimeOptions options) {
  if (!options.on_fatal) options.on_fatal = exit_on_fatal;
  auto state = std::make_unique<State>(std::move(options));
  state->catch_up_views();
  state->spawn_all();
  return std::unique_ptr<Runtime>(new Runtime(std::move(state)));
}

Runtime::Runtime(std::unique_ptr<State> state) : state_(std::move(state)) {}

Runtime::~Runtime() { stop(); }

void Runtime::ask(const events::ConversationId& id, const events::OperatorId& who,
                  std::optional<Idempotency> idempotency, ConversationCommand command,
                  ConversationDone done) {
  if (auto refused = state_->traffic.enter()) return done(std::move(*refused));
  auto ask = std::make_shared<ConversationAsk>(
      ConversationAsk{id, ByOperator{who, std::move(command)}, std::move(idempotency),
                      Reply<ConversationOutcome>(std::move(done), state_->traffic)});
  caf::anon_send(state_->registry, AskConversation{std::move(ask)});
}

void Runtime::ask(const events::ContactId& id, std::optional<Idempotency> idempotency,
                  ContactCommand command, ConversationDone done) {
  if (auto refused = state_->traffic.enter()) return done(std::move(*refused));
  auto ask = std::make_shared<ConversationAsk>(ConversationAsk{
      events::ConversationId(), ByContact{id, std::move(command)}, std::move(idempotency),
      Reply<ConversationOutcome>(std::move(done), state_->traffic)});
  caf::anon_send(state_->registry, AskContact{id, std::move(ask)});
}

void Runtime::ask(std::string registrar, std::optional<Idempotency> idempotency,
                  RegisterContact command, ContactDone done) {
  if (auto refused = state_->traffic.enter()) return done(std::move(*refused));
  auto ask = std::make_shared<RegisterAsk>(
      RegisterAsk{events::ContactId::make(state_->options.clock->now()), std::move(registrar),
                  std::move(idempotency), std::move(command),
                  Reply<ContactOutcome>(std::move(done), state_->traffic)});
  caf::anon_send(state_->registry, AskRegister{std::move(ask)});
}

void Runtime::ask(events::Who who, std::optional<Idempotency> idempotency, DirectoryCommand command,
                  DirectoryDone done) {
  if (auto refused = state_->traffic.enter()) return done(std::move(*refused));
  auto ask = std::make_shared<DirectoryAsk>(
      DirectoryAsk{who, std::move(idempotency), std::move(command),
                   Reply<DirectoryOutcome>(std::move(done), state_->traffic)});
  caf::anon_send(state_->registry, AskDirectory{std::move(ask)});
}

void Runtime::note_examination(const events::AttachmentId& id, events::AttachmentExamined examined,
                               ExaminationDone done) {
  if (auto refused = state_->traffic.enter()) return done(std::move(*refused));
  auto ask = std::make_shared<ExaminationAsk>(
      ExaminationAsk{id, std::move(examined), Reply<void>(std::move(done), state_->traffic)});
  if (auto good = check_examination(ask->examined); !good) {
    return ask->reply.give(good.error());
  }
  state_->system.spawn(examination_actor, state_->shared, std::move(ask));
}

void Runtime::find_contact(const events::ContactId& id, ContactDone done) {
  if (auto refused = state_->traffic.enter()) return done(std::move(*refused));
  auto ask = std::make_shared<FindContactAsk>(
      FindContactAsk{id, Reply<ContactOutcome>(std::move(done), state_->traffic)});
  caf::anon_send(state_->registry, AskFindContact{std::move(ask)});
}

events::Directory Runtime::directory() const {
  events::Directory published = state_->shared->directory->read();
  events::Directory viewed = state_->options.projector->directory();
  return viewed->position > published->position ? viewed : published;
}

RuntimeFigures Runtime::figures() const {
  const Traffic& traffic = state_->traffic;
  const Counters& counters = *state_->counters;
  return {.actors_live = counters.actors_live.load(),
          .commands_in_flight = traffic.in_flight(),
          .appends_total = counters.batches.load(),
          .events_total = counters.events.load(),
          .waiting = state_->waiting->read()};
}

void Runtime::stop() {
  const std::lock_guard lock(state_->stopping);
  if (std::exchange(state_->is_stopped, true)) return;
  state_->traffic.close();
  const auto deadline = std::chrono::steady_clock::now() + limits::append_timeout + stop_margin;
  if (!state_->traffic.wait_until_idle(limits::append_timeout + stop_margin / 2)) {
    spdlog::error("stopping: {} commands are not answered", state_->traffic.in_flight());
  }
  // Waiting on for a thread that the disk does not let go would be for ever.
  if (!state_->quit_all(deadline)) state_->options.on_fatal("the actors do not stop");
  state_->system.await_all_actors_done();
}

}  // namespace bitacora::actors
