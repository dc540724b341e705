#include "http/upload_store.h"

#include <gtest/gtest.h>

#include <atomic>
#include <fstream>
#include <set>

#include "events/codec.h"
#include "http/upload_writer.h"
#include "tests/events/failing_sync.h"
#include "tests/events/temporary_folder.h"
#include "tests/http/sample_files.h"

namespace bitacora::http {
namespace {

namespace limits = events::limits;
using events::ErrorCode;

class HandClock final : public events::Clock {
 public:
  [[nodiscard]] events::Instant now() const override {
    return events::Instant::from_unix_ms(ms_.load());
  }
  [[nodiscard]] std::chrono::steady_clock::time_point steady_now() const {
    return std::chrono::steady_clock::time_point(std::chrono::milliseconds(steady_ms_.load()));
  }
  void pass(std::chrono::milliseconds time) {
    ms_ += time.count();
    steady_ms_ += time.count();
  }
  // Somebody sets it.
  void jump(std::chrono::milliseconds ahead) { ms_ += ahead.count(); }

 private:
  std::atomic<std::int64_t> ms_{1'800'000'000'000};
  std::atomic<std::int64_t> steady_ms_{0};
};

class UploadStoreTest : public testing::Test {
 protected:
  UploadStoreTest() { open(); }

  // As after a restart, or a power cut: nothing but the files is left.
  void open() {
    store_.reset();
    store_ =
        UploadStore::open({.folder = folder_.path() / "uploads",
                           .blobs = blobs_.get(),
                           .clock = &clock_,
                           .attached_by = [this](const auto& id) -> std::optional<events::Who> {
                             if (const auto ask = when_asked_) ask();
                             if (!attached_.contains(id)) return std::nullopt;
                             return ana;
                           },
                           .log_ended_at = [this] { return log_ended_at_.value_or(clock_.now()); },
                           .free_space_watermark_bytes = 1000,
                           .free_bytes = [this](const auto&) { return free_bytes_; },
                           .steady_now = [this] { return clock_.steady_now(); }})
            .value();
  }

  events::AttachmentId make(std::uint64_t length, const std::string& mime = "application/pdf",
                            const events::Who& owner = ana) {
    return store_->create(owner, {"carta.pdf", {mime, length, false}, length})->id;
  }
  // Writes, and lets go without a word when `settles` is not set.
  events::Result<UploadStatus> write(const events::AttachmentId& id, std::uint64_t offset,
                                     std::string_view bytes, bool settles = true) {
    const auto writer = store_->begin(id, ana, offset, nullptr);
    if (!writer) return writer.error();
    if (const auto written = (*writer)->write(bytes); !written) return written.error();
    if (!settles) return UploadStatus{};
    return (*writer)->settle();
  }
  std::size_t files_left() {
    return static_cast<std::size_t>(
        std::distance(std::filesystem::directory_iterator(folder_.path() / "uploads"), {}));
  }

  static inline const events::Who ana =
      events::Who::of(events::OperatorId::make(events::Instant::from_unix_ms(1)));
  static inline const events::Who bruno =
      events::Who::of(events::OperatorId::make(events::Instant::from_unix_ms(1)));

  events::TemporaryFolder folder_;
  HandClock clock_;
  std::uint64_t free_bytes_ = 1'000'000'000'000;
  std::set<events::AttachmentId> attached_;
  // Unset: now.
  std::optional<events::Instant> log_ended_at_;
  std::function<void()> when_asked_{};  // whether something is attached
  std::unique_ptr<events::BlobStore> blobs_ =
      events::BlobStore::open(folder_.path() / "blobs").value();
  std::unique_ptr<UploadStore> store_;
};

TEST_F(UploadStoreTest, MakesABlobOfWhatHasComeWhole) {
  const std::string pdf = sample_pdf(100'000);
  const auto id = make(pdf.size());
  EXPECT_EQ(write(id, 0, pdf.substr(0, 70'000))->offset, 70'000U);
  EXPECT_EQ(store_->find_finished(id, ana).error().code, ErrorCode::NoSuchAttachment);
  EXPECT_EQ(write(id, 70'000, pdf.substr(70'000))->offset, 100'000U);
  const FinishedUpload expected{id,      "carta.pdf",         "application/pdf",
                                100'000, events::sha256(pdf), false};
  EXPECT_EQ(store_->find_finished(id, ana).value(), expected);
  EXPECT_EQ(store_->find_finished(id, bruno).error().code, ErrorCode::NoSuchAttachment);
  EXPECT_EQ(bytes_of_file(blobs_->path_of(id)), pdf);
}

TEST_F(UploadStoreTest, GoesOnAfterARestartWhereverItWasStopped) {
  const std::string pdf = sample_pdf(5000);
  const auto id = make(pdf.size());
  for (std::size_t offset = 0; offset < 5000; offset += 1000) {
    // Every other time without having been settled: the process was killed.
    const bool settles = offset % 2000 == 0;
    ASSERT_TRUE(write(id, offset, std::string_view(pdf).substr(offset, 1000), settles)) << offset;
    open();
    ASSERT_EQ(store_->settle(id, ana)->offset, offset + 1000);
  }
  EXPECT_EQ(store_->find_finished(id, ana)->sha256, events::sha256(pdf));
  open();
  EXPECT_EQ(store_->find_finished(id, ana)->sha256, events::sha256(pdf));
  EXPECT_EQ(files_left(), 1U) << "its record alone";
}

TEST_F(UploadStoreTest, FinishesWhatWasStoppedAfterItsLastByte) {
  const std::string pdf = sample_pdf(3000);
  const auto id = make(pdf.size());
  write(id, 0, pdf, false).value();
  open();
  EXPECT_EQ(store_->settle(id, ana)->offset, 3000U);
  EXPECT_EQ(store_->find_finished(id, ana)->sha256, events::sha256(pdf));
  EXPECT_EQ(bytes_of_file(blobs_->path_of(id)), pdf);
}

// U2
TEST_F(UploadStoreTest, HandsOutWhatAPowerCutLeftWithTheRecordOfBefore) {
  const std::string pdf = sample_pdf(3000);
  const auto id = make(pdf.size());
  const auto record = folder_.path() / "uploads" / (id.to_string() + ".json");
  const std::string unfinished = bytes_of_file(record);
  write(id, 0, pdf).value();
  std::ofstream(record, std::ios::binary) << unfinished;
  open();
  // Nobody has asked for it since: its client was told that it is finished.
  const auto found = store_->find_finished(id, ana);
  ASSERT_TRUE(found) << found.error().detail;
  EXPECT_EQ(found->sha256, events::sha256(pdf));
  EXPECT_EQ(bytes_of_file(blobs_->path_of(id)), pdf);
  EXPECT_NE(bytes_of_file(record), unfinished);
}

TEST_F(UploadStoreTest, LetsGoWhatTheDiskFailedToTake) {
  const std::string pdf = sample_pdf(3000);
  struct Failure {
    std::string what;
    std::size_t bytes;
    std::function<std::filesystem::path(const events::AttachmentId&)> failing;
  };
  const auto file = [&](const auto& id) { return folder_.path() / "uploads" / id.to_string(); };
  const auto blobs_folder = [&](const auto& id) { return blobs_->path_of(id).parent_path(); };
  const std::vector<Failure> failures{{"a part of it", 1000, file},
                                      {"all of it", 3000, file},
                                      {"the blob's name", 3000, blobs_folder}};
  for (const Failure& tried : failures) {
    const auto id = make(pdf.size());
    const events::FailingSync failing(tried.failing(id));
    EXPECT_EQ(write(id, 0, pdf.substr(0, tried.bytes)).error().code, ErrorCode::Unavailable)
        << tried.what;
    // The next sync would succeed.
    EXPECT_EQ(store_->settle(id, ana).error().code, ErrorCode::NotFound) << tried.what;
    EXPECT_FALSE(blobs_->open_blob(id)) << tried.what;
    EXPECT_EQ(files_left(), 0U) << tried.what;
  }
}

TEST_F(UploadStoreTest, RemovesWhatNoRecordTellsOf) {
  const auto id = make(100);
  write(id, 0, "%PDF").value();
  std::ofstream(folder_.path() / "uploads" / events::AttachmentId::make(clock_.now()).to_string())
      << "bytes";
  std::ofstream(folder_.path() / "uploads" / "x.json") << "{";
  std::ofstream(folder_.path() / "uploads" / (id.to_string() + ".json.new")) << "{";
  open();
  EXPECT_EQ(files_left(), 2U);
  EXPECT_EQ(store_->settle(id, ana)->offset, 4U);
}

TEST_F(UploadStoreTest, RefusesContentThatIsNotOfItsKind) {
  const std::string html = "<!doctype html><html></html>";
  const auto id = make(html.size());
  const auto refused = write(id, 0, html);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::NotAccepted);
  EXPECT_EQ(refused.error().found, "text/html");
  EXPECT_EQ(store_->settle(id, ana).error().code, ErrorCode::NotFound);
  EXPECT_EQ(files_left(), 0U);
}

TEST_F(UploadStoreTest, KeepsNothingOfARequestThatGoesPastTheEnd) {
  const std::string pdf = sample_pdf(1000);
  const auto id = make(pdf.size());
  write(id, 0, pdf.substr(0, 400)).value();
  {
    const auto writer = store_->begin(id, ana, 400, nullptr).value();
    writer->write(pdf.substr(400, 300)).value();
    EXPECT_EQ(writer->write(std::string(301, 'x')).error().code, ErrorCode::PayloadTooLarge);
  }
  EXPECT_EQ(store_->settle(id, ana)->offset, 400U);
  write(id, 400, pdf.substr(400)).value();
  EXPECT_EQ(store_->find_finished(id, ana)->sha256, events::sha256(pdf));
  EXPECT_EQ(write(id, 1000, "x").error().code, ErrorCode::PayloadTooLarge);
}

TEST_F(UploadStoreTest, LetsOneRequestWriteAtATime) {
  const auto id = make(1000);
  int asked = 0;
  int ended = 0;
  {
    const auto writer = store_->begin(id, ana, 0, [&] { ++asked; }).value();
    EXPECT_EQ(store_->begin(id, ana, 0, nullptr).error().code, ErrorCode::UploadLocked);
    EXPECT_EQ(store_->settle(id, ana).error().code, ErrorCode::UploadLocked);
    EXPECT_EQ(store_->remove(id, ana).error().code, ErrorCode::UploadLocked);
    store_->interrupt(id, ana, [&] { ++ended; });
    EXPECT_EQ(asked, 1);
    EXPECT_EQ(ended, 0);
    writer->write("%PDF-1.4").value();
  }
  EXPECT_EQ(ended, 1);
  store_->interrupt(id, ana, [&] { ++ended; });
  EXPECT_EQ(ended, 2);
  EXPECT_EQ(store_->begin(id, ana, 0, nullptr).error().code, ErrorCode::OffsetMismatch);
  EXPECT_EQ(store_->settle(id, ana)->offset, 8U);
}

TEST_F(UploadStoreTest, IsThereForItsOwnerAlone) {
  const auto id = make(1000);
  EXPECT_EQ(store_->settle(id, bruno).error().code, ErrorCode::NotFound);
  EXPECT_EQ(store_->begin(id, bruno, 0, nullptr).error().code, ErrorCode::NotFound);
  EXPECT_EQ(store_->remove(id, bruno).error().code, ErrorCode::NotFound);
}

TEST_F(UploadStoreTest, ExpiresAfterADay) {
  const auto id = make(1000);
  write(id, 0, "%PDF").value();
  clock_.pass(limits::upload_lifetime - std::chrono::milliseconds(1));
  EXPECT_EQ(store_->settle(id, ana)->offset, 4U);
  EXPECT_EQ(store_->sweep().value(), 0U);
  clock_.pass(std::chrono::milliseconds(1));
  EXPECT_EQ(store_->settle(id, ana).error().code, ErrorCode::Gone);
  EXPECT_EQ(store_->begin(id, ana, 4, nullptr).error().code, ErrorCode::Gone);
  EXPECT_EQ(store_->sweep().value(), 1U);
  EXPECT_EQ(store_->settle(id, ana).error().code, ErrorCode::NotFound);
  EXPECT_EQ(files_left(), 0U);
}

TEST_F(UploadStoreTest, SweepsWhatNoMessageTookAndKeepsWhatOneDid) {
  const std::string pdf = sample_pdf(500);
  const auto forgotten = make(500);
  const auto sent = make(500);
  const auto told = make(500);
  for (const auto& id : {forgotten, sent, told}) write(id, 0, pdf).value();
  attached_ = {sent, told};
  store_->taken(told);
  EXPECT_EQ(store_->find_finished(told, ana).error().code, ErrorCode::AttachmentUsed);
  EXPECT_EQ(store_->find_finished(told, bruno).error().code, ErrorCode::NoSuchAttachment);
  // A link that a quick reply's message would have had, was it ever sent.
  const auto link = events::AttachmentId::make(clock_.now());
  blobs_->link(sent, link).value();
  clock_.pass(limits::upload_lifetime);
  EXPECT_EQ(store_->find_finished(forgotten, ana).error().code, ErrorCode::NoSuchAttachment);
  EXPECT_EQ(store_->sweep().value(), 0U) << "an append may still be under way";
  clock_.pass(limits::upload_sweep_grace + std::chrono::milliseconds(1));
  EXPECT_EQ(store_->sweep().value(), 3U) << "two records and a link";
  EXPECT_FALSE(blobs_->open_blob(forgotten));
  EXPECT_FALSE(blobs_->open_blob(link));
  EXPECT_EQ(bytes_of_file(blobs_->path_of(sent)), pdf);
  EXPECT_EQ(bytes_of_file(blobs_->path_of(told)), pdf);
  EXPECT_EQ(files_left(), 0U);
}

// A log that was put back from a copy does not have the events that need them.
TEST_F(UploadStoreTest, KeepsBlobsThatWereMadeAfterTheLogEnds) {
  const auto before = make(500);
  const auto link = [&] {
    clock_.pass(std::chrono::seconds(1));
    const auto made = events::AttachmentId::make(clock_.now());
    blobs_->link(before, made).value();
    return made;
  };
  write(before, 0, sample_pdf(500)).value();
  const auto old = link();
  clock_.pass(std::chrono::seconds(1));
  log_ended_at_ = clock_.now();
  const auto later = link();
  clock_.pass(3 * limits::upload_lifetime);
  store_->sweep().value();
  EXPECT_FALSE(blobs_->open_blob(old));
  EXPECT_TRUE(blobs_->open_blob(later));
  // It goes on, and nothing of it needs the blob.
  log_ended_at_.reset();
  store_->sweep().value();
  EXPECT_FALSE(blobs_->open_blob(later));
}

TEST_F(UploadStoreTest, KeepsTheRecordOfWhatTheLogHasOnlyUntilItIsOpenedAgain) {
  const auto id = make(500);
  write(id, 0, sample_pdf(500)).value();
  attached_ = {id};
  open();
  EXPECT_EQ(files_left(), 0U);
  EXPECT_TRUE(blobs_->open_blob(id));
}

TEST_F(UploadStoreTest, CanBeGivenUp) {
  const auto unfinished = make(500);
  write(unfinished, 0, "%PDF").value();
  EXPECT_TRUE(store_->remove(unfinished, ana));
  const auto finished = make(500);
  write(finished, 0, sample_pdf(500)).value();
  // Somebody is just sending it.
  store_->find_finished(finished, ana).value();
  EXPECT_EQ(store_->remove(finished, ana).error().code, ErrorCode::UploadLocked);
  clock_.pass(limits::upload_sweep_grace);
  EXPECT_TRUE(store_->remove(finished, ana));
  EXPECT_FALSE(blobs_->open_blob(finished));
  EXPECT_EQ(files_left(), 0U);
}

TEST_F(UploadStoreTest, KeepsWhatIsBeingSentThoughTheClockJumps) {
  const auto id = make(500);
  write(id, 0, sample_pdf(500)).value();
  store_->find_finished(id, ana).value();
  clock_.jump(limits::upload_sweep_grace);
  EXPECT_EQ(store_->remove(id, ana).error().code, ErrorCode::UploadLocked);
  clock_.jump(limits::upload_lifetime);
  EXPECT_EQ(store_->sweep().value(), 0U);
  EXPECT_TRUE(blobs_->open_blob(id));
  clock_.pass(limits::upload_sweep_grace);
  EXPECT_EQ(store_->sweep().value(), 1U);
  EXPECT_FALSE(blobs_->open_blob(id));
}

TEST_F(UploadStoreTest, HandsOutNothingThatIsBeingRemoved) {
  const auto id = make(500);
  write(id, 0, sample_pdf(500)).value();
  std::vector<ErrorCode> told;
  when_asked_ = [&] {
    when_asked_ = nullptr;
    told.push_back(store_->find_finished(id, ana).error().code);
  };
  EXPECT_TRUE(store_->remove(id, ana));
  EXPECT_EQ(told, std::vector{ErrorCode::NoSuchAttachment});
}

TEST_F(UploadStoreTest, KeepsHalfOfTheDiskFromStrangers) {
  const auto contact = events::Who::of(events::ContactId::make(clock_.now()));
  const NewUpload wanted{"a.pdf", {"application/pdf", 10'000, false}, 151};
  free_bytes_ = 1000 + 300;
  EXPECT_EQ(store_->create(contact, wanted).error().code, ErrorCode::StorageFull);
  EXPECT_TRUE(store_->create(ana, wanted));
}

TEST_F(UploadStoreTest, HoldsAnOwnerToTheirBounds) {
  for (std::size_t i = 0; i < limits::operator_uploads_max; ++i) make(10);
  const auto refused = store_->create(ana, {"a.pdf", {"application/pdf", 10, false}, 10}).error();
  EXPECT_EQ(refused.code, ErrorCode::TooManyAttempts);
  EXPECT_TRUE(refused.retry_after_s);
  EXPECT_TRUE(store_->create(bruno, {"a.pdf", {"application/pdf", 10, false}, 10}));
  const auto contact = events::Who::of(events::ContactId::make(clock_.now()));
  const std::uint64_t half = limits::contact_uploads_bytes_max / 2;
  for (int i = 0; i < 2; ++i) make(half, "application/pdf", contact);
  EXPECT_EQ(store_->create(contact, {"a.pdf", {"application/pdf", 10, false}, 1}).error().code,
            ErrorCode::TooManyAttempts);
}

TEST_F(UploadStoreTest, PromisesNoMoreThanTheDiskHas) {
  free_bytes_ = 1000 + 300;
  const auto id = make(200);
  EXPECT_EQ(store_->create(ana, {"a.pdf", {"application/pdf", 200, false}, 101}).error().code,
            ErrorCode::StorageFull);
  EXPECT_TRUE(store_->create(ana, {"a.pdf", {"application/pdf", 200, false}, 100}));
  free_bytes_ = 10;
  EXPECT_EQ(store_->create(ana, {"a.pdf", {"application/pdf", 200, false}, 1}).error().code,
            ErrorCode::StorageFull);
  EXPECT_EQ(store_->settle(id, ana)->offset, 0U);
}

TEST_F(UploadStoreTest, GivesTheSameUploadForTheSameKey) {
  const NewUpload wanted{"a.pdf", {"application/pdf", 10, false}, 10, "key"};
  const auto first = store_->create(ana, wanted).value();
  write(first.id, 0, "%PDF", false).value();
  EXPECT_EQ(store_->create(ana, wanted)->offset, 4U) << "and what is told of it is synced";
  open();
  const auto again = store_->create(ana, wanted).value();
  EXPECT_EQ(again.id, first.id);
  EXPECT_TRUE(again.replayed);
  NewUpload other = wanted;
  other.length = 9;
  EXPECT_EQ(store_->create(ana, other).error().code, ErrorCode::IdempotencyKeyReused);
  EXPECT_NE(store_->create(bruno, wanted)->id, first.id);
}

}  // namespace
}  // namespace bitacora::http
