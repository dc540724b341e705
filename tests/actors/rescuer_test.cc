// Conversations whose owner may not attend any more go back to Espera: rule V6 from within,
// whatever crosses, is refused or is cut off.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "projections/inbox.h"
#include "tests/actors/company.h"
#include "tests/actors/stage.h"
#include "tests/waiting.h"

namespace bitacora::actors {
namespace {

using namespace std::chrono_literals;
using events::ConversationStatus;
using events::Role;
using events::StreamId;

// --- A company that runs ------------------------------------------------------------------------

std::vector<events::ConversationId> attended_by(Company& company, const events::OperatorId& owner,
                                                std::size_t count) {
  std::vector<events::ConversationId> ids;
  std::vector<Answer<ConversationOutcome>> claims;
  for (std::size_t i = 0; i < count; ++i) {
    ids.push_back(company.conversation());
    claims.push_back(company.ask(ids.back(), owner, Claim{}));
  }
  for (auto& claim : claims) EXPECT_TRUE(wait(claim).has_value());
  return ids;
}

std::size_t releases_in(const std::vector<events::RecordedEventPtr>& stream) {
  return static_cast<std::size_t>(std::ranges::count_if(stream, [](const auto& recorded) {
    const auto* event = std::get_if<events::ConversationEvent>(&recorded->event);
    return event && std::holds_alternative<events::ConversationReleased>(*event);
  }));
}

std::vector<projections::ConversationRow> espera_of(Company& company,
                                                    const events::OperatorId& who) {
  const auto inbox = company.projector().read_inbox();
  projections::InboxQuery query;
  query.tab = projections::Tab::Waiting;
  query.limit = 1'000;
  return list_conversations(*inbox, company.viewer(who), *company.projector().directory(), query)
      .value()
      .items;
}

void wait_for_espera(Company& company, std::size_t count) {
  ASSERT_TRUE(comes_true([&] { return espera_of(company, company.bruno).size() == count; }))
      << "waited in vain until so many wait: " << count;
}

TEST(Rescuer, GivesAllBackThatADeactivatedOperatorAttends) {
  Company company;
  const auto anas = attended_by(company, company.ana, 150);  // more than are released at once
  const auto brunos = attended_by(company, company.bruno, 2);
  ASSERT_TRUE(wait(company.ask(anas[0], company.ana, Close{})).has_value());
  ASSERT_TRUE(wait(company.change(DeactivateOperator{company.ana})).has_value());
  wait_for_espera(company, 149);
  company.runtime().stop();
  for (const auto& id : std::span(anas).subspan(1)) {
    const auto stream = company.stream(StreamId::of(id));
    ASSERT_EQ(stream.size(), 4U);
    EXPECT_EQ(stream.back()->event,
              events::Event(events::ConversationEvent(events::ConversationReleased{})));
    EXPECT_EQ(stream.back()->header.who, events::Who::system());
  }
  EXPECT_EQ(releases_in(company.stream(StreamId::of(anas[0]))), 0U) << "a closed one stays";
  for (const auto& id : brunos) EXPECT_EQ(company.stream(StreamId::of(id)).size(), 3U);
}

TEST(Rescuer, GivesBackWhatIsAttendedByWhoeverBecomesAnAuditorOrAnAdmin) {
  for (const Role role : {Role::Auditor, Role::Admin}) {
    Company company;
    const auto ids = attended_by(company, company.ana, 2);
    ASSERT_TRUE(wait(company.change(ChangeOperator{company.ana, "Ana", role, {}})).has_value());
    wait_for_espera(company, 2);
    EXPECT_TRUE(wait(company.ask(ids[0], company.bruno, reply("Soy Bruno"))).has_value());
  }
}

// As after a crash between the account's end and the releases.
TEST(Rescuer, GivesBackAtTheStartWhatWasLeftStranded) {
  Company company;
  const auto ids = attended_by(company, company.ana, 3);
  company.runtime().stop();
  const StreamId directory = StreamId::directory();
  const events::Instant now = events::SystemClock().now();
  events::AppendRequest request;
  request.conditions.push_back({directory, company.stream(directory).back()->header.version});
  request.events.push_back(
      {directory, events::EventId::make(now), now, events::Who::system(), std::nullopt,
       events::Event(events::DirectoryEvent(events::OperatorDeactivated{company.ana}))});
  ASSERT_TRUE(company.log().append(std::span(&request, 1)).front().has_value());
  company.stop();
  company.start();
  wait_for_espera(company, ids.size());
  company.stop();
  company.start();
  wait_for_espera(company, ids.size());
  for (const auto& id : ids) EXPECT_EQ(releases_in(company.stream(StreamId::of(id))), 1U);
}

// --- Step by step -------------------------------------------------------------------------------

ChangeOperator ana_as(const Stage& stage, Role role) {
  const auto& ana = stage.people.directory.operators.at(stage.people.ana);
  return {ana.id, ana.name, role, ana.departments};
}

void run_in_any_order(Stage& stage, std::minstd_rand& random) {
  while (stage.run_any(random)) {
  }
}

// Until nothing is left to be done after pauses either.
void run_out(Stage& stage) {
  for (int i = 0; i < 5; ++i) {
    stage.run();
    stage.pass(1s);
  }
  stage.run();
}

events::ConversationFacts facts_of(const Stage& stage, const events::ConversationId& id) {
  events::ConversationState state;
  for (const auto& recorded : stage.stream(StreamId::of(id))) {
    state = evolve(std::move(state), std::get<events::ConversationEvent>(recorded->event),
                   recorded->place());
  }
  return state.facts;
}

TEST(Rescuer, LetsNoClaimStrandThatCrossesWithTheEndOfItsAccount) {
  Stage stage;
  // Claimed and given back, or refused: both happen.
  std::set<std::size_t> lengths;
  for (unsigned seed = 1; seed <= 50; ++seed) {
    std::minstd_rand random(seed);
    const auto id = stage.conversation();
    // Whoever asks for her does not know yet that she may not.
    const auto claim = [&] { return stage.ask(id, stage.people.ana, Claim{}); };
    const auto change = [&] { return stage.change(ana_as(stage, Role::Auditor)); };
    const bool claims_first = seed % 2 == 0;
    if (claims_first) claim();
    if (!claims_first) change();
    for (auto steps = random() % 12; steps > 0; --steps) stage.run_any(random);
    if (!claims_first) claim();
    if (claims_first) change();
    run_in_any_order(stage, random);
    run_out(stage);
    EXPECT_EQ(facts_of(stage, id).status, ConversationStatus::Waiting) << "seed " << seed;
    lengths.insert(stage.stream(StreamId::of(id)).size());
    stage.change(ana_as(stage, Role::Operator));
    run_out(stage);
  }
  EXPECT_EQ(lengths, (std::set<std::size_t>{2, 4}));
  EXPECT_EQ(stage.in_flight(), 0U);
}

TEST(Rescuer, LeavesWhatSomebodyElseHasTakenOverMeanwhile) {
  Stage stage;
  for (unsigned seed = 1; seed <= 50; ++seed) {
    std::minstd_rand random(seed);
    const auto id = stage.conversation();
    stage.ask(id, stage.people.ana, Claim{});
    run_out(stage);
    stage.change(ana_as(stage, Role::Admin));
    for (auto steps = random() % 16; steps > 0; --steps) stage.run_any(random);
    const auto taken = stage.ask(id, stage.people.sofia, Claim{});
    run_in_any_order(stage, random);
    run_out(stage);
    ASSERT_TRUE((*taken)->has_value()) << "seed " << seed;
    EXPECT_EQ(facts_of(stage, id).owner, stage.people.sofia) << "seed " << seed;
    EXPECT_LE(releases_in(stage.stream(StreamId::of(id))), 1U) << "seed " << seed;
    stage.change(ana_as(stage, Role::Operator));
    run_out(stage);
  }
}

TEST(Rescuer, LeavesThoseWhoMayAttendWhatTheyHave) {
  Stage stage;
  const auto id = stage.conversation();
  stage.ask(id, stage.people.ana, Claim{});
  run_out(stage);
  stage.change(ana_as(stage, Role::Supervisor));
  run_out(stage);
  // Out of her department she keeps what she attends.
  stage.change(ChangeOperator{stage.people.ana, "Ana", Role::Operator, {stage.people.soporte}});
  run_out(stage);
  EXPECT_EQ(facts_of(stage, id).owner, stage.people.ana);
}

// Its owner has become an auditor, and its release waits for the log.
events::ConversationId stranded_with_its_release_held(Stage& stage) {
  const auto id = stage.conversation();
  stage.ask(id, stage.people.ana, Claim{});
  run_out(stage);
  const auto changed = stage.change(ana_as(stage, Role::Auditor));
  std::minstd_rand random(1);
  while (!changed->has_value()) stage.run_any(random);
  stage.appends.holds = true;
  stage.run();
  EXPECT_EQ(stage.appends.held.size(), 1U);
  return id;
}

TEST(Rescuer, TriesAgainAfterAPauseWhatTheLogRefused) {
  Stage stage;
  const auto id = stranded_with_its_release_held(stage);
  stage.refuse(events::error(events::ErrorCode::StorageFull, "full"));
  EXPECT_EQ(facts_of(stage, id).owner, stage.people.ana);
  EXPECT_EQ(stage.in_flight(), 0U);
  stage.pass(999ms);
  stage.run();
  EXPECT_EQ(facts_of(stage, id).owner, stage.people.ana) << "it pauses";
  stage.pass(1ms);
  stage.run();
  EXPECT_EQ(facts_of(stage, id).status, ConversationStatus::Waiting);
}

TEST(Rescuer, ReleasesOnceThoughTheFirstReleaseWasOfUnknownOutcome) {
  Stage stage;
  const auto id = stranded_with_its_release_held(stage);
  stage.pass(events::limits::append_timeout * 2);
  stage.run();
  stage.pass(1s);
  stage.run();
  EXPECT_EQ(stage.appends.held.size(), 2U) << "it is asked for again, before the first is known";
  stage.release();
  run_out(stage);
  EXPECT_EQ(facts_of(stage, id).status, ConversationStatus::Waiting);
  EXPECT_EQ(releases_in(stage.stream(StreamId::of(id))), 1U);
  EXPECT_EQ(stage.in_flight(), 0U);
}

}  // namespace
}  // namespace bitacora::actors
