// The program as a person runs it: what it prints, how it ends.

#include <gmock/gmock.h>
#include <signal.h>

#include <cstdlib>
#include <fstream>
#include <iterator>

#include "tests/events/temporary_folder.h"
#include "tests/http/raw_client.h"
#include "tests/waiting.h"
#include "tools/bench/server_process.h"
#include "tools/exit_code.h"
#include "tools/http_client.h"
#include "tools/json_answer.h"

namespace bitacora::tools_test {
namespace {

using testing::HasSubstr;
using tools::ExitCode;

// Far longer than anything here takes; a bound, so that a hang fails.
constexpr std::chrono::minutes patience{2};

std::string program() {
  const char* set = std::getenv("BITACORA_BIN");
  return set != nullptr ? set : BITACORA_BIN_DEFAULT;
}

std::string text_of(const std::filesystem::path& path) {
  std::ifstream file(path);
  return {std::istreambuf_iterator<char>(file), {}};
}

struct Ended {
  std::optional<int> code;
  std::string said;  // on standard error
};

void expect_ends(const Ended& ended, ExitCode expected) {
  EXPECT_EQ(ended.code, static_cast<int>(expected)) << ended.said;
}

class CommandLine : public testing::Test {
 protected:
  std::unique_ptr<bench::ChildProcess> start(std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), program());
    bench::ChildOptions options;
    options.command = std::move(arguments);
    options.stderr_file = errors_.string();
    auto child = bench::ChildProcess::start(options);
    BITACORA_INVARIANT(child, child.error().detail);
    return *std::move(child);
  }

  Ended run(std::vector<std::string> arguments) {
    std::filesystem::remove(errors_);
    const auto child = start(std::move(arguments));
    const auto status = child->wait(patience);
    return {status ? status->code : std::nullopt, text_of(errors_)};
  }

  // Serves the demo; the address, once it listens.
  std::string url_of(bench::ChildProcess& server) {
    const auto line = server.wait_line("listening on ", patience);
    BITACORA_INVARIANT(line, text_of(errors_));
    return line->substr(std::string_view("listening on ").size());
  }

  void write(const std::filesystem::path& path, const std::string& text) const {
    std::ofstream(path) << text;
  }

  events::TemporaryFolder folder_{};
  std::filesystem::path data_ = folder_.path() / "data";
  std::filesystem::path errors_ = folder_.path() / "errors";
};

TEST_F(CommandLine, RefusesWhatItDoesNotKnow) {
  expect_ends(run({}), ExitCode::Usage);
  expect_ends(run({"fly"}), ExitCode::Usage);
  expect_ends(run({"serve"}), ExitCode::Usage);
  expect_ends(run({"serve", "--data", data_, "--colour", "red"}), ExitCode::Usage);
  expect_ends(run({"--help"}), ExitCode::Success);
  expect_ends(run({"--version"}), ExitCode::Success);
}

TEST_F(CommandLine, ServesUntilSigtermAndKeepsWhatItAcknowledged) {
  std::string position;
  {
    const auto server = start({"serve", "--demo", "--data", data_, "--listen", "127.0.0.1:0"});
    const auto client = tools::HttpClient::open(url_of(*server));
    const auto registered =
        (*client)->post("/api/v1/webchat/visitors", R"({"name":"Eva","department":"ventas"})", "k");
    ASSERT_TRUE(registered) << registered.error().detail;
    ASSERT_EQ(registered->status, 201U) << registered->body;
    (*client)->set_bearer(tools::text_at(registered->body, "/token"));
    const auto written =
        (*client)->post("/api/v1/webchat/messages", R"({"kind":"text","text":"Hola"})", "k1");
    ASSERT_TRUE(written);
    ASSERT_EQ(written->status, 201U) << written->body;
    server->send_signal(SIGTERM);
    EXPECT_EQ(server->wait(patience)->code, 0) << text_of(errors_);
  }
  const auto server = start({"serve", "--demo", "--data", data_, "--listen", "127.0.0.1:0"});
  const auto client = tools::HttpClient::open(url_of(*server));
  const auto again =
      (*client)->post("/api/v1/webchat/visitors", R"({"name":"Eva","department":"ventas"})", "k");
  ASSERT_TRUE(again);
  EXPECT_EQ(again->header("idempotency-replayed"), "true");
  (*client)->set_bearer(tools::text_at(again->body, "/token"));
  const auto messages = (*client)->get("/api/v1/webchat/messages");
  ASSERT_TRUE(messages);
  const auto rows = tools::rows_at(messages->body, "/items", {"text"});
  ASSERT_EQ(rows.size(), 1U) << messages->body;
  EXPECT_EQ(rows[0][0], "Hola");
  server->send_signal(SIGINT);
  EXPECT_EQ(server->wait(patience)->code, 0) << text_of(errors_);
}

TEST_F(CommandLine, ServesADemoOnLoopbackOnly) {
  for (const auto* const address : {"0.0.0.0:0", "[::]:0"}) {
    const auto ended = run({"serve", "--demo", "--data", data_, "--listen", address});
    expect_ends(ended, ExitCode::BadConfig);
    EXPECT_THAT(ended.said, HasSubstr("loopback"));
  }
  EXPECT_FALSE(std::filesystem::exists(data_)) << "it is refused before anything is made";
}

TEST_F(CommandLine, RefusesAFolderThatAnotherProcessHas) {
  const auto server = start({"serve", "--demo", "--data", data_, "--listen", "127.0.0.1:0"});
  url_of(*server);
  const auto second = run({"serve", "--data", data_, "--listen", "127.0.0.1:0"});
  expect_ends(second, ExitCode::InUse);
  EXPECT_THAT(second.said, HasSubstr("in use by process " + std::to_string(server->pid())));
  expect_ends(run({"admin", "--data", data_, "user", "list"}), ExitCode::InUse);
  write(folder_.path() / "lines", "");
  expect_ends(run({"import", folder_.path() / "lines", "--data", data_}), ExitCode::InUse);
}

TEST_F(CommandLine, SaysHowManyConnectionsTheLimitOfFilesLeaves) {
  bench::ChildOptions options;
  options.command = {"/bin/sh", "-c",
                     "ulimit -n 1000; exec \"$0\" serve --data \"$1\" --listen 127.0.0.1:0",
                     program(), data_};
  options.stderr_file = errors_.string();
  const auto server = bench::ChildProcess::start(options);
  ASSERT_TRUE(server);
  url_of(**server);
  EXPECT_THAT(text_of(errors_), HasSubstr("at most 1000 files may be open, so there may be 500 "));
}

TEST_F(CommandLine, RefusesAnAddressThatIsTaken) {
  const auto server = start({"serve", "--demo", "--data", data_, "--listen", "127.0.0.1:0"});
  const auto url = url_of(*server);
  const auto address = url.substr(std::string_view("http://").size());
  const auto second = run({"serve", "--data", folder_.path() / "other", "--listen", address});
  expect_ends(second, ExitCode::Unavailable);
}

TEST_F(CommandLine, ReadsItsConfigurationAndTheCommandLineWins) {
  const auto config = folder_.path() / "bitacora.toml";
  write(config,
        "# of the test\nlisten = \"127.0.0.1:1\"\nactor_idle_ms = 1000\n"
        "public_origins = [\"https://a.example\", \"https://b.example\"]\n"
        "trusted_proxies = []\n"
        "company_name = \"Ejemplo\"\nlog_level = \"error\"\n");
  const auto server =
      start({"serve", "--config", config, "--data", data_, "--listen", "127.0.0.1:0", "--demo"});
  EXPECT_THAT(url_of(*server), HasSubstr("http://127.0.0.1:"));
  server->send_signal(SIGTERM);
  EXPECT_EQ(server->wait(patience)->code, 0);
  EXPECT_EQ(text_of(errors_), "") << "log_level = error: nothing to say";
}

TEST_F(CommandLine, TakesSizesOfFilesAndTheActorsRestFromItsConfiguration) {
  const auto config = folder_.path() / "bitacora.toml";
  write(config, "picture_bytes_max = 12345\nactor_idle_ms = 20\n");
  const auto server =
      start({"serve", "--config", config, "--data", data_, "--listen", "127.0.0.1:0", "--demo"});
  const auto client = std::move(*tools::HttpClient::open(url_of(*server)));
  const auto rules = client->get("/api/v1/webchat/attachment-rules");
  ASSERT_TRUE(rules);
  EXPECT_THAT(rules->body, HasSubstr(R"("size_bytes_max":12345)"));

  const auto registered = client->post("/api/v1/webchat/visitors", R"({"department":"ventas"})");
  ASSERT_EQ(registered->status, 201U) << registered->body;
  client->set_bearer(tools::text_at(registered->body, "/token"));
  const auto written = client->post("/api/v1/webchat/messages", R"({"kind":"text","text":"Hola"})");
  EXPECT_EQ(written->status, 201U) << written->body;
  // The directory and the queues of both departments stay awake; who wrote is put away.
  EXPECT_TRUE(comes_true([&] {
    const auto metrics = client->get("/metrics");
    const std::string gauge = "\nbitacora_actors ";
    const auto at = metrics->body.find(gauge);
    return at != std::string::npos && std::stoul(metrics->body.substr(at + gauge.size())) <= 3;
  }));
  server->send_signal(SIGTERM);
  EXPECT_EQ(server->wait(patience)->code, 0);
}

TEST_F(CommandLine, TakesTheClientsAddressFromAProxyThatItIsToldToTrust) {
  const auto config = folder_.path() / "bitacora.toml";
  write(config, "trusted_proxies = [\"2001:db8::/32\", \"127.0.0.1\"]\n");
  const auto server =
      start({"serve", "--config", config, "--data", data_, "--listen", "127.0.0.1:0", "--demo"});
  const auto url = url_of(*server);
  http::RawClient client(static_cast<std::uint16_t>(std::stoi(url.substr(url.rfind(':') + 1))));
  const std::string body = R"({"username":"ana","password":"demo"})";
  client.send(
      "POST /api/v1/session HTTP/1.1\r\nHost: chat.example\r\nX-Forwarded-Proto: https\r\n"
      "Content-Type: application/json\r\nContent-Length: " +
      std::to_string(body.size()) + "\r\n\r\n" + body);
  const auto answer = client.read_response();
  ASSERT_TRUE(answer);
  EXPECT_THAT(answer->headers.at("set-cookie"), HasSubstr("; Secure"));
  server->send_signal(SIGTERM);
  EXPECT_EQ(server->wait(patience)->code, 0);
}

TEST_F(CommandLine, SaysWhatIsWrongWithAConfiguration) {
  const auto config = folder_.path() / "bitacora.toml";
  const struct {
    std::string text;
    std::string what;
  } cases[] = {
      {"actor_idle = 5", "actor_idle"},
      {"actor-idle-ms = 500", "actor-idle-ms"},
      {"[tls]\ncertificate = \"x\"", "sections are not used"},
      {"actor_idle_ms = \"soon\"", "actor-idle-ms"},
      {"actor_idle_ms = 1", "actor-idle-ms"},
      {"log_level = \"loud\"", "log-level"},
      {"listen = \"example.org:80\"", "HOST:PORT"},
      {"tls_certificate = \"cert.pem\"", "go together"},
      {"trusted_proxies = [\"::1\", \"10.0.0.0/33\"]", "\"10.0.0.0/33\""},
      {"config = \"other.toml\"", "config"},
  };
  for (const auto& [text, what] : cases) {
    write(config, text);
    const auto ended = run({"serve", "--data", data_, "--config", config});
    EXPECT_NE(ended.code, 0) << text;
    EXPECT_TRUE(ended.code == static_cast<int>(ExitCode::BadConfig) ||
                ended.code == static_cast<int>(ExitCode::Usage))
        << text << "\n"
        << ended.said;
    EXPECT_THAT(ended.said, HasSubstr(what)) << text;
  }
  expect_ends(run({"serve", "--data", data_, "--config", folder_.path() / "none.toml"}),
              ExitCode::BadConfig);
  write(config, "tls_certificate = \"/none.pem\"\ntls_key = \"/none.pem\"");
  expect_ends(run({"serve", "--data", data_, "--listen", "127.0.0.1:0", "--config", config}),
              ExitCode::BadConfig);
}

TEST_F(CommandLine, ImportsTwiceWithTheSecondAddingNothing) {
  const auto lines = folder_.path() / "dialogues.ndjson";
  write(lines, "{\"id\":\"a\",\"turns\":[[\"contact\",\"x\"],[\"operator\",\"y\"]]}\nbad\n");
  std::string url;
  {
    const auto server = start({"serve", "--demo", "--data", data_, "--listen", "127.0.0.1:0"});
    write(folder_.path() / "password", "demo\n");
    const auto through = start({"import", lines, "--server", url_of(*server), "--username", "ana",
                                "--password-file", folder_.path() / "password"});
    const auto summary = through->wait_line("1 dialogues", patience);
    ASSERT_TRUE(summary) << text_of(errors_);
    EXPECT_THAT(*summary, HasSubstr("2 messages: 2 written, 0 there already; 1 lines bad"));
    EXPECT_EQ(through->wait(patience)->code, static_cast<int>(ExitCode::BadData));
    server->send_signal(SIGTERM);
    EXPECT_EQ(server->wait(patience)->code, 0);
  }
  const auto again = start({"import", lines, "--data", data_});
  const auto summary = again->wait_line("1 dialogues", patience);
  ASSERT_TRUE(summary) << text_of(errors_);
  EXPECT_THAT(*summary, HasSubstr("0 written, 2 there already"));
  EXPECT_EQ(again->wait(patience)->code, static_cast<int>(ExitCode::BadData));
}

TEST_F(CommandLine, MakesTheFirstAccountsOnAFolder) {
  write(folder_.path() / "password", "clave de eva\n");
  expect_ends(run({"admin", "--data", data_, "department", "add", "ventas", "Ventas"}),
              ExitCode::Success);
  expect_ends(run({"admin", "user", "add", "eva", "--name", "Eva Sol", "--departments", "ventas",
                   "--data", data_, "--new-password-file", folder_.path() / "password"}),
              ExitCode::Success);
  const auto list = start({"admin", "--data", data_, "user", "list"});
  EXPECT_EQ(list->wait_line("eva", patience), "eva\toperator\tventas\tactive\tEva Sol");
  EXPECT_EQ(list->wait(patience)->code, 0);
  expect_ends(run({"admin", "--data", data_, "user", "deactivate", "nadie"}), ExitCode::BadConfig);
  expect_ends(run({"admin", "--data", data_, "--server", "http://127.0.0.1:1", "user", "list"}),
              ExitCode::Usage);
}

}  // namespace
}  // namespace bitacora::tools_test
