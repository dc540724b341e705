// Messages while two hundred pictures are looked into, beside the same messages without them.

#include "events/attachment.h"
#include "events/blob_store.h"
#include "events/rocksdb_log.h"
#include "tools/bench/filler.h"
#include "tools/bench/measure.h"
#include "tools/bench/picture.h"
#include "tools/bench/server_process.h"
#include "tools/bench/statistics.h"
#include "tools/bench/timed_message.h"

namespace bitacora::bench {

namespace {

using events::Result;

constexpr double target_ratio = 1.5;
constexpr std::size_t pictures = 200;

// Attached in one go, and looked into by nobody yet.
Result<void> attach_pictures(const std::filesystem::path& data, const std::filesystem::path& jpeg) {
  auto blobs = events::BlobStore::open(data / "blobs");
  if (!blobs) return blobs.error();
  auto log = events::open_rocksdb_log({.folder = data / "log"});
  if (!log) return log.error();
  const auto now = events::SystemClock().now();
  for (std::size_t i = 0; i < pictures; ++i) {
    events::AttachmentAttached attached;
    attached.attachment.id = events::AttachmentId::make(now);
    attached.attachment.name = "foto.jpg";
    attached.attachment.mime = "image/jpeg";
    attached.attachment.size_bytes = std::filesystem::file_size(jpeg);
    attached.conversation_id = events::ConversationId::make(now);
    const auto upload = data / "upload";
    std::filesystem::copy_file(jpeg, upload);
    if (auto kept = (*blobs)->adopt(upload, attached.attachment.id); !kept) return kept;
    const auto stream = events::StreamId::of(attached.attachment.id);
    events::AppendRequest request{.conditions = {{stream, {}}}, .events = {}};
    request.events.push_back({.stream = stream,
                              .id = events::EventId::make(now),
                              .at = now,
                              .who = events::Who::system(),
                              .event = events::AttachmentEvent(attached)});
    const auto appended = (*log)->append(std::span(&request, 1));
    if (!appended.front()) return appended.front().error();
  }
  return {};
}

// How many pictures the log says to have been looked into.
Result<std::size_t> examined_in(const std::filesystem::path& data) {
  const auto log = events::open_rocksdb_log({.folder = data / "log"});
  if (!log) return log.error();
  std::size_t examined = 0;
  events::Position reached;
  for (;;) {
    const auto batch = (*log)->read_all(reached.next(), events::limits::batch_events_max);
    if (!batch) return batch.error();
    if (batch->empty()) return examined;
    for (const auto& event : *batch) {
      const auto* happened = std::get_if<events::AttachmentEvent>(&event->event);
      if (happened != nullptr && std::holds_alternative<events::AttachmentExamined>(*happened)) {
        ++examined;
      }
    }
    reached = batch->back()->header.position;
  }
}

// The answers' times of one server.
Result<std::vector<double>> time_messages(const BenchOptions& options,
                                          const std::filesystem::path& data, std::size_t samples,
                                          const std::filesystem::path* jpeg) {
  Company company;
  std::vector<events::ConversationId> conversations;
  {
    Filler filler(data);
    company = filler.add_company(1);
    conversations = filler.add_waiting(company, 1);
    filler.claim_in_turn(company, conversations);
    filler.finish();
  }
  if (jpeg != nullptr) {
    if (const auto attached = attach_pictures(data, *jpeg); !attached) return attached.error();
  }
  auto server = ServerProcess::start({.program = options.program, .data = data});
  if (!server) return server.error();
  auto socket =
      BlockingSocket::open({.port = (*server)->port(), .bearer = company.operators[0].token});
  if (!socket) return socket.error();
  constexpr std::size_t warm_up = 50;
  std::vector<double> answers;
  for (std::size_t i = 0; i < warm_up + samples; ++i) {
    const auto answer = message_ms(**socket, conversations[0], "pictures-" + std::to_string(i));
    if (!answer) return answer.error();
    if (i >= warm_up) answers.push_back(*answer);
  }
  (*socket)->close();
  (*server)->stop();
  return answers;
}

}  // namespace

Rows measure_pictures(const BenchOptions& options) {
  // As many as take most of the time that the pictures take.
  const std::size_t samples = options.quick ? 300 : 10'000;
  const ScratchFolder scratch(options, "pictures");
  const auto jpeg = scratch.path() / "picture.jpg";
  if (const auto made = make_picture(scratch.path(), jpeg); !made) return made.error();
  const auto quiet = time_messages(options, scratch.path() / "without", samples, nullptr);
  if (!quiet) return quiet.error();
  const auto busy = time_messages(options, scratch.path() / "with", samples, &jpeg);
  if (!busy) return busy.error();
  const auto examined = examined_in(scratch.path() / "with");
  if (!examined) return examined.error();
  if (*examined == 0 || *examined >= pictures) {
    return events::error(events::ErrorCode::Internal,
                         std::to_string(*examined) +
                             " pictures were made meanwhile: the messages were not sent beside.");
  }
  const double alone = percentile(*quiet, 0.99);
  const double beside = percentile(*busy, 0.99);
  const double ratio = beside / alone;
  const bool reached = ratio <= target_ratio;
  return std::vector<Row>{
      {"one message while 200 pictures are looked into, p99", fixed(beside, 3) + " ms",
       fixed(alone, 3) + " ms, without them", fixed(ratio, 2), "within 1.5", reached,
       grouped(static_cast<double>(samples)) +
           " messages over one WebSocket, one at a time, to a server that finds 200 pictures of 12 "
           "megapixels attached (" +
           std::to_string(*examined) +
           " were done by the last message), and before to one that finds none." +
           (reached ? "" : " Missed by " + fixed(ratio - target_ratio, 2) + ".")}};
}

}  // namespace bitacora::bench
