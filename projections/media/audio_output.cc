#include "projections/media/audio_output.h"

#include <algorithm>

namespace bitacora::projections::media {

namespace {

// A voice is clear at these, and music pleasant.
constexpr int opus_bits_a_second_a_channel = 32'000;
constexpr int mp3_bits_a_second_a_channel = 56'000;
// Of Opus, 0 to 10: the last steps cost as much as all others and are not heard in a voice.
constexpr int opus_effort = 5;

// Puts samples of all channels where the encoder expects them.
void fill(AVFrame& frame, const Channels& samples, std::size_t count) {
  const std::size_t channels = samples.size();
  if (av_sample_fmt_is_planar(static_cast<AVSampleFormat>(frame.format)) != 0) {
    for (std::size_t channel = 0; channel < channels; ++channel) {
      std::copy_n(samples[channel].begin(), count,
                  reinterpret_cast<float*>(frame.extended_data[channel]));
    }
    return;
  }
  auto* out = reinterpret_cast<float*>(frame.extended_data[0]);
  for (std::size_t i = 0; i < count; ++i) {
    for (std::size_t channel = 0; channel < channels; ++channel) *out++ = samples[channel][i];
  }
}

}  // namespace

std::unique_ptr<AudioOutput> AudioOutput::open(int result, const char* muxer) {
  std::unique_ptr<AudioOutput> output(new AudioOutput());
  AVFormatContext* format = nullptr;
  if (avformat_alloc_output_context2(&format, nullptr, muxer, nullptr) < 0) return nullptr;
  output->format_.reset(format);
  output->file_ = writing_file(result);
  format->pb = output->file_.get();
  // The same sound gives the same bytes: no serial numbers by chance, no versions of libraries.
  format->flags |= AVFMT_FLAG_CUSTOM_IO | AVFMT_FLAG_BITEXACT;
  output->stream_ = avformat_new_stream(format, nullptr);
  output->packet_.reset(av_packet_alloc());
  return output;
}

bool AudioOutput::begin() {
  AVDictionary* options = nullptr;
  av_dict_set(&options, "id3v2_version", "0", 0);  // the MP3 muxer's; others have no such option
  const int begun = avformat_write_header(format_.get(), &options);
  av_dict_free(&options);
  return begun >= 0;
}

std::unique_ptr<AudioOutput> AudioOutput::copy_to_ogg(int result, const AVStream& stream) {
  auto output = open(result, "ogg");
  if (!output) return nullptr;
  if (avcodec_parameters_copy(output->stream_->codecpar, stream.codecpar) < 0) return nullptr;
  output->stream_->codecpar->codec_tag = 0;  // the other container's name for it
  output->packets_time_base_ = stream.time_base;
  return output->begin() ? std::move(output) : nullptr;
}

std::unique_ptr<AudioOutput> AudioOutput::encode_to_ogg(int result, int channels) {
  return encoding(result, "ogg", "libopus", channels, opus_bits_a_second_a_channel);
}

std::unique_ptr<AudioOutput> AudioOutput::encode_to_mp3(int result, int channels) {
  return encoding(result, "mp3", "libmp3lame", channels, mp3_bits_a_second_a_channel);
}

std::unique_ptr<AudioOutput> AudioOutput::encoding(int result, const char* muxer,
                                                   const char* encoder, int channels,
                                                   int bits_a_second) {
  auto output = open(result, muxer);
  const AVCodec* const found = avcodec_find_encoder_by_name(encoder);
  if (!output || found == nullptr) return nullptr;
  const bool opened = output->open_encoder(*found, channels, channels * bits_a_second);
  return opened && output->begin() ? std::move(output) : nullptr;
}

bool AudioOutput::open_encoder(const AVCodec& encoder, int channels, int bits_a_second) {
  encoder_.reset(avcodec_alloc_context3(&encoder));
  const bool planar = encoder.id == AV_CODEC_ID_MP3;
  encoder_->sample_fmt = planar ? AV_SAMPLE_FMT_FLTP : AV_SAMPLE_FMT_FLT;
  encoder_->sample_rate = output_sample_rate;
  encoder_->time_base = {1, output_sample_rate};
  encoder_->bit_rate = bits_a_second;
  encoder_->thread_count = 1;
  encoder_->flags |= AV_CODEC_FLAG_BITEXACT;
  if (encoder.id == AV_CODEC_ID_OPUS) encoder_->compression_level = opus_effort;
  av_channel_layout_default(&encoder_->ch_layout, channels);
  if ((format_->oformat->flags & AVFMT_GLOBALHEADER) != 0) {
    encoder_->flags |= AV_CODEC_FLAG_GLOBAL_HEADER;
  }
  if (avcodec_open2(encoder_.get(), &encoder, nullptr) != 0) return false;
  packets_time_base_ = encoder_->time_base;
  waiting_.resize(static_cast<std::size_t>(channels));
  frame_.reset(av_frame_alloc());
  return avcodec_parameters_from_context(stream_->codecpar, encoder_.get()) >= 0;
}

bool AudioOutput::copy(const AVPacket& packet) {
  if (av_packet_ref(packet_.get(), &packet) < 0) return false;
  packet_->stream_index = 0;
  packet_->pos = -1;
  av_packet_rescale_ts(packet_.get(), packets_time_base_, stream_->time_base);
  return av_interleaved_write_frame(format_.get(), packet_.get()) >= 0;
}

bool AudioOutput::encode(const Channels& samples) {
  for (std::size_t channel = 0; channel < waiting_.size(); ++channel) {
    waiting_[channel].insert(waiting_[channel].end(), samples[channel].begin(),
                             samples[channel].end());
  }
  const auto frame_size = static_cast<std::size_t>(encoder_->frame_size);
  while (waiting_.front().size() >= frame_size) {
    if (!encode_frame(frame_size)) return false;
  }
  return true;
}

bool AudioOutput::encode_frame(std::size_t count) {
  av_frame_unref(frame_.get());
  frame_->format = encoder_->sample_fmt;
  frame_->sample_rate = encoder_->sample_rate;
  frame_->nb_samples = static_cast<int>(count);
  frame_->pts = encoded_samples_;
  if (av_channel_layout_copy(&frame_->ch_layout, &encoder_->ch_layout) < 0) return false;
  if (av_frame_get_buffer(frame_.get(), 0) < 0) return false;
  fill(*frame_, waiting_, count);
  for (auto& channel : waiting_) {
    channel.erase(channel.begin(), channel.begin() + static_cast<std::ptrdiff_t>(count));
  }
  encoded_samples_ += static_cast<std::int64_t>(count);
  return drain(frame_.get());
}

// Hands a frame to the encoder (null: there are no more), and its packets to the file.
bool AudioOutput::drain(const AVFrame* frame) {
  if (avcodec_send_frame(encoder_.get(), frame) < 0) return false;
  while (avcodec_receive_packet(encoder_.get(), packet_.get()) == 0) {
    packet_->stream_index = 0;
    av_packet_rescale_ts(packet_.get(), packets_time_base_, stream_->time_base);
    if (av_interleaved_write_frame(format_.get(), packet_.get()) < 0) return false;
  }
  return true;
}

bool AudioOutput::finish() {
  if (encoder_) {
    // Encoders take a last frame that is shorter.
    const std::size_t left = waiting_.front().size();
    if (left > 0 && !encode_frame(left)) return false;
    if (!drain(nullptr)) return false;
  }
  if (av_write_trailer(format_.get()) < 0) return false;
  avio_flush(file_.get());
  return file_->error >= 0;
}

}  // namespace bitacora::projections::media
