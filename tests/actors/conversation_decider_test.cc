#include "actors/conversation_decider.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>

#include "tests/actors/people.h"

namespace bitacora::actors {
namespace {

using namespace events;

// A conversation, as far as it has come.
struct Thread {
  ConversationState state;
  std::uint64_t versions = 0;

  void take(const std::vector<ConversationEvent>& happened) {
    for (const ConversationEvent& event : happened) {
      ++versions;
      const auto at = Instant::from_unix_ms(1'000 * static_cast<std::int64_t>(versions));
      state = evolve(std::move(state), event, {Position(versions), Version(versions), at});
    }
  }

  static Thread waiting() {
    Thread thread;
    thread.take({ConversationOpened{fixed_id<ContactId>(50), "Lucía", "webchat", people.ventas},
                 MessageReceived{{"Hola"}}});
    return thread;
  }
  static Thread attending(const OperatorId& owner) {
    Thread thread = waiting();
    thread.take({ConversationClaimed{owner}});
    return thread;
  }
  static Thread closed(const OperatorId& owner) {
    Thread thread = attending(owner);
    thread.take({ConversationClosed{}});
    return thread;
  }
};

const SendReply hello{{"Buenos días"}};
const MessageSent hello_of_ana{people.ana, {"Buenos días"}};

Transfer to_department(const DepartmentId& id) { return Transfer{.department_id = id}; }
Transfer to_operator(const OperatorId& id) { return Transfer{.operator_id = id}; }

struct DecidedCase {
  std::string name;
  Thread thread;
  OperatorId who;
  ConversationCommand command;
  std::vector<ConversationEvent> happens;
};

// What happens, by state and by who asks.
std::vector<DecidedCase> decided_cases() {
  const OperatorId& ana = people.ana;
  const OperatorId& bruno = people.bruno;
  const OperatorId& sofia = people.sofia;
  const Thread waiting = Thread::waiting();
  const Thread anas = Thread::attending(ana);
  const Thread closed = Thread::closed(ana);
  Thread read = anas;
  read.take({ConversationRead{ana, Version(3)}});
  Thread answered = anas;
  answered.take({hello_of_ana});
  return {
      {"a reply claims", waiting, ana, hello, {ConversationClaimed{ana}, hello_of_ana}},
      {"the owner replies", anas, ana, hello, {hello_of_ana}},
      {"a reply with a file claims",
       waiting,
       ana,
       SendReply{{"presupuesto", {}, fixed_attachment(70)}},
       {ConversationClaimed{ana}, MessageSent{ana, {"presupuesto", {}, fixed_attachment(70)}}}},
      {"a recording",
       anas,
       ana,
       SendReply{{"", {}, fixed_attachment(70), true}},
       {MessageSent{ana, {"", {}, fixed_attachment(70), true}}}},
      {"a quick reply whose file comes second",
       waiting,
       ana,
       SendReply{{"texto"}, MessageContent{"", {}, fixed_attachment(70)}},
       {ConversationClaimed{ana}, MessageSent{ana, {"texto"}},
        MessageSent{ana, {"", {}, fixed_attachment(70)}}}},
      {"claim", waiting, ana, Claim{}, {ConversationClaimed{ana}}},
      {"claim one's own", anas, ana, Claim{}, {}},
      {"a supervisor takes over", anas, sofia, Claim{}, {ConversationClaimed{sofia, ana}}},
      {"release", anas, ana, Release{}, {ConversationReleased{}}},
      {"a supervisor releases", anas, sofia, Release{}, {ConversationReleased{}}},
      {"release a waiting one", waiting, ana, Release{}, {}},
      {"close", anas, ana, Close{}, {ConversationClosed{}}},
      {"a supervisor closes", anas, sofia, Close{}, {ConversationClosed{}}},
      {"close a waiting one claims it",
       waiting,
       ana,
       Close{},
       {ConversationClaimed{ana}, ConversationClosed{}}},
      {"close a closed one", closed, ana, Close{}, {}},
      {"reopen", closed, ana, Reopen{}, {ConversationReopened{ana}}},
      {"a supervisor reopens", closed, sofia, Reopen{}, {ConversationReopened{sofia}}},
      {"reopen one's own open one", anas, ana, Reopen{}, {}},
      {"reopen a waiting one", waiting, ana, Reopen{}, {}},
      {"to a department",
       anas,
       ana,
       to_department(people.soporte),
       {ConversationTransferred{people.soporte}}},
      {"to its own department gives it back",
       anas,
       ana,
       to_department(people.ventas),
       {ConversationTransferred{people.ventas}}},
      {"where it waits already", waiting, ana, to_department(people.ventas), {}},
      {"to a colleague",
       anas,
       ana,
       to_operator(bruno),
       {ConversationTransferred{people.ventas, bruno}}},
      {"to an operator of another department",
       anas,
       ana,
       to_operator(people.carla),
       {ConversationTransferred{people.soporte, people.carla}}},
      {"a waiting one to an operator",
       waiting,
       bruno,
       to_operator(ana),
       {ConversationTransferred{people.ventas, ana}}},
      {"to who has it", anas, sofia, to_operator(ana), {}},
      {"with a note",
       anas,
       ana,
       Transfer{.department_id = people.soporte, .note = "pide factura"},
       {ConversationTransferred{people.soporte, {}, "pide factura"}}},
      {"read", anas, ana, MarkRead{}, {ConversationRead{ana, Version(3)}}},
      {"read what is read", read, ana, MarkRead{}, {}},
      {"read what was answered", answered, ana, MarkRead{}, {ConversationRead{ana, Version(4)}}},
      {"read a waiting one", waiting, ana, MarkRead{}, {}},
      {"a supervisor looks on", anas, sofia, MarkRead{}, {}},
      {"an auditor looks on", anas, people.aldo, MarkRead{}, {}},
  };
}

TEST(ConversationDecider, DecidesByStateAndByWhoAsks) {
  for (const DecidedCase& each : decided_cases()) {
    const auto decided =
        decide(each.thread.state, each.command, people.viewer(each.who), people.directory);
    ASSERT_TRUE(decided.has_value()) << each.name << ": " << decided.error().detail;
    EXPECT_EQ(*decided, each.happens) << each.name;
  }
}

TEST(ConversationDecider, DecidesNothingTheSecondTime) {
  for (const DecidedCase& each : decided_cases()) {
    if (std::holds_alternative<SendReply>(each.command)) continue;
    Thread thread = each.thread;
    thread.take(each.happens);
    const auto again =
        decide(thread.state, each.command, people.viewer(each.who), people.directory);
    // Whoever gave it away may not see it any more.
    if (again) {
      EXPECT_THAT(*again, testing::IsEmpty()) << each.name;
    }
  }
}

struct RefusedCase {
  std::string name;
  Thread thread;
  OperatorId who;
  ConversationCommand command;
  ErrorCode code;
};

std::vector<RefusedCase> refused_cases() {
  const OperatorId& ana = people.ana;
  const OperatorId& bruno = people.bruno;
  const OperatorId& sofia = people.sofia;
  const Thread none;
  const Thread waiting = Thread::waiting();
  const Thread anas = Thread::attending(ana);
  const Thread closed = Thread::closed(ana);
  const auto reply = [](const std::string& text) { return SendReply{{text}}; };
  SendReply gone{{}};
  gone.flaw = error(ErrorCode::NoSuchQuickReply, "It is gone.");
  Attachment nameless = fixed_attachment(70);
  nameless.name.clear();
  const std::string long_caption(161, 'x');
  using enum ErrorCode;
  return {
      {"no conversation", none, ana, hello, NotFound},
      {"another department's", waiting, people.carla, hello, NotFound},
      {"another department's attended", anas, people.carla, Claim{}, NotFound},
      {"a colleague's closed one", closed, bruno, Reopen{}, NotFound},
      {"the loser's reply", anas, bruno, hello, AlreadyClaimed},
      {"a colleague's claim", anas, bruno, Claim{}, AlreadyClaimed},
      {"a colleague's close", anas, bruno, Close{}, AlreadyClaimed},
      {"a colleague's read", anas, bruno, MarkRead{}, AlreadyClaimed},
      {"a supervisor's reply without a claim", anas, sofia, hello, AlreadyClaimed},
      {"a supervisor's reopen of an attended one", anas, sofia, Reopen{}, AlreadyClaimed},
      {"reply after close", closed, ana, hello, ConversationClosed},
      {"claim after close", closed, sofia, Claim{}, ConversationClosed},
      {"release after close", closed, ana, Release{}, ConversationClosed},
      {"transfer after close", closed, ana, to_operator(bruno), ConversationClosed},
      {"an auditor's reply", waiting, people.aldo, hello, Forbidden},
      {"an auditor's claim", anas, people.aldo, Claim{}, Forbidden},
      {"an admin's reply", waiting, people.admin, hello, Forbidden},
      {"an admin's read", none, people.admin, MarkRead{}, Forbidden},
      {"empty text", anas, ana, reply(""), Invalid},
      {"text too long", anas, ana, reply(std::string(4097, 'x')), Invalid},
      {"text that is not UTF-8", anas, ana, reply("\xff"), Invalid},
      {"a quick reply that is gone, of one that is another's", anas, bruno, gone, AlreadyClaimed},
      {"a quick reply that is gone", anas, ana, gone, NoSuchQuickReply},
      {"a quick reply that was removed", anas, ana, SendReply{{"Hola", fixed_id<QuickReplyId>(99)}},
       NoSuchQuickReply},
      {"a caption too long", anas, ana, SendReply{{long_caption, {}, fixed_attachment(70)}},
       CaptionTooLong},
      {"a caption that is not UTF-8", anas, ana, SendReply{{"\xff", {}, fixed_attachment(70)}},
       Invalid},
      {"a recording with a caption", anas, ana, SendReply{{"oiga", {}, fixed_attachment(70), true}},
       Invalid},
      {"a recording of nothing", anas, ana, SendReply{{"", {}, {}, true}}, Invalid},
      {"a file without a name", anas, ana, SendReply{{"", {}, nameless}}, Invalid},
      {"a second message without a file", anas, ana, SendReply{{"a"}, MessageContent{"b"}},
       Invalid},
      {"two files", anas, ana,
       SendReply{{"a", {}, fixed_attachment(70)}, MessageContent{"", {}, fixed_attachment(71)}},
       Invalid},
      {"a file for a closed one", closed, ana, SendReply{{"", {}, fixed_attachment(70)}},
       ConversationClosed},
      {"transfer to nobody", anas, ana, Transfer{}, Invalid},
      {"transfer to both", anas, ana,
       Transfer{.department_id = people.ventas, .operator_id = bruno}, Invalid},
      {"to no department", anas, ana, to_department(fixed_id<DepartmentId>(99)), Invalid},
      {"to no operator", anas, ana, to_operator(fixed_id<OperatorId>(99)), Invalid},
      {"to one who left", anas, ana, to_operator(people.gone), Invalid},
      {"to an auditor", anas, ana, to_operator(people.aldo), Invalid},
      {"to an admin", anas, ana, to_operator(people.admin), Invalid},
      {"to one without a department", anas, ana, to_operator(people.lost), Invalid},
      {"note too long", anas, ana,
       Transfer{.department_id = people.soporte, .note = std::string(1001, 'x')}, Invalid},
  };
}

TEST(ConversationDecider, RefusesByStateAndByWhoAsks) {
  for (const RefusedCase& each : refused_cases()) {
    const auto decided =
        decide(each.thread.state, each.command, people.viewer(each.who), people.directory);
    ASSERT_TRUE(decided.has_error()) << each.name;
    EXPECT_EQ(decided.error().code, each.code) << each.name;
    EXPECT_EQ(decided.error().owner.has_value(), each.code == ErrorCode::AlreadyClaimed)
        << each.name;
  }
}

TEST(ConversationDecider, TellsTheLoserWhoHasIt) {
  const Thread anas = Thread::attending(people.ana);
  const auto decided = decide(anas.state, hello, people.viewer(people.bruno), people.directory);
  EXPECT_EQ(decided.error().owner, (OwnerName{people.ana, "Nombre de ana"}));
}

TEST(ConversationDecider, MovesToTheFirstDepartmentOfAnOperatorWhoIsNotInItsOwn) {
  People more;
  const auto almacen = fixed_id<DepartmentId>(3);
  more.directory.departments[almacen] = {almacen, "almacen", "Almacén"};
  more.directory.operators[more.carla].departments = {more.soporte, almacen};
  const Thread anas = Thread::attending(people.ana);
  const auto decided =
      decide(anas.state, to_operator(more.carla), more.viewer(more.ana), more.directory);
  ASSERT_TRUE(decided.has_value());
  EXPECT_THAT(*decided, testing::ElementsAre(
                            ConversationEvent(ConversationTransferred{almacen, more.carla})));
}

TEST(ConversationDecider, TakesALongestMessageInCodePointsNotBytes) {
  std::string text;
  for (int i = 0; i < 4096; ++i) text += "😀";
  const Thread anas = Thread::attending(people.ana);
  const auto viewer = people.viewer(people.ana);
  EXPECT_TRUE(decide(anas.state, SendReply{{text}}, viewer, people.directory).has_value());
  EXPECT_TRUE(decide(anas.state, SendReply{{text + "x"}}, viewer, people.directory).has_error());
}

TEST(ConversationDecider, TakesACaptionOf160CodePointsOfFourBytes) {
  std::string caption;
  for (int i = 0; i < 160; ++i) caption += "😀";
  const Thread anas = Thread::attending(people.ana);
  const auto viewer = people.viewer(people.ana);
  const auto decided = [&](const std::string& text) {
    return decide(anas.state, SendReply{{text, {}, fixed_attachment(70)}}, viewer,
                  people.directory);
  };
  EXPECT_TRUE(decided(caption).has_value());
  EXPECT_EQ(decided(caption + "😀").error().code, ErrorCode::CaptionTooLong);
}

TEST(ConversationDecider, MarksWhatTheContactHasAndHasRead) {
  using List = std::vector<ConversationEvent>;
  Thread thread = Thread::attending(people.ana);
  const auto marks = [&](const ContactCommand& command) {
    const auto decided = decide(thread.state, command);
    EXPECT_TRUE(decided.has_value());
    return decided.value();
  };
  EXPECT_EQ(marks(MarkDelivered{Version(3)}), List{}) << "there is nothing to deliver";
  EXPECT_EQ(decide(ConversationState{}, MarkDelivered{Version(3)}).error().code,
            ErrorCode::NotFound);

  thread.take({hello_of_ana, hello_of_ana});
  const List delivered = marks(MarkDelivered{Version(4)});
  EXPECT_EQ(delivered, (List{MessagesDelivered{Version(4)}}));
  thread.take(delivered);
  EXPECT_EQ(marks(MarkDelivered{Version(4)}), List{});
  EXPECT_EQ(marks(MarkDelivered{Version(2)}), List{}) << "it never goes back";
  EXPECT_EQ(marks(MarkDelivered{Version(99)}), (List{MessagesDelivered{Version(5)}}))
      << "not past the last message";

  const List read = marks(MarkReadByContact{Version(99)});
  EXPECT_EQ(read, (List{MessagesReadByContact{Version(5)}}));
  thread.take(read);
  EXPECT_EQ(marks(MarkReadByContact{Version(5)}), List{});
  EXPECT_EQ(marks(MarkDelivered{Version(5)}), List{}) << "what is read was delivered";
}

TEST(ConversationDecider, ReleasesForTheSystemWhatTheOwnerStillAttends) {
  using List = std::vector<ConversationEvent>;
  const ReleaseFrom from_ana{people.ana};
  Thread thread = Thread::attending(people.ana);
  const auto decided = decide(thread.state, from_ana);
  ASSERT_TRUE(decided.has_value());
  EXPECT_EQ(*decided, List{ConversationReleased{}});
  thread.take(*decided);
  EXPECT_EQ(thread.state.facts.status, ConversationStatus::Waiting);
  EXPECT_EQ(decide(thread.state, from_ana).value(), List{}) << "decided again";

  EXPECT_EQ(decide(Thread::attending(people.bruno).state, from_ana).value(), List{})
      << "somebody else has it meanwhile";
  EXPECT_EQ(decide(Thread::closed(people.ana).state, from_ana).value(), List{});
  EXPECT_EQ(decide(ConversationState{}, from_ana).value(), List{});
}

TEST(ConversationDecider, CutsALongStretchOfDeliveryIntoSeveralEvents) {
  Thread thread = Thread::attending(people.ana);
  for (int i = 0; i < 1'200; ++i) thread.take({hello_of_ana});
  const auto decided = decide(thread.state, MarkReadByContact{Version(1'203)});
  ASSERT_TRUE(decided.has_value());
  EXPECT_EQ(*decided, (std::vector<ConversationEvent>{MessagesReadByContact{Version(500)},
                                                      MessagesReadByContact{Version(1'000)},
                                                      MessagesReadByContact{Version(1'203)}}));
}

TEST(ConversationDecider, CutsALongStretchOfReadingIntoSeveralEvents) {
  Thread thread = Thread::attending(people.ana);
  for (int i = 0; i < 1'200; ++i) thread.take({MessageReceived{{"Hola"}}});
  const auto decided =
      decide(thread.state, MarkRead{}, people.viewer(people.ana), people.directory);
  ASSERT_TRUE(decided.has_value());
  const auto ana = people.ana;
  EXPECT_EQ(*decided, (std::vector<ConversationEvent>{ConversationRead{ana, Version(500)},
                                                      ConversationRead{ana, Version(1'000)},
                                                      ConversationRead{ana, Version(1'203)}}));
}

TEST(ConversationDecider, TakesAFileOfTheContact) {
  const ReceiveMessage message{{"mire", {}, fixed_attachment(70)}};
  EXPECT_EQ(*decide(Thread::waiting().state, message),
            (std::vector<ConversationEvent>{MessageReceived{{"mire", {}, fixed_attachment(70)}}}));
  ReceiveMessage flawed = message;
  flawed.flaw = error(ErrorCode::NoSuchAttachment, "It is not there.");
  EXPECT_EQ(decide(Thread::waiting().state, flawed).error().code, ErrorCode::NoSuchAttachment);
}

TEST(ConversationDecider, ReopensIntoEsperaWhenTheContactWrites) {
  const ReceiveMessage message{{"¿Hola?"}};
  const MessageReceived received{{"¿Hola?"}};
  using List = std::vector<ConversationEvent>;
  EXPECT_EQ(*decide(Thread::closed(people.ana).state, message),
            (List{ConversationReopened{}, received}));
  EXPECT_EQ(*decide(Thread::waiting().state, message), (List{received}));
  EXPECT_EQ(*decide(Thread::attending(people.ana).state, message), (List{received}));
  EXPECT_EQ(decide(ConversationState{}, message).error().code, ErrorCode::NotFound);
  EXPECT_EQ(decide(Thread::waiting().state, ReceiveMessage{{""}}).error().code, ErrorCode::Invalid);
}

// --- Random sequences ---------------------------------------------------------------------------

class Sequence {
 public:
  explicit Sequence(unsigned seed) : random_(seed) {}

  OperatorId somebody() {
    const std::vector<OperatorId> all{people.ana,  people.bruno, people.carla, people.sofia,
                                      people.aldo, people.admin, people.gone,  people.lost};
    return all[random_() % all.size()];
  }
  ConversationCommand something() {
    switch (random_() % 8) {
      case 0:
        return Claim{};
      case 1:
        return Release{};
      case 2:
        return Close{};
      case 3:
        return Reopen{};
      case 4:
        return to_department(random_() % 2 ? people.ventas : people.soporte);
      case 5:
        return to_operator(somebody());
      case 6:
        return MarkRead{};
      default:
        return hello;
    }
  }
  bool contact_writes() { return random_() % 5 == 0; }

 private:
  std::minstd_rand random_;
};

void expect_sound(const ConversationState& state, const std::string& where) {
  const ConversationFacts& facts = state.facts;
  const bool waiting = facts.status == ConversationStatus::Waiting;
  EXPECT_EQ(facts.owner.has_value(), !waiting) << where;
  EXPECT_EQ(state.waiting_since.has_value(), waiting) << where;
  EXPECT_NE(facts.status, ConversationStatus::None) << where;
  EXPECT_NE(people.directory.department(facts.department_id), nullptr) << where;
  if (!facts.owner) return;
  const Operator* owner = people.directory.operator_of(*facts.owner);
  ASSERT_NE(owner, nullptr) << where;
  EXPECT_TRUE(owner->active && may_attend(Viewer::of(*owner))) << where;
}

TEST(ConversationDecider, KeepsItsInvariantsOverRandomSequences) {
  for (unsigned seed = 1; seed <= 200; ++seed) {
    Sequence sequence(seed);
    Thread thread = Thread::waiting();
    for (int step = 0; step < 100; ++step) {
      const std::string where = "seed " + std::to_string(seed) + " step " + std::to_string(step);
      if (sequence.contact_writes()) {
        const auto decided = decide(thread.state, ReceiveMessage{{"Hola"}});
        ASSERT_TRUE(decided.has_value()) << where;
        thread.take(*decided);
      } else {
        OperatorId who = sequence.somebody();
        if (who == people.gone) who = people.ana;  // one who left cannot sign in
        const auto viewer = people.viewer(who);
        const auto command = sequence.something();
        const ConversationFacts before = thread.state.facts;
        const auto decided = decide(thread.state, command, viewer, people.directory);
        if (!decided) continue;
        EXPECT_TRUE(may_see(viewer, before)) << where;
        thread.take(*decided);
        // Whoever replies is the owner from then on.
        if (std::holds_alternative<SendReply>(command)) {
          EXPECT_EQ(thread.state.facts.owner, who) << where;
        }
      }
      expect_sound(thread.state, where);
    }
  }
}

TEST(ConversationDecider, LetsOneWinHoweverManyReplyToAWaitingConversation) {
  for (unsigned seed = 1; seed <= 100; ++seed) {
    Sequence sequence(seed);
    Thread thread = Thread::waiting();
    std::optional<OperatorId> winner;
    for (int i = 0; i < 20; ++i) {
      const OperatorId who = sequence.somebody();
      const auto decided = decide(thread.state, hello, people.viewer(who), people.directory);
      if (!decided) continue;
      thread.take(*decided);
      if (!winner) winner = who;
      EXPECT_EQ(who, *winner) << "seed " << seed;
    }
    ASSERT_TRUE(winner.has_value()) << "seed " << seed;
    EXPECT_EQ(thread.state.facts.owner, winner) << "seed " << seed;
  }
}

}  // namespace
}  // namespace bitacora::actors
