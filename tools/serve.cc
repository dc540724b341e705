// `bitacora serve`: serves a data folder until it is told to stop.

#include <pthread.h>
#include <spdlog/sinks/stdout_color_sinks.h>
#include <spdlog/spdlog.h>

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <csignal>
#include <iostream>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "tools/commands.h"
#include "tools/demo.h"
#include "tools/exit_code.h"
#include "tools/file_limit.h"
#include "tools/listen_address.h"
#include "tools/serve_config.h"
#include "tools/service.h"

namespace bitacora::tools {

namespace {

struct ServeOptions {
  std::string data;
  std::string listen = "127.0.0.1:8080";
  bool demo = false;
  std::string tls_certificate;
  std::string tls_key;
  std::int64_t actor_idle_ms = events::limits::actor_idle_default.count();
  std::uint64_t free_space_watermark_bytes = events::limits::free_space_watermark_bytes;
  std::vector<std::string> public_origins;
  std::vector<std::string> trusted_proxies;
  std::string company_name = "Bitácora";
  http::AttachmentSizes sizes{};
  std::string log_level = "info";
  std::size_t threads = 0;
  std::size_t media_workers = 0;
};

// What the edge is opened with; says what is wrong and gives nullopt when it cannot be.
std::optional<http::ServerOptions> server_options(const ServeOptions& options,
                                                  const ListenAddress& address) {
  if (options.demo && !address.is_loopback()) {
    std::cerr << "bitacora: --demo has accounts with a known password, so it listens on loopback "
                 "only (127.0.0.1 or [::1]), not on "
              << address.host << std::endl;
    return std::nullopt;
  }
  if (options.tls_certificate.empty() != options.tls_key.empty()) {
    std::cerr << "bitacora: tls_certificate and tls_key go together; only one of them is set"
              << std::endl;
    return std::nullopt;
  }
  auto proxies = http::TrustedProxies::parse(options.trusted_proxies);
  if (!proxies) {
    std::cerr << "bitacora: trusted_proxies: " << proxies.error().detail << std::endl;
    return std::nullopt;
  }
  http::ServerOptions server;
  server.address = address.host;
  server.port = address.port;
  server.threads = options.threads;
  server.public_origins = options.public_origins;
  server.trusted_proxies = *std::move(proxies);
  if (!options.tls_certificate.empty()) {
    server.tls = http::TlsFiles{options.tls_certificate, options.tls_key};
  }
  return server;
}

// The log of what happens goes to standard error; standard output is for what is asked for.
void set_up_logging(const std::string& level) {
  spdlog::set_default_logger(spdlog::stderr_color_mt("bitacora"));
  spdlog::set_level(spdlog::level::from_str(level));
  spdlog::set_pattern("%Y-%m-%dT%H:%M:%S.%eZ %^%l%$ %v", spdlog::pattern_time_type::utc);
}

// The usual soft limit of 1,024 files is far below connections_max. What the hard one leaves.
std::size_t allowed_connections() {
  const std::uint64_t files_max = raise_file_limit();
  const std::size_t connections_max = connections_within(files_max);
  if (connections_max < events::limits::connections_max) {
    spdlog::warn("at most {} files may be open, so there may be {} connections, and not {}",
                 files_max, connections_max, events::limits::connections_max);
  }
  return connections_max;
}

// Held back in every thread made from here on, so that only await_stop() meets them.
sigset_t block_stop_signals() {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGINT);
  sigaddset(&signals, SIGTERM);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  return signals;
}

// Waits for SIGINT or SIGTERM; a second one, while it stops, ends the process at once.
void await_stop(const sigset_t& signals) {
  int signal = 0;
  sigwait(&signals, &signal);
  spdlog::info("stopping, after signal {}", signal);
  pthread_sigmask(SIG_UNBLOCK, &signals, nullptr);
}

void say_catching_up(events::Position position, events::Position last) {
  spdlog::info("building the views: {} of {} events", position.value(), last.value());
}

ExitCode serve(const ServeOptions& options) {
  const auto address = parse_listen_address(options.listen);
  if (!address) {
    std::cerr << "bitacora: --listen takes HOST:PORT with an address of this machine, such as "
                 "127.0.0.1:8080 or [::1]:8080, not \""
              << options.listen << "\"" << std::endl;
    return ExitCode::BadConfig;
  }
  auto server = server_options(options, *address);
  if (!server) return ExitCode::BadConfig;
  const auto signals = block_stop_signals();
  set_up_logging(options.log_level);
  server->connections_max = allowed_connections();

  ServiceOptions service_options;
  service_options.data = options.data;
  service_options.actor_idle = std::chrono::milliseconds(options.actor_idle_ms);
  service_options.free_space_watermark_bytes = options.free_space_watermark_bytes;
  service_options.attachment_sizes = options.sizes;
  service_options.media_workers = options.media_workers;
  service_options.progress = say_catching_up;
  auto service = Service::open(service_options);
  if (!service) return report(service.error());
  if (options.demo) {
    if (auto added = add_demo(**service); !added) return report(added.error());
  }
  if (auto served = (*service)->serve(std::move(*server), options.company_name); !served) {
    return report(served.error());
  }
  const auto url = address->url(!options.tls_certificate.empty(), (*service)->port());
  std::cout << "listening on " << url << std::endl;
  if (options.demo) {
    std::cout << "  operators    " << url << "/\n"
              << "  contacts     " << url << "/chat?department=ventas\n"
              << "accounts, all with the password \"" << demo_password << "\":\n"
              << demo_accounts() << std::flush;
  }
  await_stop(signals);
  (*service)->stop();
  spdlog::info("stopped; everything acknowledged is in {}", options.data);
  return ExitCode::Success;
}

// How large the files of each sort may be.
void add_size_options(CLI::App& command, http::AttachmentSizes& sizes) {
  const auto size = [&](const std::string& name, std::uint64_t& bytes, const std::string& what) {
    command.add_option(name, bytes, "The largest " + what + " that is taken, bytes")
        ->check(CLI::Range(std::uint64_t{1}, events::limits::configured_file_bytes_max))
        ->capture_default_str();
  };
  size("--picture-bytes-max", sizes.picture_bytes_max, "picture (JPG, JPEG, PNG)");
  size("--audio-bytes-max", sizes.audio_bytes_max, "sound (MP3)");
  size("--voice-bytes-max", sizes.voice_bytes_max, "recording");
  size("--document-bytes-max", sizes.document_bytes_max, "document (PDF, DOC, DOCX, XLS, XLSX)");
}

void add_options(CLI::App& command, ServeOptions& options) {
  command.add_option("--data", options.data, "Folder of the log, the views and the secrets")
      ->required();
  command.add_option("--listen", options.listen, "HOST:PORT; port 0: the system picks one")
      ->capture_default_str();
  command.add_flag("--demo", options.demo,
                   "Adds a demonstration company; listens on loopback only");
  command.add_option("--tls-certificate", options.tls_certificate,
                     "PEM file with the certificate and its chain: serve HTTPS");
  command.add_option("--tls-key", options.tls_key, "PEM file with the certificate's private key");
  command
      .add_option("--actor-idle-ms", options.actor_idle_ms,
                  "A conversation that nobody asks is put away after this long, milliseconds")
      ->check(CLI::Range(std::int64_t{10}, std::int64_t{24} * 60 * 60 * 1000))
      ->capture_default_str();
  command
      .add_option("--free-space-watermark-bytes", options.free_space_watermark_bytes,
                  "Below this much free space changes are refused (507), bytes")
      ->capture_default_str();
  command.add_option("--public-origins", options.public_origins,
                     "Origins from which the console is used besides the server's own");
  command.add_option("--trusted-proxies", options.trusted_proxies,
                     "Addresses and networks of reverse proxies, whose X-Forwarded-For and "
                     "X-Forwarded-Proto count");
  command.add_option("--company-name", options.company_name, "Shown on the contacts' page")
      ->capture_default_str();
  add_size_options(command, options.sizes);
  command.add_option("--log-level", options.log_level, "How much is told on standard error")
      ->check(CLI::IsMember({"trace", "debug", "info", "warning", "error"}))
      ->capture_default_str();
  command.add_option("--threads", options.threads, "Threads of the edge; 0: one a core")
      ->check(CLI::Range(std::size_t{0}, std::size_t{256}))
      ->capture_default_str();
  command
      .add_option("--media-workers", options.media_workers,
                  "Processes that look into files; 0: one for two cores")
      ->check(CLI::Range(std::size_t{0}, std::size_t{256}))
      ->capture_default_str();
}

}  // namespace

void add_serve_command(CLI::App& program) {
  auto options = std::make_shared<ServeOptions>();
  auto* command = program.add_subcommand("serve", "Serves a data folder until SIGTERM or SIGINT");
  add_options(*command, *options);
  command->footer(
      "--config FILE reads the same options from a TOML file, with _ for -: listen = "
      "\"0.0.0.0:443\"\nWhat stands on the command line wins.");
  // CLI11 reads a configuration at the top level only, so that --config is the program's, reached
  // from behind `serve` by falling through.
  command->fallthrough();
  program.set_config("--config", "", "TOML file with options of serve", false)->group("");
  program.config_formatter(std::make_shared<SubcommandConfig>(command));
  program.allow_config_extras(CLI::config_extras_mode::error);
  command->callback([options] { finish_with(serve(*options)); });
}

}  // namespace bitacora::tools
