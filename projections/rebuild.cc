#include "projections/rebuild.h"

#include <sodium.h>

#include "events/limits.h"
#include "projections/keys.h"

namespace bitacora::projections {

using events::Position;

events::Result<void> rebuild(const events::Log& log, Position up_to, Projection& projection,
                             ViewStore& empty_store) {
  BITACORA_INVARIANT(empty_store.checkpoint() == Position(0), "rebuilding into a store with rows");
  Position reached;
  while (reached < up_to) {
    const auto count =
        std::min<std::uint64_t>(up_to.value() - reached.value(), events::limits::batch_events_max);
    const auto batch = log.read_all(reached.next(), count);
    if (!batch) return batch.error();
    if (batch->empty()) {
      return events::error(events::ErrorCode::Invalid,
                           "The log ends before the position asked for.");
    }
    for (std::span<const events::RecordedEventPtr> left = *batch; !left.empty();) {
      const std::size_t applied = apply_until_full(projection, empty_store.begin(), left);
      reached = left[applied - 1]->header.position;
      if (auto committed = empty_store.commit(reached); !committed) return committed;
      left = left.subspan(applied);
    }
  }
  return {};
}

events::Sha256 digest(const ViewReader& rows) {
  crypto_hash_sha256_state hash;
  crypto_hash_sha256_init(&hash);
  // Lengths stand before keys and values, so that nothing can move from one into the other.
  const auto add_number = [&](std::uint64_t number) {
    const Key bytes = Key().u64(number);
    crypto_hash_sha256_update(&hash, reinterpret_cast<const unsigned char*>(bytes.view().data()),
                              bytes.size());
  };
  const auto add = [&](std::string_view bytes) {
    add_number(bytes.size());
    crypto_hash_sha256_update(&hash, reinterpret_cast<const unsigned char*>(bytes.data()),
                              bytes.size());
  };
  add_number(rows.checkpoint().value());
  rows.scan("\x01", "\xff", false, [&](std::string_view key, std::string_view value) {
    add(key);
    add(value);
    return true;
  });
  events::Sha256 digest{};
  crypto_hash_sha256_final(&hash, digest.data());
  return digest;
}

}  // namespace bitacora::projections
