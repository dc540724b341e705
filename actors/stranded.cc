#include "actors/stranded.h"

#include "projections/inbox.h"

namespace bitacora::actors {

std::vector<StrandedConversation> find_stranded(const projections::ViewReader& inbox,
                                                const events::DirectoryState& directory,
                                                std::size_t count_max) {
  std::vector<StrandedConversation> stranded;
  for (const auto& [id, account] : directory.operators) {
    if (stranded.size() == count_max) break;
    if (may_attend(account)) continue;
    // What an operator of no department has under Atendiendo is what they own.
    const events::Viewer owner{id, events::Role::Operator, {}};
    projections::InboxQuery query;
    query.tab = projections::Tab::Attending;
    query.limit = count_max - stranded.size();
    const auto page = projections::list_conversations(inbox, owner, directory, query);
    BITACORA_INVARIANT(page.has_value(), "a list's first page is refused");
    for (const projections::ConversationRow& row : page->items) stranded.push_back({row.id, id});
  }
  return stranded;
}

}  // namespace bitacora::actors
