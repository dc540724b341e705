#include "events/event.h"

namespace bitacora::events {

namespace {

constexpr std::string_view contact_prefix = "contact:";
constexpr std::string_view operator_prefix = "operator:";

std::optional<Who> parse_after(std::string_view text, std::string_view prefix, WhoKind kind) {
  const auto id = parse_uuid(text.substr(prefix.size()));
  return id ? std::optional(Who{kind, *id}) : std::nullopt;
}

}  // namespace

std::string Who::to_string() const {
  std::string text;
  switch (kind) {
    case WhoKind::System:
      text = "system";
      break;
    case WhoKind::Contact:
      text = std::string(contact_prefix) + format_uuid(id);
      break;
    case WhoKind::Operator:
      text = std::string(operator_prefix) + format_uuid(id);
      break;
  }
  return text;
}

std::optional<Who> Who::parse(std::string_view text) {
  if (text == "system") return Who::system();
  if (text.starts_with(contact_prefix)) return parse_after(text, contact_prefix, WhoKind::Contact);
  if (text.starts_with(operator_prefix)) {
    return parse_after(text, operator_prefix, WhoKind::Operator);
  }
  return std::nullopt;
}

}  // namespace bitacora::events
