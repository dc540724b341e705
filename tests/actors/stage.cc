#include "tests/actors/stage.h"

#include <gtest/gtest.h>
#include <stdlib.h>

#include <caf/event_based_actor.hpp>
#include <caf/send.hpp>
#include <map>

#include "actors/follower_actor.h"
#include "actors/loader_actor.h"
#include "actors/log_actor.h"
#include "actors/projector_actor.h"
#include "actors/registry_actor.h"
#include "actors/rescuer_actor.h"

namespace bitacora::actors {

namespace {

std::filesystem::path new_stage_folder() {
  std::string pattern = (std::filesystem::temp_directory_path() / "bitacora-stage-XXXXXX").string();
  if (mkdtemp(pattern.data()) == nullptr) std::abort();
  return pattern;
}

void abort_on_fatal(const std::string& what) {
  std::fprintf(stderr, "fatal: %s\n", what.c_str());
  std::abort();
}

// Stands before the real log, which it hands appends to unless they are held back.
LogActor::behavior_type holding_log_actor(LogActor::pointer self, LogActor real,
                                          HeldAppends* appends) {
  return {
      [=](Append& message) {
        auto promise = self->make_response_promise<AppendAnswer>();
        if (appends->holds) {
          appends->held.push_back({*message.request, promise});
          return promise;
        }
        return promise.delegate(real, std::move(message));
      },
      [=](Flush) {
        while (!appends->held.empty()) {
          HeldAppends::Held held = std::move(appends->held.front());
          appends->held.pop_front();
          held.promise.deliver(appends->answer(held.request));
        }
      },
      [](Barrier) { return BarrierReached{}; },
  };
}

void await_all_away(caf::event_based_actor* self, const RegistryActor& registry,
                    const std::shared_ptr<bool>& away) {
  self->request(registry, caf::infinite, PutAllAway{}).then([away](AllAway) { *away = true; });
}

template <class Outcome>
Reply<Outcome> reply_into(const Got<Outcome>& got, Traffic& traffic) {
  if (const auto refused = traffic.enter()) std::abort();
  return Reply<Outcome>([got](events::Result<Outcome> outcome) { *got = std::move(outcome); },
                        traffic);
}

template <class Outcome>
Got<Outcome> nothing_yet() {
  return std::make_shared<std::optional<events::Result<Outcome>>>();
}

}  // namespace

Stage::Stage() : folder_(new_stage_folder()), system(config) {
  events::RocksdbLogOptions options;
  options.folder = folder_ / "log";
  auto log = events::open_rocksdb_log(options);
  BITACORA_INVARIANT(log.has_value(), "the log does not open");
  log_ = std::move(*log);
  found();
  auto projector = projections::Projector::open(folder_ / "views", *log_);
  BITACORA_INVARIANT(projector.has_value(), "the views do not open");
  projector_ = std::move(*projector);

  projector_actor_ = system.spawn(projector_actor,
                                  ProjectorDependencies{log_, projector_, lag, {}, abort_on_fatal});
  const LogActor real =
      system.spawn(log_actor, log_, projector_actor_, lag, counters, Fatal(abort_on_fatal));
  log_actor_ = system.spawn(holding_log_actor, real, &appends);
  ActorContext context;
  for (std::size_t i = 0; i < events::limits::loader_threads; ++i) {
    context.loaders.push_back(system.spawn(loader_actor, log_, projector_, Fatal(abort_on_fatal)));
  }
  context.clock = clock;
  context.directory = std::make_shared<DirectoryBoard>(projector_->directory());
  context.waiting = std::make_shared<WaitingBoard>();
  context.counters = counters;
  context.fatal = abort_on_fatal;
  context.actor_idle = actor_idle;
  context.log = log_actor_;
  context_ = std::make_shared<const ActorContext>(context);
  registry_ = system.spawn(registry_actor, context_);
  rescuer_ = system.spawn(rescuer_actor, registry_, context_, &traffic);
  caf::anon_send(projector_actor_, MeetRescuer{rescuer_});
  run();
}

Stage::~Stage() {
  appends.held.clear();
  for (const auto& loader : context_->loaders) {
    caf::anon_send_exit(loader, caf::exit_reason::user_shutdown);
  }
  caf::anon_send_exit(rescuer_, caf::exit_reason::kill);
  caf::anon_send_exit(registry_, caf::exit_reason::kill);
  caf::anon_send_exit(log_actor_, caf::exit_reason::kill);
  caf::anon_send_exit(projector_actor_, caf::exit_reason::kill);
  run();
  projector_.reset();
  log_.reset();
  std::error_code ignored;
  std::filesystem::remove_all(folder_, ignored);
}

// The people are in the log before the actors begin.
void Stage::found() {
  events::AppendRequest request;
  const auto stream = events::StreamId::directory();
  request.conditions.push_back({stream, events::Version()});
  const auto add = [&](events::DirectoryEvent event) {
    request.events.push_back({stream, events::EventId::make(clock->now()), clock->now(),
                              events::Who::system(), std::nullopt, events::Event(event)});
  };
  for (const auto& [id, department] : people.directory.departments) {
    add(events::DepartmentAdded{id, department.slug, department.name});
  }
  for (const auto& [id, account] : people.directory.operators) {
    add(events::OperatorAdded{id, account.username, account.name, account.role,
                              account.departments});
  }
  const auto appended = log_->append(std::span(&request, 1));
  BITACORA_INVARIANT(appended.front().has_value(), "the people cannot be added");
}

Got<ConversationOutcome> Stage::ask(const events::ConversationId& id, const events::OperatorId& who,
                                    ConversationCommand command,
                                    std::optional<Idempotency> idempotency) {
  auto got = nothing_yet<ConversationOutcome>();
  caf::anon_send(registry_, AskConversation{std::make_shared<ConversationAsk>(ConversationAsk{
                                id, ByOperator{who, std::move(command)}, std::move(idempotency),
                                reply_into(got, traffic)})});
  return got;
}

Got<ConversationOutcome> Stage::write(const events::ContactId& contact, const std::string& text,
                                      std::optional<Idempotency> idempotency,
                                      std::optional<events::Attachment> attachment) {
  auto got = nothing_yet<ConversationOutcome>();
  ReceiveMessage message{{text, {}, std::move(attachment)}};
  auto ask = std::make_shared<ConversationAsk>(
      ConversationAsk{events::ConversationId(), ByContact{contact, std::move(message)},
                      std::move(idempotency), reply_into(got, traffic)});
  caf::anon_send(registry_, AskContact{contact, std::move(ask)});
  return got;
}

Got<ContactOutcome> Stage::enrol(const std::string& name, std::optional<Idempotency> idempotency) {
  auto got = nothing_yet<ContactOutcome>();
  caf::anon_send(registry_,
                 AskRegister{std::make_shared<RegisterAsk>(RegisterAsk{
                     events::ContactId::make(clock->now()), "stage", std::move(idempotency),
                     RegisterContact{name, "webchat", people.ventas}, reply_into(got, traffic)})});
  return got;
}

Got<DirectoryOutcome> Stage::change(DirectoryCommand command) {
  auto got = nothing_yet<DirectoryOutcome>();
  caf::anon_send(
      registry_,
      AskDirectory{std::make_shared<DirectoryAsk>(DirectoryAsk{
          events::Who::system(), std::nullopt, std::move(command), reply_into(got, traffic)})});
  return got;
}

void Stage::run() { coordinator().run(); }

bool Stage::run_any(std::minstd_rand& random) {
  auto& jobs = coordinator().jobs;
  if (jobs.empty()) return false;
  const auto chosen = static_cast<std::ptrdiff_t>(random() % jobs.size());
  std::rotate(jobs.begin(), jobs.begin() + chosen, jobs.begin() + chosen + 1);
  coordinator().run_once();
  return true;
}

void Stage::pass(std::chrono::milliseconds time) { coordinator().advance_time(time); }

void Stage::answer_held(std::function<AppendAnswer(const events::AppendRequest&)> answer) {
  appends.holds = false;
  appends.answer = std::move(answer);
  caf::anon_send(log_actor_, Flush{});
  run();
}

void Stage::release() {
  answer_held([this](const events::AppendRequest& request) {
    auto answers = log_->append(std::span(&request, 1));
    if (answers.front() && !answers.front()->events.empty()) {
      lag->committed(answers.front()->events.size());
      caf::anon_send(projector_actor_, Committed{answers.front()->events});
    }
    return AppendAnswer{std::move(answers.front())};
  });
}

void Stage::refuse(const events::Error& error) {
  answer_held([error](const events::AppendRequest&) { return AppendAnswer{error}; });
}

std::shared_ptr<bool> Stage::put_all_away() {
  auto away = std::make_shared<bool>(false);
  system.spawn(await_all_away, registry_, away);
  return away;
}

void Stage::wake_queue(const events::DepartmentId& department) {
  caf::anon_send(registry_, Follow{department, {}});
}

void Stage::stop_a_follower_that_begins() {
  const FollowerActor follower = system.spawn(follower_actor, registry_, context_);
  caf::anon_send(follower, StopFollowing{});
}

events::ContactId Stage::contact() {
  const auto got = enrol("Lucía");
  run();
  BITACORA_INVARIANT(got->has_value() && (*got)->has_value(), "a contact cannot register");
  return (*got)->value().contact_id;
}

events::ConversationId Stage::conversation() {
  const auto got = write(contact(), "Hola");
  run();
  BITACORA_INVARIANT(got->has_value() && (*got)->has_value(), "a contact cannot write");
  return (*got)->value().conversation_id;
}

std::vector<events::RecordedEventPtr> Stage::stream(const events::StreamId& id) const {
  auto list = log_->read_stream(id, events::Version(1), 100'000);
  BITACORA_INVARIANT(list.has_value(), "a stream cannot be read");
  return std::move(*list);
}

}  // namespace bitacora::actors
