// The sound of a file: its packets as they are, and decoded.
#pragma once

#include <memory>

#include "projections/media/ffmpeg.h"
#include "projections/media/job.h"

namespace bitacora::projections::media {

class AudioInput {
 public:
  // Reads with the one demuxer of that kind. Null, with `failure`, when there is no sound in it
  // that one of the decoders of voice and music understands.
  static std::unique_ptr<AudioInput> open(MediaKind kind, int source, Failure& failure);

  [[nodiscard]] const AVStream& stream() const { return *stream_; }
  // The next packet of the sound; null at the end of what can be read. Valid until the next call.
  AVPacket* next_packet();
  // Hands a packet to the decoder (null: there are no more). One that is damaged is left out.
  void decode(const AVPacket* packet);
  // What has been decoded; null when more packets are needed. Valid until the next call.
  AVFrame* next_frame();

 private:
  AudioInput() = default;
  Failure open_stream();

  File file_;
  InputFormat format_;
  AVStream* stream_ = nullptr;
  Codec decoder_;
  Packet packet_;
  Frame frame_;
};

}  // namespace bitacora::projections::media
