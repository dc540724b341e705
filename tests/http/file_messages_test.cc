// Files and recordings in conversations, and how far messages have come: rules C9, C10, C11 and W9.

#include <gtest/gtest.h>

#include <future>

#include "tests/http/known_uploads.h"

namespace bitacora::http {

namespace {

class FileMessages : public testing::Test {
 protected:
  events::AttachmentId file_of(const std::string& username, bool voice = false) {
    return uploads.add(rig, events::Who::of(rig.viewer(username).id), voice);
  }
  events::AttachmentId file_of(const ServerRig::Visitor& visitor, bool voice = false) {
    return uploads.add(rig, events::Who::of(*events::ContactId::parse(visitor.contact_id)), voice);
  }
  RigAnswer send(const std::string& username, const std::string& id, const json::object& body,
                 const std::string& key = {}) {
    return rig.client(username).post(conversation_path(id, "messages"), body, key);
  }
  RigSocket following(RigSocket socket) {
    socket.send({{"type", "resume"}, {"position", rig.projector().position().value()}});
    socket.next_of("caught_up");
    return socket;
  }
  RigSocket contact_socket(const ServerRig::Visitor& visitor) {
    RigSocket socket(rig.port(), "/api/v1/webchat/ws?token=" + visitor.token, {});
    socket.next_of("hello");
    return following(std::move(socket));
  }
  // The next message that the socket is told of and that `wanted` says yes to.
  template <class Wanted>
  static json::value next_message(RigSocket& socket, Wanted wanted) {
    for (int frames = 0; frames < 50; ++frames) {
      const json::value frame = socket.next_of("changes");
      for (const json::value& change : frame.at("changes").as_array()) {
        const json::value* message = change.as_object().if_contains("message");
        if (message != nullptr && wanted(*message)) return *message;
      }
    }
    ADD_FAILURE() << "no such message was told";
    return {};
  }
  static auto with_delivery(const std::string& delivery) {
    return [delivery](const json::value& message) {
      return text_at(message, "/delivery") == delivery;
    };
  }
  void examine(const events::AttachmentId& id, events::AttachmentExamined found) {
    std::promise<events::Result<void>> done;
    rig.runtime().note_examination(id, std::move(found), [&](events::Result<void> noted) {
      done.set_value(std::move(noted));
    });
    done.get_future().get().value();
  }

  KnownUploads uploads;
  ServerRig rig{RigOptions{.uploads = &uploads}};
};

TEST_F(FileMessages, AreSentWithACaptionAndBelongToOneMessage) {
  const std::string id = rig.waiting_conversation();
  const auto file = file_of("ana");
  const RigAnswer sent = send("ana", id, file_body(file, "presupuesto"), "k");
  ASSERT_EQ(sent.status, 201U) << sent.text;
  const json::value& message = sent.body.at("message");
  EXPECT_EQ(text_at(message, "/kind"), "attachment");
  EXPECT_TRUE(message.at("text").is_null());
  EXPECT_EQ(text_at(message, "/caption"), "presupuesto");
  EXPECT_EQ(text_at(message, "/attachment/id"), file.to_string());
  EXPECT_EQ(text_at(message, "/attachment/name"), "Núñez 📎.pdf");
  EXPECT_EQ(text_at(message, "/attachment/mime"), "application/pdf");
  EXPECT_EQ(number_at(message, "/attachment/size_bytes"), 5U);
  EXPECT_EQ(text_at(message, "/attachment/examination"), "pending");
  EXPECT_EQ(text_at(message, "/delivery"), "sent");
  EXPECT_EQ(text_at(sent.body, "/conversation/preview"), "📎 Núñez 📎.pdf");

  // The same key gives the first answer, though the upload may be forgotten by now.
  const RigAnswer again = send("ana", id, file_body(file, "presupuesto"), "k");
  EXPECT_EQ(again.body, sent.body);
  EXPECT_EQ(again.header("idempotency-replayed"), "true");
  EXPECT_EQ(send("ana", id, file_body(file, "otra"), "k").problem(), "idempotency-key-reused");
}

TEST_F(FileMessages, AreRefusedASecondTimeWithNothingSent) {
  const std::string one = rig.waiting_conversation();
  const std::string other = rig.waiting_conversation();
  const auto file = file_of("ana");
  ASSERT_EQ(send("ana", one, file_body(file, "")).status, 201U);
  const events::Version before = rig.version_of(other);
  // Whether the upload is forgotten yet or not, it is not sent again.
  const std::string problem = send("ana", other, file_body(file, "")).problem();
  EXPECT_TRUE(problem == "attachment-used" || problem == "no-such-attachment") << problem;
  EXPECT_EQ(rig.version_of(other), before);
}

TEST_F(FileMessages, OfSomebodyElseOrOfAnotherKindAreRefused) {
  const std::string id = rig.waiting_conversation();
  EXPECT_EQ(send("ana", id, file_body(file_of("bruno"), "")).problem(), "no-such-attachment");
  const RigAnswer recording = send("ana", id, file_body(file_of("ana", true), ""));
  EXPECT_EQ(recording.problem(), "not-accepted");
  EXPECT_EQ(text_at(recording.body, "/found"), "audio/webm");
  EXPECT_EQ(send("ana", id, voice_body(file_of("ana"))).problem(), "not-accepted");
  EXPECT_EQ(send("ana", id, file_body(file_of("ana"), std::string(161, 'x'))).problem(),
            "caption-too-long");
  std::string emoji;
  for (int i = 0; i < 160; ++i) emoji += "😀";
  EXPECT_EQ(send("ana", id, file_body(file_of("ana"), emoji + "😀")).problem(), "caption-too-long");
  EXPECT_EQ(send("ana", id, file_body(file_of("ana"), emoji)).status, 201U);
}

TEST_F(FileMessages, OfAContactAreToldAgainWhenTheyAreExamined) {
  const ServerRig::Visitor visitor = rig.visitor("ventas", "Núñez");
  const auto recording = file_of(visitor, true);
  const RigAnswer sent =
      rig.client_with(visitor.token).post("/api/v1/webchat/messages", voice_body(recording));
  ASSERT_EQ(sent.status, 201U) << sent.text;
  EXPECT_EQ(text_at(sent.body, "/message/author/id"), visitor.contact_id);
  const std::string id = text_at(sent.body, "/conversation_id");
  const std::string at_least = std::to_string(rig.log().last_position().value());
  EXPECT_EQ(text_at(rig.client("ana").get(conversation_path(id) + "?at_least=" + at_least).body,
                    "/preview"),
            "🎙");
  RigSocket ana = following(rig.live("ana"));
  RigSocket contact = contact_socket(visitor);
  const std::uint64_t before = rig.projector().position().value();
  events::AttachmentExamined found;
  found.duration_ms = 12'000;
  found.waveform = {0, 50, 100};
  found.renditions = true;
  examine(recording, found);

  const auto is_done = [](const json::value& message) {
    return text_at(message, "/attachment/examination") == "done";
  };
  const json::value told = next_message(ana, is_done);
  EXPECT_EQ(number_at(told, "/attachment/duration_ms"), 12'000U);
  EXPECT_EQ(json::serialize(told.at_pointer("/attachment/waveform")), "[0,50,100]");
  EXPECT_EQ(text_at(told, "/kind"), "voice");
  EXPECT_EQ(text_at(next_message(contact, is_done), "/id"), text_at(told, "/id"));
  EXPECT_EQ(text_at(rig.client("ana").get(conversation_path(id)).body, "/preview"), "🎙 0:12");

  // And who was away meanwhile is told when it comes back.
  RigSocket bruno = rig.live("bruno");
  bruno.send({{"type", "resume"}, {"position", before}});
  EXPECT_EQ(next_message(bruno, is_done), told);
}

TEST_F(FileMessages, GoOverAContactsSocketToo) {
  const ServerRig::Visitor visitor = rig.visitor("ventas", "Núñez");
  RigSocket contact = contact_socket(visitor);
  contact.send({{"type", "command"},
                {"id", "k"},
                {"name", "send_message"},
                {"body", file_body(file_of(visitor), "mire")}});
  const json::value done = contact.next_of("done");
  EXPECT_EQ(text_at(done, "/result/message/caption"), "mire");
  contact.send({{"type", "command"},
                {"id", "k2"},
                {"name", "send_message"},
                {"body", file_body(file_of("ana"), "ajeno")}});
  EXPECT_EQ(text_at(contact.next_of("refused"), "/problem/type"), "/problems/no-such-attachment");
}

TEST_F(FileMessages, ShowHowFarEachMessageHasCome) {
  const ServerRig::Visitor visitor = rig.visitor("ventas", "Núñez");
  const std::string id = rig.write(visitor, "Hola");
  const RigAnswer reply = send("ana", id, text_body("Diga"));
  ASSERT_EQ(reply.status, 201U);
  const std::uint64_t version = number_at(reply.body, "/message/version");
  // What no view shows yet is not to be marked.
  rig.wait_for_views();
  RigSocket ana = following(rig.live("ana"));
  RigSocket contact = contact_socket(visitor);

  contact.send({{"type", "received"}, {"version", version}});
  EXPECT_EQ(text_at(next_message(ana, with_delivery("delivered")), "/text"), "Diga");
  contact.send({{"type", "read"}, {"version", version}});
  EXPECT_EQ(text_at(next_message(ana, with_delivery("read")), "/text"), "Diga");
  const events::Version last = rig.version_of(id);
  contact.send({{"type", "read"}, {"version", version}});
  contact.send({{"type", "received"}, {"version", 99}});
  contact.send({{"type", "read"}});
  EXPECT_EQ(text_at(contact.next_of("refused"), "/problem/type"), "/problems/invalid");

  rig.client("ana").post(conversation_path(id, "read"));
  const json::value seen = next_message(contact, [](const json::value& message) {
    return text_at(message, "/from") == "contact" && text_at(message, "/delivery") == "read";
  });
  EXPECT_EQ(text_at(seen, "/text"), "Hola");
  EXPECT_EQ(rig.version_of(id), last.next()) << "what is known is not noted again";
}

// W9
TEST_F(FileMessages, AreMarkedThoughAMarkCameFromTheFuture) {
  const ServerRig::Visitor visitor = rig.visitor("ventas", "Núñez");
  const std::string id = rig.write(visitor, "Hola");
  send("ana", id, text_body("uno"));
  RigSocket ana = following(rig.live("ana"));
  RigSocket contact = contact_socket(visitor);
  rig.wait_for_views();
  contact.send({{"type", "read"}, {"version", 1'000'000}});
  EXPECT_EQ(text_at(next_message(ana, with_delivery("read")), "/text"), "uno");
  const RigAnswer second = send("ana", id, text_body("dos"));
  next_message(contact, [](const json::value& message) { return message.at("text") == "dos"; });
  contact.send({{"type", "read"}, {"version", number_at(second.body, "/message/version")}});
  EXPECT_EQ(text_at(next_message(ana, with_delivery("read")), "/text"), "dos");
}

}  // namespace

}  // namespace bitacora::http
