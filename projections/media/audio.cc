#include "projections/media/audio.h"

#include <algorithm>
#include <cerrno>

#include "projections/media/audio_input.h"
#include "projections/media/audio_output.h"
#include "projections/media/waveform.h"

namespace bitacora::projections::media {

namespace limits = events::limits;

namespace {

// Stereo stays stereo; what has more is mixed down to it.
constexpr int channels_max = 2;

// Decoded sound as the outputs take it, whatever its rate, channels and form, which may change
// within a file.
class Converter {
 public:
  explicit Converter(int channels) : samples_(static_cast<std::size_t>(channels)) {}

  // Null: what is still held back at the end. False when the sound is of no possible form.
  bool convert(AVFrame* frame) {
    for (auto& channel : samples_) channel.clear();
    if (frame == nullptr) return !resampler_ || take(nullptr, 0);
    if (!resampler_ || differs(*frame)) {
      if (!set_up(*frame)) return false;
    }
    return take(const_cast<const std::uint8_t**>(frame->extended_data), frame->nb_samples);
  }

  [[nodiscard]] const Channels& samples() const { return samples_; }

 private:
  [[nodiscard]] bool differs(const AVFrame& frame) const {
    return frame.format != format_ || frame.sample_rate != rate_ ||
           frame.ch_layout.nb_channels != channels_;
  }

  bool set_up(AVFrame& frame) {
    format_ = frame.format;
    rate_ = frame.sample_rate;
    channels_ = frame.ch_layout.nb_channels;
    AVChannelLayout out{};
    av_channel_layout_default(&out, static_cast<int>(samples_.size()));
    SwrContext* resampler = nullptr;
    const int made = swr_alloc_set_opts2(&resampler, &out, AV_SAMPLE_FMT_FLTP, output_sample_rate,
                                         &frame.ch_layout, static_cast<AVSampleFormat>(format_),
                                         rate_, 0, nullptr);
    resampler_.reset(resampler);
    return made >= 0 && swr_init(resampler) >= 0;
  }

  bool take(const std::uint8_t** input, int count) {
    const int most = swr_get_out_samples(resampler_.get(), count);
    if (most < 0) return false;
    std::array<std::uint8_t*, channels_max> out{};
    for (std::size_t i = 0; i < samples_.size(); ++i) {
      samples_[i].resize(static_cast<std::size_t>(most));
      out.at(i) = reinterpret_cast<std::uint8_t*>(samples_[i].data());
    }
    const int got = swr_convert(resampler_.get(), out.data(), most, input, count);
    if (got < 0) return false;
    for (auto& channel : samples_) channel.resize(static_cast<std::size_t>(got));
    return true;
  }

  Channels samples_;
  Resampler resampler_;
  int format_ = -1;
  int rate_ = 0;
  int channels_ = 0;
};

class Examination {
 public:
  Examination(AudioInput& input, int channels) : input_(input), converter_(channels) {}

  // Makes the two renditions as well.
  Failure render_to(int ogg, int mp3, int channels) {
    if (input_.stream().codecpar->codec_id == AV_CODEC_ID_OPUS) {
      copied_ = AudioOutput::copy_to_ogg(ogg, input_.stream());
      if (!copied_) return Failure::Broken;
    } else {
      encoded_.push_back(AudioOutput::encode_to_ogg(ogg, channels));
    }
    encoded_.push_back(AudioOutput::encode_to_mp3(mp3, channels));
    const bool all = std::all_of(encoded_.begin(), encoded_.end(),
                                 [](const auto& output) { return output != nullptr; });
    return all ? Failure::None : Failure::Broken;
  }

  Failure run() {
    while (const AVPacket* packet = input_.next_packet()) {
      if (copied_ && !copied_->copy(*packet)) return cannot_write();
      if (const Failure failure = decode(packet); failure != Failure::None) return failure;
    }
    if (const Failure failure = decode(nullptr); failure != Failure::None) return failure;
    if (const Failure failure = hear(nullptr); failure != Failure::None) return failure;
    if (samples_ == 0) return Failure::Broken;
    if (copied_ && !copied_->finish()) return cannot_write();
    for (const auto& output : encoded_) {
      if (!output->finish()) return cannot_write();
    }
    return Failure::None;
  }

  [[nodiscard]] std::uint64_t duration_ms() const { return samples_ * 1000 / output_sample_rate; }
  [[nodiscard]] std::vector<std::uint8_t> peaks() const { return waveform_.peaks(); }

 private:
  static Failure cannot_write() { return errno == EFBIG ? Failure::TooLarge : Failure::Broken; }

  Failure decode(const AVPacket* packet) {
    input_.decode(packet);
    while (AVFrame* frame = input_.next_frame()) {
      if (const Failure failure = hear(frame); failure != Failure::None) return failure;
    }
    return Failure::None;
  }

  Failure hear(AVFrame* frame) {
    if (!converter_.convert(frame)) return Failure::Broken;
    const Channels& samples = converter_.samples();
    samples_ += samples.front().size();
    if (duration_ms() > static_cast<std::uint64_t>(limits::audio_duration_max.count())) {
      return Failure::TooLong;
    }
    waveform_.add(mean(samples));
    for (const auto& output : encoded_) {
      if (!output->encode(samples)) return cannot_write();
    }
    return Failure::None;
  }

  std::span<const float> mean(const Channels& samples) {
    if (samples.size() == 1) return samples.front();
    mean_.resize(samples.front().size());
    std::transform(samples[0].begin(), samples[0].end(), samples[1].begin(), mean_.begin(),
                   [](float left, float right) { return (left + right) / 2; });
    return mean_;
  }

  AudioInput& input_;
  Converter converter_;
  Waveform waveform_;
  std::unique_ptr<AudioOutput> copied_;
  std::vector<std::unique_ptr<AudioOutput>> encoded_;
  std::vector<float> mean_;
  std::uint64_t samples_ = 0;
};

}  // namespace

Findings examine_audio(MediaKind kind, int source, const std::vector<Descriptor>& results) {
  av_log_set_level(AV_LOG_QUIET);
  Findings findings;
  const auto input = AudioInput::open(kind, source, findings.failure);
  if (!input) return findings;
  const int channels = std::clamp(input->stream().codecpar->ch_layout.nb_channels, 1, channels_max);
  Examination examination(*input, channels);
  if (results.size() == 2) {
    findings.failure = examination.render_to(results[0].get(), results[1].get(), channels);
    if (findings.failure != Failure::None) return findings;
  }
  errno = 0;
  findings.failure = examination.run();
  if (findings.failure != Failure::None) return findings;
  findings.duration_ms = examination.duration_ms();
  findings.waveform = examination.peaks();
  return findings;
}

}  // namespace bitacora::projections::media
