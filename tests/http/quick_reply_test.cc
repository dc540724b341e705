// Quick replies and departments, as supervisors and admins keep them: rules C1, C12 and C13.

#include <gtest/gtest.h>

#include <filesystem>

#include "tests/http/known_uploads.h"

namespace bitacora::http {

namespace {

constexpr const char* replies = "/api/v1/quick-replies";

class QuickReplies : public testing::Test {
 protected:
  RigAnswer add(const std::string& username, const json::object& body,
                const std::string& key = {}) {
    return rig.client(username).post(replies, body, key);
  }
  RigAnswer remove(const std::string& username, const std::string& id) {
    return rig.client(username).call("DELETE", replies + ("/" + id));
  }
  std::vector<std::string> titles(const std::string& username, const std::string& query) {
    std::vector<std::string> found;
    for (const json::value& item : rig.client(username).list(
             std::string(replies) +
             "?at_least=" + std::to_string(rig.log().last_position().value()) + "&q=" + query)) {
      found.push_back(text_at(item, "/title"));
    }
    return found;
  }
  std::string added(const json::object& body) {
    const RigAnswer answer = add("sofia", body);
    rig.client("sofia").get(std::string(replies) +
                            "?at_least=" + std::to_string(number_at(answer.body, "/position")));
    return text_at(answer.body, "/quick_reply/id");
  }
  RigAnswer send(const std::string& conversation, const std::string& quick_reply,
                 const std::string& key = {}) {
    return rig.client("ana").post(conversation_path(conversation, "messages"),
                                  {{"kind", "quick_reply"}, {"quick_reply_id", quick_reply}}, key);
  }
  // Regular files in the blobs' folder.
  std::size_t files_kept() {
    const auto folder = rig.blobs().path_of(events::AttachmentId()).parent_path().parent_path();
    std::size_t count = 0;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) {
      count += entry.is_regular_file() ? 1 : 0;
    }
    return count;
  }
  events::AttachmentId file() { return uploads.add(rig, events::Who::of(rig.viewer("sofia").id)); }

  KnownUploads uploads;
  ServerRig rig{RigOptions{.uploads = &uploads}};
};

TEST_F(QuickReplies, AreKeptBySupervisorsAndAdminsAlone) {
  rig.change_directory(actors::AddDepartment{"cobros", "Cobros"}).value();
  const json::object for_all{{"title", "Precios"}, {"text", "Aquí"}, {"department", nullptr}};
  const json::object of_ventas{{"title", "Precios"}, {"text", "Aquí"}, {"department", "ventas"}};
  const json::object of_cobros{{"title", "Precios"}, {"text", "Aquí"}, {"department", "cobros"}};
  for (const char* nobody : {"ana", "aldo"}) {
    EXPECT_EQ(add(nobody, for_all).problem(), "forbidden") << nobody;
  }
  EXPECT_EQ(add("sofia", of_cobros).problem(), "forbidden");
  EXPECT_EQ(add("sofia", of_ventas).status, 201U);
  EXPECT_EQ(add("admin", of_cobros).status, 201U);
  const RigAnswer first = add("sofia", for_all, "k");
  ASSERT_EQ(first.status, 201U) << first.text;
  EXPECT_EQ(add("sofia", for_all, "k").body, first.body);
  const std::string id = text_at(first.body, "/quick_reply/id");

  const std::string path = replies + ("/" + id);
  const json::object changed{{"title", "Tarifas"}, {"text", "Allí"}, {"department", "ventas"}};
  EXPECT_EQ(rig.client("ana").put(path, changed).problem(), "forbidden");
  EXPECT_EQ(rig.client("sofia").put(path, of_cobros).problem(), "forbidden");
  const RigAnswer answer = rig.client("sofia").put(path, changed);
  ASSERT_EQ(answer.status, 200U) << answer.text;
  EXPECT_EQ(text_at(answer.body, "/quick_reply/title"), "Tarifas");
  EXPECT_EQ(text_at(answer.body, "/quick_reply/department/slug"), "ventas");
  EXPECT_TRUE(answer.body.at_pointer("/quick_reply/attachment").is_null());

  EXPECT_EQ(remove("ana", id).problem(), "forbidden");
  EXPECT_EQ(remove("sofia", id).status, 200U);
  EXPECT_EQ(remove("sofia", id).problem(), "not-found");
  EXPECT_EQ(rig.client("sofia").put(path, changed).problem(), "not-found");
  EXPECT_EQ(add("sofia", {{"title", "a"}, {"text", ""}}).problem(), "invalid");
  EXPECT_EQ(add("sofia", {{"title", "a"}, {"text", "b"}, {"department", "nada"}}).problem(),
            "invalid");
}

TEST_F(QuickReplies, AreFoundWithoutRegardToAccentsAndCase) {
  added({{"title", "Árbol de PRECIOS"}, {"text", "Según el ñandú, ﬁn"}});
  const std::vector<std::string> found{"Árbol de PRECIOS"};
  for (const char* query :
       {"arbol", "%C3%81RBOL", "precios", "segun", "NANDU", "fin", "a%CC%81rbol"}) {
    EXPECT_EQ(titles("ana", query), found) << query;
  }
  EXPECT_TRUE(titles("ana", "arbal").empty());
}

TEST_F(QuickReplies, AreSentWithTheirFile) {
  const std::string id = rig.waiting_conversation();
  const auto attached = file();
  const std::string reply = added({{"title", "Precios"},
                                   {"text", "Tome, {{contact.name}}"},
                                   {"attachment_id", attached.to_string()}});
  const RigAnswer sent = send(id, reply, "k");
  ASSERT_EQ(sent.status, 201U) << sent.text;
  EXPECT_EQ(text_at(sent.body, "/message/kind"), "attachment");
  EXPECT_EQ(text_at(sent.body, "/message/caption"), "Tome, Núñez");
  const std::string copy = text_at(sent.body, "/message/attachment/id");
  EXPECT_NE(copy, attached.to_string());
  EXPECT_EQ(rig.blobs().open_blob(*events::AttachmentId::parse(copy)).value().size_bytes, 5U);
  const std::size_t files = files_kept();
  EXPECT_EQ(send(id, reply, "k").body, sent.body);
  EXPECT_EQ(files_kept(), files) << "a replay leaves a file that no message has";
  EXPECT_EQ(send(id, reply).status, 201U) << "it may be sent again and again";
  EXPECT_EQ(files_kept(), files + 1);
}

TEST_F(QuickReplies, WithALongTextAreTwoMessages) {
  const std::string id = rig.waiting_conversation();
  const std::string text(161, 'x');
  const std::string reply =
      added({{"title", "Precios"}, {"text", text}, {"attachment_id", file().to_string()}});
  const RigAnswer sent = send(id, reply);
  ASSERT_EQ(sent.status, 201U) << sent.text;
  EXPECT_EQ(text_at(sent.body, "/message/text"), text);
  const json::array messages =
      rig.client("ana").list(conversation_path(id, "messages") +
                             "?at_least=" + std::to_string(rig.log().last_position().value()));
  ASSERT_EQ(messages.size(), 3U);
  EXPECT_EQ(text_at(messages[0], "/kind"), "attachment");
  EXPECT_EQ(text_at(messages[1], "/text"), text);
}

TEST_F(QuickReplies, ThatAreGoneSendNothing) {
  const std::string id = rig.waiting_conversation();
  const std::string reply = added({{"title", "Precios"}, {"text", "Aquí"}});
  remove("sofia", reply);
  const events::Version before = rig.version_of(id);
  const RigAnswer gone = send(id, reply);
  EXPECT_EQ(gone.status, 422U);
  EXPECT_EQ(gone.problem(), "no-such-quick-reply");
  EXPECT_EQ(rig.version_of(id), before);
}

TEST_F(QuickReplies, KeepTheirFileWhenTheyAreChanged) {
  const auto attached = file();
  const json::object body{
      {"title", "Precios"}, {"text", ""}, {"attachment_id", attached.to_string()}};
  const std::string id = added(body);
  json::object changed = body;
  changed["text"] = "Aquí";
  const RigAnswer answer = rig.client("sofia").put(replies + ("/" + id), changed);
  ASSERT_EQ(answer.status, 200U) << answer.text;
  EXPECT_EQ(text_at(answer.body, "/quick_reply/attachment/id"), attached.to_string());
  EXPECT_EQ(text_at(answer.body, "/quick_reply/attachment/name"), "Núñez 📎.pdf");
  changed["attachment_id"] = "01940000-0000-7000-8000-000000000000";
  EXPECT_EQ(rig.client("sofia").put(replies + ("/" + id), changed).problem(), "no-such-attachment");
}

TEST_F(QuickReplies, OfADepartmentWhoseSitesAreNamed) {
  const std::string id = rig.projector().directory()->department_by_slug("ventas")->id.to_string();
  const std::string path = "/api/v1/departments/" + id;
  RigClient admin = rig.client("admin");
  const RigAnswer changed =
      admin.put(path, {{"name", "Ventas"}, {"allowed_origins", {"https://ejemplo.com"}}});
  ASSERT_EQ(changed.status, 200U) << changed.text;
  EXPECT_EQ(text_at(changed.body, "/department/allowed_origins/0"), "https://ejemplo.com");
  const RigAnswer renamed = admin.put(path, {{"name", "Tienda"}});
  EXPECT_EQ(text_at(renamed.body, "/department/allowed_origins/0"), "https://ejemplo.com");
  const RigAnswer unsaid = admin.put(path, {{"name", "Ventas"}, {"allowed_origins", nullptr}});
  EXPECT_EQ(text_at(unsaid.body, "/department/allowed_origins/0"), "https://ejemplo.com");
  EXPECT_EQ(admin.put(path, {{"name", "Ventas"}, {"allowed_origins", {"ejemplo.com"}}}).problem(),
            "invalid");
  EXPECT_EQ(rig.client("sofia").put(path, {{"name", "x"}}).problem(), "forbidden");
  EXPECT_EQ(rig.client("ana").get("/api/v1/departments").text.find("allowed_origins"),
            std::string::npos);
  EXPECT_NE(admin.get("/api/v1/departments").text.find("allowed_origins"), std::string::npos);
}

}  // namespace

}  // namespace bitacora::http
