// The body of a request on its way into an upload, and what becomes of uploads in time.
#pragma once

#include <memory>

#include "http/edge.h"
#include "http/message.h"
#include "http/upload_store.h"
#include "http/upload_writer.h"

namespace bitacora::http {

// Writes the body to the upload, the disk and the network at work at the same time, with two pieces
// of limits::upload_piece_bytes in memory at most; then settles it, however the body ended: what
// came before it broke off counts.
asio::awaitable<events::Result<UploadStatus>> receive_upload(EdgePtr edge, BodyStream& body,
                                                             std::shared_ptr<UploadWriter> writer);

// Sweeps the uploads now and then while the server runs.
void sweep_uploads(const Server& server, const EdgePtr& edge);

}  // namespace bitacora::http
