#include "tools/carried_media_worker.h"

// The assembler takes the file in; the build says where it is.
asm("    .pushsection .rodata\n"
    "bitacora_carried_media_worker: .incbin \"" BITACORA_STRIPPED_MEDIA_WORKER
    "\"\n"
    "bitacora_carried_media_worker_end:\n"
    "    .popsection\n");

extern "C" const std::byte bitacora_carried_media_worker[];
extern "C" const std::byte bitacora_carried_media_worker_end[];

namespace bitacora::tools {

std::span<const std::byte> carried_media_worker() {
  return {bitacora_carried_media_worker, bitacora_carried_media_worker_end};
}

}  // namespace bitacora::tools
