#include "tools/service.h"

#include <spdlog/spdlog.h>

#include <future>
#include <mutex>
#include <optional>
#include <utility>

#include "actors/replay.h"
#include "events/blob_store.h"
#include "events/rocksdb_log.h"
#include "http/app.h"
#include "projections/media/media.h"
#include "tools/carried_media_worker.h"
#include "tools/data_folder.h"

namespace bitacora::tools {

struct Service::Parts {
  Parts(DataFolder held, ServiceOptions its_options)
      : options(std::move(its_options)), folder(std::move(held)) {}

  const ServiceOptions options;
  // In the order of their making; what comes later uses what comes before.
  DataFolder folder;
  std::shared_ptr<const events::Clock> clock = std::make_shared<events::SystemClock>();
  std::shared_ptr<events::Log> log;
  std::unique_ptr<events::BlobStore> blobs;
  std::shared_ptr<projections::Projector> projector;
  std::unique_ptr<http::SecretStore> secrets;
  std::unique_ptr<http::UploadStore> uploads;
  std::unique_ptr<actors::Runtime> runtime;
  std::unique_ptr<projections::media::Media> media;
  std::unique_ptr<http::Server> server;
  std::unique_ptr<http::App> app;
  // Guards `app` between the projector's thread, which announces, and serve() and stop().
  std::mutex app_mutex;
  bool stopped = false;

  void announce(projections::AnnouncementPtr announcement) {
    const std::scoped_lock lock(app_mutex);
    if (app) app->announce(std::move(announcement));
  }
  events::Result<void> open_media();
  // Corrupt when it is not.
  [[nodiscard]] events::Result<void> check_log_is_there() const;
};

// Its threads and workers are for a server alone: who imports or keeps accounts needs no
// thumbnails.
events::Result<void> Service::Parts::open_media() {
  auto program = projections::media::WorkerProgram::of_bytes(carried_media_worker());
  if (!program) {
    spdlog::warn("media: {} Files stay without thumbnails and lengths.", program.error().detail);
    return {};
  }
  projections::media::MediaOptions media_options;
  media_options.views_folder = options.data / "views";
  media_options.log = log.get();
  media_options.blobs = blobs.get();
  media_options.program = std::move(*program);
  media_options.workers = options.media_workers;
  media_options.note = [runtime = runtime.get()](const events::AttachmentId& id,
                                                 events::AttachmentExamined examined,
                                                 actors::Runtime::ExaminationDone done) {
    runtime->note_examination(id, std::move(examined), std::move(done));
  };
  media_options.warn = [](const std::string& what) { spdlog::warn("media: {}", what); };
  auto opened = projections::media::Media::open(std::move(media_options));
  if (!opened) return opened.error();
  media = std::move(*opened);
  return {};
}

// A new log beside files of an old one would have them all swept as orphans.
events::Result<void> Service::Parts::check_log_is_there() const {
  if (log->last_position() > events::Position()) return {};
  const auto has_blobs = blobs->has_any();
  if (!has_blobs) return has_blobs.error();
  if (!*has_blobs) return {};
  return events::error(events::ErrorCode::Corrupt,
                       "the log is empty, but there are files of messages in " +
                           (options.data / "blobs").string() +
                           ": put the log back, or move them away");
}

Service::Service(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}

Service::~Service() { stop(); }

OrEnding<std::unique_ptr<Service>> Service::open(const ServiceOptions& options) {
  auto held = DataFolder::hold(options.data);
  if (!held) return held.error();
  auto parts = std::make_unique<Parts>(std::move(*held), options);

  events::RocksdbLogOptions log_options;
  log_options.folder = options.data / "log";
  log_options.free_space_watermark_bytes = options.free_space_watermark_bytes;
  auto log = events::open_rocksdb_log(log_options);
  if (!log) return log.error();
  parts->log = std::move(*log);
  auto blobs = events::BlobStore::open(options.data / "blobs");
  if (!blobs) return blobs.error();
  parts->blobs = std::move(*blobs);
  if (auto whole = parts->check_log_is_there(); !whole) return whole.error();

  auto projector =
      projections::Projector::open(options.data / "views", *parts->log, options.progress);
  if (!projector) return projector.error();
  parts->projector = std::move(*projector);

  auto secrets = http::SecretStore::open(options.data / "secrets");
  if (!secrets) return secrets.error();
  parts->secrets = std::move(*secrets);

  auto uploads = http::UploadStore::open(
      {.folder = options.data / "uploads",
       .blobs = parts->blobs.get(),
       .clock = parts->clock.get(),
       .attached_by = [log = parts->log](
                          const events::AttachmentId& id) { return actors::attached_by(*log, id); },
       .log_ended_at = [log = parts->log] { return events::ended_at(*log); },
       .free_space_watermark_bytes = options.free_space_watermark_bytes});
  if (!uploads) return uploads.error();
  parts->uploads = std::move(*uploads);

  actors::RuntimeOptions runtime_options;
  runtime_options.log = parts->log;
  runtime_options.projector = parts->projector;
  runtime_options.clock = parts->clock;
  runtime_options.actor_idle = options.actor_idle;
  runtime_options.announce = [all = parts.get()](projections::AnnouncementPtr announcement) {
    all->announce(std::move(announcement));
  };
  parts->runtime = actors::Runtime::start(std::move(runtime_options));
  return std::unique_ptr<Service>(new Service(std::move(parts)));
}

events::Result<void> Service::serve(http::ServerOptions options, std::string company_name) {
  BITACORA_INVARIANT(!parts_->server, "a service serves once");
  const std::vector<std::string> public_origins = options.public_origins;
  auto server = http::Server::open(std::move(options));
  if (!server) return server.error();
  parts_->server = std::move(*server);
  if (auto opened = parts_->open_media(); !opened) return opened;
  http::AppOptions app_options;
  app_options.runtime = parts_->runtime.get();
  app_options.projector = parts_->projector.get();
  app_options.secrets = parts_->secrets.get();
  app_options.clock = parts_->clock.get();
  app_options.log = parts_->log.get();
  app_options.blobs = parts_->blobs.get();
  app_options.uploads = parts_->uploads.get();
  app_options.media = parts_->media.get();
  app_options.attachment_sizes = parts_->options.attachment_sizes;
  app_options.company_name = std::move(company_name);
  app_options.public_origins = public_origins;
  app_options.data_folder = parts_->options.data;
  app_options.free_space_watermark_bytes = parts_->options.free_space_watermark_bytes;
  {
    // Announcements wait while the app is being made, so that none falls between the position that
    // it starts from and the first that it is told.
    const std::scoped_lock lock(parts_->app_mutex);
    parts_->app = std::make_unique<http::App>(*parts_->server, std::move(app_options));
  }
  parts_->server->run();
  return {};
}

std::uint16_t Service::port() const { return parts_->server ? parts_->server->port() : 0; }

void Service::stop() {
  if (std::exchange(parts_->stopped, true)) return;
  if (parts_->server) parts_->server->stop();
  // No more notes; those under way are the runtime's to finish.
  if (parts_->media) parts_->media->stop();
  parts_->runtime->stop();
  std::unique_ptr<http::App> app;
  {
    const std::scoped_lock lock(parts_->app_mutex);
    app = std::move(parts_->app);
  }
  app.reset();
  parts_->server.reset();
  parts_->runtime.reset();
  parts_->media.reset();
  parts_->uploads.reset();
  parts_->blobs.reset();
  parts_->secrets.reset();
  parts_->projector.reset();
  parts_->log.reset();
}

actors::Runtime& Service::runtime() { return *parts_->runtime; }
projections::Projector& Service::projector() { return *parts_->projector; }
http::SecretStore& Service::secrets() { return *parts_->secrets; }
const events::Log& Service::log() const { return *parts_->log; }
const events::Clock& Service::clock() const { return *parts_->clock; }

events::Result<actors::DirectoryOutcome> ask_directory(
    Service& service, events::Who who, std::optional<actors::Idempotency> idempotency,
    actors::DirectoryCommand command) {
  // Shared, because the promise may still be in set_value() when the waiting thread goes on.
  auto answer = std::make_shared<std::promise<events::Result<actors::DirectoryOutcome>>>();
  auto waiting = answer->get_future();
  service.runtime().ask(who, std::move(idempotency), std::move(command),
                        [answer](events::Result<actors::DirectoryOutcome> outcome) {
                          answer->set_value(std::move(outcome));
                        });
  return waiting.get();
}

}  // namespace bitacora::tools
