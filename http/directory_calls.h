// What the calls that change the directory have in common.
#pragma once

#include <optional>
#include <string>

#include "http/handling.h"

namespace bitacora::http {

// Asks the directory in the name of the request's viewer, who has the right.
asio::awaitable<events::Result<actors::DirectoryOutcome>> ask_directory(
    EdgePtr edge, const Request& request, std::optional<actors::Idempotency> idempotency,
    actors::DirectoryCommand command);

// {<name>: subject, "position"}.
Response directory_response(const actors::DirectoryOutcome& outcome, std::string_view name,
                            json::object subject, beast_http::status status);

}  // namespace bitacora::http
