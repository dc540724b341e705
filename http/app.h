// The product's API on a server: every route of docs/PROTOCOL.md, the live socket, web chat, the
// console's files and the documents that describe it all.
#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "actors/runtime.h"
#include "events/blob_store.h"
#include "events/limits.h"
#include "http/attachment_rules.h"
#include "http/hub.h"
#include "http/secret_store.h"
#include "http/server.h"
#include "http/upload_store.h"
#include "projections/media_files.h"
#include "projections/projector.h"

namespace bitacora::http {

// All outlive the App.
struct AppOptions {
  actors::Runtime* runtime = nullptr;
  projections::Projector* projector = nullptr;
  SecretStore* secrets = nullptr;
  const events::Clock* clock = nullptr;
  const events::Log* log = nullptr;
  events::BlobStore* blobs = nullptr;
  UploadStore* uploads = nullptr;
  // Where messages find the files that they take; null: among `uploads`.
  FinishedUploads* finished_uploads = nullptr;
  // Null: nothing has a thumbnail or a rendition yet.
  const projections::MediaFiles* media = nullptr;
  // Shown on the contact's page.
  std::string company_name = "Bitácora";
  AttachmentSizes attachment_sizes{};
  // Origins, besides the server's own, from which a cookie counts; as in ServerOptions.
  std::vector<std::string> public_origins{};
  // Where the log is: /readyz looks at its free space. Empty: it does not.
  std::filesystem::path data_folder{};
  // Of free space there, bytes: below it the log refuses commands, and /readyz says so.
  std::uint64_t free_space_watermark_bytes = events::limits::free_space_watermark_bytes;
  // How much the hub keeps for live sockets that are a little behind.
  HubOptions hub{};
  // A frame of changes ends before it becomes longer; what is over that by itself is a frame alone.
  std::size_t changes_frame_bytes_max = events::limits::changes_frame_bytes_max;
};

class App {
 public:
  // Adds its routes and its authenticator to the server.
  App(Server& server, AppOptions options);
  ~App();

  // Hands the projector's announcements to the connected clients. Any thread, does not block.
  void announce(projections::AnnouncementPtr announcement);

 private:
  struct Impl;
  std::shared_ptr<Impl> impl_;
};

}  // namespace bitacora::http
