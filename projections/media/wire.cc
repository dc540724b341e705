#include "projections/media/wire.h"

#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <span>

namespace bitacora::projections::media {

namespace {

constexpr std::size_t results_max = 2;
constexpr std::size_t descriptors_max = 1 + results_max;

struct WordPacket {
  std::uint8_t ready;
  std::uint8_t failure;
  std::uint8_t peaks;
  std::array<std::uint8_t, events::limits::waveform_peaks_max> waveform;
  std::uint64_t duration_ms;
};

bool send_packet(int socket, const msghdr& message) {
  for (;;) {
    if (sendmsg(socket, &message, MSG_NOSIGNAL) >= 0) return true;
    if (errno != EINTR) return false;
  }
}

bool send_word(int socket, WordPacket packet) {
  iovec bytes{&packet, sizeof packet};
  msghdr message{};
  message.msg_iov = &bytes;
  message.msg_iovlen = 1;
  return send_packet(socket, message);
}

// The descriptors that came with a packet.
std::vector<Descriptor> take_descriptors(msghdr& message) {
  std::vector<Descriptor> taken;
  for (cmsghdr* part = CMSG_FIRSTHDR(&message); part != nullptr;
       part = CMSG_NXTHDR(&message, part)) {
    if (part->cmsg_level != SOL_SOCKET || part->cmsg_type != SCM_RIGHTS) continue;
    const std::size_t count = (part->cmsg_len - CMSG_LEN(0)) / sizeof(int);
    for (std::size_t i = 0; i < count; ++i) {
      int number = -1;
      std::memcpy(&number, CMSG_DATA(part) + i * sizeof number, sizeof number);
      taken.emplace_back(number);
    }
  }
  return taken;
}

}  // namespace

bool send_job(int socket, MediaKind kind, int source, const std::vector<int>& results) {
  std::vector<int> descriptors{source};
  descriptors.insert(descriptors.end(), results.begin(), results.end());
  const std::size_t bytes_of_them = descriptors.size() * sizeof(int);
  alignas(cmsghdr) std::array<char, CMSG_SPACE(descriptors_max * sizeof(int))> control{};
  auto kind_byte = static_cast<std::uint8_t>(kind);
  iovec bytes{&kind_byte, sizeof kind_byte};
  msghdr message{};
  message.msg_iov = &bytes;
  message.msg_iovlen = 1;
  message.msg_control = control.data();
  message.msg_controllen = CMSG_SPACE(bytes_of_them);
  cmsghdr* part = CMSG_FIRSTHDR(&message);
  part->cmsg_level = SOL_SOCKET;
  part->cmsg_type = SCM_RIGHTS;
  part->cmsg_len = CMSG_LEN(bytes_of_them);
  std::memcpy(CMSG_DATA(part), descriptors.data(), bytes_of_them);
  return send_packet(socket, message);
}

std::optional<Job> receive_job(int socket) {
  alignas(cmsghdr) std::array<char, CMSG_SPACE(descriptors_max * sizeof(int))> control{};
  std::uint8_t kind = 0;
  iovec bytes{&kind, sizeof kind};
  msghdr message{};
  message.msg_iov = &bytes;
  message.msg_iovlen = 1;
  message.msg_control = control.data();
  message.msg_controllen = control.size();
  ssize_t got = -1;
  do {
    got = recvmsg(socket, &message, MSG_CMSG_CLOEXEC);
  } while (got < 0 && errno == EINTR);
  if (got != sizeof kind || kind >= media_kind_count) return std::nullopt;
  auto descriptors = take_descriptors(message);
  if (descriptors.empty()) return std::nullopt;
  Job job;
  job.kind = static_cast<MediaKind>(kind);
  job.source = std::move(descriptors.front());
  job.results.assign(std::make_move_iterator(descriptors.begin() + 1),
                     std::make_move_iterator(descriptors.end()));
  return job;
}

bool send_ready(int socket) {
  WordPacket packet{};
  packet.ready = 1;
  return send_word(socket, packet);
}

bool send_findings(int socket, const Findings& findings) {
  WordPacket packet{};
  packet.failure = static_cast<std::uint8_t>(findings.failure);
  packet.duration_ms = findings.duration_ms;
  packet.peaks =
      static_cast<std::uint8_t>(std::min(findings.waveform.size(), packet.waveform.size()));
  std::copy_n(findings.waveform.begin(), packet.peaks, packet.waveform.begin());
  return send_word(socket, packet);
}

std::optional<WorkerWord> receive_word(int socket) {
  WordPacket packet{};
  ssize_t got = -1;
  do {
    got = recv(socket, &packet, sizeof packet, MSG_DONTWAIT | MSG_TRUNC);
  } while (got < 0 && errno == EINTR);
  if (got != sizeof packet) return std::nullopt;
  if (packet.failure >= failure_count || packet.peaks > packet.waveform.size()) {
    return std::nullopt;
  }
  const auto peaks = std::span(packet.waveform).first(packet.peaks);
  const bool in_bounds =
      std::all_of(peaks.begin(), peaks.end(), [](auto peak) { return peak <= 100; });
  const auto longest = static_cast<std::uint64_t>(events::limits::audio_duration_max.count());
  if (!in_bounds || packet.duration_ms > longest) return std::nullopt;
  WorkerWord word;
  word.ready = packet.ready == 1;
  word.findings.failure = static_cast<Failure>(packet.failure);
  word.findings.duration_ms = packet.duration_ms;
  word.findings.waveform.assign(peaks.begin(), peaks.end());
  return word;
}

}  // namespace bitacora::projections::media
