#include "tests/acceptance/desk_model.h"

#include <gtest/gtest.h>

#include <boost/json/serialize.hpp>

namespace bitacora::acceptance_test {

void DeskModel::load(Client& client, std::uint64_t position) {
  ++loads_;
  conversations_.clear();
  messages_.clear();
  loaded_.clear();
  for (const char* tab : {"waiting", "attending", "closed"}) {
    const std::string target =
        std::string("/api/v1/conversations?tab=") + tab + "&at_least=" + std::to_string(position);
    for (auto& conversation : client.list(target)) {
      const auto id = text_at(conversation, "/id");
      seen_.insert(id);
      if (count_at(conversation, "/position") > position) continue;
      conversations_[id] = std::move(conversation);
      load_messages(id, client);
    }
  }
}

void DeskModel::load_messages(const std::string& conversation_id, Client& client) {
  const auto target = conversation_path(conversation_id, "messages?limit=200");
  // It may have gone out of sight since it was told of; then that is told next.
  const auto first = client.get(target);
  if (first.status == 404) return;
  EXPECT_EQ(first.status, 200U) << json::serialize(first.body);
  EXPECT_TRUE(at(first.body, "/next_cursor").is_null()) << "the test's conversations are short";
  loaded_.insert(conversation_id);
  auto& messages = messages_[conversation_id];
  for (const auto& message : at(first.body, "/items").as_array()) {
    messages[count_at(message, "/version")] = message;
  }
}

void DeskModel::apply(const json::value& changes, Client& client) {
  for (const auto& change : at(changes, "/changes").as_array()) {
    const auto type = text_at(change, "/type");
    if (type == "conversation") {
      const auto id = text_at(change, "/conversation/id");
      seen_.insert(id);
      conversations_[id] = at(change, "/conversation");
      if (!loaded_.contains(id)) load_messages(id, client);
    } else if (type == "conversation_gone") {
      const auto id = text_at(change, "/conversation_id");
      EXPECT_TRUE(seen_.contains(id)) << "gone, but never told of: " << id;
      conversations_.erase(id);
      messages_.erase(id);
      loaded_.erase(id);
    } else if (type == "message") {
      const auto id = text_at(change, "/message/conversation_id");
      EXPECT_TRUE(conversations_.contains(id)) << "a message of what was not told: " << id;
      messages_[id][count_at(change, "/message/version")] = at(change, "/message");
    } else {
      ADD_FAILURE() << "an unknown change: " << json::serialize(change);
    }
  }
}

}  // namespace bitacora::acceptance_test
