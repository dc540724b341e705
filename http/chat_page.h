// /chat?department=<slug>: the contact's page, with the company's name written into it.
#pragma once

#include <string>
#include <string_view>

namespace bitacora::http {

// The page with `name` as the content of its <meta name="company" content="…">, escaped. A page
// that has none is given back as it is.
std::string name_company(std::string_view page, std::string_view name);

}  // namespace bitacora::http
