// The media view over a real log, real blobs and real workers.
//
// Numbers such as M2 are the rules of projections/media/media.h.

#include "projections/media/media.h"

#include <gmock/gmock.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <csignal>
#include <fstream>
#include <string_view>
#include <thread>

#include "projections/media/media_projection.h"
#include "projections/media/media_store.h"
#include "projections/media/sandbox.h"
#include "projections/rebuild.h"
#include "tests/events/failing_file_system.h"
#include "tests/projections/media/desk.h"
#include "tests/projections/media/fixture.h"
#include "tests/waiting.h"

namespace {

// So many of the next files for workers to fill cannot be made.
std::atomic<int> refused_files{0};

}  // namespace

// In the place of the C library's.
extern "C" int memfd_create(const char* name, unsigned int flags) noexcept {
  if (std::string_view(name) == "bitacora-media-result" && refused_files > 0) {
    --refused_files;
    errno = EMFILE;
    return -1;
  }
  return static_cast<int>(syscall(SYS_memfd_create, name, flags));
}

namespace bitacora::projections::media {
namespace {

using events::AttachmentId;
using events::ExaminationOutcome;
using std::chrono::milliseconds;
using testing::SizeIs;
using testing::StartsWith;

std::string shared_file(const std::string& name) { return read_file(attachments_folder() / name); }

std::string thumbnail_of(const Media& media, const AttachmentId& id) {
  const auto found = media.thumbnail(id);
  const auto* bytes = std::get_if<std::shared_ptr<const std::string>>(&found);
  return bytes != nullptr ? **bytes : "";
}

std::optional<MissingMedia> missing_thumbnail(const Media& media, const AttachmentId& id) {
  const auto found = media.thumbnail(id);
  const auto* missing = std::get_if<MissingMedia>(&found);
  return missing != nullptr ? std::optional(*missing) : std::nullopt;
}

std::string rendition_of(const Media& media, const AttachmentId& id, Rendition form) {
  const auto found = media.rendition(id, form);
  const auto* path = std::get_if<std::filesystem::path>(&found);
  return path != nullptr ? read_file(*path) : "";
}

// Pending, without an attempt, when the view has not seen it yet.
MediaRow row_of(const Media& media, const AttachmentId& id) {
  return find_media_row(std::as_const(*media.read()), id).value_or(MediaRow{});
}

TEST(Media, LooksIntoEachKindAndTellsTheLog) {
  Desk desk;
  const auto photo = desk.attach("image/jpeg", shared_file("comprobante.jpeg"));
  const auto voice = desk.attach("audio/webm", shared_file("nota-de-voz.webm"));
  const auto music = desk.attach("audio/mpeg", shared_file("mensaje.mp3"));
  const auto letter = desk.attach("application/msword", shared_file("carta.doc"));
  desk.open(real_program());
  ASSERT_TRUE(desk.settle());

  EXPECT_THAT(thumbnail_of(desk.media(), photo), StartsWith("RIFF"));
  ASSERT_TRUE(desk.examined(photo));
  EXPECT_EQ(desk.examined(photo)->outcome, ExaminationOutcome::Done);
  EXPECT_TRUE(desk.examined(photo)->thumbnail);
  EXPECT_FALSE(desk.examined(photo)->duration_ms);

  EXPECT_THAT(rendition_of(desk.media(), voice, Rendition::Ogg), StartsWith("OggS"));
  EXPECT_THAT(rendition_of(desk.media(), voice, Rendition::Mp3), StartsWith("\xff"));
  ASSERT_TRUE(desk.examined(voice));
  EXPECT_TRUE(desk.examined(voice)->renditions);
  EXPECT_GT(desk.examined(voice)->duration_ms.value_or(0), 1000U);
  EXPECT_THAT(desk.examined(voice)->waveform, SizeIs(events::limits::waveform_peaks_max));

  EXPECT_EQ(rendition_of(desk.media(), music, Rendition::Mp3), shared_file("mensaje.mp3"));
  ASSERT_TRUE(desk.examined(music));
  EXPECT_GT(desk.examined(music)->duration_ms.value_or(0), 1000U);
  EXPECT_EQ(missing_thumbnail(desk.media(), music), MissingMedia::NotOfThatKind);

  ASSERT_TRUE(desk.examined(letter));
  EXPECT_EQ(*desk.examined(letter), events::AttachmentExamined{});
  EXPECT_EQ(missing_thumbnail(desk.media(), letter), MissingMedia::NotOfThatKind);
  EXPECT_EQ(desk.media().figures().jobs_done, 3U);
}

TEST(Media, FollowsWhatIsAttachedWhileItRuns) {
  Desk desk;
  desk.open(real_program());
  const auto page = desk.attach("application/pdf", shared_file("carta.pdf"));
  ASSERT_TRUE(desk.settle());
  EXPECT_THAT(thumbnail_of(desk.media(), page), StartsWith("RIFF"));
}

TEST(Media, SaysPendingOfWhatItHasNotSeenYet) {
  Desk desk;
  desk.open(real_program());
  EXPECT_EQ(missing_thumbnail(desk.media(), AttachmentId::make(events::Instant{})),
            MissingMedia::Pending);
}

// M2
TEST(Media, LooksOnceIntoWhatCannotBeDecoded) {
  Desk desk;
  const auto cut = desk.attach("image/jpeg", shared_file("hostile/truncated.jpg"));
  const auto damaged = desk.attach("application/pdf", shared_file("hostile/broken-xref.pdf"));
  const auto bomb = desk.attach("image/png", shared_file("hostile/bomb-50000x50000.png"));
  const auto gone = desk.attach_nothing("image/png");
  desk.open(real_program());
  ASSERT_TRUE(desk.settle());
  for (const auto& [id, reason] :
       {std::pair{cut, "broken"}, std::pair{damaged, "broken"}, std::pair{bomb, "too-many-pixels"},
        std::pair{gone, "missing"}}) {
    SCOPED_TRACE(reason);
    ASSERT_TRUE(desk.examined(id));
    EXPECT_EQ(desk.examined(id)->outcome, ExaminationOutcome::Failed);
    EXPECT_EQ(desk.examined(id)->reason, reason);
    EXPECT_EQ(missing_thumbnail(desk.media(), id), MissingMedia::Failed);
  }
  EXPECT_EQ(desk.media().figures().jobs_failed, 4U);
  EXPECT_EQ(desk.media().figures().workers_started, 1U);

  desk.close();
  desk.open(real_program());
  ASSERT_TRUE(desk.settle());
  EXPECT_EQ(desk.media().figures().jobs_failed, 0U);
  EXPECT_EQ(desk.notes(), 4U);
}

// M2, M3
TEST(Media, TriesTwiceWhatAWorkerDiesOverAndGoesOn) {
  Desk desk;
  const auto deadly = desk.attach("image/jpeg", "crash");
  const auto good = desk.attach("audio/mpeg", "answer");
  desk.open(misbehaving_program());
  ASSERT_TRUE(desk.settle());
  ASSERT_TRUE(desk.examined(deadly));
  EXPECT_EQ(desk.examined(deadly)->reason, "crashed");
  ASSERT_TRUE(desk.examined(good));
  EXPECT_EQ(desk.examined(good)->outcome, ExaminationOutcome::Done);
  EXPECT_EQ(desk.media().figures().workers_lost, events::limits::media_attempts_max);
}

// M2, M3
TEST(Media, EndsWhatHangsOrSpins) {
  Desk desk;
  const auto hanging = desk.attach("image/jpeg", "sleep");
  const auto spinning = desk.attach("image/jpeg", "spin");
  const auto good = desk.attach("audio/mpeg", "answer");
  WorkerBounds bounds;
  bounds.job_stall = milliseconds(4000);
  bounds.job_processor = milliseconds(300);
  desk.open(misbehaving_program(), 1, bounds);
  ASSERT_TRUE(desk.settle());
  EXPECT_EQ(desk.examined(hanging)->reason, "too-slow");
  EXPECT_EQ(desk.examined(spinning)->reason, "too-slow");
  EXPECT_EQ(desk.examined(good)->outcome, ExaminationOutcome::Done);
}

// M2, M3: a worker that eats memory dies of its own bound, and nobody else feels it.
TEST(Media, EndsWhatEatsMemory) {
  Desk desk;
  std::vector<AttachmentId> eating;
  // Without the bound they would eat the machine's.
  if constexpr (can_bound_memory) {
    eating.push_back(desk.attach("image/jpeg", "die of hunger"));
    eating.push_back(desk.attach("audio/webm", "die of hunger"));
  }
  const auto good = desk.attach("audio/mpeg", "answer");
  WorkerBounds bounds;
  bounds.memory_bytes = 256ul * 1024 * 1024;
  desk.open(misbehaving_program(), 1, bounds);
  ASSERT_TRUE(desk.settle());
  for (const auto& id : eating) {
    ASSERT_TRUE(desk.examined(id));
    EXPECT_EQ(desk.examined(id)->outcome, ExaminationOutcome::Failed);
    EXPECT_EQ(desk.examined(id)->reason, "crashed");
  }
  EXPECT_EQ(desk.media().figures().workers_lost,
            eating.size() * events::limits::media_attempts_max);
  ASSERT_TRUE(desk.examined(good));
  EXPECT_EQ(desk.examined(good)->outcome, ExaminationOutcome::Done);
}

// M3: what says that it is done and has left something else is not believed.
TEST(Media, DoesNotBelieveAWorkerThatLeavesNothing) {
  Desk desk;
  const auto empty = desk.attach("image/jpeg", "answer");
  const auto wrong = desk.attach("image/jpeg", "fill the result");
  desk.open(misbehaving_program());
  ASSERT_TRUE(desk.settle());
  EXPECT_EQ(desk.examined(empty)->outcome, ExaminationOutcome::Failed);
  EXPECT_EQ(desk.examined(wrong)->outcome, ExaminationOutcome::Failed);
}

// M3
TEST(Media, GoesOnWhenItsWorkersAreKilled) {
  Desk desk;
  std::vector<AttachmentId> photos;
  const auto photo = shared_file("photo-12mp-rotated-gps.jpg");
  for (int i = 0; i < 12; ++i) photos.push_back(desk.attach("image/jpeg", photo));
  desk.open(real_program(), 2);
  // Once a worker is at it, both are killed, by the only name that they have: our children.
  ASSERT_TRUE(comes_true([&] { return desk.media().figures().jobs_done != 0; }));
  std::size_t killed = 0;
  for (const auto& entry : std::filesystem::directory_iterator("/proc/self/task")) {
    std::ifstream children(entry.path() / "children");
    for (pid_t child = 0; children >> child;) {
      if (kill(child, SIGKILL) == 0) ++killed;
    }
  }
  EXPECT_GT(killed, 0U);
  ASSERT_TRUE(desk.settle());
  for (const auto& id : photos) {
    EXPECT_EQ(desk.examined(id)->outcome, ExaminationOutcome::Done);
    EXPECT_THAT(thumbnail_of(desk.media(), id), StartsWith("RIFF"));
  }
}

TEST(Media, TakesUpAfterAStopWhatWasUnderWay) {
  Desk desk;
  const auto photo = desk.attach("image/jpeg", "sleep");
  desk.open(misbehaving_program());
  ASSERT_TRUE(comes_true([&] { return row_of(desk.media(), photo).attempts != 0; }));
  desk.media().stop();
  EXPECT_EQ(row_of(desk.media(), photo).attempts, 0U);
  EXPECT_EQ(row_of(desk.media(), photo).state, MediaState::Pending);
  EXPECT_EQ(missing_thumbnail(desk.media(), photo), MissingMedia::Pending);
}

// The view as a server leaves it that was killed while so many jobs of the attachment were tried.
void leave_attempts(Desk& desk, const AttachmentId& id, std::uint32_t attempts) {
  auto store = MediaStore::open(desk.views(), desk.log().last_position());
  ASSERT_TRUE(store);
  const auto events = desk.log().read_all(events::Position(1), 100);
  ASSERT_TRUE((*store)->apply(*events));
  ASSERT_TRUE((*store)->change(id, [&](MediaRow& row, ViewWriter&) { row.attempts = attempts; }));
}

// M2: a kill of the server counts as an attempt, because it may be the file's doing.
TEST(Media, CountsAnAttemptThatTheServerDidNotSurvive) {
  Desk desk;
  const auto deadly = desk.attach("image/jpeg", "crash");
  leave_attempts(desk, deadly, 1);
  desk.open(misbehaving_program());
  ASSERT_TRUE(desk.settle());
  EXPECT_EQ(desk.examined(deadly)->reason, "crashed");
  EXPECT_EQ(desk.media().figures().workers_lost, 1U);
}

// M2
TEST(Media, DoesNotTryAgainWhatTookTheServerDownTwice) {
  Desk desk;
  const auto deadly = desk.attach("image/jpeg", "crash");
  leave_attempts(desk, deadly, events::limits::media_attempts_max);
  desk.open(misbehaving_program());
  ASSERT_TRUE(desk.settle());
  EXPECT_EQ(desk.examined(deadly)->reason, "crashed");
  EXPECT_EQ(desk.media().figures().workers_lost, 0U);
}

TEST(Media, TriesAgainWhatAServerWasKilledOver) {
  Desk desk;
  const auto photo = desk.attach("image/jpeg", shared_file("comprobante.jpeg"));
  leave_attempts(desk, photo, 1);
  desk.open(real_program());
  ASSERT_TRUE(desk.settle());
  EXPECT_TRUE(desk.examined(photo)->thumbnail);
  EXPECT_EQ(row_of(desk.media(), photo).attempts, 0U);
}

// That too is no fault of the file's, and counts as no attempt.
TEST(Media, TriesAgainWhatItHadNoDescriptorFor) {
  Desk desk;
  const auto photo = desk.attach("image/jpeg", shared_file("comprobante.jpeg"));
  leave_attempts(desk, photo, 1);
  refused_files = 1;
  desk.open(real_program());
  ASSERT_TRUE(desk.settle());
  EXPECT_EQ(refused_files, 0);
  ASSERT_TRUE(desk.examined(photo));
  EXPECT_TRUE(desk.examined(photo)->thumbnail);
}

TEST(Media, TellsTheLogAgainWhatItDidNotTake) {
  Desk desk;
  const auto photo = desk.attach("image/jpeg", shared_file("comprobante.jpeg"));
  desk.refuse_notes(1);
  desk.open(real_program());
  ASSERT_TRUE(desk.settle());
  EXPECT_TRUE(desk.examined(photo));
  EXPECT_EQ(desk.notes(), 1U);
}

// M1: what was found and not told is told at the next opening, without another job.
TEST(Media, TellsAtTheNextOpeningWhatItCouldNotTell) {
  Desk desk;
  const auto photo = desk.attach("image/jpeg", shared_file("comprobante.jpeg"));
  desk.refuse_notes(1000);
  desk.open(real_program());
  ASSERT_TRUE(comes_true([&] { return row_of(desk.media(), photo).state != MediaState::Pending; }));
  EXPECT_THAT(thumbnail_of(desk.media(), photo), StartsWith("RIFF"));
  desk.close();
  EXPECT_FALSE(desk.examined(photo));
  desk.refuse_notes(0);
  desk.open(real_program());
  ASSERT_TRUE(desk.settle());
  EXPECT_TRUE(desk.examined(photo)->thumbnail);
  EXPECT_EQ(desk.media().figures().jobs_done, 0U);
}

// M4
TEST(Media, IsTheSameWhenItIsBuiltAnew) {
  Desk desk;
  const auto photo = desk.attach("image/jpeg", shared_file("photo-12mp-rotated-gps.jpg"));
  const auto voice = desk.attach("audio/webm", shared_file("nota-de-voz.webm"));
  desk.open(real_program(), 2);
  desk.attach("image/png", shared_file("captura-transparente.png"));
  desk.attach("audio/mpeg", shared_file("mensaje.mp3"));
  desk.attach("image/jpeg", shared_file("hostile/truncated.jpg"));
  desk.attach("application/msword", shared_file("carta.doc"));
  ASSERT_TRUE(desk.settle());
  const auto ogg = rendition_of(desk.media(), voice, Rendition::Ogg);
  const auto mp3 = rendition_of(desk.media(), voice, Rendition::Mp3);
  const auto thumbnail = thumbnail_of(desk.media(), photo);
  desk.media().stop();
  const auto before = digest(*desk.media().read());
  const auto notes = desk.notes();
  desk.close();

  std::filesystem::remove_all(desk.views());
  desk.open(real_program());
  ASSERT_TRUE(desk.settle());
  EXPECT_EQ(rendition_of(desk.media(), voice, Rendition::Ogg), ogg);
  EXPECT_EQ(rendition_of(desk.media(), voice, Rendition::Mp3), mp3);
  EXPECT_EQ(thumbnail_of(desk.media(), photo), thumbnail);
  desk.media().stop();
  EXPECT_EQ(digest(*desk.media().read()), before);
  EXPECT_EQ(desk.notes(), notes);
  // What had failed was not looked into again, and what needs no file was not either.
  EXPECT_EQ(desk.media().figures().jobs_done, 3U);
  EXPECT_EQ(desk.media().figures().jobs_failed, 0U);
}

TEST(Media, WaitsForAProgramThatStarts) {
  Desk desk;
  const auto photo = desk.attach("image/jpeg", shared_file("comprobante.jpeg"));
  const std::string_view nothing = "no program";
  auto program = WorkerProgram::of_bytes(std::as_bytes(std::span(nothing)));
  ASSERT_TRUE(program);
  desk.open(*program);
  ASSERT_TRUE(comes_true([&] { return desk.media().figures().jobs_running != 0; }));
  desk.close();
  desk.open(real_program());
  ASSERT_TRUE(desk.settle());
  EXPECT_TRUE(desk.examined(photo)->thumbnail);
}

// M1
TEST(MediaStore, GoesOnFromTheLastEventsThatTheDiskTook) {
  Desk desk;
  const auto first = desk.attach_nothing("image/png");
  const auto second = desk.attach_nothing("image/png");
  const auto events = desk.log().read_all(events::Position(1), 10).value();
  const auto disk = std::make_shared<events::FailingFileSystem>();
  const auto open = [&] {
    return MediaStore::open(desk.views(), desk.log().last_position(), disk).value();
  };
  {
    const auto store = open();
    store->apply(std::span(events).first(1)).value();
    disk->fail(events::Trouble::WritesForNow);
    EXPECT_FALSE(store->apply(std::span(events).last(1)));
    disk->fail(events::Trouble::None);
    // A job that was under way is done when the disk is well again.
    EXPECT_TRUE(comes_true([&] {
      return store->change(first, [](MediaRow& row, ViewWriter&) { row.attempts = 1; }).has_value();
    }));
    store->write_position().value();
  }
  const auto store = open();
  ASSERT_EQ(store->position(), events::Position(1));
  store->apply(std::span(events).last(1)).value();
  EXPECT_TRUE(find_media_row(std::as_const(*store->read()), second));
}

}  // namespace
}  // namespace bitacora::projections::media
