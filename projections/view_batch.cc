#include "projections/view_batch.h"

#include <algorithm>
#include <cstring>

namespace bitacora::projections {

void ViewBatch::add(Kind kind, std::string_view key, std::string_view value) {
  writes_.push_back({kind, keep(key), keep(value)});
  bytes_ += key.size() + value.size();
}

const ViewBatch::Write* ViewBatch::find(std::string_view key) const {
  for (; indexed_ < writes_.size(); ++indexed_) newest_[writes_[indexed_].key] = indexed_;
  const auto found = newest_.find(key);
  return found == newest_.end() ? nullptr : &writes_[found->second];
}

const std::vector<ViewBatch::Write>& ViewBatch::sort() {
  std::ranges::stable_sort(writes_, {}, &Write::key);
  return writes_;
}

void ViewBatch::clear() {
  newest_.clear();
  indexed_ = 0;
  writes_.clear();
  bytes_ = 0;
  arena_.release();
}

std::string_view ViewBatch::keep(std::string_view bytes) {
  if (bytes.empty()) return {};
  auto* const copy = static_cast<char*>(arena_.allocate(bytes.size(), 1));
  std::memcpy(copy, bytes.data(), bytes.size());
  return {copy, bytes.size()};
}

}  // namespace bitacora::projections
