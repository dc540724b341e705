#include "tests/projections/media/safari_recording.h"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "events/error.h"
#include "projections/media/ffmpeg.h"
#include "tests/projections/media/fixture.h"

namespace bitacora::projections::media {

namespace {

constexpr int rate = 48'000;
constexpr double tone_hz = 440;

void must(bool done, const char* what) { BITACORA_INVARIANT(done, what); }

class Recorder {
 public:
  Recorder(int file, Mp4Form form) : file_(writing_file(file)) {
    av_log_set_level(AV_LOG_QUIET);
    AVFormatContext* format = nullptr;
    must(avformat_alloc_output_context2(&format, nullptr, "mp4", nullptr) >= 0, "no MP4");
    format_.reset(format);
    format->pb = file_.get();
    format->flags |= AVFMT_FLAG_CUSTOM_IO;
    stream_ = avformat_new_stream(format, nullptr);
    open_encoder();
    AVDictionary* options = nullptr;
    if (form == Mp4Form::Fragments) {
      av_dict_set(&options, "movflags", "empty_moov+default_base_moof", 0);
      av_dict_set(&options, "frag_duration", "500000", 0);  // microseconds
    }
    must(avformat_write_header(format, &options) >= 0, "no head");
    av_dict_free(&options);
  }

  void record(std::int64_t samples) {
    for (std::int64_t at = 0; at < samples; at += encoder_->frame_size) {
      const auto count = std::min<std::int64_t>(encoder_->frame_size, samples - at);
      Frame frame(av_frame_alloc());
      frame->format = encoder_->sample_fmt;
      frame->sample_rate = rate;
      frame->nb_samples = static_cast<int>(count);
      frame->pts = at;
      must(av_channel_layout_copy(&frame->ch_layout, &encoder_->ch_layout) >= 0, "no channel");
      must(av_frame_get_buffer(frame.get(), 0) >= 0, "no samples");
      auto* sample = reinterpret_cast<float*>(frame->extended_data[0]);
      for (std::int64_t i = at; i < at + count; ++i) *sample++ = sample_at(i, samples);
      drain(frame.get());
    }
    drain(nullptr);
    must(av_write_trailer(format_.get()) >= 0, "no end");
    avio_flush(file_.get());
  }

 private:
  void open_encoder() {
    const AVCodec* const encoder = avcodec_find_encoder_by_name("aac");
    must(encoder != nullptr, "no AAC");
    encoder_.reset(avcodec_alloc_context3(encoder));
    encoder_->sample_fmt = AV_SAMPLE_FMT_FLTP;
    encoder_->sample_rate = rate;
    encoder_->time_base = {1, rate};
    encoder_->bit_rate = 128'000;
    encoder_->thread_count = 1;
    encoder_->flags |= AV_CODEC_FLAG_GLOBAL_HEADER;
    av_channel_layout_default(&encoder_->ch_layout, 1);
    must(avcodec_open2(encoder_.get(), encoder, nullptr) == 0, "AAC does not open");
    must(avcodec_parameters_from_context(stream_->codecpar, encoder_.get()) >= 0, "no parameters");
    stream_->time_base = encoder_->time_base;
  }

  static float sample_at(std::int64_t index, std::int64_t samples) {
    const double place = static_cast<double>(index) / static_cast<double>(samples);
    const double loudness = 1 - std::abs(2 * place - 1);
    const double turns = tone_hz * static_cast<double>(index) / rate;
    return static_cast<float>(loudness * 0.5 * std::sin(2 * std::numbers::pi * turns));
  }

  // Null: there are no more.
  void drain(const AVFrame* frame) {
    must(avcodec_send_frame(encoder_.get(), frame) >= 0, "AAC takes no frame");
    Packet packet(av_packet_alloc());
    while (avcodec_receive_packet(encoder_.get(), packet.get()) == 0) {
      av_packet_rescale_ts(packet.get(), encoder_->time_base, stream_->time_base);
      must(av_interleaved_write_frame(format_.get(), packet.get()) >= 0, "no packet");
    }
  }

  File file_;
  OutputFormat format_;
  AVStream* stream_ = nullptr;
  Codec encoder_;
};

}  // namespace

std::string safari_recording(std::chrono::milliseconds length, Mp4Form form) {
  const Descriptor file = file_of("");
  Recorder(file.get(), form).record(length.count() * rate / 1000);
  return bytes_of(file);
}

}  // namespace bitacora::projections::media
