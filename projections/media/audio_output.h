// A file of one stream of sound, written to a descriptor.
#pragma once

#include <memory>
#include <span>
#include <vector>

#include "projections/media/ffmpeg.h"

namespace bitacora::projections::media {

// Samples of each channel, of the same count, 48,000 a second, full scale 1.
using Channels = std::vector<std::vector<float>>;
inline constexpr int output_sample_rate = 48'000;

class AudioOutput {
 public:
  // Takes a stream's packets as they are, in Ogg. Null when that cannot be.
  static std::unique_ptr<AudioOutput> copy_to_ogg(int result, const AVStream& stream);
  // Encodes, as Opus in Ogg or as MP3. Null when that cannot be.
  static std::unique_ptr<AudioOutput> encode_to_ogg(int result, int channels);
  static std::unique_ptr<AudioOutput> encode_to_mp3(int result, int channels);

  // False when the file cannot be written any more. Only what it was made for.
  bool copy(const AVPacket& packet);
  bool encode(const Channels& samples);
  // Writes what is still held back, and the end.
  bool finish();

 private:
  AudioOutput() = default;
  static std::unique_ptr<AudioOutput> open(int result, const char* muxer);
  static std::unique_ptr<AudioOutput> encoding(int result, const char* muxer, const char* encoder,
                                               int channels, int bits_a_second);
  bool open_encoder(const AVCodec& encoder, int channels, int bits_a_second);
  bool begin();
  bool encode_frame(std::size_t count);
  bool drain(const AVFrame* frame);

  File file_;
  OutputFormat format_;
  AVStream* stream_ = nullptr;
  Packet packet_;
  // Of packets that come, before the muxer has chosen its own.
  AVRational packets_time_base_{};
  // When it encodes; an encoder takes frames of one size.
  Codec encoder_;
  Frame frame_;
  Channels waiting_;
  std::int64_t encoded_samples_ = 0;
};

}  // namespace bitacora::projections::media
