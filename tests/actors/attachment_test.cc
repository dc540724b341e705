// An attachment belongs to one message or quick reply, whoever races for it, and is examined once.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/actors/company.h"
#include "tests/actors/people.h"

namespace bitacora::actors {
namespace {

using events::AttachmentAttached;
using events::AttachmentEvent;
using events::AttachmentExamined;
using events::ErrorCode;
using events::StreamId;
using events::Version;

SendReply reply_with(const events::Attachment& attachment, const std::string& caption = "") {
  return SendReply{{caption, {}, attachment}};
}

ReceiveMessage write_with(const events::Attachment& attachment, bool voice = false) {
  return ReceiveMessage{{"", {}, attachment, voice}};
}

AttachmentAttached attached(const Company& company, const events::AttachmentId& id) {
  const auto stream = company.stream(StreamId::of(id));
  BITACORA_INVARIANT(!stream.empty(), "it is attached to nothing");
  return std::get<AttachmentAttached>(std::get<AttachmentEvent>(stream.front()->event));
}

TEST(Attachments, AreAttachedInTheAppendThatSendsThem) {
  Company company;
  const auto id = company.conversation();
  const auto file = fixed_attachment(70);
  const auto sent = wait(company.ask(id, company.ana, reply_with(file, "presupuesto")));
  ASSERT_TRUE(sent.has_value()) << sent.error().detail;
  EXPECT_EQ(sent->position, company.last_of({StreamId::of(id), StreamId::of(file.id)}));
  EXPECT_EQ(sent->message->version, Version(4));
  EXPECT_EQ(sent->conversation.preview, "📎 Núñez 📎.pdf");
  EXPECT_EQ(attached(company, file.id), (AttachmentAttached{file, id, {}, false}));
  const auto header = company.stream(StreamId::of(file.id)).front()->header;
  EXPECT_EQ(header.who, events::Who::of(company.ana));
}

TEST(Attachments, ComeWithAContactsFirstMessageToo) {
  Company company;
  const auto contact = company.contact();
  const auto recording = fixed_attachment(70);
  const auto first = wait(company.ask(contact, write_with(recording, true), key("k")));
  ASSERT_TRUE(first.has_value()) << first.error().detail;
  EXPECT_EQ(attached(company, recording.id),
            (AttachmentAttached{recording, first->conversation_id, {}, true}));
  const auto again = wait(company.ask(contact, write_with(recording, true), key("k")));
  ASSERT_TRUE(again.has_value()) << again.error().detail;
  EXPECT_TRUE(again->replayed);
  EXPECT_EQ(again->message, first->message);
  EXPECT_EQ(again->position, first->position);
  const auto second = wait(company.ask(contact, write_with(recording, true), key("k2")));
  EXPECT_EQ(second.error().code, ErrorCode::AttachmentUsed);
}

TEST(Attachments, AreRefusedToASecondConversationAndToASecondFirstMessage) {
  Company company;
  const auto file = fixed_attachment(70);
  const auto one = company.conversation();
  const auto other = company.conversation();
  ASSERT_TRUE(wait(company.ask(one, company.ana, reply_with(file), key("k"))).has_value());
  const auto second = wait(company.ask(other, company.ana, reply_with(file), key("k2")));
  EXPECT_EQ(second.error().code, ErrorCode::AttachmentUsed);
  const auto newcomer = company.contact("Tomás");
  EXPECT_EQ(wait(company.ask(newcomer, write_with(file))).error().code, ErrorCode::AttachmentUsed);
  // Nothing came of the refused ones, and whoever asked goes on as before.
  EXPECT_EQ(company.stream(StreamId::of(other)).size(), 2U);
  EXPECT_EQ(company.stream(StreamId::of(newcomer)).size(), 1U);
  EXPECT_TRUE(wait(company.ask(other, company.ana, SendReply{{"sin archivo"}})).has_value());
  EXPECT_TRUE(wait(company.write(newcomer, "Hola")).has_value());
}

TEST(Attachments, AreWonByOneOfManyWhoSendThemAtTheSameInstant) {
  Company company;
  const auto file = fixed_attachment(70);
  std::vector<events::ConversationId> ids;
  for (int i = 0; i < 8; ++i) ids.push_back(company.conversation());
  std::vector<Answer<ConversationOutcome>> answers;
  for (const auto& id : ids) answers.push_back(company.ask(id, company.ana, reply_with(file)));
  int won = 0;
  for (auto& each : answers) {
    const auto outcome = wait(each);
    won += outcome.has_value() ? 1 : 0;
    if (!outcome) {
      EXPECT_EQ(outcome.error().code, ErrorCode::AttachmentUsed);
    }
  }
  EXPECT_EQ(won, 1);
  EXPECT_EQ(company.stream(StreamId::of(file.id)).size(), 1U);
}

TEST(Attachments, GiveTheFirstAnswerAgainForTheirKeyEvenWhenTheUploadIsForgotten) {
  Company company;
  const auto id = company.conversation();
  const auto file = fixed_attachment(70);
  const auto first = wait(company.ask(id, company.ana, reply_with(file), key("k")));
  ASSERT_TRUE(first.has_value());
  SendReply flawed{{}};
  flawed.flaw = events::error(ErrorCode::NoSuchAttachment, "It is not there.");
  const auto again = wait(company.ask(id, company.ana, flawed, key("k")));
  ASSERT_TRUE(again.has_value()) << again.error().detail;
  EXPECT_TRUE(again->replayed);
  EXPECT_EQ(again->message, first->message);
  EXPECT_EQ(again->position, first->position);
  EXPECT_EQ(wait(company.ask(id, company.ana, flawed, key("k2"))).error().code,
            ErrorCode::NoSuchAttachment);
}

TEST(Attachments, FollowALongTextInTheSameAppend) {
  Company company;
  const auto id = company.conversation();
  const auto file = fixed_attachment(70);
  SendReply command{{std::string(500, 'x')}};
  command.second = events::MessageContent{"", {}, file};
  const auto first = wait(company.ask(id, company.ana, command, key("k")));
  ASSERT_TRUE(first.has_value()) << first.error().detail;
  EXPECT_EQ(first->message->version, Version(4)) << "the answer tells of the text";
  EXPECT_EQ(first->conversation.version, Version(5));
  EXPECT_EQ(first->conversation.preview, "📎 Núñez 📎.pdf");
  EXPECT_EQ(attached(company, file.id), (AttachmentAttached{file, id, {}, false}));
  const auto again = wait(company.ask(id, company.ana, command, key("k")));
  ASSERT_TRUE(again.has_value());
  EXPECT_EQ(again->message, first->message);
  EXPECT_EQ(again->conversation, first->conversation);
}

TEST(Attachments, BelongToOneQuickReply) {
  Company company;
  const auto file = fixed_attachment(70);
  const auto added = wait(company.change(AddQuickReply{"Precios", "Aquí", {}, file}, key("k")));
  ASSERT_TRUE(added.has_value()) << added.error().detail;
  const events::QuickReplyId id(added->subject);
  EXPECT_EQ(attached(company, file.id), (AttachmentAttached{file, {}, id, false}));
  EXPECT_EQ(added->directory->quick_replies.at(id).attachment, file);
  const auto again = wait(company.change(AddQuickReply{"Precios", "Aquí", {}, file}, key("k")));
  ASSERT_TRUE(again.has_value()) << again.error().detail;
  EXPECT_TRUE(again->replayed);
  EXPECT_EQ(again->subject, added->subject);

  const auto second = wait(company.change(AddQuickReply{"Otros", "Aquí", {}, file}));
  EXPECT_EQ(second.error().code, ErrorCode::AttachmentUsed);
  const auto renamed =
      wait(company.change(ChangeQuickReply{id, "Precios de hoy", "Aquí", {}, file}));
  ASSERT_TRUE(renamed.has_value()) << renamed.error().detail;
  const auto other = fixed_attachment(71);
  const auto given = wait(company.change(ChangeQuickReply{id, "Precios", "Aquí", {}, other}));
  ASSERT_TRUE(given.has_value()) << given.error().detail;
  EXPECT_EQ(attached(company, other.id), (AttachmentAttached{other, {}, id, false}));
  const auto back = wait(company.change(ChangeQuickReply{id, "Precios", "Aquí", {}, file}));
  EXPECT_EQ(back.error().code, ErrorCode::AttachmentUsed) << "it belonged there once";
}

TEST(Attachments, AreExaminedOnce) {
  Company company;
  const auto id = company.conversation();
  const auto file = fixed_attachment(70);
  AttachmentExamined examined;
  examined.thumbnail = true;
  EXPECT_EQ(company.note_examination(file.id, examined).error().code, ErrorCode::NotFound);
  ASSERT_TRUE(wait(company.ask(id, company.ana, reply_with(file))).has_value());
  ASSERT_TRUE(company.note_examination(file.id, examined).has_value());
  AttachmentExamined later;
  later.outcome = events::ExaminationOutcome::Failed;
  EXPECT_TRUE(company.note_examination(file.id, later).has_value()) << "it is known already";
  const auto stream = company.stream(StreamId::of(file.id));
  ASSERT_EQ(stream.size(), 2U);
  EXPECT_EQ(stream[1]->event, events::Event(AttachmentEvent(examined)));
  EXPECT_EQ(stream[1]->header.who, events::Who::system());
  later.waveform.assign(65, 0);
  EXPECT_EQ(company.note_examination(file.id, later).error().code, ErrorCode::Invalid);
  later.waveform.assign(1, 101);
  EXPECT_EQ(company.note_examination(file.id, later).error().code, ErrorCode::Invalid);
  company.stop();
  company.start();
  EXPECT_TRUE(company.note_examination(file.id, examined).has_value());
  EXPECT_EQ(company.stream(StreamId::of(file.id)).size(), 2U);
}

TEST(Delivery, IsNotedOnceAndNeverGoesBack) {
  Company company;
  const auto contact = company.contact();
  EXPECT_EQ(wait(company.ask(contact, MarkDelivered{Version(1)})).error().code,
            ErrorCode::NotFound);
  const auto id = wait(company.write(contact, "Hola"))->conversation_id;
  ASSERT_TRUE(wait(company.ask(id, company.ana, SendReply{{"Diga"}})).has_value());
  const auto delivered = wait(company.ask(contact, MarkDelivered{Version(99)}));
  ASSERT_TRUE(delivered.has_value()) << delivered.error().detail;
  EXPECT_EQ(delivered->conversation.delivered_up_to, Version(4));
  const auto before = company.stream(StreamId::of(id)).size();
  ASSERT_TRUE(wait(company.ask(contact, MarkDelivered{Version(4)})).has_value());
  EXPECT_EQ(company.stream(StreamId::of(id)).size(), before) << "what is known appends nothing";
  const auto read = wait(company.ask(contact, MarkReadByContact{Version(4)}));
  ASSERT_TRUE(read.has_value());
  EXPECT_EQ(read->conversation.contact_read_up_to, Version(4));
  EXPECT_EQ(company.stream(StreamId::of(id)).back()->header.who, events::Who::of(contact));
}

}  // namespace
}  // namespace bitacora::actors
