// Whom an address stands for, where what comes from one is counted.
#pragma once

#include <string>
#include <string_view>

namespace bitacora::http {

// The address; of IPv6 its first 64 bits, of which one host may have all the rest. What is no
// address stays as it is.
std::string client_network(std::string_view address);

}  // namespace bitacora::http
