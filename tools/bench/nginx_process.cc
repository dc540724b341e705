#include "tools/bench/nginx_process.h"

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <csignal>
#include <fstream>
#include <thread>

namespace bitacora::bench {

namespace {

namespace asio = boost::asio;
using asio::ip::tcp;

// nginx cannot be told to choose: a port that was free a moment ago.
std::uint16_t free_port() {
  asio::io_context context;
  return tcp::acceptor(context, {asio::ip::address_v4::loopback(), 0}).local_endpoint().port();
}

bool takes_connections(std::uint16_t port) {
  asio::io_context context;
  tcp::socket socket(context);
  boost::system::error_code failed;
  socket.connect({asio::ip::address_v4::loopback(), port}, failed);
  return !failed;
}

// Its defaults, but for what a large body needs and for where its files are.
void write_config(const std::filesystem::path& folder, std::uint16_t port) {
  const std::string here = folder.string();
  std::ofstream(folder / "nginx.conf")
      << "daemon off;\nuser root;\nworker_processes auto;\npid " << here << "/nginx.pid;\n"
      << "error_log " << here << "/error.log;\nevents {}\nhttp {\n  access_log off;\n"
      << "  client_body_temp_path " << here << "/temporary;\n"
      << "  proxy_temp_path " << here << "/proxy;\n  fastcgi_temp_path " << here << "/fastcgi;\n"
      << "  uwsgi_temp_path " << here << "/uwsgi;\n  scgi_temp_path " << here << "/scgi;\n"
      << "  server {\n    listen 127.0.0.1:" << port << ";\n    root " << here << ";\n"
      << "    client_max_body_size 1g;\n"
      << "    location /files/ { dav_methods PUT; create_full_put_path on; }\n  }\n}\n";
}

}  // namespace

events::Result<std::unique_ptr<NginxProcess>> NginxProcess::start(
    const std::filesystem::path& folder) {
  const std::uint16_t port = free_port();
  std::filesystem::create_directories(folder / "files");
  write_config(folder, port);
  auto process = ChildProcess::start({.command = {"/usr/sbin/nginx", "-p", folder.string(), "-c",
                                                  (folder / "nginx.conf").string()},
                                      .stderr_file = (folder / "stderr.log").string()});
  if (!process) return process.error();
  for (int attempt = 0; attempt < 500 && !takes_connections(port); ++attempt) {
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  if (!takes_connections(port)) {
    return events::error(events::ErrorCode::Unavailable, "nginx does not come up.");
  }
  return std::unique_ptr<NginxProcess>(
      new NginxProcess(*std::move(process), folder / "files", port));
}

void NginxProcess::forget_files() const {
  std::filesystem::remove_all(files_);
  std::filesystem::create_directories(files_);
}

NginxProcess::~NginxProcess() {
  process_->send_signal(SIGTERM);
  process_->wait(std::chrono::seconds(10));
}

}  // namespace bitacora::bench
