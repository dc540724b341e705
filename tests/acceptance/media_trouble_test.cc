// The processes that look into files are killed at random moments, stopped for good, and eat all
// the memory they may have, while messages are written: the messages do not notice, and every file
// is done or has failed.
#include <gtest/gtest.h>

#include <boost/json/serialize.hpp>
#include <charconv>
#include <csignal>
#include <fstream>
#include <random>

#include "tests/acceptance/audit.h"
#include "tests/acceptance/retrying_client.h"
#include "tests/acceptance/serving.h"
#include "tests/acceptance/uploading.h"
#include "tests/shared_folder.h"

namespace bitacora::acceptance_test {

namespace {

// Processes that have to die over a file, in at most so many rounds; each brings one file more, of
// the 64 that an operator may have under way.
constexpr std::uint64_t deaths_wanted = 6;
constexpr std::size_t rounds_max = 50;
// A contact may write 120 messages a minute; the writer goes through several.
constexpr std::size_t messages_of_a_contact = 100;
constexpr std::size_t contacts_max = 100;

struct Talk {
  std::uint16_t port = 0;
  std::atomic<bool> over = false;
  Acknowledged acknowledged{};
};

// Replies over the live socket, one after the other.
void reply_until_over(Talk& talk, const std::string& bearer, const std::string& conversation) {
  Live live(talk.port, bearer);
  for (std::size_t i = 0; !talk.over; ++i) {
    const std::string id = "r-" + std::to_string(i);
    const std::string text = "operadora mensaje " + std::to_string(i);
    live.send_command(id, "send_message", conversation, text_body(text));
    const auto answer = live.answer_to(id);
    ASSERT_EQ(text_at(answer, "/type"), "done") << text << ": " << json::serialize(answer);
    talk.acknowledged.add(text);
  }
}

void write_until_over(Talk& talk) {
  for (std::size_t contact = 0; contact < contacts_max; ++contact) {
    Client client(talk.port, register_visitor(talk.port, "ventas", "Eva").token);
    for (std::size_t i = 0; i < messages_of_a_contact; ++i) {
      if (talk.over) return;
      const std::string text =
          "contacto " + std::to_string(contact) + " mensaje " + std::to_string(i);
      const auto answer = client.post("/api/v1/webchat/messages", text_body(text));
      ASSERT_EQ(answer.status, 201U) << text << ": " << json::serialize(answer.body);
      talk.acknowledged.add(text);
    }
  }
}

std::vector<pid_t> children_of(pid_t server) {
  std::vector<pid_t> children;
  std::error_code ended;
  const auto tasks = "/proc/" + std::to_string(server) + "/task";
  for (const auto& task : std::filesystem::directory_iterator(tasks, ended)) {
    std::ifstream file(task.path() / "children");
    for (pid_t child = 0; file >> child;) children.push_back(child);
  }
  return children;
}

std::size_t send_signals(pid_t server, int signal_number) {
  std::size_t sent = 0;
  for (const auto child : children_of(server)) sent += kill(child, signal_number) == 0 ? 1 : 0;
  return sent;
}

// A figure of the server about its media processes.
std::uint64_t figure(std::uint16_t port, const std::string& name) {
  const auto http = *tools::HttpClient::open("http://127.0.0.1:" + std::to_string(port));
  const auto metrics = http->get("/metrics");
  const std::string line = "\nbitacora_media_" + name + " ";
  const auto at = metrics ? metrics->body.find(line) : std::string::npos;
  if (at == std::string::npos) {
    ADD_FAILURE() << "no such figure: " << name;
    return 0;
  }
  std::uint64_t count = 0;
  const char* digits = metrics->body.data() + at + line.size();
  std::from_chars(digits, metrics->body.data() + metrics->body.size(), count);
  return count;
}

// Those that died over a file.
std::uint64_t deaths(std::uint16_t port) { return figure(port, "workers_lost_total"); }

// Waits for one more than so many to be ready for files.
std::uint64_t await_worker(std::uint16_t port, std::uint64_t known) {
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::minutes(1);
  for (;;) {
    const auto started = figure(port, "workers_started_total");
    if (started > known) return started;
    if (std::chrono::steady_clock::now() > deadline) {
      ADD_FAILURE() << "no other media process came up";
      return started;
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
}

// The most that any of the server's children has held in memory, as far as they live.
std::uint64_t peak_resident_bytes(pid_t server) {
  std::uint64_t peak = 0;
  for (const pid_t child : children_of(server)) {
    std::ifstream status("/proc/" + std::to_string(child) + "/status");
    for (std::string line; std::getline(status, line);) {
      if (line.starts_with("VmHWM:")) {
        const std::uint64_t kilobytes = std::stoull(line.substr(6));
        peak = std::max(peak, 1024 * kilobytes);
      }
    }
  }
  return peak;
}

// A page of 7 KB with a picture and its mask, each of 25,000 by 25,000 white pixels: in fax's
// encoding (ITU-T T.6) a white line is one bit. Who draws it needs 3 GB.
std::string bomb_pdf() {
  constexpr int side = 25'000;
  const std::string lines((side + 7) / 8, '\xff');
  const auto stream = [](const std::string& members, const std::string& bytes) {
    return "<<" + members + "/Length " + std::to_string(bytes.size()) + ">>stream\n" + bytes +
           "\nendstream";
  };
  const std::string size = std::to_string(side);
  const std::string picture = "/Type/XObject/Subtype/Image/Width " + size + "/Height " + size +
                              "/BitsPerComponent 1/ColorSpace/DeviceGray/Filter/CCITTFaxDecode"
                              "/DecodeParms<</K -1/Columns " +
                              size + "/Rows " + size + ">>";
  const std::vector<std::string> objects{
      "<</Type/Catalog/Pages 2 0 R>>",
      "<</Type/Pages/Kids[3 0 R]/Count 1>>",
      "<</Type/Page/Parent 2 0 R/MediaBox[0 0 600 800]/Contents 4 0 R"
      "/Resources<</XObject<</I 5 0 R>>>>>>",
      stream("", "q 500 0 0 500 50 50 cm /I Do Q"),
      stream(picture + "/SMask 6 0 R", lines),
      stream(picture, lines)};
  std::string pdf = "%PDF-1.4\n";
  std::string places = "0000000000 65535 f \n";
  for (std::size_t i = 0; i < objects.size(); ++i) {
    std::string place = std::to_string(pdf.size());
    places += std::string(10 - place.size(), '0') + place + " 00000 n \n";
    pdf += std::to_string(i + 1) + " 0 obj\n" + objects[i] + "\nendobj\n";
  }
  const std::string count = std::to_string(objects.size() + 1);
  return pdf + "xref\n0 " + count + "\n" + places + "trailer<</Size " + count +
         "/Root 1 0 R>>\nstartxref\n" + std::to_string(pdf.size()) + "\n%%EOF\n";
}

// The files' own conversation: a contact and ana send each other files there.
class FilesTalk {
 public:
  explicit FilesTalk(std::uint16_t port)
      : ana_(port, sign_in(port, "ana")),
        contact_(port, register_visitor(port, "ventas", "Núñez").token) {
    const auto opened = contact_.post("/api/v1/webchat/messages", text_body("le mando las fotos"));
    conversation_ = text_at(opened.body, "/conversation_id");
    ana_.post(conversation_path(conversation_, "claim"));
  }

  std::string send_as_ana(const std::string& name) {
    const auto id = upload(ana_, operators_side, file(name));
    return sent(id, ana_.post(conversation_path(conversation_, "messages"), file_body(id)));
  }
  std::string send_as_contact(const std::string& name) { return send_as_contact(file(name)); }
  std::string send_as_contact(const SentFile& file) {
    const auto id = upload(contact_, webchat_side, file);
    return sent(id, contact_.post("/api/v1/webchat/messages", file_body(id)));
  }

  // What is said of every file that was sent; await(): once none is pending.
  std::map<std::string, std::string> now() { return examinations(ana_, messages()); }
  std::map<std::string, std::string> await() { return await_examinations(ana_, messages(), sent_); }
  bool has_thumbnail(const std::string& id) {
    const auto answer = ana_.http().get("/api/v1/attachments/" + id + "/thumbnail");
    return answer && answer->status == 200 && answer->body.starts_with("RIFF");
  }

 private:
  static SentFile file(const std::string& name) {
    return {std::filesystem::path(name).filename(), read_file(attachments_folder() / name)};
  }

  std::string sent(const std::string& id, const Answer& answer) {
    EXPECT_EQ(answer.status, 201U) << json::serialize(answer.body);
    position_ = count_at(answer.body, "/position");
    sent_.insert(id);
    return id;
  }
  [[nodiscard]] std::string messages() const {
    return conversation_path(conversation_, "messages?at_least=" + std::to_string(position_));
  }

  Client ana_;
  Client contact_;
  std::string conversation_;
  std::set<std::string> sent_;
  std::uint64_t position_ = 0;
};

// Kills whatever looks into files, at random moments, until enough have died over one.
void kill_again_and_again(pid_t server, std::uint16_t port, FilesTalk& files) {
  std::mt19937_64 random(random_seed());
  std::uint64_t died = 0;
  std::uint64_t started = 0;
  for (std::size_t round = 0; round < rounds_max && died < deaths_wanted; ++round) {
    files.send_as_ana("photo-12mp-rotated-gps.jpg");
    started = await_worker(port, started);
    // The moment of the kill is what is random: before, while and after a picture is decoded.
    std::this_thread::sleep_for(std::chrono::milliseconds(random() % 200));
    send_signals(server, SIGKILL);
    died = deaths(port);
  }
  EXPECT_GE(died, deaths_wanted);
}

// Stops the process, and it does not go on: two pictures hang. It is given up in time, and another
// one takes them up.
void hang(pid_t server, Talk& talk, FilesTalk& files) {
  // The process that has done this one is there for the next.
  files.send_as_ana("carta.pdf");
  files.await();
  const auto died = deaths(talk.port);
  EXPECT_EQ(send_signals(server, SIGSTOP), 1U);
  const auto from_ana = files.send_as_ana("photo-12mp-rotated-gps.jpg");
  const auto from_contact = files.send_as_contact("photo-12mp-rotated-gps.jpg");
  EXPECT_TRUE(talk.acknowledged.wait_for_more(200));
  for (const char* end : {"pending", "done"}) {
    auto found = end == std::string("done") ? files.await() : files.now();
    EXPECT_EQ(found[from_ana], end);
    EXPECT_EQ(found[from_contact], end);
  }
  EXPECT_TRUE(files.has_thumbnail(from_ana));
  EXPECT_TRUE(files.has_thumbnail(from_contact));
  EXPECT_EQ(deaths(talk.port), died + 1);
}

// One file needs more memory than the process may have; it gets as far as it can.
void eat_memory(pid_t server, Talk& talk, FilesTalk& files) {
  const auto bomb = files.send_as_contact(SentFile{"plano.pdf", bomb_pdf()});
  const std::size_t before = talk.acknowledged.texts().size();
  std::uint64_t peak = 0;
  while (files.now()[bomb] == "pending") {
    peak = std::max(peak, peak_resident_bytes(server));
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
  std::cout << "a page has taken " << peak / 1024 / 1024 << " MB, and "
            << talk.acknowledged.texts().size() - before << " messages were written meanwhile"
            << std::endl;
  EXPECT_GT(peak, 512ul * 1024 * 1024);
  EXPECT_GT(talk.acknowledged.texts().size(), before + 100);
}

// Each file once in the log, and looked into once.
void expect_examined_once(const LogAudit& audit,
                          const std::map<std::string, std::string>& examinations) {
  EXPECT_EQ(audit.attachments.size(), examinations.size());
  for (const auto& [id, events] : audit.attachments) {
    ASSERT_EQ(events.size(), 2U) << id.to_string();
    const auto* last = std::get_if<events::AttachmentEvent>(&events.back()->event);
    ASSERT_NE(last, nullptr);
    const auto* examined = std::get_if<events::AttachmentExamined>(last);
    ASSERT_NE(examined, nullptr) << id.to_string();
    EXPECT_EQ(examinations.at(id.to_string()), examination_outcome_name(examined->outcome));
  }
}

}  // namespace

TEST(MediaTrouble, DisturbsNoMessageAndLeavesEveryFileDoneOrFailed) {
  const TemporaryFolder folder;
  const auto data = folder.path() / "data";
  const auto server = serve({.data = data, .arguments = {"--demo", "--media-workers", "1"}});
  const auto pid = server->process().pid();
  Talk talk;
  talk.port = server->port();
  Client contact(talk.port, register_visitor(talk.port, "ventas", "Charla").token);
  const auto opened = contact.post("/api/v1/webchat/messages", text_body("hola"));
  const auto conversation = text_at(opened.body, "/conversation_id");
  std::thread operator_writes(
      [&] { reply_until_over(talk, sign_in(talk.port, "ana"), conversation); });
  std::thread contact_writes([&] { write_until_over(talk); });

  FilesTalk files(talk.port);
  const auto bomb = files.send_as_contact("hostile/bomb-50000x50000.png");
  const auto truncated = files.send_as_contact("hostile/truncated.jpg");
  const auto letter = files.send_as_ana("carta.pdf");
  kill_again_and_again(pid, talk.port, files);
  auto found = files.await();
  EXPECT_EQ(found[bomb], "failed");
  EXPECT_EQ(found[truncated], "failed");
  hang(pid, talk, files);
  eat_memory(pid, talk, files);
  talk.over = true;
  operator_writes.join();
  contact_writes.join();
  found = files.await();
  for (const auto& [id, examination] : found) {
    EXPECT_TRUE(examination == "done" || examination == "failed") << id << ": " << examination;
    EXPECT_EQ(files.has_thumbnail(id), examination == "done") << id;
  }
  EXPECT_EQ(found.count(letter), 1U);
  EXPECT_EQ(server->stop(), (bench::ExitStatus{.code = 0}));

  const auto audit = audit_folder(data);
  const auto acknowledged = talk.acknowledged.texts();
  std::cout << acknowledged.size() << " messages and " << found.size() << " files" << std::endl;
  for (const auto& [text, count] : audit.messages) {
    EXPECT_EQ(count, 1) << text;
    if (text.find(" mensaje ") != std::string::npos) {
      EXPECT_TRUE(acknowledged.contains(text)) << text;
    }
  }
  for (const auto& text : acknowledged) EXPECT_TRUE(audit.messages.contains(text)) << text;
  expect_examined_once(audit, found);
  expect_views_equal_rebuilt(data);
}

}  // namespace bitacora::acceptance_test
