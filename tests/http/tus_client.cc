#include "tests/http/tus_client.h"

#include <gtest/gtest.h>

#include "tests/upload_metadata.h"

namespace bitacora::http {

TusClient::TusClient(const ServerRig& rig, std::string token, std::string side)
    : token_(std::move(token)), side_(std::move(side)), client_(rig.port(), token_) {}

RigAnswer TusClient::call(const std::string& method, const std::string& target,
                          const std::optional<std::string>& body, RigHeaders headers) {
  headers.insert(headers.begin(), {"Tus-Resumable", "1.0.0"});
  return client_.call(method, target, body, headers);
}

RigAnswer TusClient::create(std::size_t length, const std::string& filename, const RigHeaders& more,
                            const std::optional<std::string>& body) {
  RigHeaders headers{{"Upload-Length", std::to_string(length)},
                     {"Upload-Metadata", upload_metadata_of(filename)}};
  if (body) headers.emplace_back("Content-Type", upload_body_type);
  headers.insert(headers.end(), more.begin(), more.end());
  return call("POST", side_ + "/uploads", body, headers);
}

RigAnswer TusClient::head(const std::string& path) { return call("HEAD", path, {}, {}); }

RigAnswer TusClient::patch(const std::string& path, std::size_t offset, const std::string& bytes) {
  return call("PATCH", path, bytes,
              {{"Content-Type", upload_body_type}, {"Upload-Offset", std::to_string(offset)}});
}

RigAnswer TusClient::terminate(const std::string& path) { return call("DELETE", path, {}, {}); }

std::string TusClient::path_of_new(std::size_t length, const std::string& filename) {
  const RigAnswer made = create(length, filename);
  EXPECT_EQ(made.status, 201U) << made.text;
  return made.header("location");
}

std::string TusClient::upload(const std::string& bytes, const std::string& filename) {
  const std::string path = path_of_new(bytes.size(), filename);
  const RigAnswer written = patch(path, 0, bytes);
  EXPECT_EQ(written.status, 204U) << written.text;
  return id_of(path);
}

std::string TusClient::patch_head(const std::string& path, std::size_t offset,
                                  std::size_t length) const {
  return "PATCH " + path + " HTTP/1.1\r\nHost: test\r\nAuthorization: Bearer " + token_ +
         "\r\nTus-Resumable: 1.0.0\r\nContent-Type: " + upload_body_type +
         "\r\nUpload-Offset: " + std::to_string(offset) +
         "\r\nContent-Length: " + std::to_string(length) + "\r\n\r\n";
}

std::string id_of(const std::string& path) { return path.substr(path.rfind('/') + 1); }

}  // namespace bitacora::http
