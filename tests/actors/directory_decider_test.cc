#include "actors/directory_decider.h"

#include <gtest/gtest.h>

#include <random>

#include "events/limits.h"
#include "tests/actors/people.h"

namespace bitacora::actors {
namespace {

using namespace events;

const UuidBytes fresh = fixed_id<DepartmentId>(200).bytes();
const QuickReplyId greeting = fixed_id<QuickReplyId>(21);

// The people, with one quick reply.
struct Firm : People {
  Firm() { directory.quick_replies[greeting] = {greeting, "Saludo", "Hola", std::nullopt}; }
};
const Firm company;

DirectoryState take(DirectoryState state, const std::vector<DirectoryEvent>& happened) {
  for (const DirectoryEvent& event : happened) {
    state =
        evolve(std::move(state), event, {state.position.next(), state.version.next(), Instant()});
  }
  return state;
}

struct DecidedCase {
  std::string name;
  DirectoryCommand command;
  std::vector<DirectoryEvent> happens;
  UuidBytes subject;
};

std::vector<DecidedCase> decided_cases() {
  const Firm& c = company;
  const std::set<DepartmentId> ventas{c.ventas};
  const std::string ana = "Nombre de ana";
  return {
      {"add a department",
       AddDepartment{"almacen", "Almacén"},
       {DepartmentAdded{DepartmentId(fresh), "almacen", "Almacén"}},
       fresh},
      {"rename",
       ChangeDepartment{c.ventas, "Tienda"},
       {DepartmentRenamed{c.ventas, "Tienda"}},
       c.ventas.bytes()},
      {"rename to its name", ChangeDepartment{c.ventas, "Ventas"}, {}, c.ventas.bytes()},
      {"let a site show the chat",
       ChangeDepartment{c.ventas, "Ventas", std::set<std::string>{"https://ejemplo.com"}},
       {DepartmentOriginsChanged{c.ventas, {"https://ejemplo.com"}}},
       c.ventas.bytes()},
      {"rename and let sites show the chat",
       ChangeDepartment{c.ventas, "Tienda",
                        std::set<std::string>{"http://127.0.0.1:8080", "http://[::1]:8080",
                                              "https://xn--tda-5ma.example"}},
       {DepartmentRenamed{c.ventas, "Tienda"},
        DepartmentOriginsChanged{
            c.ventas,
            {"http://127.0.0.1:8080", "http://[::1]:8080", "https://xn--tda-5ma.example"}}},
       c.ventas.bytes()},
      {"let the sites that there are",
       ChangeDepartment{c.ventas, "Ventas", std::set<std::string>{}},
       {},
       c.ventas.bytes()},
      {"add an operator",
       AddOperator{"dora.b_1", "Dora", Role::Operator, ventas},
       {OperatorAdded{OperatorId(fresh), "dora.b_1", "Dora", Role::Operator, ventas}},
       fresh},
      {"change an operator",
       ChangeOperator{c.ana, ana, Role::Supervisor, ventas},
       {OperatorChanged{c.ana, ana, Role::Supervisor, ventas}},
       c.ana.bytes()},
      {"change nothing", ChangeOperator{c.ana, ana, Role::Operator, ventas}, {}, c.ana.bytes()},
      {"deactivate", DeactivateOperator{c.ana}, {OperatorDeactivated{c.ana}}, c.ana.bytes()},
      {"deactivate again", DeactivateOperator{c.gone}, {}, c.gone.bytes()},
      {"note a password",
       NotePasswordChange{c.ana},
       {OperatorPasswordChanged{c.ana}},
       c.ana.bytes()},
      {"add a quick reply",
       AddQuickReply{"Adiós", "Hasta luego\n😀", c.ventas},
       {QuickReplyAdded{QuickReplyId(fresh), "Adiós", "Hasta luego\n😀", c.ventas}},
       fresh},
      {"add a quick reply with a file",
       AddQuickReply{"Precios", "Aquí", {}, fixed_attachment(70)},
       {QuickReplyAdded{QuickReplyId(fresh), "Precios", "Aquí", {}, fixed_attachment(70)}},
       fresh},
      {"add a quick reply that is a file",
       AddQuickReply{"Precios", "", {}, fixed_attachment(70)},
       {QuickReplyAdded{QuickReplyId(fresh), "Precios", "", {}, fixed_attachment(70)}},
       fresh},
      {"give it a file",
       ChangeQuickReply{greeting, "Saludo", "Hola", {}, fixed_attachment(70)},
       {QuickReplyChanged{greeting, "Saludo", "Hola", {}, fixed_attachment(70)}},
       greeting.bytes()},
      {"change a quick reply",
       ChangeQuickReply{greeting, "Saludo", "¡Hola!", {}},
       {QuickReplyChanged{greeting, "Saludo", "¡Hola!", {}}},
       greeting.bytes()},
      {"change it to what it is",
       ChangeQuickReply{greeting, "Saludo", "Hola", {}},
       {},
       greeting.bytes()},
      {"remove a quick reply",
       RemoveQuickReply{greeting},
       {QuickReplyRemoved{greeting}},
       greeting.bytes()},
  };
}

TEST(DirectoryDecider, Decides) {
  for (const DecidedCase& each : decided_cases()) {
    const auto decided = decide(company.directory, each.command, fresh);
    ASSERT_TRUE(decided.has_value()) << each.name << ": " << decided.error().detail;
    EXPECT_EQ(decided->events, each.happens) << each.name;
    EXPECT_EQ(decided->subject, each.subject) << each.name;
    for (const DirectoryEvent& event : decided->events) {
      EXPECT_EQ(subject_of(event), each.subject) << each.name;
    }
  }
}

TEST(DirectoryDecider, DecidesNothingTheSecondTime) {
  for (const DecidedCase& each : decided_cases()) {
    const bool told_apart_by_key = std::holds_alternative<AddQuickReply>(each.command) ||
                                   std::holds_alternative<NotePasswordChange>(each.command);
    if (told_apart_by_key) continue;
    const auto state = take(company.directory, each.happens);
    const auto again = decide(state, each.command, fixed_id<DepartmentId>(201).bytes());
    EXPECT_TRUE(!again || again->events.empty()) << each.name;
  }
}

TEST(DirectoryDecider, AllowsWhatTheAccountMayAskForAsItIsNow) {
  Firm firm;
  firm.directory.operators.at(firm.sofia).departments = {firm.ventas};
  const auto of_soporte = fixed_id<QuickReplyId>(22);
  firm.directory.quick_replies[of_soporte] = {of_soporte, "Saludo", "Hola", firm.soporte};
  const auto may = [&](const Who& who, const DirectoryCommand& command) {
    const auto right = check_right(firm.directory, who, command);
    if (!right) {
      EXPECT_EQ(right.error().code, ErrorCode::Forbidden);
    }
    return right.has_value();
  };
  const DirectoryCommand of_admins[] = {AddDepartment{"almacen", "Almacén"},
                                        ChangeDepartment{firm.ventas, "Tienda"},
                                        AddOperator{"dora", "Dora", Role::Operator, {}},
                                        ChangeOperator{firm.carla, "Carla", Role::Operator, {}},
                                        DeactivateOperator{firm.carla},
                                        NotePasswordChange{firm.carla}};
  for (const DirectoryCommand& command : of_admins) {
    EXPECT_TRUE(may(Who::of(firm.admin), command)) << command.index();
    EXPECT_TRUE(may(Who::system(), command)) << command.index();
    for (const OperatorId& other : {firm.ana, firm.sofia, firm.aldo, firm.gone}) {
      EXPECT_FALSE(may(Who::of(other), command)) << command.index();
    }
    EXPECT_FALSE(may(Who::of(fixed_id<ContactId>(31)), command)) << command.index();
  }
  EXPECT_TRUE(may(Who::of(firm.carla), NotePasswordChange{firm.carla}));
  EXPECT_FALSE(may(Who::of(firm.gone), NotePasswordChange{firm.gone}));

  EXPECT_TRUE(may(Who::of(firm.sofia), AddQuickReply{"Adiós", "Chau", firm.ventas}));
  EXPECT_FALSE(may(Who::of(firm.sofia), AddQuickReply{"Adiós", "Chau", firm.soporte}));
  EXPECT_TRUE(may(Who::of(firm.admin), AddQuickReply{"Adiós", "Chau", firm.soporte}));
  EXPECT_FALSE(may(Who::of(firm.ana), AddQuickReply{"Adiós", "Chau", firm.ventas}));
  EXPECT_TRUE(may(Who::of(firm.sofia), ChangeQuickReply{greeting, "Saludo", "Hola", firm.ventas}));
  EXPECT_FALSE(
      may(Who::of(firm.sofia), ChangeQuickReply{greeting, "Saludo", "Hola", firm.soporte}));
  EXPECT_FALSE(may(Who::of(firm.sofia), ChangeQuickReply{of_soporte, "Saludo", "Hola", {}}));
  EXPECT_FALSE(may(Who::of(firm.sofia), RemoveQuickReply{of_soporte}));
  EXPECT_TRUE(may(Who::of(firm.sofia), RemoveQuickReply{greeting}));
  EXPECT_TRUE(may(Who::of(firm.sofia), RemoveQuickReply{fixed_id<QuickReplyId>(99)}));
}

TEST(DirectoryDecider, KeepsAThousandQuickRepliesAndNoMore) {
  Firm firm;
  while (firm.directory.quick_replies.size() < limits::quick_replies_max) {
    const auto id = QuickReplyId::make(Instant());
    firm.directory.quick_replies[id] = {id, "Saludo", "Hola", std::nullopt};
  }
  const auto one_more = decide(firm.directory, AddQuickReply{"Adiós", "Hasta luego", {}}, fresh);
  ASSERT_FALSE(one_more.has_value());
  EXPECT_EQ(one_more.error().code, ErrorCode::Invalid);
  EXPECT_TRUE(decide(firm.directory, ChangeQuickReply{greeting, "Saludo", "¡Hola!", {}}, fresh));
  firm.directory.quick_replies.erase(greeting);
  EXPECT_TRUE(decide(firm.directory, AddQuickReply{"Adiós", "Hasta luego", {}}, fresh));
}

TEST(DirectoryDecider, AttachesAFileWithTheEventThatFirstHasIt) {
  const auto attached = [](const DirectoryState& state, const DirectoryCommand& command) {
    return decide(state, command, fresh)->attaches;
  };
  const AddQuickReply add{"Precios", "Aquí", {}, fixed_attachment(70)};
  EXPECT_EQ(attached(company.directory, add), fixed_attachment(70));
  const auto state = take(company.directory, decide(company.directory, add, fresh)->events);
  const QuickReplyId id(fresh);
  const auto same = ChangeQuickReply{id, "Precios de hoy", "Aquí", {}, fixed_attachment(70)};
  EXPECT_EQ(attached(state, same), std::nullopt);
  const auto other = ChangeQuickReply{id, "Precios", "Aquí", {}, fixed_attachment(71)};
  EXPECT_EQ(attached(state, other), fixed_attachment(71));
  const auto none = ChangeQuickReply{id, "Precios", "Aquí", {}, {}};
  EXPECT_EQ(attached(state, none), std::nullopt);
  EXPECT_EQ(decide(state, none, fresh)->events.size(), 1U);
}

TEST(DirectoryDecider, RefusesWhatIsNoOrigin) {
  const std::string_view bad[] = {"",
                                  "https://",
                                  "ejemplo.com",
                                  "https://ejemplo.com/",
                                  "https://ejemplo.com/chat",
                                  "https://ejemplo.com?",
                                  "https://ejemplo.com#a",
                                  "https://a:b@ejemplo.com",
                                  "https://Ejemplo.com",
                                  "HTTPS://ejemplo.com",
                                  "https://ejemplo.com:443",
                                  "http://ejemplo.com:80",
                                  "https://ejemplo.com:0",
                                  "https://ejemplo.com:70000",
                                  "ftp://ejemplo.com",
                                  "null",
                                  "*",
                                  "https://*.ejemplo.com:x",
                                  "https://ejemplo.com\n",
                                  "https://ñandú.com",
                                  "file:///etc"};
  for (const std::string_view origin : bad) {
    const auto decided = decide(
        company.directory,
        ChangeDepartment{company.ventas, "Ventas", std::set<std::string>{std::string(origin)}},
        fresh);
    ASSERT_TRUE(decided.has_error()) << origin;
    EXPECT_EQ(decided.error().code, ErrorCode::Invalid) << origin;
  }
  std::set<std::string> many;
  for (int i = 0; i < 33; ++i) many.insert("https://s" + std::to_string(i) + ".example");
  EXPECT_TRUE(decide(company.directory, ChangeDepartment{company.ventas, "Ventas", many}, fresh)
                  .has_error());
  many.erase(many.begin());
  EXPECT_TRUE(decide(company.directory, ChangeDepartment{company.ventas, "Ventas", many}, fresh)
                  .has_value());
  const std::set<std::string> longest{"https://" + std::string(263, 'a')};
  EXPECT_TRUE(decide(company.directory, ChangeDepartment{company.ventas, "Ventas", longest}, fresh)
                  .has_error());
}

TEST(DirectoryDecider, Refuses) {
  const Firm& c = company;
  const auto nobody = fixed_id<OperatorId>(99);
  const auto nowhere = fixed_id<DepartmentId>(99);
  const auto nothing = fixed_id<QuickReplyId>(99);
  const std::string long_name(81, 'x');
  AddQuickReply flawed{"a", "b", {}};
  flawed.flaw = error(ErrorCode::NoSuchAttachment, "It is not there.");
  using enum ErrorCode;
  const struct {
    const char* name;
    DirectoryCommand command;
    ErrorCode code;
  } cases[] = {
      {"a slug that is taken", AddDepartment{"ventas", "Otra"}, AlreadyExists},
      {"no slug", AddDepartment{"", "Otra"}, Invalid},
      {"a slug in capitals", AddDepartment{"Almacen", "Otra"}, Invalid},
      {"a slug with a dot", AddDepartment{"al.macen", "Otra"}, Invalid},
      {"a long slug", AddDepartment{std::string(41, 'x'), "Otra"}, Invalid},
      {"no name", AddDepartment{"almacen", ""}, Invalid},
      {"a long name", AddDepartment{"almacen", long_name}, Invalid},
      {"a name of two lines", ChangeDepartment{c.ventas, "a\nb"}, Invalid},
      {"rename none", ChangeDepartment{nowhere, "a"}, NotFound},
      {"a username that is taken", AddOperator{"ana", "A", Role::Operator, {}}, AlreadyExists},
      {"the username of one who left", AddOperator{"gone", "A", Role::Operator, {}}, AlreadyExists},
      {"a username with a space", AddOperator{"a b", "A", Role::Operator, {}}, Invalid},
      {"an operator of no department there is", AddOperator{"dora", "D", Role::Operator, {nowhere}},
       Invalid},
      {"change nobody", ChangeOperator{nobody, "A", Role::Operator, {}}, NotFound},
      {"change one who left", ChangeOperator{c.gone, "A", Role::Operator, {}}, NotFound},
      {"change to no department there is", ChangeOperator{c.ana, "A", Role::Operator, {nowhere}},
       Invalid},
      {"deactivate nobody", DeactivateOperator{nobody}, NotFound},
      {"a password of nobody", NotePasswordChange{nobody}, NotFound},
      {"a password of one who left", NotePasswordChange{c.gone}, NotFound},
      {"a quick reply without text", AddQuickReply{"a", "", {}}, Invalid},
      {"a quick reply that is too long", AddQuickReply{"a", std::string(4097, 'x'), {}}, Invalid},
      {"a quick reply for no department", AddQuickReply{"a", "b", nowhere}, Invalid},
      {"change no quick reply", ChangeQuickReply{nothing, "a", "b", {}}, NotFound},
      {"a quick reply whose file is not there", flawed, NoSuchAttachment},
      {"remove no quick reply", RemoveQuickReply{nothing}, NotFound},
  };
  for (const auto& each : cases) {
    const auto decided = decide(c.directory, each.command, fresh);
    ASSERT_TRUE(decided.has_error()) << each.name;
    EXPECT_EQ(decided.error().code, each.code) << each.name;
  }
}

TEST(DirectoryDecider, KeepsSlugsAndUsernamesUniqueOverRandomSequences) {
  std::minstd_rand random(7);
  DirectoryState state;
  for (std::uint8_t i = 0; i < 250; ++i) {
    const UuidBytes id = fixed_id<DepartmentId>(i).bytes();
    const std::string name(1, static_cast<char>('a' + random() % 26));
    DirectoryCommand command = AddDepartment{name, "Nombre"};
    if (random() % 2) command = AddOperator{name, "Nombre", Role::Operator, {}};
    if (const auto decided = decide(state, command, id)) state = take(state, decided->events);
  }
  std::set<std::string> slugs;
  for (const auto& [id, department] : state.departments) slugs.insert(department.slug);
  EXPECT_EQ(slugs.size(), state.departments.size());
  std::set<std::string> usernames;
  for (const auto& [id, account] : state.operators) usernames.insert(account.username);
  EXPECT_EQ(usernames.size(), state.operators.size());
  EXPECT_EQ(usernames.size(), 26U);
}

}  // namespace
}  // namespace bitacora::actors
