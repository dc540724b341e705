#include "tests/acceptance/uploading.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <boost/json/serialize.hpp>
#include <thread>

#include "tests/upload_metadata.h"

namespace bitacora::acceptance_test {

Upload::Upload(std::string side, SentFile file, std::string key)
    : side_(std::move(side)), file_(std::move(file)), key_(std::move(key)) {}

tools::HttpCall Upload::next_call() const {
  tools::HttpCall call{.method = "HEAD", .target = path_};
  call.headers.emplace_back("Tus-Resumable", "1.0.0");
  if (path_.empty()) {
    call.method = "POST";
    call.target = side_ + "/uploads";
    call.idempotency_key = key_;
    call.headers.emplace_back("Upload-Length", std::to_string(file_.bytes.size()));
    call.headers.emplace_back("Upload-Metadata", upload_metadata_of(file_.name));
  } else if (offset_) {
    call.method = "PATCH";
    call.body = file_.bytes.substr(*offset_);
    call.headers.emplace_back("Content-Type", "application/offset+octet-stream");
    call.headers.emplace_back("Upload-Offset", std::to_string(*offset_));
  }
  return call;
}

bool Upload::go_on(tools::HttpClient& http) {
  const auto call = next_call();
  const auto answer = http.call(call);
  // What has become of it is unknown: it has to be asked.
  if (!answer || answer->status == 503) {
    offset_.reset();
    return false;
  }
  const bool made = call.method == "POST";
  if (answer->status != (made ? 201U : call.method == "PATCH" ? 204U : 200U)) {
    ADD_FAILURE() << call.method << " " << call.target << ": " << answer->status << answer->body;
    refused_ = true;
    return true;
  }
  if (made) {
    path_ = answer->header("location");
    return true;
  }
  offset_ = std::stoull(std::string(answer->header("upload-offset")));
  return true;
}

std::string Upload::attachment_id() const {
  return refused_ || !is_over() ? std::string() : path_.substr(path_.rfind('/') + 1);
}

std::string upload(Client& client, const std::string& side, const SentFile& file) {
  Upload upload(side, file, {});
  while (!upload.is_over()) {
    if (!upload.go_on(client.http())) {
      ADD_FAILURE() << file.name << ": no answer";
      return {};
    }
  }
  return upload.attachment_id();
}

json::object file_body(const std::string& attachment_id, const std::string& caption) {
  return {{"kind", "attachment"}, {"attachment_id", attachment_id}, {"caption", caption}};
}

std::map<std::string, std::string> examinations(Client& client, const std::string& messages) {
  std::map<std::string, std::string> found;
  for (const auto& message : client.list(messages)) {
    const auto id = text_at(message, "/attachment/id");
    if (!id.empty()) found[id] = text_at(message, "/attachment/examination");
  }
  return found;
}

std::map<std::string, std::string> await_examinations(Client& client, const std::string& messages,
                                                      const std::set<std::string>& ids) {
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::minutes(2);
  for (;;) {
    auto found = examinations(client, messages);
    // One that the list does not have yet is still to come.
    const auto pending = std::count_if(ids.begin(), ids.end(), [&](const auto& id) {
      return !found.contains(id) || found[id] == "pending";
    });
    if (pending == 0) return found;
    if (std::chrono::steady_clock::now() > deadline) {
      ADD_FAILURE() << pending << " of " << ids.size() << " files are still pending";
      return found;
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
}

}  // namespace bitacora::acceptance_test
