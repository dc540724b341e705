// Which conversations are stranded: attended by somebody who may not attend any more. Free of CAF.
#pragma once

#include <vector>

#include "events/visibility.h"
#include "projections/view_store.h"

namespace bitacora::actors {

struct StrandedConversation {
  events::ConversationId id;
  events::OperatorId owner;
};

// At most `count_max` of them, as the inbox has them. Costs a short scan for each account that may
// not attend, however many conversations the others have. Blocks for reads; any thread.
std::vector<StrandedConversation> find_stranded(const projections::ViewReader& inbox,
                                                const events::DirectoryState& directory,
                                                std::size_t count_max);

}  // namespace bitacora::actors
