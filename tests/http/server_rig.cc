#include "tests/http/server_rig.h"

#include <gtest/gtest.h>

#include <future>
#include <latch>
#include <mutex>

#include "actors/replay.h"
#include "events/rocksdb_log.h"
#include "tests/waiting.h"

namespace bitacora::http {

namespace {

// Waits for the one answer that `ask` hands to what it is given.
template <class Outcome, class Ask>
events::Result<Outcome> wait_for(Ask ask) {
  auto answer = std::make_shared<std::promise<events::Result<Outcome>>>();
  auto waiting = answer->get_future();
  ask([answer](events::Result<Outcome> outcome) { answer->set_value(std::move(outcome)); });
  return waiting.get();
}

}  // namespace

struct ServerRig::Parts {
  std::shared_ptr<const events::Clock> clock = std::make_shared<events::SystemClock>();
  std::shared_ptr<events::Log> log;
  std::shared_ptr<projections::Projector> projector;
  std::unique_ptr<SecretStore> secrets;
  std::unique_ptr<events::BlobStore> blobs;
  std::unique_ptr<UploadStore> uploads;
  std::mutex app_mutex;
  std::unique_ptr<App> app;
  std::unique_ptr<actors::Runtime> runtime;
  std::unique_ptr<Server> server;
};

ServerRig::ServerRig(RigOptions options) : options_(options) {
  start();
  const auto department = [this](const std::string& slug, const std::string& name) {
    return events::DepartmentId(change_directory(actors::AddDepartment{slug, name})->subject);
  };
  const auto ventas = department("ventas", "Ventas");
  const auto soporte = department("soporte", "Soporte");
  const auto account = [this](const std::string& username, const std::string& name,
                              events::Role role, std::set<events::DepartmentId> departments) {
    change_directory(actors::AddOperator{username, name, role, std::move(departments)}).value();
  };
  account("ana", "Ana", events::Role::Operator, {ventas});
  account("bruno", "Bruno", events::Role::Operator, {ventas});
  account("carla", "Carla", events::Role::Operator, {soporte});
  account("sofia", "Sofía", events::Role::Supervisor, {ventas, soporte});
  account("aldo", "Aldo", events::Role::Auditor, {});
  account("admin", "Admin", events::Role::Admin, {});
  change_directory(actors::AddQuickReply{"Saludo",
                                         "Hola {{contact.name}}, soy {{operator.name}} de "
                                         "{{department}}.",
                                         std::nullopt})
      .value();
  change_directory(actors::AddQuickReply{"Soporte", "Reinicie el equipo.", soporte}).value();
}

ServerRig::~ServerRig() { stop(); }

// As the product stops: the app goes while the server is still there.
void ServerRig::stop() {
  parts_->server->stop();
  parts_->runtime->stop();
  std::unique_ptr<App> app;
  {
    const std::scoped_lock lock(parts_->app_mutex);
    app = std::move(parts_->app);
  }
  app.reset();
}

void ServerRig::start() {
  auto parts = std::make_unique<Parts>();
  if (options_.clock) parts->clock = options_.clock;
  events::RocksdbLogOptions log_options;
  log_options.folder = folder_.path() / "log";
  log_options.free_space_watermark_bytes = 0;
  parts->log = std::move(*events::open_rocksdb_log(log_options));
  parts->projector =
      std::move(*projections::Projector::open(folder_.path() / "views", *parts->log));
  parts->secrets = std::move(*SecretStore::open(folder_.path() / "secrets"));
  parts->blobs = std::move(*events::BlobStore::open(folder_.path() / "blobs"));
  UploadStoreOptions upload_options;
  upload_options.folder = folder_.path() / "uploads";
  upload_options.blobs = parts->blobs.get();
  upload_options.clock = parts->clock.get();
  upload_options.attached_by = [log = parts->log](const events::AttachmentId& id) {
    return actors::attached_by(*log, id);
  };
  upload_options.log_ended_at = [log = parts->log] { return events::ended_at(*log); };
  upload_options.free_space_watermark_bytes = 0;
  upload_options.free_bytes = options_.free_bytes;
  parts->uploads = std::move(*UploadStore::open(std::move(upload_options)));
  actors::RuntimeOptions runtime_options;
  runtime_options.log = parts->log;
  runtime_options.projector = parts->projector;
  runtime_options.clock = parts->clock;
  runtime_options.scheduler_threads = 2;
  runtime_options.announce = [all = parts.get()](projections::AnnouncementPtr announcement) {
    const std::scoped_lock lock(all->app_mutex);
    if (all->app) all->app->announce(std::move(announcement));
  };
  parts->runtime = actors::Runtime::start(std::move(runtime_options));
  ServerOptions server_options;
  server_options.threads = options_.server_threads;
  server_options.times = options_.times;
  server_options.trusted_proxies = options_.trusted_proxies;
  parts->server = std::move(*Server::open(server_options));
  AppOptions app_options;
  app_options.runtime = parts->runtime.get();
  app_options.projector = parts->projector.get();
  app_options.secrets = parts->secrets.get();
  app_options.clock = parts->clock.get();
  app_options.log = parts->log.get();
  app_options.company_name = "La \"Tienda\" & Cía";
  app_options.blobs = parts->blobs.get();
  app_options.uploads = parts->uploads.get();
  app_options.finished_uploads = options_.uploads;
  app_options.media = options_.media;
  app_options.attachment_sizes = options_.attachment_sizes;
  app_options.hub = options_.hub;
  app_options.changes_frame_bytes_max = options_.changes_frame_bytes_max;
  {
    const std::scoped_lock lock(parts->app_mutex);
    parts->app = std::make_unique<App>(*parts->server, std::move(app_options));
  }
  parts->server->run();
  parts_ = std::move(parts);
}

void ServerRig::restart() {
  stop();
  parts_.reset();
  start();
}

std::uint16_t ServerRig::port() const { return parts_->server->port(); }
actors::Runtime& ServerRig::runtime() { return *parts_->runtime; }
projections::Projector& ServerRig::projector() { return *parts_->projector; }
SecretStore& ServerRig::secrets() { return *parts_->secrets; }
const events::Log& ServerRig::log() { return *parts_->log; }
UploadStore& ServerRig::uploads() { return *parts_->uploads; }
events::BlobStore& ServerRig::blobs() { return *parts_->blobs; }
Router& ServerRig::router() { return parts_->server->router(); }

events::Viewer ServerRig::viewer(const std::string& username) {
  const events::Directory directory = projector().directory();
  const events::Operator* account = directory->operator_by_username(username);
  BITACORA_INVARIANT(account != nullptr, "the rig has this account");
  return events::Viewer::of(*account);
}

std::string ServerRig::token(const std::string& username) {
  return secrets().open_session(viewer(username).id, parts_->clock->now()).value().token;
}

RigClient ServerRig::client(const std::string& username) { return client_with(token(username)); }
RigClient ServerRig::client_with(const std::string& bearer) { return {port(), bearer}; }
RigSocket ServerRig::live(const std::string& username) { return live_with(token(username)); }

RigSocket ServerRig::live_with(const std::string& bearer) {
  RigSocket socket(port(), "/api/v1/ws", {{"Authorization", "Bearer " + bearer}});
  EXPECT_EQ(text_at(socket.next(), "/type"), "hello");
  return socket;
}

ServerRig::Visitor ServerRig::visitor(const std::string& department, const std::string& name) {
  // Registered by an account, so that no address is held to its limit.
  const RigAnswer answer = client("admin").post("/api/v1/webchat/visitors",
                                                {{"department", department}, {"name", name}});
  return {text_at(answer.body, "/token"), text_at(answer.body, "/contact/id")};
}

std::string ServerRig::write(const Visitor& visitor, const std::string& text) {
  return text_at(client_with(visitor.token).post("/api/v1/webchat/messages", text_body(text)).body,
                 "/conversation_id");
}

std::string ServerRig::waiting_conversation(const std::string& department,
                                            const std::string& text) {
  return write(visitor(department, "Núñez"), text);
}

events::Version ServerRig::version_of(const std::string& conversation_id) {
  const auto id = events::ConversationId::parse(conversation_id);
  BITACORA_INVARIANT(id.has_value(), "an id that the server gave out");
  return log().head(events::StreamId::of(*id)).value();
}

void ServerRig::wait_for_views() {
  const events::Position last = log().last_position();
  BITACORA_INVARIANT(comes_true([&] { return projector().position() >= last; }),
                     "the views catch up");
}

std::unique_lock<std::mutex> ServerRig::hold_announcements() {
  return std::unique_lock(parts_->app_mutex);
}

std::unique_lock<std::mutex> ServerRig::hold_views() {
  std::unique_lock held = hold_announcements();
  // This one is still applied, and waits with being announced.
  register_contacts(1);
  wait_for_views();
  return held;
}

void ServerRig::register_contacts(std::size_t contacts) {
  const events::DepartmentId department = *viewer("ana").departments.begin();
  std::latch registered(static_cast<std::ptrdiff_t>(contacts));
  for (std::size_t i = 0; i < contacts; ++i) {
    runtime().ask("rig", std::nullopt, actors::RegisterContact{"Núñez", "webchat", department},
                  [&](const events::Result<actors::ContactOutcome>& outcome) {
                    BITACORA_INVARIANT(outcome.has_value(), "a contact is registered");
                    registered.count_down();
                  });
  }
  registered.wait();
}

void ServerRig::fill_conversation(const Visitor& visitor, const std::string& conversation_id,
                                  std::size_t messages) {
  // The log has one appender: the actors go first.
  stop();
  const auto now = parts_->clock->now();
  const auto contact = events::Who::of(events::ContactId::parse(visitor.contact_id).value());
  const auto stream = events::StreamId::of(events::ConversationId::parse(conversation_id).value());
  events::Version version = version_of(conversation_id);
  std::vector<events::AppendRequest> requests(messages);
  for (events::AppendRequest& request : requests) {
    request.conditions = {{stream, version}};
    request.events = {{stream, events::EventId::make(now), now, contact, std::nullopt,
                       events::ConversationEvent(events::MessageReceived{{.text = "Hola"}})}};
    version = version.next();
  }
  append(requests);
  parts_.reset();
  start();
}

void ServerRig::append(std::span<const events::AppendRequest> requests) {
  while (!requests.empty()) {
    const auto batch = requests.first(std::min(requests.size(), events::limits::batch_events_max));
    const auto appended = parts_->log->append(batch);
    ASSERT_TRUE(appended.back().has_value()) << appended.back().error().detail;
    requests = requests.subspan(batch.size());
  }
}

std::uint64_t ServerRig::metric(const std::string& name) {
  const RigAnswer answer = anybody().get("/metrics");
  const std::size_t at = answer.text.find("\n" + name + " ");
  EXPECT_NE(at, std::string::npos) << name;
  return at == std::string::npos ? 0 : std::stoull(answer.text.substr(at + name.size() + 2));
}

events::Result<actors::DirectoryOutcome> ServerRig::change_directory(
    actors::DirectoryCommand command) {
  auto outcome = wait_for<actors::DirectoryOutcome>([&](auto done) {
    runtime().ask(events::Who::system(), std::nullopt, std::move(command), done);
  });
  if (!outcome) return outcome;
  // The edge asks the view, which follows a moment later.
  wait_for_views();
  return outcome;
}

events::Result<actors::ConversationOutcome> ServerRig::change(const std::string& username,
                                                              const std::string& conversation_id,
                                                              actors::ConversationCommand command) {
  return wait_for<actors::ConversationOutcome>([&](auto done) {
    runtime().ask(*events::ConversationId::parse(conversation_id), viewer(username).id,
                  std::nullopt, std::move(command), done);
  });
}

json::object text_body(std::string_view text) { return {{"kind", "text"}, {"text", text}}; }

std::string conversation_path(const std::string& id, const std::string& call) {
  return "/api/v1/conversations/" + id + (call.empty() ? "" : "/" + call);
}

std::string text_at(const json::value& document, std::string_view pointer) {
  boost::json::error_code none;
  const json::value* found = document.find_pointer(pointer, none);
  if (found != nullptr && found->is_string()) return found->as_string().c_str();
  ADD_FAILURE() << "no text at " << pointer << " of " << json::serialize(document);
  return {};
}

std::uint64_t number_at(const json::value& document, std::string_view pointer) {
  boost::json::error_code none;
  const json::value* found = document.find_pointer(pointer, none);
  if (found != nullptr && found->is_int64()) return static_cast<std::uint64_t>(found->as_int64());
  ADD_FAILURE() << "no number at " << pointer << " of " << json::serialize(document);
  return 0;
}

}  // namespace bitacora::http
