// Pages of other sites that show the web chat: which may, by the departments' lists of origins.
// Only /api/v1/webchat/ is open to them; cookies never come along.
#pragma once

#include <optional>
#include <string>

#include "http/edge.h"
#include "http/server.h"

namespace bitacora::http {

// The Origin of a page of another site, where the request comes from one.
std::optional<std::string> other_site(const Edge& edge, const Request& request);
// Whether some department's list has the request's Origin; which one the visitor is of is not known
// yet.
bool is_allowed_site(const Edge& edge, const Request& request);

// BadOrigin for the page of a site that the department does not list.
events::Result<void> check_site(const Edge& edge, const std::optional<std::string>& site,
                                const events::DepartmentId& department);
// The same for a visitor's request; asks who the visitor is when it comes from another site.
asio::awaitable<events::Result<void>> check_visitors_site(EdgePtr edge, const Request& request);

// Answers preflights, refuses sites that nobody lists, and lets pages of the others read answers.
Gate cors_gate(const EdgePtr& edge);

}  // namespace bitacora::http
