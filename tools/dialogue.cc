#include "tools/dialogue.h"

#include <simdjson.h>

#include "events/codec.h"
#include "events/limits.h"
#include "events/text.h"
#include "http/hash_text.h"

namespace bitacora::tools {

namespace {

namespace dom = simdjson::dom;
namespace limits = events::limits;

events::Error bad(std::string what) {
  return events::error(events::ErrorCode::Invalid, std::move(what));
}

// The server refuses U+0000 in texts; better said here, before anything of the line is written.
bool has_nul(std::string_view text) { return text.find('\0') != std::string_view::npos; }

events::Result<Turn> parse_turn(dom::element element, std::size_t number) {
  const auto which = "turn " + std::to_string(number);
  dom::array pair;
  if (element.get(pair) != simdjson::SUCCESS || pair.size() != 2) {
    return bad(which + " is not a pair of speaker and text");
  }
  std::string_view speaker;
  std::string_view text;
  if (pair.at(0).get(speaker) != simdjson::SUCCESS || pair.at(1).get(text) != simdjson::SUCCESS) {
    return bad(which + " is not a pair of speaker and text");
  }
  if (speaker != "contact" && speaker != "operator") {
    return bad(which + " is by neither \"contact\" nor \"operator\"");
  }
  if (text.empty()) return bad(which + " is empty");
  if (has_nul(text)) return bad(which + " has a NUL character");
  if (events::code_points(text) > limits::message_code_points_max) {
    return bad(which + " is longer than " + std::to_string(limits::message_code_points_max) +
               " code points");
  }
  return Turn{speaker == "contact" ? Speaker::Contact : Speaker::Operator, std::string(text)};
}

events::Result<std::vector<Turn>> parse_turns(dom::element element) {
  dom::array array;
  if (element.get(array) != simdjson::SUCCESS) return bad("\"turns\" is not an array");
  std::vector<Turn> turns;
  for (const dom::element item : array) {
    auto turn = parse_turn(item, turns.size() + 1);
    if (!turn) return turn.error();
    turns.push_back(*std::move(turn));
  }
  if (turns.empty()) return bad("there are no turns");
  if (turns.front().speaker != Speaker::Contact) return bad("the first turn is not the contact's");
  return turns;
}

}  // namespace

std::string Dialogue::key(std::string_view step) const {
  // 128 bits of the id's digest: enough that two ids never meet.
  constexpr std::size_t digest_digits = 32;
  const std::string digest = http::hash_text(events::sha256(id)).substr(0, digest_digits);
  return "import-" + digest + '-' + std::string(step);
}

events::Result<Dialogue> parse_dialogue(std::string_view line) {
  dom::parser parser;
  dom::element root;
  if (const auto failed = parser.parse(line.data(), line.size()).get(root); failed) {
    return bad(std::string("it is no JSON: ") + simdjson::error_message(failed));
  }
  dom::object object;
  if (root.get(object) != simdjson::SUCCESS) return bad("it is no JSON object");

  Dialogue dialogue;
  for (const auto member : object) {
    std::string_view text;
    if (member.key == "id" || member.key == "name") {
      if (member.value.get(text) != simdjson::SUCCESS) {
        return bad("\"" + std::string(member.key) + "\" is not a text");
      }
      (member.key == "id" ? dialogue.id : dialogue.name) = text;
    } else if (member.key == "turns") {
      auto turns = parse_turns(member.value);
      if (!turns) return turns.error();
      dialogue.turns = *std::move(turns);
    } else {
      return bad("it has an unknown member \"" + std::string(member.key) + "\"");
    }
  }
  if (dialogue.id.empty()) return bad("it has no \"id\"");
  if (dialogue.id.size() > limits::import_id_bytes_max) {
    return bad("its \"id\" is longer than " + std::to_string(limits::import_id_bytes_max) +
               " bytes");
  }
  if (dialogue.turns.empty()) return bad("it has no \"turns\"");
  if (has_nul(dialogue.name) || events::code_points(dialogue.name) > limits::name_code_points_max) {
    return bad("its \"name\" is longer than " + std::to_string(limits::name_code_points_max) +
               " code points or has a NUL character");
  }
  return dialogue;
}

}  // namespace bitacora::tools
