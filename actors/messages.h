// What the actors say to each other: every message and every typed interface of this process.
//
// Messages never leave the process, so that they need no serialization; each holds little more than
// a pointer, because CAF copies a message when two actors hold it.
#pragma once

#include <boost/system/result.hpp>
#include <caf/allowed_unsafe_message_type.hpp>
#include <caf/replies_to.hpp>
#include <caf/stateful_actor.hpp>
#include <caf/typed_actor.hpp>
#include <caf/typed_event_based_actor.hpp>
#include <memory>
#include <vector>

#include "actors/ask.h"
#include "actors/replay.h"
#include "actors/stranded.h"

namespace bitacora::actors {

// --- The log ----------------------------------------------------------------------------------

// To the log: append this. The answer comes when it is synced, or is refused.
struct Append {
  std::shared_ptr<events::AppendRequest> request;
};
struct AppendAnswer {
  events::Result<events::Appended> appended;
};
// The log actor to itself: write what has gathered.
struct Flush {};
// The log to the projector: these are synced, and follow those that came before.
struct Committed {
  std::vector<events::RecordedEventPtr> events;
};
// To an actor that works through its messages in order: say when you have come to this one.
struct Barrier {};
struct BarrierReached {};

using LogActor =
    caf::typed_actor<caf::replies_to<Append>::with<AppendAnswer>, caf::reacts_to<Flush>,
                     caf::replies_to<Barrier>::with<BarrierReached>>;

// --- The queues' follower ---------------------------------------------------------------------

// From the projector: the steps of a span of the log, once the views have it.
struct QueueSteps {
  events::Position from;  // exclusive: where the span before ended
  events::Position to;
  std::vector<QueueStep> steps;
};
// The follower to itself: read the next page of the log.
struct CatchUp {};
// When stopping: finish what is under way and keep how far it came.
struct StopFollowing {};

using FollowerActor = caf::typed_actor<caf::reacts_to<QueueSteps>, caf::reacts_to<CatchUp>,
                                       caf::replies_to<StopFollowing>::with<BarrierReached>>;

// --- The rescuer ------------------------------------------------------------------------------

// From the projector, once the views have it: a conversation may be stranded.
struct LookForStranded {};
// The rescuer to itself: look for more of them, after a pause.
struct LookOn {};
// To the rescuer: one release has been answered.
struct ReleaseAnswered {
  std::optional<events::Error> failure;
};

using RescuerActor = caf::typed_actor<caf::reacts_to<LookForStranded>, caf::reacts_to<LookOn>,
                                      caf::reacts_to<ReleaseAnswered>>;

// --- The projector ----------------------------------------------------------------------------

// The projector actor to itself: apply what has gathered.
struct Apply {};

// Where the steps are to be told: the follower is spawned after the projector's actor.
struct MeetFollower {
  FollowerActor follower;
};
// So is the rescuer, which is told at once: something may have been stranded before.
struct MeetRescuer {
  RescuerActor rescuer;
};

using ProjectorActor =
    caf::typed_actor<caf::reacts_to<Committed>, caf::reacts_to<Apply>, caf::reacts_to<MeetFollower>,
                     caf::reacts_to<MeetRescuer>, caf::replies_to<Barrier>::with<BarrierReached>>;

// --- The loaders ------------------------------------------------------------------------------

// To a loader: the state of an aggregate, from its snapshot and its stream.
struct LoadConversation {
  events::ConversationId id;
};
struct LoadContact {
  events::ContactId id;
};
struct LoadQueue {
  events::DepartmentId id;
};
struct LoadDirectory {};
template <class State>
struct Loaded {
  events::Result<Hydrated<State>> hydrated;
};

// To a loader: the answer that a command was given when it came before.
struct RecallConversation {
  events::CommandKey key;
};
struct RecallContact {
  events::CommandKey key;
};
struct RecallDirectory {
  events::CommandKey key;
};
template <class Outcome>
struct Recalled {
  events::Result<std::optional<Outcome>> outcome;
};

// To a loader: the versions that these streams have, in their order.
struct ReadHeads {
  std::vector<events::StreamId> streams;
};
struct HeadsRead {
  events::Result<std::vector<events::Version>> versions;
};

// To a loader: write this snapshot when you come to it.
struct SaveSnapshot {
  events::StreamId stream;
  events::StoredSnapshot snapshot;
};

// To a loader: how far the queues had followed; the next page for them; that they have followed.
struct LoadFollowed {};
struct Followed {
  events::Result<events::Position> position;
};
struct ReadSteps {
  events::Position after;
};
struct StepsRead {
  events::Result<StepsPage> page;
};
struct SaveFollowed {
  events::Position position;
};

// To a loader: conversations that are stranded, at most so many.
struct ReadStranded {
  std::size_t count_max = 0;
};
struct StrandedRead {
  std::vector<StrandedConversation> stranded;
};

using LoaderActor =
    caf::typed_actor<caf::replies_to<LoadConversation>::with<Loaded<events::ConversationState>>,
                     caf::replies_to<LoadContact>::with<Loaded<events::ContactState>>,
                     caf::replies_to<LoadQueue>::with<Loaded<events::DepartmentQueueState>>,
                     caf::replies_to<LoadDirectory>::with<Loaded<events::DirectoryState>>,
                     caf::replies_to<RecallConversation>::with<Recalled<ConversationOutcome>>,
                     caf::replies_to<RecallContact>::with<Recalled<ContactOutcome>>,
                     caf::replies_to<RecallDirectory>::with<Recalled<DirectoryOutcome>>,
                     caf::replies_to<ReadHeads>::with<HeadsRead>, caf::reacts_to<SaveSnapshot>,
                     caf::replies_to<LoadFollowed>::with<Followed>,
                     caf::replies_to<ReadSteps>::with<StepsRead>, caf::reacts_to<SaveFollowed>,
                     caf::replies_to<ReadStranded>::with<StrandedRead>,
                     caf::replies_to<Barrier>::with<BarrierReached>>;

// --- The aggregates ---------------------------------------------------------------------------

// To a conversation: a viewer's command, a message of its contact, or what the system asks.
struct AskConversation {
  std::shared_ptr<ConversationAsk> ask;
};
// To a contact: a message, which opens its conversation or goes there, or a mark of delivery.
struct AskContact {
  events::ContactId id;
  std::shared_ptr<ConversationAsk> ask;
};
struct AskRegister {
  std::shared_ptr<RegisterAsk> ask;
};
struct AskFindContact {
  std::shared_ptr<FindContactAsk> ask;
};
struct AskDirectory {
  std::shared_ptr<DirectoryAsk> ask;
};
// To a department's queue: follow these steps; answered when they are in the log. Without steps it
// only wakes the queue, so that its figures are known.
struct Follow {
  events::DepartmentId department_id;
  std::vector<QueueStep> steps;
};
struct FollowedSteps {};

// From the registry to any aggregate: nobody has asked you for a while. The aggregate writes a
// snapshot if it is worth one, and answers Resting.
struct PutAway {};

using ConversationActor =
    caf::typed_actor<caf::reacts_to<AskConversation>, caf::reacts_to<PutAway>>;
using ContactActor = caf::typed_actor<caf::reacts_to<AskContact>, caf::reacts_to<AskRegister>,
                                      caf::reacts_to<AskFindContact>, caf::reacts_to<PutAway>>;
using DirectoryActor = caf::typed_actor<caf::reacts_to<AskDirectory>, caf::reacts_to<PutAway>>;
using QueueActor =
    caf::typed_actor<caf::replies_to<Follow>::with<FollowedSteps>, caf::reacts_to<PutAway>>;

// --- The registry -----------------------------------------------------------------------------

// From an aggregate: I have handled so many of your messages and have nothing to do. If those are
// all that were forwarded to it, it is forgotten and told to quit; if not, more are on their way
// to it, and it lives on.
struct Resting {
  events::StreamId stream;
  std::uint64_t handled = 0;
};
// The registry to itself: look for those who are idle and for requests that are overdue.
struct Tick {};
// When stopping: put all aggregates away; answered when all are gone.
struct PutAllAway {};
struct AllAway {};
using RegistryActor =
    caf::typed_actor<caf::reacts_to<AskConversation>, caf::reacts_to<AskContact>,
                     caf::reacts_to<AskRegister>, caf::reacts_to<AskFindContact>,
                     caf::reacts_to<AskDirectory>, caf::replies_to<Follow>::with<FollowedSteps>,
                     caf::reacts_to<Resting>, caf::reacts_to<Tick>,
                     caf::replies_to<PutAllAway>::with<AllAway>>;

}  // namespace bitacora::actors

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(bitacora::actors::Append)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(bitacora::actors::AppendAnswer)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(bitacora::actors::Flush)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(bitacora::actors::Committed)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(bitacora::actors::Barrier)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(bitacora::actors::BarrierReached)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(bitacora::actors::Apply)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(bitacora::actors::MeetFollower)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(bitacora::actors::LoadConversation)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(bitacora::actors::LoadContact)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(bitacora::actors::LoadQueue)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(bitacora::actors::LoadDirectory)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(bitacora::actors::Loaded<bitacora::events::ConversationState>)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(bitacora::actors::Loaded<bitacora::events::ContactState>)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(bitacora::actors::Loaded<bitacora::events::DepartmentQueueState>)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(bitacora::actors::Loaded<bitacora::events::DirectoryState>)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(bitacora::actors::RecallConversation)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(bitacora::actors::RecallContact)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(bitacora::actors::RecallDirectory)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(bitacora::actors::Recalled<bitacora::actors::ConversationOutcome>)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(bitacora::actors::Recalled<bitacora::actors::ContactOutcome>)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(bitacora::actors::Recalled<bitacora::actors::DirectoryOutcome>)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(bitacora::actors::ReadHeads)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(bitacora::actors::HeadsRead)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(bitacora::actors::SaveSnapshot)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(bitacora::actors::LoadFollowed)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(bitacora::actors::Followed)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(bitacora::actors::ReadSteps)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(bitacora::actors::StepsRead)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(bitacora::actors::SaveFollowed)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(bitacora::actors::AskConversation)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(bitacora::actors::AskContact)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(bitacora::actors::AskRegister)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(bitacora::actors::AskFindContact)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(bitacora::actors::AskDirectory)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(bitacora::actors::Follow)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(bitacora::actors::FollowedSteps)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(bitacora::actors::PutAway)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(bitacora::actors::Resting)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(bitacora::actors::Tick)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(bitacora::actors::PutAllAway)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(bitacora::actors::AllAway)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(bitacora::actors::QueueSteps)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(bitacora::actors::CatchUp)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(bitacora::actors::StopFollowing)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(bitacora::actors::LookForStranded)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(bitacora::actors::LookOn)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(bitacora::actors::ReleaseAnswered)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(bitacora::actors::MeetRescuer)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(bitacora::actors::ReadStranded)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(bitacora::actors::StrandedRead)
