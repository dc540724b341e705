// What ana attends can be seen by nobody of another department, and by no colleague, whatever they
// ask (docs/PROTOCOL.md, V1, V2, M8, E2, F3, R6).
//
// The method: spies make every call that /openapi.json lists with every id of the conversation that
// could be guessed, every live command, and resume from every position there ever was; and every
// byte that they are told is searched for the conversation. Its files, and what was made of them,
// are for them as files that never were.
#include <gtest/gtest.h>

#include <boost/algorithm/string/case_conv.hpp>
#include <boost/algorithm/string/replace.hpp>
#include <boost/json/serialize.hpp>

#include "tests/acceptance/client.h"
#include "tests/acceptance/serving.h"
#include "tests/acceptance/uploading.h"
#include "tests/shared_folder.h"

namespace bitacora::acceptance_test {

namespace {

// Every text and name of the conversation has this in it, and nothing else does.
const std::string secret = "zafiro";

bool tells_of(const std::string& text, const std::string& id) {
  return text.find(secret) != std::string::npos || text.find(id) != std::string::npos;
}
bool tells_of(const json::value& told, const std::string& id) {
  return tells_of(json::serialize(told), id);
}

struct Spy {
  std::string name;
  std::string token;
  bool same_department = false;
};

// A refusal, in the words that this spy may be told.
void expect_refused(const Spy& spy, const json::value& problem, const std::string& id,
                    const std::string& what) {
  const auto type = text_at(problem, "/type");
  const bool fitting =
      type == "/problems/not-found" || (spy.same_department && type == "/problems/already-claimed");
  EXPECT_TRUE(fitting) << spy.name << ", " << what << ": " << json::serialize(problem);
  EXPECT_FALSE(tells_of(problem, id)) << spy.name << ", " << what;
}

const std::vector<std::pair<std::string, json::object>>& changes() {
  static const std::vector<std::pair<std::string, json::object>> all{
      {"messages", text_body("me cuelo")},
      {"claim", {}},
      {"release", {}},
      {"close", {}},
      {"reopen", {}},
      {"read", {}},
      {"transfer", {{"department", "soporte"}}}};
  return all;
}

void expect_hidden_in_lists(Client& client, const Spy& spy, const std::string& id) {
  for (const char* tab : {"waiting", "attending", "closed"}) {
    for (const char* narrowed : {"", "&owner=me", "&department=ventas", "&department=soporte"}) {
      const auto target = std::string("/api/v1/conversations?tab=") + tab + narrowed;
      const auto answer = client.get(target);
      EXPECT_TRUE(answer.status == 200 || answer.status == 404) << spy.name << ", " << target;
      EXPECT_FALSE(tells_of(answer.body, id)) << spy.name << ", " << target;
    }
  }
}

void expect_hidden_in_calls(Client& client, const Spy& spy, const std::string& id) {
  for (const auto& target :
       {conversation_path(id), conversation_path(id, "messages"),
        conversation_path(id, "messages?limit=1"), conversation_path(id, "messages?cursor=1")}) {
    const auto answer = client.get(target);
    EXPECT_TRUE(answer.status == 404 || answer.status == 422) << spy.name << ", " << target;
    EXPECT_FALSE(tells_of(answer.body, id)) << spy.name << ", " << target;
  }
  for (const auto& [call, body] : changes()) {
    const auto answer = client.post(conversation_path(id, call), body);
    EXPECT_TRUE(answer.status == 404 || answer.status == 409) << spy.name << ", " << call;
    expect_refused(spy, answer.body, id, call);
  }
  // The answer for what one may not see is the answer for what never was.
  auto hidden = client.get(conversation_path(id));
  auto never = client.get(conversation_path("01890a5d-ac96-774b-bcce-b302099a8057"));
  EXPECT_EQ(hidden.status, never.status);
  hidden.body.as_object().erase("request_id");
  never.body.as_object().erase("request_id");
  EXPECT_EQ(hidden.body, never.body) << spy.name;
}

// The ids that a conversation has about it: its own, its messages', and what those carry.
std::vector<std::string> ids_of(Client& owner, const std::string& id) {
  std::vector<std::string> ids{id, text_at(owner.get(conversation_path(id)).body, "/contact/id")};
  for (const auto& message : owner.list(conversation_path(id, "messages"))) {
    ids.push_back(text_at(message, "/id"));
    const auto attachment = text_at(message, "/attachment/id");
    if (!attachment.empty()) ids.push_back(attachment);
  }
  return ids;
}

// Where a file's bytes and all that is made of them lie.
std::vector<std::string> addresses_of(const std::string& side, const std::string& attachment) {
  const auto file = side + "/attachments/" + attachment;
  return {file, file + "/thumbnail", file + "/audio.ogg", file + "/audio.mp3"};
}

// As for an attachment that never was: not even that it has no thumbnail.
void expect_hidden_files(std::uint16_t port, const std::string& name, const std::string& bearer,
                         const std::string& side, const std::vector<std::string>& attachments) {
  const auto http = *tools::HttpClient::open("http://127.0.0.1:" + std::to_string(port));
  http->set_bearer(bearer);
  const auto asked = [&](const std::string& target) {
    json::value problem;
    for (const auto& header :
         {std::pair<std::string, std::string>{"Range", "bytes=0-9"}, {"If-None-Match", "*"}}) {
      const auto answer = http->call({.target = target, .headers = {header}});
      BITACORA_INVARIANT(answer, "no answer");
      EXPECT_EQ(answer->status, 404U) << name << ", " << target << ": " << answer->body;
      EXPECT_EQ(answer->header("etag"), "") << name << ", " << target;
      EXPECT_EQ(answer->header("content-disposition"), "") << name << ", " << target;
      problem = read_json(answer->body);
      EXPECT_EQ(text_at(problem, "/type"), "/problems/not-found") << name << ", " << target;
      if (problem.is_object()) problem.as_object().erase("request_id");
    }
    return problem;
  };
  const auto never = addresses_of(side, "01890a5d-ac96-774b-bcce-b302099a8057");
  for (const auto& attachment : attachments) {
    const auto hidden = addresses_of(side, attachment);
    for (std::size_t i = 0; i < hidden.size(); ++i) {
      EXPECT_EQ(asked(hidden[i]), asked(never[i])) << name << ", " << hidden[i];
    }
  }
}

// The other way round: whoever may see the conversation has the file and what was made of it.
void expect_shown_files(Client& client, const std::string& side, const std::string& attachment,
                        const std::vector<std::string>& made) {
  for (const auto& ending : made) {
    const auto target = addresses_of(side, attachment)[0] + ending;
    const auto answer = client.http().get(target);
    ASSERT_TRUE(answer) << target;
    EXPECT_EQ(answer->status, 200U) << target << ": " << answer->body.substr(0, 500);
    EXPECT_FALSE(answer->body.empty()) << target;
  }
}

const std::vector<std::string> picture_parts{"", "/thumbnail"};
const std::vector<std::string> voice_parts{"", "/audio.ogg", "/audio.mp3"};

SentFile shared_file(const std::string& name) {
  return {secret + "-" + name, read_file(attachments_folder() / name)};
}

// Every call there is, with every id in its path.
void expect_hidden_in_all_calls(std::uint16_t port, const Spy& spy,
                                const std::vector<std::string>& ids) {
  const auto http = *tools::HttpClient::open("http://127.0.0.1:" + std::to_string(port));
  http->set_bearer(spy.token);
  const auto documents = Client(port).get("/openapi.json");
  std::size_t calls = 0;
  for (const auto& [path, methods] : at(documents.body, "/paths").as_object()) {
    for (const auto& [method, described] : methods.as_object()) {
      // The spy goes on spying.
      if (path == "/api/v1/session" && method == "delete") continue;
      for (const auto& guessed : ids) {
        std::string target(path);
        boost::replace_all(target, "{id}", guessed);
        boost::replace_all(target, "{name}", guessed);
        const bool has_body = method != "get" && method != "head";
        const auto answer = http->call({.method = boost::to_upper_copy(std::string(method)),
                                        .target = target,
                                        .body = has_body ? "{}" : ""});
        ASSERT_TRUE(answer) << spy.name << ", " << target << ": " << answer.error().detail;
        for (const auto& id : ids) {
          EXPECT_FALSE(tells_of(answer->body, id)) << spy.name << ", " << method << " " << target;
        }
        ++calls;
        if (target == path) break;
      }
    }
  }
  EXPECT_GT(calls, 30U);
}

void expect_hidden_in_commands(Live& live, const Spy& spy, const std::string& id) {
  for (const auto& [call, body] : changes()) {
    const auto name = call == "messages" ? std::string("send_message") : call;
    const auto has_body = call == "messages" || call == "transfer";
    live.send_command("spy-" + call, name, id, has_body ? std::optional(body) : std::nullopt);
    const auto answer = live.answer_to("spy-" + call);
    EXPECT_EQ(text_at(answer, "/type"), "refused") << spy.name << ", " << call;
    expect_refused(spy, at(answer, "/problem"), id, "live " + call);
  }
  live.send({{"type", "typing"}, {"conversation_id", id}});
}

// A client that pretends to have been there at every position there ever was.
void expect_hidden_in_resumes(std::uint16_t port, const Spy& spy, const std::string& id,
                              std::uint64_t before_it, std::uint64_t claimed_at,
                              std::uint64_t last) {
  Live live(port, spy.token);
  for (std::uint64_t position = 0; position <= last; ++position) {
    live.send({{"type", "resume"}, {"position", position}});
    std::vector<json::value> told;
    const auto end = live.until(
        [](const json::value& frame) {
          const auto type = text_at(frame, "/type");
          return type == "caught_up" || type == "resync";
        },
        &told);
    ASSERT_FALSE(end.is_null());
    for (const auto& frame : told) {
      EXPECT_EQ(json::serialize(frame).find(secret), std::string::npos)
          << spy.name << " from " << position << ": " << json::serialize(frame);
      // That it is gone is told to those who saw it at their position, and to nobody else.
      const bool saw_it = spy.same_department && position > before_it && position < claimed_at;
      if (!saw_it) {
        EXPECT_FALSE(tells_of(frame, id))
            << spy.name << " from " << position << ", opened after " << before_it << ", claimed at "
            << claimed_at << ": " << json::serialize(frame);
      }
    }
  }
}

}  // namespace

TEST(Visibility, WhatAnaAttendsIsHiddenFromCarlaAndBruno) {
  const TemporaryFolder folder;
  const auto server = serve_demo(folder.path() / "data");
  const auto port = server->port();
  Client ana(port, sign_in(port, "ana"));
  const Spy bruno{"bruno", sign_in(port, "bruno"), true};
  const Spy carla{"carla", sign_in(port, "carla"), false};
  Live bruno_live(port, bruno.token);
  Live carla_live(port, carla.token);
  bruno_live.send({{"type", "resume"}, {"position", count_at(bruno_live.hello(), "/position")}});
  carla_live.send({{"type", "resume"}, {"position", count_at(carla_live.hello(), "/position")}});

  const auto visitor = register_visitor(port, "ventas", "Sra. " + secret);
  Client contact(port, visitor.token);
  const auto before_it = count_at(ana.get("/api/v1/conversations/counts").body, "/position");
  const auto opened = contact.post("/api/v1/webchat/messages", text_body(secret + " uno"));
  ASSERT_EQ(opened.status, 201U);
  const auto id = text_at(opened.body, "/conversation_id");

  const auto picture = upload(contact, webchat_side, shared_file("comprobante.jpeg"));
  contact.post("/api/v1/webchat/messages", file_body(picture, secret));
  await_examinations(contact, "/api/v1/webchat/messages", {picture});

  // While it waits bruno sees it, and carla does not.
  bruno_live.until([&](const json::value& frame) { return tells_of(frame, id); });
  EXPECT_EQ(Client(port, bruno.token).get(conversation_path(id)).status, 200U);
  Client carla_client(port, carla.token);
  Client bruno_client(port, bruno.token);
  expect_shown_files(bruno_client, operators_side, picture, picture_parts);
  expect_hidden_files(port, carla.name, carla.token, operators_side, {picture});
  expect_hidden_in_lists(carla_client, carla, id);
  expect_hidden_in_calls(carla_client, carla, id);

  // The reply takes it out of bruno's sight; what follows is told to neither.
  const auto reply = ana.post(conversation_path(id, "messages"), text_body(secret + " dos"));
  ASSERT_EQ(reply.status, 201U) << json::serialize(reply.body);
  const auto claimed_at = count_at(reply.body, "/position");
  const auto gone = bruno_live.until([&](const json::value& frame) {
    return tells_of(frame, id) && count_at(frame, "/position") >= claimed_at;
  });
  EXPECT_EQ(json::serialize(gone).find(secret), std::string::npos) << json::serialize(gone);
  EXPECT_NE(json::serialize(gone).find("conversation_gone"), std::string::npos);
  contact.post("/api/v1/webchat/messages", text_body(secret + " tres"));
  ana.post(conversation_path(id, "messages"), text_body(secret + " cuatro"));
  const auto from_ana = upload(ana, operators_side, shared_file("captura-transparente.png"));
  ana.post(conversation_path(id, "messages"), file_body(from_ana, secret));
  const auto voice = upload(contact, webchat_side, shared_file("nota-de-voz.webm"));
  contact.post("/api/v1/webchat/messages", {{"kind", "voice"}, {"attachment_id", voice}});
  const std::vector<std::string> files{picture, from_ana, voice};
  const auto examined =
      await_examinations(ana, conversation_path(id, "messages"), {picture, from_ana, voice});
  for (const auto& file : files) EXPECT_EQ(examined.at(file), "done");
  ana.post(conversation_path(id, "read"));
  Live ana_live(port, sign_in(port, "ana"));
  Live contact_live(port, visitor.token, Live::webchat);

  const auto pry = [&] {
    ana_live.send({{"type", "typing"}, {"conversation_id", id}});
    contact_live.send({{"type", "typing"}});
    const auto ids = ids_of(ana, id);
    for (const auto* spy : {&bruno, &carla}) {
      Client client(port, spy->token);
      expect_hidden_in_all_calls(port, *spy, ids);
      expect_hidden_in_lists(client, *spy, id);
      expect_hidden_in_calls(client, *spy, id);
      expect_hidden_files(port, spy->name, spy->token, operators_side, files);
    }
    expect_hidden_in_commands(bruno_live, bruno, id);
    expect_hidden_in_commands(carla_live, carla, id);
  };
  pry();
  ana.post(conversation_path(id, "close"));
  pry();
  const auto reopened = ana.post(conversation_path(id, "reopen"));
  pry();

  // Whatever was pushed to them meanwhile came before this.
  for (const char* department : {"ventas", "soporte"}) {
    const auto other = register_visitor(port, department, "Otro");
    Client(port, other.token).post("/api/v1/webchat/messages", text_body("centinela"));
  }
  for (auto* live : {&bruno_live, &carla_live}) {
    std::vector<json::value> told;
    live->until(
        [](const json::value& frame) {
          return json::serialize(frame).find("centinela") != std::string::npos;
        },
        &told);
    for (const auto& frame : told) EXPECT_FALSE(tells_of(frame, id)) << json::serialize(frame);
  }
  const auto last = count_at(reopened.body, "/position");
  expect_hidden_in_resumes(port, bruno, id, before_it, claimed_at, last);
  expect_hidden_in_resumes(port, carla, id, before_it, claimed_at, last);

  // And ana was not kept from her own.
  EXPECT_EQ(ana.list(conversation_path(id, "messages")).size(), 7U);
  expect_shown_files(ana, operators_side, picture, picture_parts);
  expect_shown_files(ana, operators_side, from_ana, picture_parts);
  expect_shown_files(ana, operators_side, voice, voice_parts);
  EXPECT_EQ(text_at(ana.get(conversation_path(id)).body, "/state"), "attending");
}

TEST(Visibility, AContactSeesNobodyElsesMessages) {
  const TemporaryFolder folder;
  const auto server = serve_demo(folder.path() / "data");
  const auto port = server->port();
  const auto visitor = register_visitor(port, "ventas", "Sra. " + secret);
  const auto other = register_visitor(port, "ventas", "Otro");
  Live other_live(port, other.token, Live::webchat);
  other_live.send({{"type", "resume"}, {"position", 0}});
  Client contact(port, visitor.token);
  const auto opened = contact.post("/api/v1/webchat/messages", text_body(secret + " uno"));
  const auto id = text_at(opened.body, "/conversation_id");
  const auto picture = upload(contact, webchat_side, shared_file("comprobante.jpeg"));
  contact.post("/api/v1/webchat/messages", file_body(picture));
  await_examinations(contact, "/api/v1/webchat/messages", {picture});
  expect_shown_files(contact, webchat_side, picture, picture_parts);
  expect_hidden_files(port, "stranger", other.token, webchat_side, {picture});

  Client stranger(port, other.token);
  EXPECT_FALSE(tells_of(stranger.get("/api/v1/webchat/messages").body, id));
  for (const auto& target : {std::string("/api/v1/conversations?tab=waiting"),
                             conversation_path(id), conversation_path(id, "messages")}) {
    const auto answer = stranger.get(target);
    EXPECT_EQ(answer.status, 401U) << target;
    EXPECT_FALSE(tells_of(answer.body, id)) << target;
  }
  const auto own = stranger.post("/api/v1/webchat/messages", text_body("centinela"));
  EXPECT_NE(text_at(own.body, "/conversation_id"), id);
  std::vector<json::value> told;
  other_live.until(
      [](const json::value& frame) {
        return json::serialize(frame).find("centinela") != std::string::npos;
      },
      &told);
  for (const auto& frame : told) EXPECT_FALSE(tells_of(frame, id)) << json::serialize(frame);
}

}  // namespace bitacora::acceptance_test
