// The documents that describe the API: http/openapi.json and http/asyncapi.json, carried in the
// binary.
#pragma once

#include <string_view>

namespace bitacora::http {

std::string_view openapi_document();
std::string_view asyncapi_document();

}  // namespace bitacora::http
