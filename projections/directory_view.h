// The directory as a view: one row a department, operator and quick reply, and the snapshot that
// everybody reads from memory.
#pragma once

#include "projections/projection.h"

namespace bitacora::projections {

class DirectoryProjection final : public Projection {
 public:
  [[nodiscard]] std::string_view name() const override { return "directory"; }
  [[nodiscard]] std::uint32_t version() const override { return 3; }
  void apply(const events::RecordedEvent& event, ViewWriter& rows) override;
};

// All rows as one state.
events::DirectoryState load_directory(const ViewReader& rows);

}  // namespace bitacora::projections
