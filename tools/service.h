// The product wired together over one data folder: log, views, actors, secrets, and the edge when
// it is asked to serve. The one place that does so: serve, import, admin and the tests use it.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>

#include "actors/runtime.h"
#include "events/limits.h"
#include "http/attachment_rules.h"
#include "http/secret_store.h"
#include "http/server.h"
#include "projections/projector.h"
#include "tools/exit_code.h"

namespace bitacora::tools {

struct ServiceOptions {
  std::filesystem::path data;
  std::uint64_t free_space_watermark_bytes = events::limits::free_space_watermark_bytes;
  std::chrono::milliseconds actor_idle = events::limits::actor_idle_default;
  http::AttachmentSizes attachment_sizes{};
  std::size_t media_workers = 0;  // projections::media::MediaOptions has it
  // Told (position, last) now and then while the views catch up with the log.
  std::function<void(events::Position, events::Position)> progress{};
};

// Lives on one thread: open(), serve(), stop() and the destructor are called there. What the
// accessors give is as thread-safe as its own header says, and lives as long as the service.
class Service {
 public:
  // Holds the folder, opens the log, makes the views current, starts the actors. Blocks until done.
  // As DataFolder::hold() has it when the folder cannot be held; with what to do for damage.
  static OrEnding<std::unique_ptr<Service>> open(const ServiceOptions& options);
  // Stops as stop() does.
  ~Service();
  Service(const Service&) = delete;
  Service& operator=(const Service&) = delete;

  // Binds, and serves on threads of its own from then on. Once in a service's life.
  events::Result<void> serve(http::ServerOptions options, std::string company_name);
  // What the system or the options chose; 0 when it does not serve.
  [[nodiscard]] std::uint16_t port() const;

  // Stops in order: acceptor, sessions, io_context; actors; views; log. Blocks. A second call does
  // nothing.
  void stop();

  [[nodiscard]] actors::Runtime& runtime();
  [[nodiscard]] projections::Projector& projector();
  [[nodiscard]] http::SecretStore& secrets();
  [[nodiscard]] const events::Log& log() const;
  [[nodiscard]] const events::Clock& clock() const;

 private:
  struct Parts;
  explicit Service(std::unique_ptr<Parts> parts);
  std::unique_ptr<Parts> parts_;
};

// Asks the directory and waits for the answer. Not on a thread of the actors.
events::Result<actors::DirectoryOutcome> ask_directory(
    Service& service, events::Who who, std::optional<actors::Idempotency> idempotency,
    actors::DirectoryCommand command);

}  // namespace bitacora::tools
