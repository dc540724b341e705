// The writes of one batch of a view, in order, and the newest of each key.
#pragma once

#include <cstdint>
#include <memory_resource>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace bitacora::projections {

// Keys and values live in one arena until clear(), so a write allocates next to nothing. Looking a
// key up indexes what was written since the last look-up. One thread.
class ViewBatch {
 public:
  enum class Kind : std::uint8_t { Put, Erase, EraseSingle };

  struct Write {
    Kind kind;
    std::string_view key;
    std::string_view value;
    [[nodiscard]] bool erased() const { return kind != Kind::Put; }
  };

  void add(Kind kind, std::string_view key, std::string_view value);
  // The last write to the key; null when the batch has none. Valid until the next add().
  [[nodiscard]] const Write* find(std::string_view key) const;
  [[nodiscard]] std::size_t size() const { return writes_.size(); }
  // All of them by key; those to one key in the order of their making. Nothing but clear() may
  // follow.
  const std::vector<Write>& sort();
  // Of all keys and values.
  [[nodiscard]] std::size_t bytes() const { return bytes_; }
  void clear();

 private:
  [[nodiscard]] std::string_view keep(std::string_view bytes);

  std::pmr::monotonic_buffer_resource arena_;
  std::vector<Write> writes_;
  std::size_t bytes_ = 0;
  mutable std::unordered_map<std::string_view, std::size_t> newest_;
  mutable std::size_t indexed_ = 0;
};

}  // namespace bitacora::projections
