// Uploads over tus 1.0.0, by good clients and by bad ones, over real sockets: rules A1 to A8.

#include <gtest/gtest.h>

#include <thread>

#include "tests/http/raw_client.h"
#include "tests/http/sample_files.h"
#include "tests/http/tus_client.h"
#include "tests/upload_metadata.h"
#include "tests/waiting.h"

namespace bitacora::http {
namespace {

using std::chrono::milliseconds;

std::string blob_of(ServerRig& rig, const std::string& id) {
  return bytes_of_file(rig.blobs().path_of(*events::AttachmentId::parse(id)));
}

TEST(Uploads, SayWhatTheySpeak) {
  ServerRig rig;
  for (const std::string path : {"/api/v1/uploads", "/api/v1/webchat/uploads"}) {
    const RigAnswer answer = rig.anybody().call("OPTIONS", path);
    EXPECT_EQ(answer.status, 204U);
    EXPECT_EQ(answer.header("tus-version"), "1.0.0");
    EXPECT_EQ(answer.header("tus-extension"),
              "creation,creation-with-upload,termination,expiration");
    EXPECT_EQ(answer.header("tus-max-size"), "104857600");
  }
}

TEST(Uploads, TakeAFileInSeveralRequests) {
  ServerRig rig;
  TusClient ana(rig, rig.token("ana"));
  const std::string pdf = sample_pdf(1'000'000);
  const RigAnswer made = ana.create(pdf.size(), "Núñez 📎.pdf");
  EXPECT_EQ(made.status, 201U) << made.text;
  EXPECT_EQ(made.header("tus-resumable"), "1.0.0");
  EXPECT_TRUE(made.header("upload-expires").ends_with(" GMT"));
  const std::string path = made.header("location");
  std::size_t offset = 0;
  for (const std::size_t bytes : {1UL, 300'000UL, 0UL, 699'999UL}) {
    const RigAnswer asked = ana.head(path);
    EXPECT_EQ(asked.status, 200U);
    EXPECT_EQ(asked.header("upload-offset"), std::to_string(offset));
    EXPECT_EQ(asked.header("upload-length"), "1000000");
    EXPECT_EQ(asked.header("cache-control"), "no-store");
    const RigAnswer written = ana.patch(path, offset, pdf.substr(offset, bytes));
    EXPECT_EQ(written.status, 204U) << written.text;
    offset += bytes;
    EXPECT_EQ(written.header("upload-offset"), std::to_string(offset));
  }
  EXPECT_EQ(blob_of(rig, id_of(path)), pdf);
  const auto id = *events::AttachmentId::parse(id_of(path));
  const auto found = rig.uploads().find_finished(id, events::Who::of(rig.viewer("ana").id));
  EXPECT_EQ(found->name, "Núñez 📎.pdf");
  EXPECT_EQ(found->mime, "application/pdf");
}

TEST(Uploads, TakeAWholeFileWithItsCreation) {
  ServerRig rig;
  TusClient ana(rig, rig.token("ana"));
  const std::string pdf = sample_pdf(600'000);
  const RigAnswer whole = ana.create(pdf.size(), "carta.pdf", {}, pdf);
  EXPECT_EQ(whole.status, 201U) << whole.text;
  EXPECT_EQ(whole.header("upload-offset"), "600000");
  EXPECT_EQ(blob_of(rig, id_of(whole.header("location"))), pdf);
  const RigAnswer part = ana.create(pdf.size(), "carta.pdf", {}, pdf.substr(0, 1000));
  EXPECT_EQ(part.header("upload-offset"), "1000");
  EXPECT_EQ(ana.patch(part.header("location"), 1000, pdf.substr(1000)).status, 204U);
  EXPECT_EQ(blob_of(rig, id_of(part.header("location"))), pdf);
}

TEST(Uploads, AreMadeOnceForAKey) {
  ServerRig rig;
  TusClient ana(rig, rig.token("ana"));
  const RigAnswer first = ana.create(10, "a.pdf", {{"Idempotency-Key", "k"}});
  const RigAnswer again = ana.create(10, "a.pdf", {{"Idempotency-Key", "k"}});
  EXPECT_EQ(again.header("location"), first.header("location"));
  EXPECT_EQ(again.header("idempotency-replayed"), "true");
  EXPECT_EQ(ana.create(11, "a.pdf", {{"Idempotency-Key", "k"}}).problem(),
            "idempotency-key-reused");
}

TEST(Uploads, AreForContactsToo) {
  ServerRig rig;
  const ServerRig::Visitor visitor = rig.visitor("ventas", "Núñez");
  TusClient contact(rig, visitor.token, "/api/v1/webchat");
  const std::string path = contact.path_of_new(500);
  EXPECT_TRUE(path.starts_with("/api/v1/webchat/uploads/")) << path;
  EXPECT_EQ(contact.patch(path, 0, sample_pdf(500)).status, 204U);
  // Neither side lets the other in, nor knows the other's uploads.
  TusClient ana(rig, rig.token("ana"));
  EXPECT_EQ(ana.head(path).status, 401U);
  EXPECT_EQ(ana.head("/api/v1/uploads/" + id_of(path)).status, 404U);
  EXPECT_EQ(TusClient(rig, visitor.token).create(10, "a.pdf").status, 401U);
}

TEST(Uploads, RefuseWhatBreaksTheProtocol) {
  ServerRig rig;
  TusClient ana(rig, rig.token("ana"));
  const std::string path = ana.path_of_new(100);
  RigClient plain = rig.client("ana");
  const RigAnswer unversioned = plain.call("HEAD", path);
  EXPECT_EQ(unversioned.status, 412U);
  EXPECT_EQ(unversioned.header("tus-version"), "1.0.0");
  EXPECT_EQ(rig.client("ana").call("PATCH", path, "x", {{"Tus-Resumable", "0.2.2"}}).problem(),
            "tus-version");
  const auto patched = [&](const RigHeaders& headers) {
    return TusClient(rig, rig.token("ana")).call("PATCH", path, "%PDF", headers);
  };
  EXPECT_EQ(patched({{"Content-Type", "application/pdf"}, {"Upload-Offset", "0"}}).problem(),
            "unsupported-media-type");
  EXPECT_EQ(patched({{"Content-Type", upload_body_type}}).problem(), "bad-request");
  EXPECT_EQ(patched({{"Content-Type", upload_body_type}, {"Upload-Offset", "-1"}}).problem(),
            "bad-request");
  const RigAnswer elsewhere = patched({{"Content-Type", upload_body_type}, {"Upload-Offset", "1"}});
  EXPECT_EQ(elsewhere.status, 409U);
  EXPECT_EQ(elsewhere.problem(), "offset-mismatch");
  EXPECT_EQ(elsewhere.header("tus-resumable"), "1.0.0");
  EXPECT_EQ(ana.head(path).header("upload-offset"), "0");
  const auto created = [&](const RigHeaders& headers) {
    return ana.call("POST", "/api/v1/uploads", {}, headers).problem();
  };
  const std::string metadata = upload_metadata_of("a.pdf");
  EXPECT_EQ(created({{"Upload-Metadata", metadata}}), "bad-request");
  EXPECT_EQ(created({{"Upload-Metadata", metadata}, {"Upload-Defer-Length", "1"}}), "bad-request");
  EXPECT_EQ(created({{"Upload-Metadata", metadata}, {"Upload-Length", "ten"}}), "bad-request");
  for (const std::string bad : {"", "filename", "filename !!", "filetype YQ==", "filename /w==",
                                "filename YS5wZGY=,filename YS5wZGY="}) {
    EXPECT_EQ(created({{"Upload-Metadata", bad}, {"Upload-Length", "10"}}), "bad-request") << bad;
  }
  EXPECT_EQ(ana.head("/api/v1/uploads/nada").status, 404U);
  EXPECT_EQ(TusClient(rig, rig.token("aldo")).create(10, "a.pdf").problem(), "forbidden");
  EXPECT_EQ(TusClient(rig, "").create(10, "a.pdf").status, 401U);
}

TEST(Uploads, RefuseWhatTheRulesDoNotTakeBeforeItCame) {
  ServerRig rig;
  TusClient ana(rig, rig.token("ana"));
  EXPECT_EQ(ana.create(100, "programa.exe").problem(), "not-accepted");
  const RigAnswer empty = ana.create(0, "vacío.pdf");
  EXPECT_EQ(empty.status, 415U);
  EXPECT_EQ(text_at(empty.body, "/found"), "application/x-empty");
  const RigAnswer large = ana.create(5 * 1024 * 1024 + 1, "foto.jpg");
  EXPECT_EQ(large.status, 413U);
  EXPECT_EQ(number_at(large.body, "/size_bytes_max"), 5U * 1024 * 1024);
}

TEST(Uploads, RefuseContentThatIsNotWhatItsNameSays) {
  ServerRig rig;
  TusClient ana(rig, rig.token("ana"));
  struct Case {
    std::string name;
    std::string bytes;
    std::string found;
  };
  const std::vector<Case> cases{
      {"a.pdf", "<!doctype html><html><script>1</script></html>", "text/html"},
      {"a.png", "<svg xmlns=\"http://www.w3.org/2000/svg\"></svg>", "image/svg+xml"},
      {"a.docx", sample_zip({{"a.txt", "a"}}), "application/zip"},
      {"a.jpg", sample_png(), "image/png"},
      {"a.docx", sample_xlsx(),
       "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"},
  };
  for (const Case& tried : cases) {
    const std::string path = ana.path_of_new(tried.bytes.size(), tried.name);
    const RigAnswer refused = ana.patch(path, 0, tried.bytes);
    EXPECT_EQ(refused.status, 415U) << tried.name;
    EXPECT_EQ(refused.problem(), "not-accepted") << tried.name;
    EXPECT_EQ(text_at(refused.body, "/found"), tried.found);
    EXPECT_EQ(ana.head(path).status, 404U);
  }
  for (const auto& [name, bytes] : std::vector<std::pair<std::string, std::string>>{
           {"a.jpg", sample_jpeg() + "<html>" + sample_zip({{"a", "a"}})},
           {"a.png", sample_png()},
           {"a.docx", sample_docx()},
           {"a.xlsx", sample_xlsx()},
           {"a.doc", sample_compound({"WordDocument"})},
           {"a.xls", sample_compound({"Workbook"})},
           {"a.webm", sample_webm()}}) {
    EXPECT_EQ(blob_of(rig, ana.upload(bytes, name)), bytes) << name;
  }
}

TEST(Uploads, CountWhatCameBeforeTheConnectionBroke) {
  ServerRig rig;
  TusClient ana(rig, rig.token("ana"));
  const std::string pdf = sample_pdf(900'000);
  const std::string path = ana.path_of_new(pdf.size());
  const auto told = [&] {
    const RigAnswer answer = ana.head(path);
    EXPECT_EQ(answer.status, 200U);
    return answer.header("upload-offset").empty() ? 0 : std::stoul(answer.header("upload-offset"));
  };
  std::size_t offset = 0;
  for (int i = 0; i < 5; ++i) {
    // It says that it brings all that is left, brings some and is gone.
    const std::size_t sent = 123'457;
    {
      const RawClient broken(rig.port());
      ASSERT_TRUE(broken.send(ana.patch_head(path, offset, pdf.size() - offset)));
      ASSERT_TRUE(broken.send(pdf.substr(offset, sent)));
    }
    const std::size_t now = told();
    EXPECT_GE(now, offset);
    offset = now;
  }
  // A broken request may be read after the question and before the next one goes on: it is asked
  // again, as every client does.
  unsigned status = 0;
  for (int i = 0; i < 10 && status != 204; ++i) {
    offset = told();
    status = TusClient(rig, rig.token("ana")).patch(path, offset, pdf.substr(offset)).status;
  }
  EXPECT_EQ(status, 204U);
  EXPECT_EQ(blob_of(rig, id_of(path)), pdf);
}

TEST(Uploads, CountEveryByteOfARequestThatWasShutDown) {
  ServerRig rig;
  TusClient ana(rig, rig.token("ana"));
  const std::string pdf = sample_pdf(900'000);
  const std::string path = ana.path_of_new(pdf.size());
  RawClient broken(rig.port());
  ASSERT_TRUE(broken.send(ana.patch_head(path, 0, pdf.size()) + pdf.substr(0, 400'000)));
  broken.shutdown_send();
  const auto refused = broken.read_response();
  ASSERT_TRUE(refused);
  EXPECT_EQ(refused->status, 400);
  EXPECT_EQ(ana.head(path).header("upload-offset"), "400000");
}

TEST(Uploads, LetOneRequestWriteAndEndItForOneThatBeginsAnew) {
  ServerRig rig;
  TusClient ana(rig, rig.token("ana"));
  const std::string pdf = sample_pdf(600'000);
  const std::string path = ana.path_of_new(pdf.size());
  // Half open: it says nothing more, and its connection stays.
  RawClient half_open(rig.port());
  ASSERT_TRUE(half_open.send(ana.patch_head(path, 0, pdf.size()) + pdf.substr(0, 300'000)));
  // The first one has the upload once bytes of it are written.
  const auto file = rig.data() / "uploads" / id_of(path);
  ASSERT_TRUE(comes_true([&] { return std::filesystem::file_size(file) > 0; }));
  TusClient other(rig, rig.token("ana"));
  const RigAnswer locked = other.patch(path, 0, "");
  EXPECT_EQ(locked.status, 423U);
  EXPECT_EQ(locked.problem(), "upload-locked");
  const std::size_t offset = std::stoul(other.head(path).header("upload-offset"));
  const auto ended = half_open.read_response();
  ASSERT_TRUE(ended);
  EXPECT_EQ(ended->status, 503);
  EXPECT_LE(offset, 300'000U);
  EXPECT_EQ(other.patch(path, offset, pdf.substr(offset)).status, 204U);
  EXPECT_EQ(blob_of(rig, id_of(path)), pdf);
}

TEST(Uploads, TakeNothingFromBehindAChunkedBody) {
  ServerRig rig;
  TusClient ana(rig, rig.token("ana"));
  const std::string path = ana.path_of_new(1500);
  std::string head = ana.patch_head(path, 0, 0);
  head.replace(head.find("Content-Length: 0"), 17, "Transfer-Encoding: chunked");
  RawClient chunked(rig.port());
  ASSERT_TRUE(chunked.send(head + "5dc\r\n" + sample_pdf(1500) +
                           "\r\n0\r\nX: " + std::string(66'000, 'a') + "\r\n\r\n"));
  const auto answer = chunked.read_response();
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->status, 204);
  EXPECT_EQ(blob_of(rig, id_of(path)), sample_pdf(1500));
}

TEST(Uploads, KeepNothingOfABodyThatGoesPastTheEnd) {
  ServerRig rig;
  TusClient ana(rig, rig.token("ana"));
  const std::string path = ana.path_of_new(1000);
  const RigAnswer said = ana.patch(path, 0, sample_pdf(1001));
  EXPECT_EQ(said.status, 413U);
  // Chunked, it does not say so before.
  RawClient chunked(rig.port());
  std::string head = ana.patch_head(path, 0, 0);
  head.replace(head.find("Content-Length: 0"), 17, "Transfer-Encoding: chunked");
  ASSERT_TRUE(chunked.send(head + "5dc\r\n" + sample_pdf(1500) + "\r\n0\r\n\r\n"));
  const auto refused = chunked.read_response();
  ASSERT_TRUE(refused);
  EXPECT_EQ(refused->status, 413);
  TusClient again(rig, rig.token("ana"));
  EXPECT_EQ(again.head(path).header("upload-offset"), "0");
  EXPECT_EQ(again.patch(path, 0, sample_pdf(1000)).status, 204U);
  EXPECT_EQ(again.patch(path, 1000, "x").status, 413U);
  EXPECT_EQ(TusClient(rig, rig.token("ana")).patch(path, 0, sample_pdf(1000)).status, 409U)
      << "sent twice";
}

TEST(Uploads, BelongToWhoMadeThem) {
  ServerRig rig;
  TusClient ana(rig, rig.token("ana"));
  const std::string path = ana.path_of_new(1000);
  for (const std::string name : {"bruno", "sofia", "admin"}) {
    TusClient other(rig, rig.token(name));
    EXPECT_EQ(other.head(path).status, 404U) << name;
    EXPECT_EQ(other.terminate(path).status, 404U) << name;
    EXPECT_EQ(other.patch(path, 0, "%PDF").status, 404U) << name;
  }
  EXPECT_EQ(ana.head(path).header("upload-offset"), "0");
}

TEST(Uploads, AreGivenUpWhenAsked) {
  ServerRig rig;
  TusClient ana(rig, rig.token("ana"));
  const std::string path = ana.path_of_new(1000);
  ana.patch(path, 0, "%PDF");
  const RigAnswer gone = ana.terminate(path);
  EXPECT_EQ(gone.status, 204U);
  EXPECT_EQ(gone.header("tus-resumable"), "1.0.0");
  EXPECT_EQ(ana.head(path).status, 404U);
  EXPECT_EQ(ana.patch(path, 4, "x").status, 404U);
}

TEST(Uploads, GoOnAfterTheServerWasRestarted) {
  ServerRig rig;
  const std::string token = rig.token("ana");
  const std::string pdf = sample_pdf(500'000);
  const std::string path = TusClient(rig, token).path_of_new(pdf.size());
  TusClient(rig, token).patch(path, 0, pdf.substr(0, 200'000));
  // The server stops while a request brings more.
  RawClient under_way(rig.port());
  ASSERT_TRUE(under_way.send(TusClient(rig, token).patch_head(path, 200'000, 300'000) +
                             pdf.substr(200'000, 100'000)));
  rig.restart();
  TusClient ana(rig, token);
  const std::size_t offset = std::stoul(ana.head(path).header("upload-offset"));
  EXPECT_GE(offset, 200'000U);
  EXPECT_LE(offset, 300'000U);
  EXPECT_EQ(ana.patch(path, offset, pdf.substr(offset)).status, 204U);
  EXPECT_EQ(blob_of(rig, id_of(path)), pdf);
}

// Rule C9, also when the upload has long been forgotten.
TEST(Uploads, AreSentOnce) {
  ServerRig rig;
  const std::string one = rig.waiting_conversation();
  const std::string other = rig.waiting_conversation();
  const std::string token = rig.token("ana");
  const std::string id = TusClient(rig, token).upload(sample_pdf(1000));
  const json::object body{{"kind", "attachment"}, {"attachment_id", id}};
  const auto send = [&](const std::string& username) {
    return rig.client(username).post(conversation_path(other, "messages"), body);
  };
  ASSERT_EQ(rig.client("ana").post(conversation_path(one, "messages"), body).status, 201U);
  EXPECT_EQ(send("ana").problem(), "attachment-used");
  rig.restart();
  EXPECT_EQ(send("ana").problem(), "attachment-used");
  EXPECT_EQ(send("bruno").problem(), "no-such-attachment");
}

TEST(Uploads, SayThatTheDiskIsFullAndBreakNothing) {
  std::atomic<std::uint64_t> free_bytes{10'000};
  RigOptions options;
  options.free_bytes = [&](const auto&) { return free_bytes.load(); };
  ServerRig rig(options);
  TusClient ana(rig, rig.token("ana"));
  const RigAnswer full = ana.create(10'001, "a.pdf");
  EXPECT_EQ(full.status, 507U);
  EXPECT_EQ(full.problem(), "storage-full");
  free_bytes = 1'000'000;
  EXPECT_EQ(blob_of(rig, ana.upload(sample_pdf(10'001))).size(), 10'001U);
}

TEST(Uploads, EndARequestThatBringsNothing) {
  RigOptions options;
  options.times.body_piece = milliseconds(50);
  options.times.tick = milliseconds(10);
  ServerRig rig(options);
  TusClient ana(rig, rig.token("ana"));
  const std::string path = ana.path_of_new(1000);
  RawClient slow(rig.port());
  ASSERT_TRUE(slow.send(ana.patch_head(path, 0, 1000) + "%PDF"));
  const auto ended = slow.read_response();
  ASSERT_TRUE(ended);
  EXPECT_EQ(ended->status, 408);
  EXPECT_EQ(ana.head(path).header("upload-offset"), "4");
}

TEST(Uploads, RunTenAtOnce) {
  ServerRig rig;
  const std::string token = rig.token("ana");
  std::vector<std::thread> threads;
  std::array<std::string, 10> ids;
  const auto file = [](std::size_t i) { return sample_pdf(1'000'000 + i); };
  for (std::size_t i = 0; i < ids.size(); ++i) {
    threads.emplace_back([&, i] { ids.at(i) = TusClient(rig, token).upload(file(i)); });
  }
  for (std::thread& thread : threads) thread.join();
  for (std::size_t i = 0; i < ids.size(); ++i) EXPECT_EQ(blob_of(rig, ids.at(i)), file(i)) << i;
}

}  // namespace
}  // namespace bitacora::http
