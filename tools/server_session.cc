#include "tools/server_session.h"

#include <boost/json/serialize.hpp>
#include <charconv>
#include <optional>
#include <utility>

#include "tools/json_answer.h"

namespace bitacora::tools {

namespace {

namespace json = boost::json;
using events::ErrorCode;
using events::Result;

// The code whose problem type is "/problems/<name>".
std::optional<ErrorCode> code_named(std::string_view type) {
  const auto name = type.substr(type.rfind('/') + 1);
  for (std::uint8_t i = 0; i < events::error_code_count; ++i) {
    const auto code = static_cast<ErrorCode>(i);
    if (events::error_name(code) == name) return code;
  }
  return std::nullopt;
}

// For answers that are no problem documents, as a proxy in between gives them.
ErrorCode code_of_status(unsigned status) {
  switch (status) {
    case 401:
      return ErrorCode::Unauthenticated;
    case 403:
      return ErrorCode::Forbidden;
    case 404:
      return ErrorCode::NotFound;
    case 429:
      return ErrorCode::TooManyAttempts;
    case 502:
    case 503:
    case 504:
      return ErrorCode::Unavailable;
    case 507:
      return ErrorCode::StorageFull;
    default:
      return status >= 500 ? ErrorCode::Internal : ErrorCode::Invalid;
  }
}

events::Error error_of(const HttpAnswer& answer) {
  events::Error error{code_of_status(answer.status),
                      "the server answered with status " + std::to_string(answer.status)};
  if (const auto code = code_named(text_at(answer.body, "/type"))) error.code = *code;
  if (auto detail = text_at(answer.body, "/detail"); !detail.empty()) {
    error.detail = std::move(detail);
  }
  const auto retry_after = answer.header("retry-after");
  std::uint32_t seconds = 0;
  const auto* const end = retry_after.data() + retry_after.size();
  if (!retry_after.empty() && std::from_chars(retry_after.data(), end, seconds).ptr == end) {
    error.retry_after_s = seconds;
  }
  return error;
}

}  // namespace

ServerSession::ServerSession(std::string url, std::unique_ptr<HttpClient> client)
    : url_(std::move(url)), client_(std::move(client)) {}

Result<std::unique_ptr<ServerSession>> ServerSession::sign_in(const ServerAccount& account) {
  auto client = HttpClient::open(account.url);
  if (!client) return client.error();
  auto session = std::unique_ptr<ServerSession>(new ServerSession(account.url, *std::move(client)));
  const auto answer = session->call(
      "POST", "/session", {{"username", account.username}, {"password", account.password}});
  if (!answer) return answer.error();
  session->token_ = text_at(answer->body, "/token");
  session->client_->set_bearer(session->token_);
  session->role_ =
      events::parse_role(text_at(answer->body, "/operator/role")).value_or(events::Role::Operator);
  for (auto& row : rows_at(answer->body, "/operator/departments", {"slug"})) {
    session->departments_.push_back(std::move(row.front()));
  }
  return session;
}

Result<std::unique_ptr<ServerSession>> ServerSession::another() const {
  auto client = HttpClient::open(url_);
  if (!client) return client.error();
  auto session = std::unique_ptr<ServerSession>(new ServerSession(url_, *std::move(client)));
  session->token_ = token_;
  session->client_->set_bearer(token_);
  session->role_ = role_;
  session->departments_ = departments_;
  return session;
}

Result<ServerAnswer> ServerSession::call(std::string method, std::string_view path,
                                         const json::object& body, std::string idempotency_key) {
  HttpCall call;
  call.method = std::move(method);
  call.target = "/api/v1" + std::string(path);
  if (!body.empty()) call.body = json::serialize(body);
  call.idempotency_key = std::move(idempotency_key);
  auto answer = client_->call(call);
  if (!answer) return answer.error();
  if (answer->status < 200 || answer->status > 299) return error_of(*answer);
  const bool replayed = answer->header("idempotency-replayed") == "true";
  return ServerAnswer{std::move(answer->body), replayed};
}

Result<ServerAnswer> ServerSession::call_as(const std::string& token, std::string method,
                                            std::string_view path, const json::object& body,
                                            std::string idempotency_key) {
  client_->set_bearer(token);
  auto answer = call(std::move(method), path, body, std::move(idempotency_key));
  client_->set_bearer(token_);
  return answer;
}

}  // namespace bitacora::tools
