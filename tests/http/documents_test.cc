// /openapi.json and /asyncapi.json are held against the router and against what the server really
// answers; and the pages for those who run it: rules M1, H1 and H2.

#include "http/documents.h"

#include <gtest/gtest.h>

#include <future>
#include <set>

#include "http/assets.h"
#include "tests/http/known_uploads.h"
#include "tests/http/server_rig.h"
#include "tests/http/tus_client.h"
#include "tests/waiting.h"

namespace bitacora::http {

namespace {

// Whether a value is of a schema, as far as the documents use JSON Schema.
class Schemas {
 public:
  explicit Schemas(std::string_view document) : document_(json::parse(document)) {}

  [[nodiscard]] const json::value& document() const { return document_; }

  // What does not fit, as paths; empty when all does.
  [[nodiscard]] std::string faults(const json::value& value, const std::string& schema) const {
    return check(value, document_.at_pointer("/components/schemas/" + schema), schema);
  }
  [[nodiscard]] std::string faults(const json::value& value, const json::value& schema) const {
    return check(value, schema, "");
  }

 private:
  const json::value& resolve(const json::value& schema) const {
    const json::value* const reference = schema.as_object().if_contains("$ref");
    if (reference == nullptr) return schema;
    return document_.at_pointer(reference->as_string().subview(1));
  }

  static bool is_type(const json::value& value, std::string_view type) {
    if (type == "string") return value.is_string();
    if (type == "integer") return value.is_int64() || value.is_uint64();
    if (type == "boolean") return value.is_bool();
    if (type == "null") return value.is_null();
    if (type == "array") return value.is_array();
    return type == "object" && value.is_object();
  }

  static bool fits_type(const json::value& value, const json::value& type) {
    if (type.is_string()) return is_type(value, type.as_string());
    for (const json::value& one : type.as_array()) {
      if (is_type(value, one.as_string())) return true;
    }
    return false;
  }

  std::string check(const json::value& value, const json::value& unresolved,
                    const std::string& path) const {
    const json::object& schema = resolve(unresolved).as_object();
    if (const json::value* choices = schema.if_contains("oneOf")) {
      std::string all;
      for (const json::value& choice : choices->as_array()) {
        const std::string faults = check(value, choice, path);
        if (faults.empty()) return {};
        all += faults;
      }
      return all;
    }
    const json::value* const type = schema.if_contains("type");
    if (type != nullptr && !fits_type(value, *type)) {
      return path + " is " + json::serialize(value) + "\n";
    }
    if (const json::value* expected = schema.if_contains("const"); expected && *expected != value) {
      return path + " is not " + json::serialize(*expected) + "\n";
    }
    if (const json::value* choices = schema.if_contains("enum")) {
      const json::array& list = choices->as_array();
      if (std::find(list.begin(), list.end(), value) == list.end()) {
        return path + " is none of " + json::serialize(*choices) + "\n";
      }
    }
    if (value.is_array()) return check_items(value.as_array(), schema, path);
    if (value.is_object()) return check_members(value.as_object(), schema, path);
    return {};
  }

  std::string check_items(const json::array& items, const json::object& schema,
                          const std::string& path) const {
    std::string faults;
    for (const json::value& item : items) {
      faults += check(item, schema.at("items"), path + "[]");
    }
    return faults;
  }

  std::string check_members(const json::object& object, const json::object& schema,
                            const std::string& path) const {
    const json::value* const properties = schema.if_contains("properties");
    if (properties == nullptr) return {};
    std::string faults;
    for (const json::value& name : schema.at("required").as_array()) {
      if (!object.contains(name.as_string()))
        faults += path + " lacks " + name.as_string().c_str() + "\n";
    }
    for (const auto& [name, member] : object) {
      const json::value* const property = properties->as_object().if_contains(name);
      const std::string inner = path + "." + std::string(name);
      faults +=
          property == nullptr ? inner + " is not documented\n" : check(member, *property, inner);
    }
    return faults;
  }

  json::value document_;
};

std::string lower(std::string_view text) {
  std::string lowered(text);
  for (char& c : lowered) c = static_cast<char>(std::tolower(c));
  return lowered;
}

TEST(Documents, DescribeEveryRouteAndNoOther) {
  ServerRig rig;
  std::set<std::string> assets{"/"};
  for (const AssetFile& file : carried_assets()) assets.emplace(file.path);
  std::set<std::string> served;
  for (const Route& route : rig.router().routes()) {
    if (assets.contains(route.pattern)) continue;
    served.insert(lower(std::string_view(beast_http::to_string(route.method))) + " " +
                  route.pattern);
  }
  std::set<std::string> described;
  const Schemas openapi(openapi_document());
  for (const auto& [path, methods] : openapi.document().at("paths").as_object()) {
    for (const auto& [method, operation] : methods.as_object()) {
      described.insert(std::string(method) + " " + std::string(path));
    }
  }
  EXPECT_EQ(served, described);
}

TEST(Documents, NameTheParametersOfEachPathAndOnlyWhatIsThere) {
  const Schemas openapi(openapi_document());
  std::set<std::string> ids;
  for (const auto& [path, methods] : openapi.document().at("paths").as_object()) {
    for (const auto& [method, operation] : methods.as_object()) {
      EXPECT_TRUE(ids.insert(text_at(operation, "/operationId")).second) << path;
      std::set<std::string> in_path;
      if (const json::value* parameters = operation.as_object().if_contains("parameters")) {
        for (const json::value& parameter : parameters->as_array()) {
          const json::value& found =
              openapi.document().at_pointer(parameter.at("$ref").as_string().subview(1));
          if (text_at(found, "/in") == "path") in_path.insert(text_at(found, "/name"));
        }
      }
      EXPECT_EQ(in_path.size(), path.find('{') == std::string_view::npos ? 0U : 1U) << path;
      EXPECT_TRUE(operation.as_object().contains("security")) << path;
    }
  }
}

// Every reference in a document leads somewhere.
void expect_references(const json::value& part, const json::value& document) {
  if (part.is_array()) {
    for (const json::value& item : part.as_array()) expect_references(item, document);
  }
  if (!part.is_object()) return;
  for (const auto& [name, member] : part.as_object()) {
    if (name == "$ref") {
      boost::json::error_code failed;
      EXPECT_NE(document.find_pointer(member.as_string().subview(1), failed), nullptr) << member;
    } else {
      expect_references(member, document);
    }
  }
}

TEST(Documents, HaveNoReferenceThatLeadsNowhere) {
  for (const std::string_view text : {openapi_document(), asyncapi_document()}) {
    const json::value document = json::parse(text);
    expect_references(document, document);
  }
}

void examine(ServerRig& rig, const events::AttachmentId& id, events::AttachmentExamined found) {
  std::promise<events::Result<void>> done;
  rig.runtime().note_examination(
      id, std::move(found), [&](events::Result<void> noted) { done.set_value(std::move(noted)); });
  done.get_future().get().value();
}

TEST(Documents, SayWhatTheServerReallyAnswers) {
  ServerRig rig;
  const Schemas openapi(openapi_document());
  const ServerRig::Visitor visitor = rig.visitor("ventas", "Núñez");
  const std::string id = rig.write(visitor, "Hola");
  rig.secrets().set_password(rig.viewer("ana").id, "demo").value();
  RigClient ana = rig.client("ana");
  RigClient admin = rig.client("admin");
  RigClient contact = rig.client_with(visitor.token);
  const auto expect = [&](const RigAnswer& answer, unsigned status, const std::string& schema) {
    EXPECT_EQ(answer.status, status) << schema << answer.text;
    EXPECT_EQ(openapi.faults(answer.body, schema), "") << answer.text;
  };
  expect(rig.anybody().post("/api/v1/session", {{"username", "ana"}, {"password", "demo"}}), 200,
         "SignedIn");
  expect(ana.get("/api/v1/me"), 200, "Operator");
  expect(ana.get("/api/v1/conversations?at_least=" +
                 std::to_string(rig.log().last_position().value())),
         200, "ConversationPage");
  expect(ana.get("/api/v1/conversations/counts"), 200, "PositionedCounts");
  expect(ana.get(conversation_path(id)), 200, "Conversation");
  expect(ana.post(conversation_path(id, "messages"), text_body("Buenos días")), 201, "SentMessage");
  expect(ana.get(conversation_path(id, "messages")), 200, "MessagePage");
  expect(ana.post(conversation_path(id, "read")), 200, "ChangedConversation");
  expect(ana.post(conversation_path(id, "transfer"), {{"department", "soporte"}, {"note", "ojo"}}),
         200, "ChangedConversation");
  expect(rig.client("carla").get(conversation_path(id, "messages") +
                                 "?at_least=" + std::to_string(rig.log().last_position().value())),
         200, "MessagePage");
  expect(ana.get("/api/v1/quick-replies"), 200, "QuickReplyPage");
  expect(ana.get("/api/v1/attachment-rules"), 200, "AttachmentRules");
  expect(rig.anybody().get("/api/v1/webchat/attachment-rules"), 200, "AttachmentRules");
  expect(ana.get("/api/v1/departments"), 200, "DepartmentPage");
  expect(ana.get("/api/v1/operators"), 200, "OperatorPage");
  expect(admin.get("/api/v1/operators"), 200, "OperatorPage");
  const RigAnswer reply =
      admin.post("/api/v1/quick-replies", {{"title", "Precios"}, {"text", "Aquí"}});
  expect(reply, 201, "ChangedQuickReply");
  const std::string reply_path = "/api/v1/quick-replies/" + text_at(reply.body, "/quick_reply/id");
  expect(admin.put(reply_path, {{"title", "Precios"}, {"text", "Allí"}}), 200, "ChangedQuickReply");
  expect(admin.call("DELETE", reply_path), 200, "Removed");
  expect(admin.get("/api/v1/departments"), 200, "DepartmentPage");
  expect(admin.post("/api/v1/departments", {{"slug", "cobros"}, {"name", "Cobros"}}), 201,
         "ChangedDepartment");
  expect(admin.post("/api/v1/operators", {{"username", "diego"},
                                          {"name", "Diego"},
                                          {"role", "operator"},
                                          {"departments", {"ventas"}},
                                          {"password", "demo"}}),
         201, "ChangedOperator");
  expect(rig.anybody().post("/api/v1/webchat/visitors", {{"department", "ventas"}}), 201,
         "RegisteredVisitor");
  expect(contact.post("/api/v1/webchat/messages", text_body("¿Hola?")), 201, "ContactSent");
  expect(contact.get("/api/v1/webchat/messages?at_least=" +
                     std::to_string(rig.log().last_position().value())),
         200, "ContactMessagePage");
  expect(rig.anybody().get("/healthz"), 200, "Health");
  expect(rig.anybody().get("/readyz"), 200, "Readiness");
  expect(rig.anybody().get("/api/v1/me"), 401, "Problem");
  expect(rig.client("bruno").get(conversation_path(id)), 404, "Problem");
  expect(ana.put("/api/v1/me/password", {{"current_password", "demo"}, {"new_password", "nueva"}}),
         200, "ChangedPassword");
  EXPECT_EQ(rig.anybody().get("/openapi.json").body, openapi.document());
  EXPECT_EQ(rig.anybody().get("/asyncapi.json").text, asyncapi_document());
}

// Files, whether they wait, have been looked into or failed; and what is refused with more to say.
TEST(Documents, SayWhatTheServerReallyAnswersAboutFiles) {
  KnownUploads uploads;
  ServerRig rig{RigOptions{.uploads = &uploads}};
  const Schemas openapi(openapi_document());
  const ServerRig::Visitor visitor = rig.visitor("ventas", "Núñez");
  const std::string id = rig.write(visitor, "Hola");
  RigClient ana = rig.client("ana");
  RigClient contact = rig.client_with(visitor.token);
  const auto expect = [&](const RigAnswer& answer, unsigned status, const std::string& schema) {
    EXPECT_EQ(answer.status, status) << schema << answer.text;
    EXPECT_EQ(openapi.faults(answer.body, schema), "") << answer.text;
  };
  const auto file = uploads.add(rig, events::Who::of(rig.viewer("ana").id));
  const auto who = events::Who::of(*events::ContactId::parse(visitor.contact_id));
  const auto recording = uploads.add(rig, who, true);
  const auto broken = uploads.add(rig, who);
  expect(ana.post(conversation_path(id, "messages"), file_body(file, "presupuesto")), 201,
         "SentMessage");
  expect(contact.post("/api/v1/webchat/messages", voice_body(recording)), 201, "ContactSent");
  expect(contact.post("/api/v1/webchat/messages", file_body(broken, "")), 201, "ContactSent");
  examine(rig, recording, {.duration_ms = 12'000, .waveform = {0, 50, 100}, .renditions = true});
  examine(rig, broken, {.outcome = events::ExaminationOutcome::Failed, .reason = "broken"});

  const std::string at_least = "?at_least=" + std::to_string(rig.log().last_position().value());
  const RigAnswer page = ana.get(conversation_path(id, "messages") + at_least);
  expect(page, 200, "MessagePage");
  std::set<std::string> examinations;
  for (const json::value& message : page.body.at("items").as_array()) {
    if (!message.at("attachment").is_object()) continue;
    examinations.insert(text_at(message, "/attachment/examination"));
    const bool heard = message.at_pointer("/attachment/waveform").is_array();
    EXPECT_EQ(heard, text_at(message, "/kind") == "voice");
  }
  EXPECT_EQ(examinations, (std::set<std::string>{"pending", "done", "failed"}));
  expect(contact.get("/api/v1/webchat/messages" + at_least), 200, "ContactMessagePage");

  const auto expect_problem = [&](const RigAnswer& answer, unsigned status, const std::string& name,
                                  const std::string& member) {
    expect(answer, status, "Problem");
    EXPECT_EQ(answer.problem(), name);
    EXPECT_TRUE(answer.body.is_object() && answer.body.as_object().contains(member)) << answer.text;
  };
  const auto voice = uploads.add(rig, events::Who::of(rig.viewer("ana").id), true);
  expect_problem(ana.post(conversation_path(id, "messages"), file_body(voice, "")), 415,
                 "not-accepted", "found");
  TusClient tus(rig, rig.token("ana"));
  expect_problem(tus.create(100, "programa.exe"), 415, "not-accepted", "found");
  expect_problem(tus.create(1'000'000'000, "foto.png"), 413, "payload-too-large", "size_bytes_max");
  expect_problem(rig.client("sofia").post(conversation_path(id, "messages"), text_body("Yo")), 409,
                 "already-claimed", "owner");
  expect_problem(ana.get("/api/v1/attachments/" + file.to_string() + "/thumbnail"), 404,
                 "no-thumbnail", "reason");
  const RigAnswer signed_out = ana.call("DELETE", "/api/v1/session");
  EXPECT_EQ(signed_out.status, 204U);
  EXPECT_EQ(signed_out.text, "") << "no body is documented";
  expect(ana.get("/api/v1/me"), 401, "Problem");
}

// The next change of this type that the socket is told of and that has this text at its pointer.
json::value awaited_change(RigSocket& socket, const std::string& type, const std::string& pointer,
                           const std::string& text) {
  for (int frames = 0; frames < 50; ++frames) {
    const json::value frame = socket.next_of("changes");
    if (!frame.is_object()) break;
    for (const json::value& change : frame.at("changes").as_array()) {
      if (text_at(change, "/type") == type && text_at(change, pointer) == text) return change;
    }
  }
  ADD_FAILURE() << "no such change was told: " << type;
  return {};
}

TEST(Documents, SayWhatTheLiveSocketsReallyTell) {
  ServerRig rig;
  const Schemas asyncapi(asyncapi_document());
  const auto expect = [&](const json::value& frame, const std::string& schema) {
    EXPECT_EQ(asyncapi.faults(frame, schema), "") << json::serialize(frame);
  };
  RigSocket ana(rig.port(), "/api/v1/ws", {{"Authorization", "Bearer " + rig.token("ana")}});
  const json::value hello = ana.next();
  expect(hello, "HelloFrame");
  ana.send({{"type", "resume"}, {"position", hello.at("position")}});
  expect(ana.next_of("caught_up"), "CaughtUpFrame");
  const ServerRig::Visitor visitor = rig.visitor("ventas", "Núñez");
  const std::string id = rig.write(visitor, "Hola");
  expect(ana.next_of("changes"), "ChangesFrame");
  RigSocket contact(rig.port(), "/api/v1/webchat/ws?token=" + visitor.token, {});
  const json::value contact_hello = contact.next();
  expect(contact_hello, "ContactHelloFrame");
  contact.send({{"type", "resume"}, {"position", contact_hello.at("position")}});
  contact.next_of("caught_up");
  ana.send({{"type", "command"},
            {"id", "k"},
            {"name", "send_message"},
            {"conversation_id", id},
            {"body", text_body("Buenos días")}});
  const json::value done = ana.next_of("done");
  expect(done, "DoneFrame");
  const std::uint64_t version = number_at(done, "/result/message/version");
  expect(contact.next_of("changes"), "ContactChangesFrame");
  ana.send({{"type", "typing"}, {"conversation_id", id}});
  expect(contact.next_of("typing"), "ContactTypingFrame");
  contact.send({{"type", "typing"}});
  expect(ana.next_of("typing"), "TypingFrame");
  contact.send(
      {{"type", "command"}, {"id", "k"}, {"name", "send_message"}, {"body", text_body("Gracias")}});
  expect(contact.next_of("done"), "ContactDoneFrame");
  ana.send_text("{");
  expect(ana.next_of("refused"), "RefusedFrame");

  // How far the messages have come, as the contact's client tells and the operator's is told.
  for (const auto& [type, delivery] :
       {std::pair<std::string, std::string>{"received", "delivered"}, {"read", "read"}}) {
    const json::value told = json::object{{"type", type}, {"version", version}};
    expect(told, "ReceivedFrame");
    contact.send(told.as_object());
    expect(awaited_change(ana, "message", "/message/delivery", delivery), "MessageChange");
  }
  // Bruno saw it waiting, and sees it no more once it is ana's.
  RigSocket bruno = rig.live("bruno");
  bruno.send({{"type", "resume"}, {"position", rig.projector().position().value()}});
  bruno.next_of("caught_up");
  const std::string waiting = rig.waiting_conversation();
  expect(awaited_change(bruno, "conversation", "/conversation/id", waiting), "ConversationChange");
  rig.client("ana").post(conversation_path(waiting, "claim"));
  expect(awaited_change(bruno, "conversation_gone", "/conversation_id", waiting),
         "ConversationGone");
  ana.send({{"type", "resume"}, {"position", 1'000'000}});
  expect(ana.next_of("resync"), "ResyncFrame");
}

TEST(Operations, MetricsAreTextWithBoundedLabels) {
  ServerRig rig;
  const std::string id = rig.waiting_conversation();
  rig.client("ana").post(conversation_path(id, "claim"));
  rig.client("ana").get(conversation_path(id));
  rig.client("ana").get(conversation_path("nada"));
  rig.waiting_conversation();
  // The department's queue follows, and the views follow that.
  RigAnswer answer;
  EXPECT_TRUE(comes_true([&] {
    answer = rig.anybody().get("/metrics");
    return answer.text.find("bitacora_view_lag_events 0\n") != std::string::npos;
  })) << answer.text;
  EXPECT_EQ(answer.header("content-type"), "text/plain; version=0.0.4; charset=utf-8");
  for (const std::string line :
       {"bitacora_commands_total{command=\"claim\",outcome=\"done\"} 1",
        "bitacora_commands_total{command=\"receive_message\",outcome=\"done\"} 2",
        "bitacora_http_requests_total{class=\"conversations\",status=\"404\"} 1",
        "bitacora_waiting{department=\"ventas\"} 1", "# TYPE bitacora_events_total counter"}) {
    EXPECT_NE(answer.text.find(line), std::string::npos) << line << "\n" << answer.text;
  }
  EXPECT_EQ(answer.text.find(id), std::string::npos) << "no id is a label";
}

// H1
TEST(Readiness, EndsWhenTheViewsAreMoreThanTenThousandEventsBehind) {
  ServerRig rig;
  const auto held = rig.hold_views();
  rig.register_contacts(10'000);
  EXPECT_EQ(rig.anybody().get("/readyz").status, 200U);
  rig.register_contacts(1);
  const RigAnswer answer = rig.anybody().get("/readyz");
  EXPECT_EQ(answer.status, 503U);
  EXPECT_FALSE(answer.body.at("views_current").as_bool());
  EXPECT_TRUE(answer.body.at("log_writable").as_bool());
}

}  // namespace

}  // namespace bitacora::http
