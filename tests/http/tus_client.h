// Uploads as a client makes them, and as a broken one does.
#pragma once

#include <string>

#include "tests/http/server_rig.h"

namespace bitacora::http {

inline constexpr const char* upload_body_type = "application/offset+octet-stream";

class TusClient {
 public:
  // Speaks for whom the token stands; `side` is "/api/v1" or "/api/v1/webchat".
  TusClient(const ServerRig& rig, std::string token, std::string side = "/api/v1");

  RigAnswer create(std::size_t length, const std::string& filename, const RigHeaders& more = {},
                   const std::optional<std::string>& body = {});
  RigAnswer head(const std::string& path);
  RigAnswer patch(const std::string& path, std::size_t offset, const std::string& bytes);
  RigAnswer terminate(const std::string& path);
  RigAnswer call(const std::string& method, const std::string& target,
                 const std::optional<std::string>& body, RigHeaders headers);

  // The upload's path; a failure when it was not made.
  std::string path_of_new(std::size_t length, const std::string& filename = "carta.pdf");
  // Uploads the file whole; the attachment's id.
  std::string upload(const std::string& bytes, const std::string& filename = "carta.pdf");

  // The head of a PATCH that says it brings so many bytes.
  [[nodiscard]] std::string patch_head(const std::string& path, std::size_t offset,
                                       std::size_t length) const;

 private:
  std::string token_;
  std::string side_;
  RigClient client_;
};

// The last part of a path.
std::string id_of(const std::string& path);

}  // namespace bitacora::http
