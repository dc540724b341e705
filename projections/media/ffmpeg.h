// Owners of FFmpeg's objects, and files that it reads and writes by descriptor.
#pragma once

extern "C" {
#include <libavcodec/avcodec.h>
#include <libavformat/avformat.h>
#include <libswresample/swresample.h>
}

#include <memory>

namespace bitacora::projections::media {

struct FreeCodec {
  void operator()(AVCodecContext* codec) const { avcodec_free_context(&codec); }
};
struct FreeFrame {
  void operator()(AVFrame* frame) const { av_frame_free(&frame); }
};
struct FreePacket {
  void operator()(AVPacket* packet) const { av_packet_free(&packet); }
};
struct FreeResampler {
  void operator()(SwrContext* resampler) const { swr_free(&resampler); }
};
struct FreeInput {
  void operator()(AVFormatContext* input) const { avformat_close_input(&input); }
};
struct FreeOutput {
  void operator()(AVFormatContext* output) const { avformat_free_context(output); }
};
struct FreeFile {
  void operator()(AVIOContext* file) const {
    av_freep(&file->buffer);
    avio_context_free(&file);
  }
};

using Codec = std::unique_ptr<AVCodecContext, FreeCodec>;
using Frame = std::unique_ptr<AVFrame, FreeFrame>;
using Packet = std::unique_ptr<AVPacket, FreePacket>;
using Resampler = std::unique_ptr<SwrContext, FreeResampler>;
using InputFormat = std::unique_ptr<AVFormatContext, FreeInput>;
using OutputFormat = std::unique_ptr<AVFormatContext, FreeOutput>;
using File = std::unique_ptr<AVIOContext, FreeFile>;

// The descriptor must outlive the file.
File reading_file(int descriptor);
File writing_file(int descriptor);

}  // namespace bitacora::projections::media
