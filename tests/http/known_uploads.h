// Finished uploads that a test knows of, with their bytes as blobs.
#pragma once

#include <atomic>
#include <fstream>
#include <map>
#include <mutex>
#include <string>

#include "http/finished_uploads.h"
#include "tests/http/server_rig.h"

namespace bitacora::http {

class KnownUploads final : public FinishedUploads {
 public:
  // A file of this owner that has arrived.
  events::AttachmentId add(ServerRig& rig, const events::Who& owner, bool voice = false) {
    const auto id = events::AttachmentId::make(events::SystemClock().now());
    const std::filesystem::path file =
        std::filesystem::path(rig.blobs().path_of(id)).parent_path().parent_path() / "arriving";
    std::ofstream(file) << "bytes";
    rig.blobs().adopt(file, id).value();
    const std::lock_guard lock(mutex_);
    files_[id] = {owner,
                  {id,
                   voice ? "nota.webm" : "Núñez 📎.pdf",
                   voice ? "audio/webm" : "application/pdf",
                   5,
                   {},
                   voice}};
    return id;
  }

  [[nodiscard]] events::Result<FinishedUpload> find_finished(
      const events::AttachmentId& id, const events::Who& owner) const override {
    const std::lock_guard lock(mutex_);
    const auto found = files_.find(id);
    if (found == files_.end() || found->second.first != owner) {
      return events::error(events::ErrorCode::NoSuchAttachment, "There is none.");
    }
    return found->second.second;
  }

  void taken(const events::AttachmentId& id) override {
    const std::lock_guard lock(mutex_);
    files_.erase(id);
  }

 private:
  mutable std::mutex mutex_;
  std::map<events::AttachmentId, std::pair<events::Who, FinishedUpload>> files_;
};

inline json::object file_body(const events::AttachmentId& id, std::string_view caption) {
  return {{"kind", "attachment"}, {"attachment_id", id.to_string()}, {"caption", caption}};
}

inline json::object voice_body(const events::AttachmentId& id) {
  return {{"kind", "voice"}, {"attachment_id", id.to_string()}};
}

}  // namespace bitacora::http
