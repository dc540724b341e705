#include "projections/transcript.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "tests/projections/fixture.h"

namespace bitacora::projections {
namespace {

using events::ConversationId;
using events::Position;
using events::Version;

class Transcript : public testing::Test {
 protected:
  // A conversation of `count` messages, with events between them that are none, beside another.
  ConversationId talk(int count) {
    const auto other = history.open(history.departments[0], "Otro");
    const auto id = history.open(history.departments[0]);
    history.claim(id, history.operators[0]);
    for (int i = 0; i < count; ++i) {
      history.receive(other, "aparte");
      if (i % 3 == 0) history.add(id, events::ConversationRead{history.operators[0], Version(1)});
      const auto text = "mensaje " + std::to_string(i);
      if (i % 2 == 0) {
        history.receive(id, text);
      } else {
        history.send(id, text);
      }
    }
    apply();
    written = history.messages.at(id);
    return id;
  }
  void apply() {
    const std::span all(history.events);
    apply_batch(projection, *store, all.subspan(store->checkpoint().value()));
  }

  // As the event that brought it tells of it.
  Message as_at_first(const Message& message) const {
    return message_of(*history.events.at(message.position.value() - 1)).value();
  }

  History history{3};
  std::vector<Message> written;
  TemporaryFolder folder;
  std::unique_ptr<ViewStore> store = open_view_store(folder.path(), "transcript", 3).value();
  TranscriptProjection projection;
};

TEST_F(Transcript, MakesMessagesOfEventsThatTellOfThem) {
  const auto id = history.open(history.departments[0]);
  const auto& contact = history.states.at(id).contact_id;
  const auto received = history.receive(id, "Hola");
  const Message from_contact = message_of(*received).value();
  EXPECT_EQ(from_contact.id, received->header.id);
  EXPECT_EQ(from_contact.conversation_id, id);
  EXPECT_EQ(from_contact.version, Version(2));
  EXPECT_EQ(from_contact.position, received->header.position);
  EXPECT_EQ(from_contact.at, received->header.at);
  EXPECT_EQ(from_contact.from, MessageFrom::Contact);
  EXPECT_EQ(from_contact.contact_id, contact);
  EXPECT_EQ(from_contact.operator_id, std::nullopt);
  EXPECT_EQ(from_contact.kind, MessageKind::Text);
  EXPECT_EQ(from_contact.text, "Hola");

  EXPECT_EQ(message_of(*history.claim(id, history.operators[1])), std::nullopt);
  const Message from_operator = message_of(*history.send(id, "Diga")).value();
  EXPECT_EQ(from_operator.from, MessageFrom::Operator);
  EXPECT_EQ(from_operator.operator_id, history.operators[1]);
  EXPECT_EQ(from_operator.contact_id, std::nullopt);
  EXPECT_EQ(from_operator.text, "Diga");

  const auto transfer = [&](const std::string& note) {
    return message_of(*history.add(
        id, events::ConversationTransferred{history.departments[1], std::nullopt, note}));
  };
  EXPECT_EQ(transfer(""), std::nullopt);
  const Message note = transfer("Pregunta por su factura").value();
  EXPECT_EQ(note.from, MessageFrom::System);
  EXPECT_EQ(note.kind, MessageKind::System);
  EXPECT_EQ(note.text, "Pregunta por su factura");
  EXPECT_EQ(message_of(*history.events.front()), std::nullopt) << "an event of the directory";
}

TEST_F(Transcript, KeepsEveryTextAsItWasWritten) {
  const auto id = history.open(history.departments[0]);
  const std::vector<std::string> texts = {"ñandú",
                                          "\"comillas\" y \\barras\\",
                                          "línea\nlínea\ttab",
                                          std::string("nulo\0fin", 8),
                                          "👩‍👩‍👧‍👦🇦🇷👍🏽",
                                          "\x7f\x01",
                                          std::string(4096, 'x')};
  for (const std::string& text : texts) history.receive(id, text);
  apply();
  const auto messages = messages_between(*store->read(), id, Position(0), history.position(), 100);
  ASSERT_EQ(messages.size(), texts.size());
  for (std::size_t i = 0; i < texts.size(); ++i) EXPECT_EQ(messages[i].text, texts[i]);
}

TEST_F(Transcript, PagesFromTheNewestBack) {
  const auto id = talk(10);
  const auto rows = store->read();
  std::vector<Message> expected(written.rbegin(), written.rend());
  EXPECT_EQ(messages_before(*rows, id, std::nullopt, 100), expected);
  std::vector<Message> paged;
  std::optional<Version> before;
  for (int pages = 0; pages < 100; ++pages) {
    const auto page = messages_before(*rows, id, before, 3);
    if (page.empty()) break;
    paged.insert(paged.end(), page.begin(), page.end());
    before = page.back().version;
  }
  EXPECT_EQ(paged, expected);
  EXPECT_TRUE(messages_before(*rows, id, std::nullopt, 0).empty());
  EXPECT_TRUE(messages_before(*rows, ConversationId(history.uuid()), std::nullopt, 5).empty());
}

TEST_F(Transcript, ShowsAFileAsFarAsItIsExamined) {
  const auto id = history.open(history.departments[0]);
  history.receive(id, "Hola");
  const auto sent = history.receive_file(id, true);
  const events::Attachment file = history.unexamined.front();
  apply();
  Message message = messages_before(*store->read(), id, std::nullopt, 1).front();
  EXPECT_EQ(message.kind, MessageKind::Voice);
  EXPECT_EQ(message.attachment, MessageAttachment{file});
  EXPECT_EQ(message.changed, message.position);

  events::AttachmentExamined found;
  found.duration_ms = 12'000;
  found.waveform = {0, 100};
  found.renditions = true;
  const auto examined = history.examine(file, found);
  apply();
  message = messages_before(*store->read(), id, std::nullopt, 1).front();
  EXPECT_EQ(message.attachment,
            (MessageAttachment{file, Examination::Done, false, 12'000, {0, 100}, true}));
  EXPECT_EQ(message.position, sent->header.position);
  EXPECT_EQ(message.changed, examined->header.position);
  EXPECT_EQ(projection.take_changes(), std::vector{message});
}

TEST_F(Transcript, TellsWhatIsNewOrHasChangedBetweenTwoPositions) {
  for (int i = 0; i < 300; ++i) history.happen();
  for (const auto& [id, messages] : history.messages) {
    if (messages.size() < 5) continue;
    for (int i = 0; i < 5; ++i) history.add(id, events::MessagesDelivered{Version(7 * i)});
    break;
  }
  apply();
  const auto rows = store->read();
  const Position end = history.position();
  for (const auto& [id, messages] : history.messages) {
    for (std::uint64_t after = 0; after < end.value(); after += 13) {
      for (std::uint64_t up_to = after + 1; up_to <= end.value(); up_to += 29) {
        std::vector<Message> expected;
        for (Message message : messages) {
          if (message.changed > Position(up_to)) message = as_at_first(message);
          const bool is_told =
              message.changed > Position(after) && message.changed <= Position(up_to);
          if (is_told) expected.push_back(std::move(message));
        }
        std::ranges::sort(expected, {}, [](const Message& message) {
          return std::pair(message.changed, message.version);
        });
        ASSERT_EQ(messages_between(*rows, id, Position(after), Position(up_to), 1'000), expected)
            << after << " to " << up_to;
        for (const std::size_t count_max : {std::size_t{2}, std::size_t{1'000}}) {
          ASSERT_EQ(count_between(*rows, id, Position(after), Position(up_to), count_max),
                    std::min(expected.size(), count_max))
              << after << " to " << up_to;
        }
        std::size_t two = std::min<std::size_t>(expected.size(), 2);
        while (two > 0 && two < expected.size() &&
               expected[two].changed == expected[two - 1].changed) {
          ++two;
        }
        expected.resize(two);
        ASSERT_EQ(messages_between(*rows, id, Position(after), Position(up_to), 2), expected)
            << after << " to " << up_to << ", two of them";
      }
    }
  }
}

TEST_F(Transcript, TellsTheMessagesBetweenTwoPositionsOldestFirst) {
  const auto id = talk(10);
  const auto rows = store->read();
  for (std::uint64_t after = 0; after <= history.position().value(); ++after) {
    for (std::uint64_t up_to = after; up_to <= history.position().value() + 1; up_to += 5) {
      std::vector<Message> expected;
      for (Message message : written) {
        if (message.changed > Position(up_to)) message = as_at_first(message);
        const auto at = message.changed.value();
        if (at > after && at <= up_to) expected.push_back(std::move(message));
      }
      ASSERT_EQ(messages_between(*rows, id, Position(after), Position(up_to), 100), expected)
          << after << " to " << up_to;
      expected.resize(std::min<std::size_t>(expected.size(), 2));
      ASSERT_EQ(messages_between(*rows, id, Position(after), Position(up_to), 2), expected)
          << after << " to " << up_to << ", two of them";
    }
  }
}

}  // namespace
}  // namespace bitacora::projections
