// What contacts send is looked into while the product serves.
#include <fstream>
#include <future>

#include "events/blob_store.h"
#include "tests/shared_folder.h"
#include "tests/tools/service_fixture.h"

namespace bitacora::tools_test {
namespace {

using events::AttachmentId;
using events::StreamId;
using events::Version;

class ServedMedia : public ServiceTest {
 protected:
  events::ContactId register_contact() {
    const auto department = service_->projector().directory()->department_by_slug("ventas")->id;
    auto answer = std::make_shared<std::promise<events::Result<actors::ContactOutcome>>>();
    auto waiting = answer->get_future();
    service_->runtime().ask("prueba", std::nullopt,
                            actors::RegisterContact{"Eva", "webchat", department},
                            [answer](events::Result<actors::ContactOutcome> out) {
                              answer->set_value(std::move(out));
                            });
    return value_of(waiting.get()).contact_id;
  }

  // A contact's message with this file, whose bytes are kept first, as an upload does.
  AttachmentId receive(const std::string& mime, const std::string& bytes) {
    events::Attachment attachment;
    attachment.id = AttachmentId::make(service_->clock().now());
    attachment.name = "fichero";
    attachment.mime = mime;
    attachment.size_bytes = bytes.size();
    const auto upload = folder_.path() / "finished";
    std::ofstream(upload, std::ios::binary) << bytes;
    auto blobs = value_of(events::BlobStore::open(folder_.path() / "blobs"));
    BITACORA_INVARIANT(blobs->adopt(upload, attachment.id), "the blob is kept");
    auto answer = std::make_shared<std::promise<events::Result<actors::ConversationOutcome>>>();
    auto waiting = answer->get_future();
    service_->runtime().ask(register_contact(), std::nullopt,
                            actors::ReceiveMessage{{.text = "", .attachment = attachment}},
                            [answer](events::Result<actors::ConversationOutcome> out) {
                              answer->set_value(std::move(out));
                            });
    value_of(waiting.get());
    return attachment.id;
  }

  // What the log says of it, once it says something; the test fails when that takes a minute.
  events::AttachmentExamined await_examination(const AttachmentId& id) {
    const auto& log = service_->log();
    for (int waits = 0; waits < 60 && *log.head(StreamId::of(id)) < Version(2); ++waits) {
      log.wait_past(log.last_position(), std::chrono::seconds(1));
    }
    const auto stream = value_of(log.read_stream(StreamId::of(id), Version(2), 1));
    EXPECT_EQ(stream.size(), 1U);
    if (stream.empty()) return {};
    return std::get<events::AttachmentExamined>(
        std::get<events::AttachmentEvent>(stream.front()->event));
  }

  static std::string shared_file(const std::string& name) {
    return read_file(attachments_folder() / name);
  }
};

TEST_F(ServedMedia, IsExaminedByWorkersThatTheBinaryCarries) {
  wait_for_views();
  serve();
  const auto picture = receive("image/jpeg", shared_file("comprobante.jpeg"));
  const auto broken = receive("image/jpeg", shared_file("hostile/truncated.jpg"));
  EXPECT_TRUE(await_examination(picture).thumbnail);
  EXPECT_EQ(await_examination(broken).outcome, events::ExaminationOutcome::Failed);
}

TEST_F(ServedMedia, IsExaminedAfterARestartWhenNobodyServedBefore) {
  wait_for_views();
  const auto voice = receive("audio/ogg", shared_file("nota-de-voz.ogg"));
  reopen();
  serve();
  const auto examined = await_examination(voice);
  EXPECT_TRUE(examined.renditions);
  EXPECT_GT(examined.duration_ms.value_or(0), 1000U);
}

}  // namespace
}  // namespace bitacora::tools_test
