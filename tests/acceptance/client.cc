#include "tests/acceptance/client.h"

#include <gtest/gtest.h>

#include <boost/json/serialize.hpp>

namespace bitacora::acceptance_test {

namespace {

std::unique_ptr<tools::HttpClient> http_client(std::uint16_t port) {
  auto client = tools::HttpClient::open("http://127.0.0.1:" + std::to_string(port));
  BITACORA_INVARIANT(client.has_value(), "a local address is an address");
  return std::move(*client);
}

Answer answer_of(const events::Result<tools::HttpAnswer>& answer) {
  if (!answer) return {};
  return {.status = answer->status,
          .body = read_json(answer->body),
          .replayed = answer->header("idempotency-replayed") == "true"};
}

}  // namespace

json::object text_body(const std::string& text) { return {{"kind", "text"}, {"text", text}}; }

Client::Client(std::uint16_t port, std::string bearer) : http_(http_client(port)) {
  http_->set_bearer(std::move(bearer));
}

Answer Client::get(const std::string& target) {
  const auto answer = http_->get(target);
  if (!answer) ADD_FAILURE() << "GET " << target << ": " << answer.error().detail;
  return answer_of(answer);
}

Answer Client::post(const std::string& target, const json::object& body, const std::string& key) {
  auto answer = try_post(target, body, key);
  if (answer.status == 0) ADD_FAILURE() << "POST " << target << ": no answer";
  return answer;
}

Answer Client::put(const std::string& target, const json::object& body) {
  const auto answer =
      http_->call({.method = "PUT", .target = target, .body = json::serialize(body)});
  if (!answer) ADD_FAILURE() << "PUT " << target << ": " << answer.error().detail;
  return answer_of(answer);
}

Answer Client::try_post(const std::string& target, const json::object& body,
                        const std::string& key) {
  return answer_of(http_->post(target, json::serialize(body), key));
}

std::vector<json::value> Client::list(const std::string& target) {
  std::vector<json::value> all;
  const std::string more = target.find('?') == std::string::npos ? "?" : "&";
  std::string cursor;
  do {
    const auto page =
        get(target + more + "limit=200" + (cursor.empty() ? "" : "&cursor=" + cursor));
    EXPECT_EQ(page.status, 200U) << target << ": " << json::serialize(page.body);
    if (page.status != 200) break;
    for (const auto& item : at(page.body, "/items").as_array()) all.push_back(item);
    cursor = text_at(page.body, "/next_cursor");
  } while (!cursor.empty());
  return all;
}

std::string sign_in(std::uint16_t port, const std::string& username) {
  const auto answer =
      Client(port).post("/api/v1/session", {{"username", username}, {"password", "demo"}});
  EXPECT_EQ(answer.status, 200U) << json::serialize(answer.body);
  return text_at(answer.body, "/token");
}

NewVisitor register_visitor(std::uint16_t port, const std::string& department,
                            const std::string& name) {
  const auto answer =
      Client(port).post("/api/v1/webchat/visitors", {{"department", department}, {"name", name}});
  EXPECT_EQ(answer.status, 201U) << json::serialize(answer.body);
  return {text_at(answer.body, "/token"), text_at(answer.body, "/contact/id")};
}

Live::Live(std::uint16_t port, const std::string& bearer, const std::string& path) {
  auto opened = bench::BlockingSocket::open({.port = port, .target = path, .bearer = bearer});
  BITACORA_INVARIANT(opened.has_value(), opened.has_error() ? opened.error().detail : "");
  socket_ = std::move(*opened);
  hello_ = next();
  EXPECT_EQ(text_at(hello_, "/type"), "hello") << json::serialize(hello_);
}

void Live::send(const json::object& frame) {
  const auto sent = socket_->send(json::serialize(frame));
  if (!sent) ADD_FAILURE() << "the socket is gone: " << sent.error().detail;
}

void Live::send_command(const std::string& id, const std::string& name,
                        const std::string& conversation_id,
                        const std::optional<json::object>& body) {
  json::object frame{{"type", "command"}, {"id", id}, {"name", name}};
  if (!conversation_id.empty()) frame["conversation_id"] = conversation_id;
  if (body) frame["body"] = *body;
  send(frame);
}

json::value Live::next(std::chrono::milliseconds timeout) {
  const auto frame = socket_->receive(timeout);
  return frame ? read_json(*frame) : json::value(nullptr);
}

json::value Live::until(const std::function<bool(const json::value&)>& wanted,
                        std::vector<json::value>* passed) {
  for (;;) {
    auto frame = next();
    if (frame.is_null()) {
      ADD_FAILURE() << "the frame that is waited for did not come";
      return frame;
    }
    if (wanted(frame)) return frame;
    if (passed != nullptr) passed->push_back(std::move(frame));
  }
}

json::value Live::answer_to(const std::string& id, std::vector<json::value>* passed) {
  return until(
      [&](const json::value& frame) {
        const auto type = text_at(frame, "/type");
        return (type == "done" || type == "refused") && text_at(frame, "/id") == id;
      },
      passed);
}

}  // namespace bitacora::acceptance_test
