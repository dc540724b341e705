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
Result<Event> decode_shape(std::string_view body) {
  std::tuple_element_t<Index, typename Shapes<E>::Tuple> shape{};
  const auto read = read_json(body, shape, type_name<E>);
  if (!read) return read.error();
  return Event(std::in_place_type<Family>, upcast_from<E, Index>(std::move(shape)));
}

// Schema `Index + 1`, or the ones after it.
template <class Family, class E, std::size_t Index = 0>
Result<Event> decode_schema(std::uint16_t schema, std::string_view body) {
  if constexpr (Index < newest_schema<E>) {
    if (schema == Index + 1) return decode_shape<Family, E, Index>(body);
    return decode_schema<Family, E, Index + 1>(schema, body);
  } else {
    return error(ErrorCode::Corrupt, std::string(type_name<E>) + " has no schema " +
                                         std::to_string(schema) +
                                         "; was it written by a newer version?");
  }
}

struct EventType {
  std::string_view name;
  Result<Event> (*decode)(std::uint16_t schema, std::string_view body);
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

Result<Event> decode(std::string_view type, std::uint16_t schema, std::string_view body) {
  const EventType* found = find_type<ConversationEvent>(type);
  if (found == nullptr) found = find_type<ContactEvent>(type);
  if (found == nullptr) found = find_type<DepartmentQueueEvent>(type);
  if (found == nullptr) found = find_type<DirectoryEvent>(type);
  if (found == nullptr) found = find_type<AttachmentEvent>(type);
  if (found == nullptr) {
    return error(ErrorCode::Corrupt, "there is no event type \"" + std::string(type) + '"');
  }
  return found->decode(schema, body);
}

}  // namespace bitacora::events
