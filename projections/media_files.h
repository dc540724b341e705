// What the media view has made of attachments, as the edge serves it: thumbnails and renditions.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <variant>

#include "events/ids.h"

namespace bitacora::projections {

// Why there is none.
enum class MissingMedia : std::uint8_t {
  Pending,        // not yet
  Failed,         // never: the file could not be read
  NotOfThatKind,  // never: no picture has a rendition, no sound a thumbnail
};

// What every receiver can play: Opus in Ogg, and MP3.
enum class Rendition : std::uint8_t { Ogg, Mp3 };

struct MediaFigures {
  std::uint64_t jobs_done = 0;
  std::uint64_t jobs_failed = 0;  // there will be no thumbnail, or no length
  std::size_t jobs_running = 0;
  std::size_t pending = 0;  // with those that run; counted up to 1,000
  std::uint64_t workers_started = 0;
  std::uint64_t workers_lost = 0;  // died or were ended over a job
  events::Position position{};     // up to where the log has been followed
};

// Thread-safe. Asks for attachments that exist and that the asker may see: the caller has looked.
class MediaFiles {
 public:
  virtual ~MediaFiles() = default;
  // The whole WebP, some kilobytes. Blocks for a read of the view at most.
  [[nodiscard]] virtual std::variant<std::shared_ptr<const std::string>, MissingMedia> thumbnail(
      const events::AttachmentId& id) const = 0;
  // The finished file, which is never changed; it may be removed, by a rebuild, after it was named.
  [[nodiscard]] virtual std::variant<std::filesystem::path, MissingMedia> rendition(
      const events::AttachmentId& id, Rendition form) const = 0;
  // Blocks for reads of the view at most.
  [[nodiscard]] virtual MediaFigures figures() const = 0;
};

}  // namespace bitacora::projections
