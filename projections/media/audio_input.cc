#include "projections/media/audio_input.h"

#include <array>

namespace bitacora::projections::media {

namespace {

constexpr unsigned streams_max = 16;
// By the names of FFmpeg's decoders.
constexpr const char* decoders = "opus,vorbis,aac,mp3float";

const char* demuxer_of(MediaKind kind) {
  switch (kind) {
    case MediaKind::Mp3:
      return "mp3";
    case MediaKind::Ogg:
      return "ogg";
    case MediaKind::Webm:
      return "matroska";
    case MediaKind::Mp4:
      return "mov";
    case MediaKind::Jpeg:
    case MediaKind::Png:
    case MediaKind::Pdf:
      break;
  }
  return "";
}

const AVCodec* decoder_of(AVCodecID id) {
  switch (id) {
    case AV_CODEC_ID_OPUS:
      return avcodec_find_decoder_by_name("opus");
    case AV_CODEC_ID_VORBIS:
      return avcodec_find_decoder_by_name("vorbis");
    case AV_CODEC_ID_AAC:
      return avcodec_find_decoder_by_name("aac");
    case AV_CODEC_ID_MP3:
      return avcodec_find_decoder_by_name("mp3float");
    default:
      return nullptr;
  }
}

// A file may name others, by path or address; none is ever opened.
int open_no_other(AVFormatContext* /*format*/, AVIOContext** /*file*/, const char* /*address*/,
                  int /*flags*/, AVDictionary** /*options*/) {
  return AVERROR(EPERM);
}

}  // namespace

std::unique_ptr<AudioInput> AudioInput::open(MediaKind kind, int source, Failure& failure) {
  std::unique_ptr<AudioInput> input(new AudioInput());
  failure = Failure::Broken;
  input->file_ = reading_file(source);
  AVFormatContext* format = avformat_alloc_context();
  format->pb = input->file_.get();
  format->flags |= AVFMT_FLAG_CUSTOM_IO;
  format->max_streams = streams_max;
  format->io_open = open_no_other;
  format->protocol_whitelist = av_strdup("");
  format->codec_whitelist = av_strdup(decoders);
  // Frees the context when it fails.
  const AVInputFormat* const demuxer = av_find_input_format(demuxer_of(kind));
  if (avformat_open_input(&format, nullptr, demuxer, nullptr) != 0) return nullptr;
  input->format_.reset(format);
  failure = input->open_stream();
  return failure == Failure::None ? std::move(input) : nullptr;
}

Failure AudioInput::open_stream() {
  if (avformat_find_stream_info(format_.get(), nullptr) < 0) return Failure::Broken;
  const int best = av_find_best_stream(format_.get(), AVMEDIA_TYPE_AUDIO, -1, -1, nullptr, 0);
  if (best < 0) return Failure::Silent;
  for (unsigned i = 0; i < format_->nb_streams; ++i) {
    if (static_cast<int>(i) != best) format_->streams[i]->discard = AVDISCARD_ALL;
  }
  stream_ = format_->streams[best];
  const AVCodec* const decoder = decoder_of(stream_->codecpar->codec_id);
  if (decoder == nullptr) return Failure::Silent;
  decoder_.reset(avcodec_alloc_context3(decoder));
  packet_.reset(av_packet_alloc());
  frame_.reset(av_frame_alloc());
  if (avcodec_parameters_to_context(decoder_.get(), stream_->codecpar) < 0) return Failure::Broken;
  decoder_->pkt_timebase = stream_->time_base;
  decoder_->thread_count = 1;
  return avcodec_open2(decoder_.get(), decoder, nullptr) == 0 ? Failure::None : Failure::Broken;
}

AVPacket* AudioInput::next_packet() {
  for (;;) {
    av_packet_unref(packet_.get());
    if (av_read_frame(format_.get(), packet_.get()) < 0) return nullptr;
    if (packet_->stream_index == stream_->index) return packet_.get();
  }
}

void AudioInput::decode(const AVPacket* packet) { avcodec_send_packet(decoder_.get(), packet); }

AVFrame* AudioInput::next_frame() {
  av_frame_unref(frame_.get());
  return avcodec_receive_frame(decoder_.get(), frame_.get()) == 0 ? frame_.get() : nullptr;
}

}  // namespace bitacora::projections::media
