// The inbox: every conversation as it is now, and the lists of the operators' desk. An examination
// of an attachment changes its conversation here, which then stands at the examination's position.
//
// Lists are kept as index rows in their order, so that a page costs the same whether a department
// has a thousand conversations or a million.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "events/visibility.h"
#include "projections/projection.h"

namespace bitacora::projections {

struct ConversationRow {
  events::ConversationId id;
  events::ConversationState state;
  friend bool operator==(const ConversationRow&, const ConversationRow&) = default;
};

// What a batch changed in one conversation.
struct InboxChange {
  events::ConversationId id;
  events::ConversationFacts before;  // status None: it was opened in this batch
  const events::ConversationState* after = nullptr;
};

class InboxProjection final : public Projection {
 public:
  InboxProjection();
  ~InboxProjection() override;
  [[nodiscard]] std::string_view name() const override { return "inbox"; }
  [[nodiscard]] std::uint32_t version() const override { return 3; }
  void apply(const events::RecordedEvent& event, ViewWriter& rows) override;
  void flush(ViewWriter& rows) override;
  // Of the batch that was flushed last, in the order of the conversations' last events. Valid until
  // the next apply().
  [[nodiscard]] std::vector<InboxChange> changes() const;

 private:
  struct Cache;
  void apply(const events::RecordedEvent& event, const events::ConversationEvent& happened,
             ViewWriter& rows);
  void apply(const events::RecordedEvent& event, const events::AttachmentEvent& happened,
             ViewWriter& rows);
  std::unique_ptr<Cache> cache_;
};

enum class Tab : std::uint8_t { Waiting, Attending, Closed };

struct InboxQuery {
  Tab tab{};
  // Only this department; unset: all that the viewer may see.
  std::optional<events::DepartmentId> department_id{};
  // Attending and closed: a supervisor's or auditor's list narrowed to what they own themselves.
  // Nobody owns a waiting one, so it does not narrow Espera.
  bool owner_me = false;
  std::size_t limit = 50;
  // As a page before gave it; empty: from the start.
  std::string cursor{};
};

struct InboxPage {
  std::vector<ConversationRow> items;
  std::string next_cursor;  // opaque, URL-safe; empty: this was the last page
  events::Position position;
};

// Waiting: oldest wait first; attending and closed: newest activity first. Whatever the query, only
// rows that may_see() allows. Auditors see every department of `directory`. Invalid for a cursor
// that is none, or of another query.
events::Result<InboxPage> list_conversations(const ViewReader& rows, const events::Viewer& viewer,
                                             const events::DirectoryState& directory,
                                             const InboxQuery& query);

// One conversation, whoever asks; nullopt when there is none. The caller asks may_see().
std::optional<events::ConversationState> find_conversation(const ViewReader& rows,
                                                           const events::ConversationId& id);

// The facts as they stood at `position` (status None before it was opened).
events::ConversationFacts facts_at(const ViewReader& rows, const events::ConversationId& id,
                                   events::Position position);

// Conversations whose last event is past `after`, in the order of their last events; at most
// `count_max`.
std::vector<events::ConversationId> touched_after(const ViewReader& rows, events::Position after,
                                                  std::size_t count_max);

struct InboxCounts {
  std::uint64_t waiting = 0;
  std::uint64_t attending = 0;
  friend bool operator==(const InboxCounts&, const InboxCounts&) = default;
};

// How many the viewer's two tabs hold, over all departments that they may see. Costs the same
// however many there are.
InboxCounts count_conversations(const ViewReader& rows, const events::Viewer& viewer,
                                const events::DirectoryState& directory);

}  // namespace bitacora::projections
