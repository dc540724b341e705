// What pushed changes mean to the desk besides its lists and transcripts (those are desk_state.ts):
// what was taken, what was missing and is there, what waits in the outbox, what is worth a notice.

import { applyChanges, attends, windowKey, type DeskState } from './desk_state';
import type { Loading } from './loader';
import { matchPushed, type Outbox } from './outbox';
import {
  answersContacts,
  type ChangesFrame,
  type Conversation,
  type Message,
  type Operator,
  type Person,
} from './wire';

type Pushed = Pick<Loading, 'desk' | 'taken' | 'missing'> & { outbox: Outbox };

// `isAt` says which conversations the viewer was at.
export function afterChanges(
  before: Pushed,
  frame: ChangesFrame,
  viewerId: string,
  isAt: (conversationId: string) => boolean,
): Pushed {
  const taken = new Map(before.taken);
  const missing = new Set(before.missing);
  let { outbox } = before;
  for (const change of frame.changes) {
    if (change.type === 'conversation') {
      taken.delete(change.conversation.id);
      missing.delete(change.conversation.id);
    } else if (change.type === 'message') {
      const { message } = change;
      if (message.from === 'operator') outbox = matchPushed(outbox, message, viewerId);
    } else if (isAt(change.conversation_id)) {
      const id = change.conversation_id;
      // It may be told twice that one is gone (rule F3).
      const known = taken.get(id);
      const conversation = before.desk.conversations.get(id) ?? known?.conversation ?? null;
      taken.set(id, { conversation, owner: change.owner ?? known?.owner ?? null });
    }
  }
  return { desk: applyChanges(before.desk, frame), taken, missing, outbox };
}

// What has just come to somebody who may answer it: a contact's message, or a conversation that
// became theirs.
export type Arrival =
  | { kind: 'message'; conversation: Conversation; message: Message }
  // `by` is known from the note that came along. null without one: it may be the viewer's own claim,
  // made in another browser.
  | { kind: 'transfer'; conversation: Conversation; by: Person | null };

// Of a frame that led from one state to the other. `isOwnDoing` says which conversations the viewer
// has just taken.
export function arrivalsOf(
  frame: ChangesFrame,
  before: DeskState,
  after: DeskState,
  viewer: Operator,
  isOwnDoing: (conversationId: string) => boolean,
): Arrival[] {
  if (!answersContacts(viewer)) return [];
  return frame.changes.flatMap((change): Arrival[] => {
    if (change.type === 'conversation') {
      const { conversation } = change;
      if (!becameTheirs(conversation, frame, before, viewer) || isOwnDoing(conversation.id)) {
        return [];
      }
      const by = noteIn(frame, before, conversation.id)?.author ?? null;
      return by?.id === viewer.id ? [] : [{ kind: 'transfer', conversation, by }];
    }
    if (change.type !== 'message' || change.message.from !== 'contact') return [];
    const { message } = change;
    const conversation = after.conversations.get(message.conversation_id);
    if (!conversation || !isNew(message, before)) return [];
    const mayAnswer = conversation.state === 'waiting' || conversation.owner?.id === viewer.id;
    return mayAnswer ? [{ kind: 'message', conversation, message }] : [];
  });
}

// One that only changed, its picture's thumbnail having come, is no news.
function isNew({ conversation_id, version }: Message, before: DeskState): boolean {
  return version > (before.conversations.get(conversation_id)?.version ?? 0);
}

function newMessages(frame: ChangesFrame, before: DeskState, conversationId: string): Message[] {
  return frame.changes
    .flatMap((change) => (change.type === 'message' ? [change.message] : []))
    .filter(({ conversation_id }) => conversation_id === conversationId)
    .filter((message) => isNew(message, before));
}

function noteIn(frame: ChangesFrame, before: DeskState, conversationId: string) {
  return newMessages(frame, before, conversationId).findLast(({ from }) => from === 'system');
}

// Whether the viewer attends it since this frame, and did not take it by replying.
function becameTheirs(
  conversation: Conversation,
  frame: ChangesFrame,
  before: DeskState,
  { id: viewerId }: Operator,
): boolean {
  if (!attends(viewerId, conversation)) return false;
  const replied = newMessages(frame, before, conversation.id).some(
    ({ from, author }) => from === 'operator' && author?.id === viewerId,
  );
  if (replied) return false;
  const known = before.conversations.get(conversation.id);
  if (known) return conversation.version > known.version && !attends(viewerId, known);
  // One that is not known may have been theirs for long, on a page of the list that was not loaded.
  return (
    noteIn(frame, before, conversation.id) !== undefined ||
    holdsAllTheirs(before, [null, conversation.department.slug]) ||
    (frame.counts?.attending ?? 0) > before.counts.attending
  );
}

// Whether a list of what the viewer attends, of one of these departments or of all (null), is loaded
// to its end.
function holdsAllTheirs({ windows }: DeskState, departments: (string | null)[]): boolean {
  return departments.some((department) =>
    [false, true].some(
      (mine) => windows.get(windowKey({ tab: 'attending', department, mine }))?.nextCursor === null,
    ),
  );
}

// Which conversations others gave to the viewer that were not looked at yet, after a frame.
export function handedAfter(
  before: ReadonlySet<string>,
  frame: ChangesFrame,
  arrivals: readonly Arrival[],
  viewerId: string,
): ReadonlySet<string> {
  const handed = new Set(before);
  for (const change of frame.changes) {
    if (change.type === 'conversation_gone') handed.delete(change.conversation_id);
    if (change.type !== 'conversation') continue;
    const { conversation } = change;
    if (!attends(viewerId, conversation)) handed.delete(conversation.id);
  }
  for (const { kind, conversation } of arrivals) {
    if (kind === 'transfer') handed.add(conversation.id);
  }
  return handed.size === before.size && [...handed].every((id) => before.has(id)) ? before : handed;
}

// Those that the viewer attends still, when everything was read: of what left while no page was open
// nobody has told.
export function stillHanded(
  handed: ReadonlySet<string>,
  desk: DeskState,
  viewerId: string,
): ReadonlySet<string> {
  const complete = holdsAllTheirs(desk, [null]);
  const still = [...handed].filter((id) => {
    const conversation = desk.conversations.get(id);
    return conversation ? attends(viewerId, conversation) : !complete;
  });
  return still.length === handed.size ? handed : new Set(still);
}
