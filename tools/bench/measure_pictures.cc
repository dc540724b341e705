// Messages while two hundred pictures arrive and are looked into, beside messages without them.
#include <sched.h>

#include <atomic>
#include <chrono>
#include <fstream>
#include <iterator>
#include <thread>

#include "tools/bench/filler.h"
#include "tools/bench/measure.h"
#include "tools/bench/metrics.h"
#include "tools/bench/picture.h"
#include "tools/bench/server_process.h"
#include "tools/bench/statistics.h"
#include "tools/bench/timed_message.h"
#include "tools/bench/uploader.h"
#include "tools/http_client.h"

namespace bitacora::bench {

namespace {

using Clock = std::chrono::steady_clock;
using events::Result;

constexpr double pictures_ratio_max = 1.5;
// Of those who send pictures, each one after the other; they share them evenly.
constexpr std::size_t sending_operators = 2;
constexpr std::size_t sending_contacts = 8;
constexpr std::size_t senders = sending_operators + sending_contacts;
constexpr const char* picture_name_base64 = "Zm90by5qcGc=";  // foto.jpg
constexpr std::chrono::milliseconds look_interval{100};
constexpr std::chrono::minutes looking_into_max{3};

struct Sender {
  Uploader uploader;
  std::string messages;  // where its messages are posted
};

// A server of its own, and people in it.
class PicturesDesk {
 public:
  static Result<std::unique_ptr<PicturesDesk>> open(const BenchOptions& options,
                                                    const std::filesystem::path& data) {
    std::unique_ptr<PicturesDesk> desk(new PicturesDesk(data));
    auto server = ServerProcess::start({.program = options.program, .data = data});
    if (!server) return server.error();
    desk->server_ = *std::move(server);
    auto socket = BlockingSocket::open(
        {.port = desk->server_->port(), .bearer = desk->company_.operators.back().token});
    if (!socket) return socket.error();
    desk->socket_ = *std::move(socket);
    return desk;
  }

  [[nodiscard]] std::string url() const { return server_->url(); }

  // Operators send to whom they attend, contacts to the company.
  [[nodiscard]] std::vector<Sender> who_sends() const {
    std::vector<Sender> all;
    for (std::size_t i = 0; i < sending_operators; ++i) {
      all.push_back({{server_->port(), operators_side, company_.operators[i].token},
                     "/conversations/" + conversations_[i].to_string() + "/messages"});
    }
    for (const Visitor& visitor : visitors_) {
      all.push_back({{server_->port(), contacts_side, visitor.token}, "/messages"});
    }
    return all;
  }

  // One of somebody who sends no pictures: how long it took, milliseconds.
  Result<double> message() {
    return message_ms(*socket_, conversations_.back(), "pictures-" + std::to_string(++messages_));
  }

  void stop() {
    socket_->close();
    server_->stop();
  }

 private:
  explicit PicturesDesk(const std::filesystem::path& data) {
    Filler filler(data);
    company_ = filler.add_company(sending_operators + 1);
    visitors_ = filler.add_visitors(company_, sending_contacts);
    conversations_ = filler.add_waiting(company_, sending_operators + 1);
    filler.claim_in_turn(company_, conversations_);
    filler.finish();
  }

  Company company_{};
  std::vector<Visitor> visitors_{};
  std::vector<events::ConversationId> conversations_{};
  std::unique_ptr<ServerProcess> server_{};
  std::unique_ptr<BlockingSocket> socket_{};
  std::size_t messages_ = 0;
};

// Pictures on their way from all senders at once, on threads of its own.
class Arrival {
 public:
  // The picture has to live as long.
  Arrival(const PicturesDesk& desk, std::string_view picture, std::size_t count)
      : all_(desk.who_sends()),
        outcomes_(all_.size()),
        thread_([this, url = desk.url(), picture, count] { run(url, picture, count); }) {}

  // All are in their conversations.
  [[nodiscard]] bool is_complete() const { return is_complete_; }
  // All were looked into, or there is an Error.
  [[nodiscard]] bool is_over() const { return is_over_; }
  // Once it is over.
  [[nodiscard]] Result<void> outcome() const { return outcome_; }
  [[nodiscard]] double seconds() const { return seconds_; }

 private:
  void run(const std::string& url, std::string_view picture, std::size_t count) {
    const auto begin = Clock::now();
    outcome_ = send_all(picture, count);
    seconds_ = std::chrono::duration<double>(Clock::now() - begin).count();
    is_complete_ = true;
    if (outcome_) outcome_ = await_examinations(url, count);
    is_over_ = true;
  }

  Result<void> send_all(std::string_view picture, std::size_t count) {
    {
      std::vector<std::jthread> threads;
      for (std::size_t i = 0; i < all_.size(); ++i) {
        threads.emplace_back(
            [&, i] { outcomes_[i] = send_share(all_[i], picture, count / all_.size()); });
      }
    }
    for (const auto& sent : outcomes_) {
      if (!sent) return sent;
    }
    return {};
  }

  // As if from other machines: with what the server and the messages leave of this one.
  static Result<void> send_share(const Sender& sender, std::string_view picture,
                                 std::size_t share) {
    const sched_param none{};
    sched_setscheduler(0, SCHED_IDLE, &none);
    for (std::size_t i = 0; i < share; ++i) {
      const auto upload = sender.uploader.upload(picture, picture_name_base64);
      if (!upload) return upload.error();
      if (auto sent = sender.uploader.send(*upload, sender.messages); !sent) return sent;
    }
    return {};
  }

  static Result<void> await_examinations(const std::string& url, std::size_t count) {
    const auto http = tools::HttpClient::open(url);
    if (!http) return http.error();
    const auto deadline = Clock::now() + looking_into_max;
    while (Clock::now() < deadline) {
      const auto done = read_metric(**http, "bitacora_media_jobs_done_total");
      if (done && *done >= static_cast<double>(count)) return {};
      std::this_thread::sleep_for(look_interval);
    }
    return events::error(events::ErrorCode::Unavailable, "Not all pictures were looked into.");
  }

  const std::vector<Sender> all_;
  std::vector<Result<void>> outcomes_;
  Result<void> outcome_{};
  double seconds_ = 0;
  std::atomic<bool> is_complete_{false};
  std::atomic<bool> is_over_{false};
  std::jthread thread_;
};

Result<std::unique_ptr<PicturesDesk>> warm_desk(const BenchOptions& options,
                                                const std::filesystem::path& data) {
  constexpr std::size_t warm_up = 50;
  auto desk = PicturesDesk::open(options, data);
  for (std::size_t i = 0; desk && i < warm_up; ++i) {
    if (const auto answer = (*desk)->message(); !answer) return answer.error();
  }
  return desk;
}

// So many messages of nobody but one; milliseconds.
Result<std::vector<double>> quiet_round(const BenchOptions& options,
                                        const std::filesystem::path& data, std::size_t messages) {
  const auto desk = warm_desk(options, data);
  if (!desk) return desk.error();
  std::vector<double> answers;
  while (answers.size() < messages) {
    const auto answer = (*desk)->message();
    if (!answer) return answer.error();
    answers.push_back(*answer);
  }
  (*desk)->stop();
  return answers;
}

struct BusyRound {
  std::vector<double> all_ms{};       // until the last picture was looked into
  std::vector<double> arriving_ms{};  // those of them until the last had arrived
  double arriving_s = 0;
};

Result<BusyRound> busy_round(const BenchOptions& options, const std::filesystem::path& data,
                             std::string_view picture, std::size_t pictures) {
  const auto desk = warm_desk(options, data);
  if (!desk) return desk.error();
  BusyRound round;
  const Arrival arrival(**desk, picture, pictures);
  while (!arrival.is_over()) {
    const bool arriving = !arrival.is_complete();
    const auto answer = (*desk)->message();
    if (!answer) return answer.error();
    round.all_ms.push_back(*answer);
    if (arriving) round.arriving_ms.push_back(*answer);
  }
  if (const auto outcome = arrival.outcome(); !outcome) return outcome.error();
  round.arriving_s = arrival.seconds();
  (*desk)->stop();
  return round;
}

struct PicturesMeasured {
  std::vector<double> quiet_p99_ms{};
  std::vector<double> busy_p99_ms{};
  std::vector<double> arriving_p99_ms{};
  std::vector<double> arriving_p50_ms{};
  std::vector<double> arriving_s{};
  std::size_t busy_messages = 0;
  std::size_t arriving_messages = 0;
};

std::vector<Row> rows_of(const PicturesMeasured& measured, std::size_t pictures,
                         std::size_t quiet) {
  const std::size_t rounds = measured.quiet_p99_ms.size();
  const std::string count = std::to_string(pictures);
  const double alone = median(measured.quiet_p99_ms);
  const double beside = median(measured.busy_p99_ms);
  const double arriving = median(measured.arriving_p99_ms);
  const bool reached = beside / alone <= pictures_ratio_max;
  const std::string ceiling = fixed(alone, 3) + " ms, without them";
  const auto a_round = [rounds](std::size_t messages) {
    return grouped(static_cast<double>(messages) / static_cast<double>(rounds));
  };
  return {
      {"one message while " + count + " pictures arrive and are looked into, p99",
       fixed(beside, 3) + " ms", ceiling, fixed(beside / alone, 2), "within 1.5", reached,
       "One operator's messages over one WebSocket, one at a time, from the first picture's "
       "creation until all " +
           count + " were uploaded, sent and looked into, " + a_round(measured.busy_messages) +
           " a round; without them " + grouped(static_cast<double>(quiet)) +
           ". The pictures, of 12 megapixels, come over tus from eight contacts and two other "
           "operators at once, each one after the other as fast as loopback brings them, from "
           "memory, and go as messages into their conversations. Medians of " +
           std::to_string(rounds) + " rounds in turns, a fresh server each." +
           (reached ? "" : " Missed by " + fixed(beside / alone - pictures_ratio_max, 2) + ".")},
      {"the same, until the last of them has arrived", fixed(arriving, 3) + " ms", ceiling,
       fixed(arriving / alone, 2), "", std::nullopt,
       "Those of the messages that were sent while uploads came in: " +
           a_round(measured.arriving_messages) + " a round in " +
           fixed(median(measured.arriving_s), 2) + " s, p50 " +
           fixed(median(measured.arriving_p50_ms), 3) +
           " ms. Server and clients share the machine, and the uploads take all of it; who sends "
           "them has idle priority, as if on another machine."}};
}

}  // namespace

Rows measure_pictures(const BenchOptions& options) {
  const std::size_t rounds = options.quick ? 1 : 5;
  const std::size_t pictures = options.quick ? 2 * senders : 200;
  const std::size_t quiet_messages = options.quick ? 300 : 10'000;
  const ScratchFolder scratch(options, "pictures");
  const auto jpeg = scratch.path() / "picture.jpg";
  if (const auto made = make_picture(scratch.path(), jpeg); !made) return made.error();
  std::ifstream file(jpeg, std::ios::binary);
  const std::string picture{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
  PicturesMeasured measured;
  for (std::size_t i = 0; i < rounds; ++i) {
    const std::string number = std::to_string(i);
    const auto quiet = quiet_round(options, scratch.path() / ("without-" + number), quiet_messages);
    if (!quiet) return quiet.error();
    const auto busy = busy_round(options, scratch.path() / ("with-" + number), picture, pictures);
    if (!busy) return busy.error();
    measured.quiet_p99_ms.push_back(percentile(*quiet, 0.99));
    measured.busy_p99_ms.push_back(percentile(busy->all_ms, 0.99));
    measured.arriving_p99_ms.push_back(percentile(busy->arriving_ms, 0.99));
    measured.arriving_p50_ms.push_back(median(busy->arriving_ms));
    measured.arriving_s.push_back(busy->arriving_s);
    measured.busy_messages += busy->all_ms.size();
    measured.arriving_messages += busy->arriving_ms.size();
  }
  return rows_of(measured, pictures, quiet_messages);
}

}  // namespace bitacora::bench
