// How a struct's members are walked, for the sources of the codec and of the views' rows: each
// struct has one describe(members, value) that names its members in their order; ObjectWriter makes
// a Boost.JSON object of it, ObjectReader fills it from what simdjson read. The order is part of
// the form, so that equal values are equal bytes; an optional that is unset is left out.
#pragma once

#include <simdjson.h>

#include <boost/json.hpp>
#include <concepts>
#include <cstdint>
#include <limits>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "events/event.h"

namespace bitacora::events {

// For describe(): takes the struct for reading as well as for writing.
template <class T, class Struct>
concept Of = std::same_as<std::remove_const_t<T>, Struct>;

// Part of bodies and of rows alike.
void describe(auto& members, Of<Attachment> auto& attachment) {
  members("id", attachment.id);
  members("name", attachment.name);
  members("mime", attachment.mime);
  members("size_bytes", attachment.size_bytes);
  members("sha256", attachment.sha256);
}

// --- Scalars ----------------------------------------------------------------------------------

// What is stored as text, by a pair of functions to and from it.
template <class T>
struct TextForm;

template <class T>
concept HasTextForm = requires {
  sizeof(TextForm<T>);
};

template <class Tag>
struct TextForm<Id<Tag>> {
  static std::string write(const Id<Tag>& id) { return id.to_string(); }
  static std::optional<Id<Tag>> read(std::string_view text) { return Id<Tag>::parse(text); }
};

template <class T>
requires std::same_as<T, Instant> || std::same_as<T, StreamId> || std::same_as<T, Who>
struct TextForm<T> {
  static std::string write(const T& value) { return value.to_string(); }
  static std::optional<T> read(std::string_view text) { return T::parse(text); }
};

template <>
struct TextForm<Role> {
  static std::string_view write(Role role) { return role_name(role); }
  static std::optional<Role> read(std::string_view text) { return parse_role(text); }
};

// The enumerator among the first `count` whose name is `text`.
template <class Enum>
std::optional<Enum> find_named(std::string_view text, std::string_view (*name)(Enum), int count) {
  for (int i = 0; i < count; ++i) {
    if (name(static_cast<Enum>(i)) == text) return static_cast<Enum>(i);
  }
  return std::nullopt;
}

template <>
struct TextForm<ConversationStatus> {
  static std::string_view write(ConversationStatus status) { return status_name(status); }
  static std::optional<ConversationStatus> read(std::string_view text) {
    return find_named(text, status_name, static_cast<int>(ConversationStatus::Closed) + 1);
  }
};

template <>
struct TextForm<DequeueReason> {
  static std::string_view write(DequeueReason reason) { return dequeue_reason_name(reason); }
  static std::optional<DequeueReason> read(std::string_view text) {
    return find_named(text, dequeue_reason_name, static_cast<int>(DequeueReason::Closed) + 1);
  }
};

template <>
struct TextForm<ExaminationOutcome> {
  static std::string_view write(ExaminationOutcome outcome) {
    return examination_outcome_name(outcome);
  }
  static std::optional<ExaminationOutcome> read(std::string_view text) {
    return find_named(text, examination_outcome_name,
                      static_cast<int>(ExaminationOutcome::Failed) + 1);
  }
};

template <>
struct TextForm<Sha256> {
  static std::string write(const Sha256& hash);
  static std::optional<Sha256> read(std::string_view text);
};

template <class T>
inline constexpr bool is_counter = false;
template <class Tag>
inline constexpr bool is_counter<Counter<Tag>> = true;

template <class T>
inline constexpr bool is_optional = false;
template <class T>
inline constexpr bool is_optional<std::optional<T>> = true;

template <class T>
concept Sequence = !std::same_as<T, std::string> && requires(T values) {
  values.insert(values.end(), typename T::value_type{});
};

// --- Writing ----------------------------------------------------------------------------------

class ObjectWriter {
 public:
  explicit ObjectWriter(boost::json::storage_ptr storage) : object_(std::move(storage)) {
    // As many members as most structs have, so that the table is not grown member by member.
    object_.reserve(12);
  }

  template <class T>
  void operator()(std::string_view name, const T& value) {
    if constexpr (is_optional<T>) {
      if (value) put(name, form_of(*value));
    } else {
      put(name, form_of(value));
    }
  }

  // A text that is left out when it is empty.
  void unless_empty(std::string_view name, const std::string& text) {
    if (!text.empty()) put(name, form_of(text));
  }

  // A truth that is left out when it does not hold.
  void when_true(std::string_view name, const bool& holds) {
    if (holds) put(name, form_of(holds));
  }

  boost::json::object take() { return std::move(object_); }

 private:
  void put(std::string_view name, boost::json::value&& value) {
    object_.emplace(boost::json::string_view(name.data(), name.size()), std::move(value));
  }

  boost::json::value string_form(std::string_view text) {
    return boost::json::value(boost::json::string_view(text.data(), text.size()),
                              object_.storage());
  }

  template <class T>
  boost::json::value form_of(const T& value) {
    if constexpr (HasTextForm<T>) {
      return string_form(TextForm<T>::write(value));
    } else if constexpr (is_counter<T>) {
      return boost::json::value(value.value(), object_.storage());
    } else if constexpr (std::convertible_to<T, std::string_view>) {
      return string_form(value);
    } else if constexpr (std::integral<T>) {
      return boost::json::value(value, object_.storage());
    } else if constexpr (Sequence<T>) {
      boost::json::array elements(object_.storage());
      elements.reserve(value.size());
      for (const auto& element : value) elements.push_back(form_of(element));
      return elements;
    } else {
      ObjectWriter members(object_.storage());
      describe(members, value);
      return members.take();
    }
  }

  boost::json::object object_;
};

// The struct as one line of JSON. Small values live on the stack until they are written.
template <class T>
std::string write_json(const T& value) {
  unsigned char buffer[4096];
  boost::json::monotonic_resource memory(buffer);
  ObjectWriter members(&memory);
  describe(members, value);
  return boost::json::serialize(members.take());
}

// --- Reading ----------------------------------------------------------------------------------

class ObjectReader {
 public:
  explicit ObjectReader(const simdjson::dom::object& object)
      : next_(object.begin()), end_(object.end()) {}

  template <class T>
  void operator()(std::string_view name, T& value) {
    if (!failed_at_.empty()) return;
    const bool here = next_ != end_ && next_.key() == name;
    if constexpr (is_optional<T>) {
      if (here) {
        typename T::value_type inner{};
        take(name, inner);
        value = std::move(inner);
      }
    } else if (here) {
      take(name, value);
    } else {
      failed_at_ = name;
    }
  }

  void unless_empty(std::string_view name, std::string& text) {
    if (failed_at_.empty() && next_ != end_ && next_.key() == name) take(name, text);
  }

  void when_true(std::string_view name, bool& holds) {
    if (!failed_at_.empty() || next_ == end_ || next_.key() != name) return;
    take(name, holds);
    if (!holds) failed_at_ = name;
  }

  // The name of the member that was missing, misplaced or not of its type; "end" when there is one
  // more than the struct has; empty when all is well.
  [[nodiscard]] std::string_view problem() const {
    if (!failed_at_.empty()) return failed_at_;
    return next_ != end_ ? "end" : "";
  }

 private:
  template <class T>
  void take(std::string_view name, T& value) {
    if (!read(next_.value(), value)) failed_at_ = name;
    ++next_;
  }

  template <class T>
  static bool read(const simdjson::dom::element& element, T& value) {
    if constexpr (HasTextForm<T>) {
      std::string_view text;
      if (element.get(text) != simdjson::SUCCESS) return false;
      auto parsed = TextForm<T>::read(text);
      if (parsed) value = *parsed;
      return parsed.has_value();
    } else if constexpr (is_counter<T>) {
      std::uint64_t count = 0;
      const bool good = element.get(count) == simdjson::SUCCESS;
      value = T(count);
      return good;
    } else if constexpr (std::same_as<T, std::string>) {
      std::string_view text;
      const bool good = element.get(text) == simdjson::SUCCESS;
      value = text;
      return good;
    } else if constexpr (std::same_as<T, bool> || std::same_as<T, std::int64_t>) {
      return element.get(value) == simdjson::SUCCESS;
    } else if constexpr (std::unsigned_integral<T>) {
      std::uint64_t number = 0;
      if (element.get(number) != simdjson::SUCCESS) return false;
      value = static_cast<T>(number);
      return number <= std::numeric_limits<T>::max();
    } else if constexpr (Sequence<T>) {
      return read_elements(element, value);
    } else {
      simdjson::dom::object object;
      if (element.get(object) != simdjson::SUCCESS) return false;
      ObjectReader members(object);
      describe(members, value);
      return members.problem().empty();
    }
  }

  template <class T>
  static bool read_elements(const simdjson::dom::element& element, T& values) {
    simdjson::dom::array array;
    if (element.get(array) != simdjson::SUCCESS) return false;
    for (const simdjson::dom::element each : array) {
      typename T::value_type value{};
      if (!read(each, value)) return false;
      values.insert(values.end(), std::move(value));
    }
    return true;
  }

  simdjson::dom::object::iterator next_;
  simdjson::dom::object::iterator end_;
  std::string_view failed_at_;
};

// Fills the struct; Corrupt, naming `what` and the member, when the text is not of its form. Reads
// with one parser a thread, whose buffers stay.
template <class T>
Result<void> read_json(std::string_view json, T& value, std::string_view what) {
  thread_local simdjson::dom::parser parser;
  simdjson::dom::object object;
  const auto parsed = parser.parse(json.data(), json.size()).get(object);
  if (parsed != simdjson::SUCCESS) {
    return error(ErrorCode::Corrupt,
                 std::string(what) + " is not a JSON object: " + simdjson::error_message(parsed));
  }
  ObjectReader members(object);
  describe(members, value);
  if (!members.problem().empty()) {
    return error(ErrorCode::Corrupt, std::string(what) + " is not of its form at \"" +
                                         std::string(members.problem()) + '"');
  }
  return {};
}

}  // namespace bitacora::events
