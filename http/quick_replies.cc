// Quick replies, as the text box's list reads them, and the rules for attachments.

#include <algorithm>
#include <array>

#include "http/domain_json.h"
#include "http/handling.h"

namespace bitacora::http {

namespace {

using beast_http::verb;

struct AttachmentFormat {
  std::string_view extension;
  std::string_view mime;
  std::uint64_t size_bytes_max;
};

constexpr std::uint64_t mebibyte = 1024 * 1024;

// The manual's formats and sizes.
constexpr std::array<AttachmentFormat, 9> formats{{
    {"pdf", "application/pdf", 100 * mebibyte},
    {"jpg", "image/jpeg", 5 * mebibyte},
    {"jpeg", "image/jpeg", 5 * mebibyte},
    {"png", "image/png", 5 * mebibyte},
    {"mp3", "audio/mpeg", 16 * mebibyte},
    {"doc", "application/msword", 100 * mebibyte},
    {"docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
     100 * mebibyte},
    {"xls", "application/vnd.ms-excel", 100 * mebibyte},
    {"xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", 100 * mebibyte},
}};

// ASCII letters compare without case; others as they are written.
std::string folded(std::string_view text) {
  std::string lower(text);
  std::transform(lower.begin(), lower.end(), lower.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  });
  return lower;
}

bool is_for(const events::QuickReply& reply, const events::Viewer& viewer) {
  return viewer.role != events::Role::Operator || !reply.department_id ||
         viewer.departments.contains(*reply.department_id);
}

Answer list_quick_replies(EdgePtr edge, Request& request) {
  const auto there = co_await wait_at_least(edge, request);
  if (!there) co_return there.error();
  const std::string wanted = folded(request.parameter("q").value_or(std::string_view()));
  const auto position = edge->options.projector->position();
  const events::Directory directory = edge->directory();
  std::vector<const events::QuickReply*> found;
  for (const auto& [id, reply] : directory->quick_replies) {
    const bool matches = folded(reply.title).find(wanted) != std::string::npos ||
                         folded(reply.text).find(wanted) != std::string::npos;
    if (matches && is_for(reply, viewer_of(request))) found.push_back(&reply);
  }
  std::sort(found.begin(), found.end(), [](const auto* one, const auto* other) {
    return std::pair(folded(one->title), one->id) < std::pair(folded(other->title), other->id);
  });
  std::vector<ListedItem> items;
  items.reserve(found.size());
  for (const events::QuickReply* reply : found) {
    items.push_back({reply->id.to_string(), quick_reply_json(*reply, *directory, {})});
  }
  co_return page_of(request, std::move(items), position);
}

Answer attachment_rules(EdgePtr /*edge*/, Request& /*request*/) {
  json::array list;
  for (const AttachmentFormat& format : formats) {
    list.push_back({{"extension", format.extension},
                    {"mime", format.mime},
                    {"size_bytes_max", format.size_bytes_max}});
  }
  co_return json_response({{"formats", std::move(list)},
                           {"caption_code_points_max", events::limits::caption_code_points_max}});
}

}  // namespace

void add_quick_replies(Router& router, const EdgePtr& edge) {
  add_route(router, edge, verb::get, "/api/v1/quick-replies", Access::OperatorSession,
            RouteClass::Directory, list_quick_replies);
}

void add_attachment_rules(Router& router, const EdgePtr& edge) {
  add_route(router, edge, verb::get, "/api/v1/attachment-rules", Access::OperatorSession,
            RouteClass::Directory, attachment_rules);
}

}  // namespace bitacora::http
