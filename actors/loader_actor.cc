#include "actors/loader_actor.h"

#include "actors/actor_conduct.h"

namespace bitacora::actors {

namespace {

events::Result<std::vector<events::Version>> heads_of(
    const events::Log& log, const std::vector<events::StreamId>& streams) {
  std::vector<events::Version> versions;
  versions.reserve(streams.size());
  for (const events::StreamId& stream : streams) {
    const auto head = log.head(stream);
    if (!head) return head.error();
    versions.push_back(*head);
  }
  return versions;
}

}  // namespace

LoaderActor::behavior_type loader_actor(LoaderActor::pointer self, std::shared_ptr<events::Log> log,
                                        std::shared_ptr<projections::Projector> projector,
                                        Fatal fatal) {
  die_with_process(self, fatal);
  return {
      [log](const LoadConversation& of) {
        return Loaded<events::ConversationState>{load(*log, of.id)};
      },
      [log](const LoadContact& of) { return Loaded<events::ContactState>{load(*log, of.id)}; },
      [log](const LoadQueue& of) {
        return Loaded<events::DepartmentQueueState>{load(*log, of.id)};
      },
      [log](const LoadDirectory&) { return Loaded<events::DirectoryState>{load_directory(*log)}; },
      [log](const RecallConversation& of) {
        return Recalled<ConversationOutcome>{recall_conversation(*log, of.key)};
      },
      [log](const RecallContact& of) {
        return Recalled<ContactOutcome>{recall_contact(*log, of.key)};
      },
      [log](const RecallDirectory& of) {
        return Recalled<DirectoryOutcome>{recall_directory(*log, of.key)};
      },
      [log](const ReadHeads& of) { return HeadsRead{heads_of(*log, of.streams)}; },
      [log](const SaveSnapshot& of) { log->write_snapshot(of.stream, of.snapshot); },
      [log](const LoadFollowed&) { return Followed{load_followed(*log)}; },
      [log, projector](const ReadSteps& of) {
        const auto inbox = projector->read_inbox();
        return StepsRead{read_steps(*log, *inbox, of.after, events::limits::queue_page_events)};
      },
      [log](const SaveFollowed& of) { save_followed(*log, of.position); },
      [projector](const ReadStranded& of) {
        const auto inbox = projector->read_inbox();
        return StrandedRead{find_stranded(*inbox, *projector->directory(), of.count_max)};
      },
      [](Barrier) { return BarrierReached{}; },
  };
}

}  // namespace bitacora::actors
