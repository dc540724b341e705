#include <algorithm>
#include <array>

#include "events/codec.h"
#include "events/event_members.h"

namespace bitacora::events {

namespace {

template <class E>
constexpr std::uint16_t newest_schema = std::tuple_size_v<typename Shapes<E>::Tuple>;

// Takes a body of the shape at `Index` up to the newest one.
template <class E, std::size_t Index, class Shape>
E upcast_from(Shape&& body) {
  if constexpr (Index + 1 == newest_schema<E>) {
    return std::forward<Shape>(body);
  } else {
    return upcast_from<E, Index + 1>(upcast(std::forward<Shape>(body)));
  }
}

template <class Family, class E, std::size_t Index>
Result<void> decode_shape(std::string_view body, Event& event) {
  if constexpr (Index + 1 == newest_schema<E>) {
    auto& family = event.emplace<Family>(std::in_place_type<E>);
    return read_json(body, std::get<E>(family), type_name<E>);
  } else {
    std::tuple_element_t<Index, typename Shapes<E>::Tuple> shape{};
    auto read = read_json(body, shape, type_name<E>);
    if (read) event.emplace<Family>(upcast_from<E, Index>(std::move(shape)));
    return read;
  }
}

// Schema `Index + 1`, or the ones after it.
template <class Family, class E, std::size_t Index = 0>
Result<void> decode_schema(std::uint16_t schema, std::string_view body, Event& event) {
  if constexpr (Index < newest_schema<E>) {
    if (schema == Index + 1) return decode_shape<Family, E, Index>(body, event);
    return decode_schema<Family, E, Index + 1>(schema, body, event);
  } else {
    return error(ErrorCode::Corrupt, std::string(type_name<E>) + " has no schema " +
                                         std::to_string(schema) +
                                         "; was it written by a newer version?");
  }
}

struct EventType {
  std::string_view name;
  Result<void> (*decode)(std::uint16_t schema, std::string_view body, Event& event);
};

template <class Family>
struct TypesOf;
template <class... Es>
struct TypesOf<std::variant<Es...>> {
  static_assert((!type_name<Es>.empty() && ...), "every event has a name");
  static constexpr std::array<EventType, sizeof...(Es)> types{
      EventType{type_name<Es>, decode_schema<std::variant<Es...>, Es>}...};
};

template <class Family>
const EventType* find_type(std::string_view name) {
  const auto& types = TypesOf<Family>::types;
  const auto found = std::ranges::find(types, name, &EventType::name);
  return found == types.end() ? nullptr : &*found;
}

}  // namespace

EncodedEvent encode(const Event& event) {
  return std::visit(
      [](const auto& family) {
        return std::visit(
            []<class E>(const E& body) {
              return EncodedEvent{type_name<E>, newest_schema<E>, write_json(body)};
            },
            family);
      },
      event);
}

Result<void> decode(std::string_view type, std::uint16_t schema, std::string_view body,
                    Event& event) {
  const EventType* found = find_type<ConversationEvent>(type);
  if (found == nullptr) found = find_type<ContactEvent>(type);
  if (found == nullptr) found = find_type<DepartmentQueueEvent>(type);
  if (found == nullptr) found = find_type<DirectoryEvent>(type);
  if (found == nullptr) found = find_type<AttachmentEvent>(type);
  if (found == nullptr) {
    return error(ErrorCode::Corrupt, "there is no event type \"" + std::string(type) + '"');
  }
  return found->decode(schema, body, event);
}

Result<Event> decode(std::string_view type, std::uint16_t schema, std::string_view body) {
  Event event;
  if (const auto read = decode(type, schema, body, event); !read) return read.error();
  return event;
}

}  // namespace bitacora::events
