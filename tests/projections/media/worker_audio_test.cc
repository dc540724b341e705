#include <gmock/gmock.h>

#include "tests/projections/media/fixture.h"
#include "tests/projections/media/safari_recording.h"

namespace bitacora::projections::media {
namespace {

using testing::Each;
using testing::Le;
using testing::SizeIs;
using testing::StartsWith;

class WorkerAudio : public WorkerTest {
 protected:
  // A recording again, with the findings of its renditions beside those of the original.
  void expect_renditions_play_alike(const Findings& original) {
    const auto renditions = results_;
    ASSERT_THAT(renditions[0], StartsWith("OggS"));
    for (const auto& [kind, bytes] :
         {std::pair{MediaKind::Ogg, renditions[0]}, std::pair{MediaKind::Mp3, renditions[1]}}) {
      SCOPED_TRACE(failure_name(Failure::None));
      const auto again = run(kind, bytes);
      ASSERT_EQ(again.findings.failure, Failure::None);
      EXPECT_NEAR(static_cast<double>(again.findings.duration_ms),
                  static_cast<double>(original.duration_ms), 80);
      ASSERT_EQ(again.findings.waveform.size(), original.waveform.size());
    }
  }
};

TEST_F(WorkerAudio, TellsLengthAndWaveformOfWhatBrowsersRecord) {
  for (const auto& [name, kind] :
       {std::pair{"nota-de-voz.ogg", MediaKind::Ogg},
        std::pair{"nota-de-voz.webm", MediaKind::Webm}, std::pair{"mensaje.mp3", MediaKind::Mp3}}) {
    SCOPED_TRACE(name);
    const auto result = run_file(kind, name);
    ASSERT_EQ(result.end, JobEnd::Answered);
    ASSERT_EQ(result.findings.failure, Failure::None);
    EXPECT_GT(result.findings.duration_ms, 1000U);
    EXPECT_LT(result.findings.duration_ms, 60'000U);
    ASSERT_THAT(result.findings.waveform, SizeIs(events::limits::waveform_peaks_max));
    EXPECT_THAT(result.findings.waveform, Each(Le(100)));
    EXPECT_THAT(result.findings.waveform, testing::Contains(100));
  }
}

TEST_F(WorkerAudio, MakesRenditionsThatEveryReceiverPlays) {
  for (const auto& [name, kind] : {std::pair{"nota-de-voz.ogg", MediaKind::Ogg},
                                   std::pair{"nota-de-voz.webm", MediaKind::Webm}}) {
    SCOPED_TRACE(name);
    const auto result = run_file(kind, name);
    ASSERT_EQ(result.findings.failure, Failure::None);
    expect_renditions_play_alike(result.findings);
  }
}

// Safari cannot play what others record, nor others what Safari records: MP4 with AAC becomes both.
TEST_F(WorkerAudio, MakesOfSafarisRecordingsWhatEveryReceiverPlays) {
  for (const auto& [name, form] :
       {std::pair{"as recorded", Mp4Form::Fragments}, std::pair{"as saved", Mp4Form::Whole}}) {
    SCOPED_TRACE(name);
    const auto recording = safari_recording(std::chrono::milliseconds(3200), form);
    ASSERT_EQ(recording.substr(4, 4), "ftyp");
    const auto result = run(MediaKind::Mp4, recording);
    ASSERT_EQ(result.end, JobEnd::Answered);
    ASSERT_EQ(result.findings.failure, Failure::None);
    EXPECT_NEAR(static_cast<double>(result.findings.duration_ms), 3200, 80);
    // It grows and falls as the tone does.
    const auto& waveform = result.findings.waveform;
    ASSERT_THAT(waveform, SizeIs(events::limits::waveform_peaks_max));
    for (const auto& [place, peak] :
         {std::pair{8U, 25}, {16U, 50}, {32U, 100}, {48U, 50}, {56U, 25}}) {
      EXPECT_NEAR(waveform[place], peak, 8) << place;
    }
    // AAC is not copied: neither Ogg nor MP3 holds it.
    EXPECT_NE(results_[0].find("OpusHead"), std::string::npos);
    EXPECT_THAT(results_[1], StartsWith("\xff"));
    expect_renditions_play_alike(result.findings);
  }
}

// The packets of Opus are in a WebM file as they are in Ogg.
TEST_F(WorkerAudio, CopiesOpusWithoutEncodingItAgain) {
  const auto webm = read_file(attachments_folder() / "nota-de-voz.webm");
  ASSERT_EQ(run(MediaKind::Webm, webm).findings.failure, Failure::None);
  const auto ogg = results_[0];
  // Pieces from the middle of both, of a length that chance does not give.
  std::size_t found = 0;
  for (std::size_t at = webm.size() / 4; at + 24 < webm.size() * 3 / 4; at += 24) {
    if (ogg.find(webm.substr(at, 24)) != std::string::npos) ++found;
  }
  EXPECT_GT(found, webm.size() / 2 / 24 / 2);
}

TEST_F(WorkerAudio, EncodesWhatIsNotOpus) {
  ASSERT_EQ(run_file(MediaKind::Mp3, "mensaje.mp3").findings.failure, Failure::None);
  EXPECT_THAT(results_[0], StartsWith("OggS"));
  EXPECT_NE(results_[0].find("OpusHead"), std::string::npos);
}

TEST_F(WorkerAudio, IsTheSameBytesEachTime) {
  run_file(MediaKind::Webm, "nota-de-voz.webm");
  const auto first = results_;
  worker_.reset();
  run_file(MediaKind::Webm, "nota-de-voz.webm");
  EXPECT_EQ(results_, first);
}

TEST_F(WorkerAudio, SaysThatWhatIsNoSoundIsBroken) {
  for (const auto& [name, kind] :
       {std::pair{"carta.pdf", MediaKind::Mp3}, std::pair{"hostile/empty.pdf", MediaKind::Ogg},
        std::pair{"nota-de-voz.webm", MediaKind::Mp4},
        std::pair{"captura-transparente.png", MediaKind::Webm},
        std::pair{"nota-de-voz.ogg", MediaKind::Webm}}) {
    SCOPED_TRACE(name);
    const auto result = run_file(kind, name);
    EXPECT_EQ(result.end, JobEnd::Answered);
    EXPECT_NE(result.findings.failure, Failure::None);
    EXPECT_TRUE(result.findings.waveform.empty());
  }
}

TEST_F(WorkerAudio, GoesOnAfterEveryPrefixAndEveryDamage) {
  const auto shared = [](const char* name) { return read_file(attachments_folder() / name); };
  const auto safari = safari_recording(std::chrono::milliseconds(2000), Mp4Form::Fragments);
  for (const auto& [name, kind, whole] :
       {std::tuple{"Ogg", MediaKind::Ogg, shared("nota-de-voz.ogg")},
        std::tuple{"WebM", MediaKind::Webm, shared("nota-de-voz.webm")},
        std::tuple{"MP3", MediaKind::Mp3, shared("mensaje.mp3")},
        std::tuple{"MP4", MediaKind::Mp4, safari}}) {
    for (std::size_t at = 0; at < whole.size(); at += whole.size() / 20) {
      EXPECT_EQ(run(kind, whole.substr(0, at)).end, JobEnd::Answered) << name << " cut at " << at;
      std::string damaged = whole;
      for (std::size_t i = at; i < std::min(at + 64, damaged.size()); ++i) {
        damaged[i] = static_cast<char>(~damaged[i]);
      }
      EXPECT_EQ(run(kind, damaged).end, JobEnd::Answered) << name << " damaged at " << at;
    }
  }
}

}  // namespace
}  // namespace bitacora::projections::media
