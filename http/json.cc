#include "http/json.h"

#include <simdjson.h>

#include <algorithm>
#include <list>

#include "events/limits.h"
#include "events/text.h"

namespace bitacora::http {

namespace {

namespace dom = simdjson::dom;
using events::Error;
using events::ErrorCode;

// An object of a request has a handful of members; the bound keeps the search for doubles cheap.
constexpr std::size_t members_max = 64;

// Parsers keep their buffers (bounded by the largest body there can be), so they are used again.
class ParserPool {
 public:
  std::unique_ptr<dom::parser> take() {
    if (parsers_.empty()) {
      return std::make_unique<dom::parser>();
    }
    std::unique_ptr<dom::parser> parser = std::move(parsers_.back());
    parsers_.pop_back();
    return parser;
  }

  void give_back(std::unique_ptr<dom::parser> parser) {
    if (parsers_.size() < parsers_max) {
      parsers_.push_back(std::move(parser));
    }
  }

 private:
  // One reader at a time is the rule, a second one while a handler waits is not unusual.
  static constexpr std::size_t parsers_max = 2;
  std::vector<std::unique_ptr<dom::parser>> parsers_;
};

ParserPool& parser_pool() {
  thread_local ParserPool pool;
  return pool;
}

struct Member {
  std::string_view name;
  dom::element value;
  bool asked_for = false;
};

// A member's name as a detail shows it: what a client made up may be long.
std::string shown(std::string_view name) {
  constexpr std::size_t shown_bytes_max = 64;
  return name.size() > shown_bytes_max ? "(a name of " + std::to_string(name.size()) + " bytes)"
                                       : std::string(name);
}

Error malformed(simdjson::error_code code) {
  std::string detail = "The body is not JSON: ";
  switch (code) {
    case simdjson::EMPTY:
      detail += "it is empty.";
      break;
    case simdjson::UTF8_ERROR:
      detail += "it is not UTF-8.";
      break;
    case simdjson::DEPTH_ERROR:
      detail += "it nests deeper than " + std::to_string(events::limits::json_depth_max) + ".";
      break;
    default:
      detail += std::string(simdjson::error_message(code));
      break;
  }
  return events::error(ErrorCode::MalformedJson, std::move(detail));
}

}  // namespace

struct JsonReader::Level {
  // "" for the whole, "body." for the member body of it.
  std::string prefix;
  std::vector<Member> members;

  Member* find(std::string_view name) {
    const auto found = std::find_if(members.begin(), members.end(),
                                    [name](const Member& member) { return member.name == name; });
    return found == members.end() ? nullptr : &*found;
  }
};

struct JsonReader::Document {
  Document() : parser(parser_pool().take()) {}
  ~Document() { parser_pool().give_back(std::move(parser)); }
  Document(const Document&) = delete;
  Document& operator=(const Document&) = delete;

  void refuse(Error error) {
    if (!fault) {
      fault = std::move(error);
    }
  }
  void refuse_member(const Level& level, std::string_view name, std::string_view what) {
    refuse(events::error(ErrorCode::Invalid, "The member \"" + level.prefix + shown(name) + "\" " +
                                                 std::string(what) + "."));
  }

  Level* add_level(std::string prefix, const dom::element* value);

  std::unique_ptr<dom::parser> parser;
  std::list<Level> levels;
  // The first thing that was wrong.
  std::optional<Error> fault;
  bool is_malformed = false;
};

JsonReader::Level* JsonReader::Document::add_level(std::string prefix, const dom::element* value) {
  Level& level = levels.emplace_back();
  level.prefix = std::move(prefix);
  dom::object object;
  if (value == nullptr || value->get(object) != simdjson::SUCCESS) {
    return &level;
  }
  for (const dom::key_value_pair pair : object) {
    if (level.members.size() == members_max) {
      refuse(events::error(ErrorCode::Invalid,
                           "An object has more than " + std::to_string(members_max) + " members."));
      break;
    }
    if (level.find(pair.key) != nullptr) {
      refuse_member(level, pair.key, "is there twice");
      continue;
    }
    level.members.push_back({pair.key, pair.value});
  }
  return &level;
}

JsonReader::JsonReader(std::string_view json)
    : document_(std::make_shared<Document>()), level_(nullptr) {
  dom::parser& parser = *document_->parser;
  simdjson::error_code code = simdjson::SUCCESS;
  // simdjson refuses at the depth that it is told.
  constexpr std::size_t refused_depth = events::limits::json_depth_max + 1;
  if (parser.capacity() < json.size() || parser.max_depth() != refused_depth) {
    code = parser.allocate(std::max<std::size_t>(json.size(), 1024), refused_depth);
  }
  dom::element root;
  if (code == simdjson::SUCCESS) {
    code = parser.parse(json.data(), json.size(), true).get(root);
  }
  if (code != simdjson::SUCCESS) {
    document_->refuse(malformed(code));
    document_->is_malformed = true;
  } else if (!root.is_object()) {
    document_->refuse(events::error(ErrorCode::Invalid, "The body has to be a JSON object."));
  }
  level_ = document_->add_level("", document_->is_malformed ? nullptr : &root);
}

JsonReader::JsonReader(std::shared_ptr<Document> document, Level* level)
    : document_(std::move(document)), level_(level) {}

bool JsonReader::has(std::string_view name) const {
  const Member* member = level_->find(name);
  return member != nullptr && !member->value.is_null();
}

namespace {

// The member, taken; null when there is none (told as missing if it is required).
template <class Document, class Level>
Member* take(Document& document, Level& level, std::string_view name, bool required) {
  Member* member = level.find(name);
  if (member != nullptr) {
    member->asked_for = true;
  }
  const bool missing = member == nullptr || member->value.is_null();
  if (missing && required) {
    document.refuse_member(level, name, member == nullptr ? "is missing" : "must not be null");
  }
  return missing ? nullptr : member;
}

template <class Document, class Level>
bool within(Document& document, const Level& level, std::string_view name, std::string_view text,
            TextBounds bounds) {
  const std::size_t length = events::code_points(text);
  if (length < bounds.min) {
    document.refuse_member(level, name,
                           bounds.min == 1
                               ? std::string("must not be empty")
                               : "is shorter than " + std::to_string(bounds.min) + " characters");
    return false;
  }
  if (length > bounds.max) {
    document.refuse(events::error(
        bounds.too_long, "The member \"" + level.prefix + std::string(name) + "\" is longer than " +
                             std::to_string(bounds.max) + " characters."));
    return false;
  }
  if (text.find('\0') != std::string_view::npos) {
    document.refuse_member(level, name, "must not have the character U+0000");
    return false;
  }
  return true;
}

}  // namespace

std::optional<std::string> JsonReader::take_text(std::string_view name, TextBounds bounds,
                                                 bool required) {
  Member* member = take(*document_, *level_, name, required);
  if (member == nullptr) {
    return std::nullopt;
  }
  std::string_view text;
  if (member->value.get(text) != simdjson::SUCCESS) {
    document_->refuse_member(*level_, name, "must be a text");
    return std::nullopt;
  }
  if (!within(*document_, *level_, name, text, bounds)) {
    return std::nullopt;
  }
  return std::string(text);
}

std::string JsonReader::text(std::string_view name, TextBounds bounds) {
  return take_text(name, bounds, true).value_or(std::string());
}

std::optional<std::string> JsonReader::optional_text(std::string_view name, TextBounds bounds) {
  return take_text(name, bounds, false);
}

std::uint64_t JsonReader::count(std::string_view name, std::uint64_t max) {
  const bool there = take(*document_, *level_, name, true) != nullptr;
  return there ? optional_count(name, max).value_or(0) : 0;
}

std::optional<std::uint64_t> JsonReader::optional_count(std::string_view name, std::uint64_t max) {
  Member* member = take(*document_, *level_, name, false);
  if (member == nullptr) {
    return std::nullopt;
  }
  std::uint64_t value = 0;
  if (member->value.get(value) != simdjson::SUCCESS || value > max) {
    document_->refuse_member(*level_, name, "must be an integer from 0 to " + std::to_string(max));
    return std::nullopt;
  }
  return value;
}

bool JsonReader::flag(std::string_view name) {
  const bool there = take(*document_, *level_, name, true) != nullptr;
  return there && optional_flag(name).value_or(false);
}

std::optional<bool> JsonReader::optional_flag(std::string_view name) {
  Member* member = take(*document_, *level_, name, false);
  if (member == nullptr) {
    return std::nullopt;
  }
  bool value = false;
  if (member->value.get(value) != simdjson::SUCCESS) {
    document_->refuse_member(*level_, name, "must be true or false");
    return std::nullopt;
  }
  return value;
}

std::optional<std::vector<std::string>> JsonReader::optional_texts(std::string_view name,
                                                                   TextBounds bounds,
                                                                   std::size_t items_max) {
  if (take(*document_, *level_, name, false) == nullptr) {
    return std::nullopt;
  }
  return texts(name, bounds, items_max);
}

std::vector<std::string> JsonReader::texts(std::string_view name, TextBounds bounds,
                                           std::size_t items_max) {
  std::vector<std::string> found;
  Member* member = take(*document_, *level_, name, true);
  if (member == nullptr) {
    return found;
  }
  dom::array items;
  if (member->value.get(items) != simdjson::SUCCESS) {
    document_->refuse_member(*level_, name, "must be an array");
    return found;
  }
  for (const dom::element item : items) {
    std::string_view text;
    if (found.size() == items_max) {
      document_->refuse_member(*level_, name,
                               "has more than " + std::to_string(items_max) + " items");
      break;
    }
    if (item.get(text) != simdjson::SUCCESS) {
      document_->refuse_member(*level_, name, "has an item that is not a text");
      break;
    }
    if (!within(*document_, *level_, name, text, bounds)) {
      break;
    }
    found.emplace_back(text);
  }
  return found;
}

JsonReader JsonReader::object(std::string_view name) {
  Member* member = take(*document_, *level_, name, true);
  if (member != nullptr && !member->value.is_object()) {
    document_->refuse_member(*level_, name, "must be an object");
    member = nullptr;
  }
  Level* inner = document_->add_level(level_->prefix + std::string(name) + ".",
                                      member == nullptr ? nullptr : &member->value);
  return {document_, inner};
}

void JsonReader::allow_others() {
  for (Member& member : level_->members) member.asked_for = true;
}

void JsonReader::refuse(std::string_view name, std::string_view what) {
  document_->refuse_member(*level_, name, what);
}

void JsonReader::refuse(events::Error error) { document_->refuse(std::move(error)); }

events::Result<void> JsonReader::finish() const {
  if (!document_->is_malformed) {
    for (const Level& level : document_->levels) {
      for (const Member& member : level.members) {
        if (!member.asked_for) {
          return events::error(
              ErrorCode::UnknownMember,
              "The member \"" + level.prefix + shown(member.name) + "\" is not known here.");
        }
      }
    }
  }
  if (document_->fault) {
    return *document_->fault;
  }
  return {};
}

}  // namespace bitacora::http
