// The heads of the streams that were appended to lately, so that a busy stream's version need not
// be asked of the database.
#pragma once

#include <cstddef>
#include <optional>
#include <unordered_map>
#include <utility>

#include "events/ids.h"
#include "events/rocksdb_rows.h"

namespace bitacora::events {

// Holds at most two generations of `generation_size` heads each: when the young one is full, it
// becomes the old one, and what was in the old one is forgotten. One thread.
class HeadCache {
 public:
  explicit HeadCache(std::size_t generation_size) : generation_size_(generation_size) {}

  [[nodiscard]] std::optional<Head> find(const StreamId& stream) const {
    for (const auto* generation : {&young_, &old_}) {
      const auto found = generation->find(stream);
      if (found != generation->end()) return found->second;
    }
    return std::nullopt;
  }

  void put(const StreamId& stream, const Head& head) {
    if (young_.size() >= generation_size_ && !young_.contains(stream)) {
      old_ = std::exchange(young_, {});
    }
    young_.insert_or_assign(stream, head);
  }

 private:
  const std::size_t generation_size_;
  std::unordered_map<StreamId, Head> young_;
  std::unordered_map<StreamId, Head> old_;
};

}  // namespace bitacora::events
