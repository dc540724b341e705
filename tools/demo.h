// The demonstration company: departments, accounts and quick replies that a first look needs.
#pragma once

#include <string_view>

#include "events/error.h"
#include "tools/service.h"

namespace bitacora::tools {

// Of every account of the demo, which is why it may listen on loopback alone.
inline constexpr std::string_view demo_password = "demo";

// Adds what is not there yet. Each thing is asked for with a command key of its own, so a restart
// adds nothing twice, and what was renamed or removed since stays so. Blocks.
events::Result<void> add_demo(Service& service);

// One line an account, for a person: "ana (operadora, ventas)".
std::string_view demo_accounts();

}  // namespace bitacora::tools
