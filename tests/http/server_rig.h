// The whole product in the test's process: a data folder, log, views, actors, server and app, with
// the people of a small company; and clients that speak to it over real sockets.
//
// Departments ventas and soporte; operators ana and bruno (ventas), carla (soporte), supervisor
// sofia (both), auditor aldo, admin admin. They have no passwords: their sessions are opened past
// sign-in, which hashes for too long to do it in every test.
#pragma once

#include <boost/json.hpp>
#include <chrono>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "http/app.h"
#include "tests/events/temporary_folder.h"

namespace bitacora::http {

namespace json = boost::json;

struct RigAnswer {
  unsigned status = 0;
  std::vector<std::pair<std::string, std::string>> headers{};  // names in lower case
  std::string text{};
  json::value body{};  // null when it is no JSON

  [[nodiscard]] std::string header(std::string_view name) const;
  // The name of the problem: "already-claimed"; empty when it is none.
  [[nodiscard]] std::string problem() const;
};

using RigHeaders = std::vector<std::pair<std::string, std::string>>;

// Speaks HTTP over one kept connection. A network that fails aborts the test program.
class RigClient {
 public:
  RigClient(std::uint16_t port, std::string bearer);
  ~RigClient();
  RigClient(RigClient&&) noexcept;

  RigAnswer call(const std::string& method, const std::string& target,
                 const std::optional<std::string>& body = {}, const RigHeaders& headers = {});
  RigAnswer get(const std::string& target) { return call("GET", target); }
  RigAnswer post(const std::string& target, const json::object& body = {},
                 const std::string& key = {});
  RigAnswer put(const std::string& target, const json::object& body);
  // All items of a list, page by page.
  json::array list(const std::string& target);

 private:
  struct Connection;
  std::unique_ptr<Connection> connection_;
};

// A WebSocket. One thread at a time.
class RigSocket {
 public:
  // The status of the answer to the upgrade, when it was refused, is in refused_with().
  RigSocket(std::uint16_t port, const std::string& target, const RigHeaders& headers);
  ~RigSocket();
  RigSocket(RigSocket&&) noexcept;

  [[nodiscard]] unsigned refused_with() const;
  void send(const json::object& frame);
  void send_text(const std::string& text, bool binary = false);
  // The next frame; null when none comes in time or the socket was closed.
  json::value next(std::chrono::milliseconds timeout = std::chrono::seconds(20));
  // The next frame of the type; those before it are dropped.
  json::value next_of(std::string_view type);
  // Reads until the server closes; its code, 0 when it cut the connection.
  unsigned close_code();
  // Cuts the connection without a word.
  void cut();

 private:
  struct Connection;
  std::unique_ptr<Connection> connection_;
};

struct RigOptions {
  HubOptions hub{};
  std::size_t changes_frame_bytes_max = events::limits::changes_frame_bytes_max;
  std::size_t server_threads = 2;
  // Where finished uploads are looked up instead of in the rig's own store. Outlives the rig.
  FinishedUploads* uploads = nullptr;
  ServerTimes times{};
  TrustedProxies trusted_proxies{};
  // The system's, unless a test has its own.
  std::shared_ptr<const events::Clock> clock{};
  // What the disk of the uploads has left, unless a test says otherwise.
  std::function<std::uint64_t(const std::filesystem::path&)> free_bytes = events::free_bytes_of;
  AttachmentSizes attachment_sizes{};
  const projections::MediaFiles* media = nullptr;
};

class ServerRig {
 public:
  explicit ServerRig(RigOptions options = {});
  ~ServerRig();

  // Stops everything, and starts it again over the same folder and on another port.
  void restart();

  [[nodiscard]] std::uint16_t port() const;
  actors::Runtime& runtime();
  projections::Projector& projector();
  SecretStore& secrets();
  const events::Log& log();
  UploadStore& uploads();
  events::BlobStore& blobs();
  Router& router();

  [[nodiscard]] events::Viewer viewer(const std::string& username);
  // A new session's token.
  std::string token(const std::string& username);
  RigClient client(const std::string& username);
  RigClient client_with(const std::string& bearer);
  RigClient anybody() { return client_with({}); }
  // A live socket whose hello was read.
  RigSocket live(const std::string& username);
  RigSocket live_with(const std::string& bearer);

  struct Visitor {
    std::string token;
    std::string contact_id;
  };
  Visitor visitor(const std::string& department, const std::string& name);
  // Writes as the visitor; the conversation's id.
  std::string write(const Visitor& visitor, const std::string& text);
  // A new contact writes; the conversation's id.
  std::string waiting_conversation(const std::string& department = "ventas",
                                   const std::string& text = "Hola");

  // How many events the conversation has. The log's own last position moves by itself: the
  // department's queue follows a moment later.
  events::Version version_of(const std::string& conversation_id);

  [[nodiscard]] const std::filesystem::path& data() const { return folder_.path(); }
  // Until the views have all that the log has.
  void wait_for_views();
  // Until it is let go, one more batch reaches the views, and nobody is told of it.
  [[nodiscard]] std::unique_lock<std::mutex> hold_announcements();
  // Until it is let go, nothing more reaches the views.
  [[nodiscard]] std::unique_lock<std::mutex> hold_views();
  // So many contacts, one event each; waits for the log alone.
  void register_contacts(std::size_t contacts);
  // The visitor has written so many messages more, all at once; restarts, so that the views have
  // them.
  void fill_conversation(const Visitor& visitor, const std::string& conversation_id,
                         std::size_t messages);
  // The value of a line of /metrics; a failure when there is none.
  std::uint64_t metric(const std::string& name);
  // Asks the directory, and waits for the views too.
  events::Result<actors::DirectoryOutcome> change_directory(actors::DirectoryCommand command);
  // Asks as that operator, and waits.
  events::Result<actors::ConversationOutcome> change(const std::string& username,
                                                     const std::string& conversation_id,
                                                     actors::ConversationCommand command);

 private:
  struct Parts;
  void start();
  void stop();
  void append(std::span<const events::AppendRequest> requests);

  RigOptions options_;
  events::TemporaryFolder folder_;
  std::unique_ptr<Parts> parts_;
};

json::object text_body(std::string_view text);
// "/api/v1/conversations/<id>", and "/<call>" after it.
std::string conversation_path(const std::string& id, const std::string& call = {});
// The text at a JSON pointer; a failure that names the document when there is none.
std::string text_at(const json::value& document, std::string_view pointer);
std::uint64_t number_at(const json::value& document, std::string_view pointer);

}  // namespace bitacora::http
