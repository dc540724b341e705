// What attachments are served as, and to whom: rules A9 and A10.

#include <gtest/gtest.h>

#include <fstream>

#include "events/codec.h"
#include "http/hash_text.h"
#include "tests/http/raw_client.h"
#include "tests/http/sample_files.h"
#include "tests/http/tus_client.h"
#include "tests/waiting.h"

namespace bitacora::http {
namespace {

std::string attachment_path(const std::string& id, const std::string& ending = {}) {
  return "/api/v1/attachments/" + id + ending;
}

events::AttachmentId parsed(const std::string& id) { return *events::AttachmentId::parse(id); }

TEST(Attachments, AreTheBytesThatWereSent) {
  ServerRig rig;
  const std::string pdf = sample_pdf(300'000);
  TusClient uploader(rig, rig.token("ana"));
  const std::string path = attachment_path(uploader.upload(pdf, "Núñez 📎.pdf"));
  RigClient ana = rig.client("ana");
  const RigAnswer whole = ana.get(path);
  EXPECT_EQ(whole.status, 200U);
  EXPECT_EQ(whole.text, pdf);
  EXPECT_EQ(whole.header("content-type"), "application/pdf");
  EXPECT_EQ(whole.header("x-content-type-options"), "nosniff");
  EXPECT_EQ(whole.header("accept-ranges"), "bytes");
  EXPECT_EQ(whole.header("cache-control"), "private, no-cache");
  EXPECT_EQ(whole.header("content-disposition"),
            "inline; filename=\"N__ez _.pdf\"; "
            "filename*=UTF-8''N%C3%BA%C3%B1ez%20%F0%9F%93%8E.pdf");
  const std::string etag = "\"" + hash_text(events::sha256(pdf)) + "\"";
  EXPECT_EQ(whole.header("etag"), etag);
  const RigAnswer head = ana.call("HEAD", path);
  EXPECT_EQ(head.status, 200U);
  EXPECT_EQ(head.header("content-length"), "300000");
  EXPECT_EQ(ana.call("GET", path, {}, {{"If-None-Match", etag}}).status, 304U);
}

TEST(Attachments, AreServedInParts) {
  ServerRig rig;
  const std::string pdf = sample_pdf(300'000);
  const std::string path = attachment_path(TusClient(rig, rig.token("ana")).upload(pdf));
  RigClient ana = rig.client("ana");
  const RigAnswer part = ana.call("GET", path, {}, {{"Range", "bytes=100000-199999"}});
  EXPECT_EQ(part.status, 206U);
  EXPECT_EQ(part.header("content-range"), "bytes 100000-199999/300000");
  EXPECT_EQ(part.text, pdf.substr(100'000, 100'000));
  const RigAnswer past = ana.call("GET", path, {}, {{"Range", "bytes=300000-"}});
  EXPECT_EQ(past.status, 416U);
  EXPECT_EQ(past.header("content-range"), "bytes */300000");
  const RigAnswer changed =
      ana.call("GET", path, {}, {{"Range", "bytes=0-9"}, {"If-Range", "\"old\""}});
  EXPECT_EQ(changed.status, 200U);
  EXPECT_EQ(changed.text, pdf);
}

TEST(Attachments, AreNeverServedAsMoreThanTheyAre) {
  ServerRig rig;
  TusClient uploader(rig, rig.token("ana"));
  RigClient ana = rig.client("ana");
  const RigAnswer polyglot = ana.get(
      attachment_path(uploader.upload(sample_jpeg() + "<html><script>1</script>", "foto.jpg")));
  EXPECT_EQ(polyglot.header("content-type"), "image/jpeg");
  EXPECT_NE(polyglot.header("content-security-policy").find("sandbox"), std::string::npos);
  const RigAnswer word = ana.get(attachment_path(uploader.upload(sample_docx(), "carta.docx")));
  EXPECT_TRUE(word.header("content-disposition").starts_with("attachment;"));
}

TEST(Attachments, AreSeenByTheirUploaderAloneBeforeTheyAreSent) {
  ServerRig rig;
  const std::string id = TusClient(rig, rig.token("ana")).upload(sample_pdf(100));
  EXPECT_EQ(rig.client("ana").get(attachment_path(id)).status, 200U);
  for (const std::string name : {"bruno", "sofia", "aldo", "admin"}) {
    EXPECT_EQ(rig.client(name).get(attachment_path(id)).status, 404U) << name;
  }
  const ServerRig::Visitor visitor = rig.visitor("ventas", "Núñez");
  EXPECT_EQ(rig.client_with(visitor.token).get("/api/v1/webchat/attachments/" + id).status, 404U);
  EXPECT_EQ(rig.anybody().get(attachment_path(id)).status, 401U);
}

TEST(Attachments, AreSeenByThoseWhoSeeTheirConversation) {
  ServerRig rig;
  const ServerRig::Visitor visitor = rig.visitor("ventas", "Núñez");
  const std::string conversation = rig.write(visitor, "Hola");
  const std::string pdf = sample_pdf(100);
  const std::string id = TusClient(rig, rig.token("ana")).upload(pdf);
  const auto upload =
      rig.uploads().find_finished(parsed(id), events::Who::of(rig.viewer("ana").id)).value();
  rig.change(
         "ana", conversation,
         actors::SendReply{{.text = "",
                            .attachment = events::Attachment{upload.id, upload.name, upload.mime,
                                                             upload.size_bytes, upload.sha256}}})
      .value();
  rig.uploads().taken(upload.id);
  const std::string at_least = "?at_least=" + std::to_string(rig.log().last_position().value());
  for (const std::string ending : {"", "/thumbnail", "/audio.ogg", "/audio.mp3"}) {
    const std::string path = attachment_path(id, ending + at_least);
    for (const std::string name : {"ana", "sofia", "aldo"}) {
      const RigAnswer seen = rig.client(name).get(path);
      EXPECT_EQ(seen.problem(), ending.empty()           ? ""
                                : ending == "/thumbnail" ? "no-thumbnail"
                                                         : "no-rendition")
          << name;
      EXPECT_EQ(ending.empty() ? seen.text : text_at(seen.body, "/reason"),
                ending.empty() ? pdf : "pending");
    }
    for (const std::string name : {"bruno", "carla", "admin"}) {
      const RigAnswer hidden = rig.client(name).get(path);
      EXPECT_EQ(hidden.status, 404U) << name;
      EXPECT_EQ(hidden.problem(), "not-found") << name;
    }
    const std::string contacts = "/api/v1/webchat/attachments/" + id + ending;
    const ServerRig::Visitor other = rig.visitor("ventas", "Otra");
    EXPECT_EQ(rig.client_with(other.token).get(contacts).problem(), "not-found");
    EXPECT_NE(rig.client_with(visitor.token).get(contacts).problem(), "not-found");
  }
}

TEST(Attachments, AreServedToSoManyContactsAtTheSameTimeAndToOperatorsBeside) {
  ServerRig rig;
  const ServerRig::Visitor visitor = rig.visitor("ventas", "Núñez");
  const std::string pdf = sample_pdf(4'000'000);
  const std::string path =
      "/api/v1/webchat/attachments/" + TusClient(rig, visitor.token, "/api/v1/webchat").upload(pdf);
  const std::string of_ana = attachment_path(TusClient(rig, rig.token("ana")).upload(pdf));
  RigClient contact = rig.client_with(visitor.token);
  {
    std::vector<std::unique_ptr<RawClient>> slow;
    for (std::size_t i = 0; i < events::limits::files_served_max / 2; ++i) {
      slow.push_back(std::make_unique<RawClient>(rig.port()));
      slow.back()->shrink_receive_buffer();
      slow.back()->send("GET " + path + " HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer " +
                        visitor.token + "\r\n\r\n");
      ASSERT_TRUE(slow.back()->read_head().starts_with("HTTP/1.1 200")) << i;
    }
    const RigAnswer refused = contact.get(path);
    EXPECT_EQ(refused.problem(), "overloaded");
    EXPECT_EQ(refused.header("retry-after"), "1");
    EXPECT_EQ(rig.client("ana").get(of_ana).text, pdf);
  }
  EXPECT_TRUE(comes_true([&] { return contact.get(path).status == 200; }));
}

TEST(Attachments, ThatAreNoneAreNotThere) {
  ServerRig rig;
  RigClient ana = rig.client("ana");
  EXPECT_EQ(ana.get(attachment_path("nada")).status, 404U);
  EXPECT_EQ(ana.get(attachment_path("01890a5d-ac96-774b-bcce-b302099a8057")).status, 404U);
  const std::string unfinished = TusClient(rig, rig.token("ana")).path_of_new(100);
  EXPECT_EQ(ana.get(attachment_path(id_of(unfinished))).status, 404U);
}

// A media view that has one thumbnail and one rendition.
class OneOfEach final : public projections::MediaFiles {
 public:
  explicit OneOfEach(std::filesystem::path rendition) : rendition_(std::move(rendition)) {}
  [[nodiscard]] std::variant<std::shared_ptr<const std::string>, projections::MissingMedia>
  thumbnail(const events::AttachmentId&) const override {
    return std::make_shared<const std::string>("webp");
  }
  [[nodiscard]] std::variant<std::filesystem::path, projections::MissingMedia> rendition(
      const events::AttachmentId&, projections::Rendition form) const override {
    if (form == projections::Rendition::Mp3) return projections::MissingMedia::NotOfThatKind;
    return rendition_;
  }
  [[nodiscard]] projections::MediaFigures figures() const override { return {.jobs_done = 2}; }

 private:
  std::filesystem::path rendition_;
};

TEST(Attachments, HaveWhatTheMediaViewMadeOfThem) {
  const events::TemporaryFolder folder;
  std::ofstream(folder.path() / "rendition") << "OggS and more";
  const OneOfEach media(folder.path() / "rendition");
  RigOptions options;
  options.media = &media;
  ServerRig rig(options);
  const std::string id = TusClient(rig, rig.token("ana")).upload(sample_webm(), "nota.webm");
  RigClient ana = rig.client("ana");
  const RigAnswer thumbnail = ana.get(attachment_path(id, "/thumbnail"));
  EXPECT_EQ(thumbnail.status, 200U);
  EXPECT_EQ(thumbnail.text, "webp");
  EXPECT_EQ(thumbnail.header("content-type"), "image/webp");
  EXPECT_EQ(ana.call("GET", attachment_path(id, "/thumbnail"), {},
                     {{"If-None-Match", thumbnail.header("etag")}})
                .status,
            304U);
  const RigAnswer ogg =
      ana.call("GET", attachment_path(id, "/audio.ogg"), {}, {{"Range", "bytes=0-3"}});
  EXPECT_EQ(ogg.status, 206U);
  EXPECT_EQ(ogg.text, "OggS");
  EXPECT_EQ(ogg.header("content-type"), "audio/ogg");
  EXPECT_EQ(text_at(ana.get(attachment_path(id, "/audio.mp3")).body, "/reason"), "not-audio");
  EXPECT_NE(rig.anybody().get("/metrics").text.find("bitacora_media_jobs_done_total 2"),
            std::string::npos);
}

}  // namespace
}  // namespace bitacora::http
