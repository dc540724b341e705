// How server and worker speak: one packet a message over a SOCK_SEQPACKET socket, file descriptors
// beside the request. Both ends are built together, so the bytes have no version.
//
// The worker is not trusted: whatever it sends is checked before it is used, and what it has
// written is sealed before it is read.
#pragma once

#include <optional>
#include <vector>

#include "projections/media/descriptor.h"
#include "projections/media/job.h"

namespace bitacora::projections::media {

// The worker's descriptor of its socket.
inline constexpr int worker_socket = 3;

// A file that a job reads, and empty ones that it fills: a picture one (WebP), audio two (Ogg with
// Opus, MP3).
struct Job {
  MediaKind kind{};
  Descriptor source;
  std::vector<Descriptor> results;
};

// False when the other end is gone.
bool send_job(int socket, MediaKind kind, int source, const std::vector<int>& results);
// Blocks. nullopt when the other end is gone.
std::optional<Job> receive_job(int socket);

// The worker says that it has put itself under its limits and takes jobs.
bool send_ready(int socket);
bool send_findings(int socket, const Findings& findings);

// What a worker has sent.
struct WorkerWord {
  bool ready = false;  // otherwise findings
  Findings findings;
};
// Does not block. nullopt when the other end is gone or what it sent is not of the form.
std::optional<WorkerWord> receive_word(int socket);

}  // namespace bitacora::projections::media
