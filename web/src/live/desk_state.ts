// What a console knows of the conversations, as a value, and how frames and pages change it.
// Pure: no clock, no sockets, no storage. The tests feed it the fixtures in web/fixtures.
//
// The rules that make "snapshot plus pushes" equal to a fresh snapshot:
//  1. A conversation replaces the one that is known when its position is not lower.
//  2. A conversation that went away leaves a tombstone with the position of its going; a page that
//     was asked for before cannot bring it back.
//  3. A list that has more pages shows only rows up to the last one that was loaded, so that a
//     pushed conversation never stands where an unloaded page belongs.
//  4. A frame at or below the position that is known is old, and changes nothing.
//  5. Messages are told apart by their id and ordered by their version. One that is known is not
//     taken from a page or an answer: those may be older than it, and whatever changes is pushed.
//  6. A page is ahead of the frames. What has come into sight since is unsettled until the first
//     frame that goes as far: if that does not tell of it, it has gone again, and no frame says so
//     (rule L6 of docs/PROTOCOL.md).

import type { ChangesFrame, Conversation, Counts, Message, Operator, Page, Tab } from './wire';

// Which list of the desk: the parameters of GET /conversations that narrow it.
export interface ListQuery {
  tab: Tab;
  department: string | null;
  mine: boolean;
}

export interface ListWindow {
  // undefined: nothing loaded yet; null: loaded to its end.
  nextCursor: string | null | undefined;
  // The order key of the last row that was loaded; rows past it wait for their page.
  lastKey: OrderKey | null;
}

export interface Transcript {
  // In the order of their versions.
  messages: readonly Message[];
  // undefined: the newest page is not there yet; null: loaded to the beginning.
  olderCursor: string | null | undefined;
}

export interface DeskState {
  position: number;
  counts: Counts;
  conversations: ReadonlyMap<string, Conversation>;
  tombstones: ReadonlyMap<string, number>;
  // Positions of what was read and no frame has told of.
  unsettled: ReadonlyMap<string, number>;
  windows: ReadonlyMap<string, ListWindow>;
  transcripts: ReadonlyMap<string, Transcript>;
}

export const emptyDesk: DeskState = {
  position: 0,
  counts: { waiting: 0, attending: 0 },
  conversations: new Map(),
  tombstones: new Map(),
  unsettled: new Map(),
  windows: new Map(),
  transcripts: new Map(),
};

// Rows of Espera stand by the start of their wait, the oldest first; the other lists by their last
// activity, the newest first. The id settles ties.
export type OrderKey = readonly [time: string, id: string];

export function orderKey(tab: Tab, conversation: Conversation): OrderKey {
  const time =
    tab === 'waiting'
      ? (conversation.waiting_since ?? conversation.opened_at)
      : conversation.last_message_at;
  return [time, conversation.id];
}

// Negative when a stands before b in the list of that tab.
export function compareKeys(tab: Tab, a: OrderKey, b: OrderKey): number {
  const direction = tab === 'waiting' ? 1 : -1;
  if (a[0] !== b[0]) return a[0] < b[0] ? -direction : direction;
  if (a[1] === b[1]) return 0;
  return a[1] < b[1] ? -direction : direction;
}

export function windowKey(query: ListQuery): string {
  return `${query.tab}/${query.department ?? '*'}/${query.mine ? 'mine' : 'all'}`;
}

function belongs(query: ListQuery, conversation: Conversation, viewerId: string): boolean {
  return (
    conversation.state === query.tab &&
    (query.department === null || conversation.department.slug === query.department) &&
    (!query.mine || conversation.owner?.id === viewerId)
  );
}

// The rows of a list that may be shown, in order.
export function rowsOf(state: DeskState, query: ListQuery, viewerId: string): Conversation[] {
  const window = state.windows.get(windowKey(query));
  const bound = window && window.nextCursor !== null ? window.lastKey : null;
  const complete = window !== undefined && window.nextCursor === null;
  const rows: { key: OrderKey; conversation: Conversation }[] = [];
  for (const conversation of state.conversations.values()) {
    if (!belongs(query, conversation, viewerId)) continue;
    const key = orderKey(query.tab, conversation);
    if (!complete && (bound === null || compareKeys(query.tab, key, bound) > 0)) continue;
    rows.push({ key, conversation });
  }
  rows.sort((a, b) => compareKeys(query.tab, a.key, b.key));
  return rows.map((row) => row.conversation);
}

export function attends(viewerId: string, { state, owner }: Conversation): boolean {
  return state === 'attending' && owner?.id === viewerId;
}

// Messages that nobody has read, in the conversations one attends.
export function unreadOf(state: DeskState, viewerId: string): number {
  let sum = 0;
  for (const conversation of state.conversations.values()) {
    if (attends(viewerId, conversation)) sum += conversation.unread;
  }
  return sum;
}

// Of the conversations that others gave to the viewer, those that they attend and have not looked at.
export function handedOf(
  { conversations }: DeskState,
  handed: ReadonlySet<string>,
  viewerId: string,
): Conversation[] {
  return [...handed].flatMap((id) => {
    const conversation = conversations.get(id);
    return conversation && attends(viewerId, conversation) ? [conversation] : [];
  });
}

// Puts in what a read brought, asked for when the frames stood at `asked`, unless it is out of date.
function withReads(
  state: DeskState,
  reads: readonly Conversation[],
  asked: number,
): Pick<DeskState, 'conversations' | 'unsettled'> {
  const conversations = new Map(state.conversations);
  const unsettled = new Map(state.unsettled);
  for (const conversation of reads) {
    const { id, position } = conversation;
    const known = conversations.get(id);
    if (known) {
      if (position >= known.position) conversations.set(id, conversation);
    } else if (position <= asked) {
      if ((state.tombstones.get(id) ?? -1) < asked) conversations.set(id, conversation);
    } else if (position > state.position) {
      conversations.set(id, conversation);
      unsettled.set(id, position);
    }
  }
  return { conversations, unsettled };
}

// Applies a frame of changes; an old one changes nothing.
export function applyChanges(state: DeskState, frame: ChangesFrame): DeskState {
  if (frame.position <= state.position) return state;
  const conversations = new Map(state.conversations);
  const tombstones = new Map(state.tombstones);
  const unsettled = new Map(state.unsettled);
  const transcripts = new Map(state.transcripts);
  for (const change of frame.changes) {
    switch (change.type) {
      case 'conversation': {
        const { conversation } = change;
        const known = conversations.get(conversation.id);
        if (!known || conversation.position >= known.position) {
          conversations.set(conversation.id, conversation);
        }
        tombstones.delete(conversation.id);
        unsettled.delete(conversation.id);
        break;
      }
      case 'conversation_gone':
        conversations.delete(change.conversation_id);
        transcripts.delete(change.conversation_id);
        tombstones.set(change.conversation_id, frame.position);
        unsettled.delete(change.conversation_id);
        break;
      case 'message': {
        const transcript = transcripts.get(change.message.conversation_id);
        if (transcript) {
          transcripts.set(
            change.message.conversation_id,
            withMessages(transcript, [change.message]),
          );
        }
        break;
      }
    }
  }
  for (const [id, position] of unsettled) {
    if (position > frame.position) continue;
    unsettled.delete(id);
    conversations.delete(id);
    transcripts.delete(id);
  }
  return {
    ...state,
    position: frame.position,
    counts: frame.counts ?? state.counts,
    conversations,
    tombstones: newestTombstones(tombstones),
    unsettled,
    transcripts,
  };
}

// Tombstones matter to pages that are under way; the newest are enough for those.
const tombstonesMax = 2000;

function newestTombstones(tombstones: Map<string, number>): ReadonlyMap<string, number> {
  if (tombstones.size <= tombstonesMax) return tombstones;
  const newest = [...tombstones].sort((a, b) => b[1] - a[1]).slice(0, tombstonesMax / 2);
  return new Map(newest);
}

// Applies a page of a list, asked for at position `asked`. `first` starts the window anew.
export function applyListPage(
  state: DeskState,
  query: ListQuery,
  page: Page<Conversation>,
  first: boolean,
  asked: number,
): DeskState {
  const known = state.windows.get(windowKey(query));
  const last = page.items.at(-1);
  const window: ListWindow = {
    nextCursor: page.next_cursor,
    lastKey: last ? orderKey(query.tab, last) : first ? null : (known?.lastKey ?? null),
  };
  const windows = new Map(state.windows).set(windowKey(query), window);
  return { ...state, ...withReads(state, page.items, asked), windows };
}

// Whether the viewer sees it (rule V1 of docs/PROTOCOL.md). The server decides; this is for the
// answer to a change, which still shows what the change took out of one's sight (C5).
export function maySee(viewer: Operator, conversation: Conversation): boolean {
  if (viewer.role === 'auditor') return true;
  const mine = viewer.departments.some(({ id }) => id === conversation.department.id);
  if (conversation.state === 'waiting') return mine;
  return conversation.owner?.id === viewer.id || (viewer.role === 'supervisor' && mine);
}

// One conversation, as a read gave it that was asked for at position `asked`, or a command's answer.
// An answer is of the conversation's own events, and may not know yet how long its last recording was
// found to be: "🎙" where a push has told "🎙 0:12".
export function applyConversation(
  state: DeskState,
  conversation: Conversation,
  asked: number,
): DeskState {
  const known = state.conversations.get(conversation.id);
  const { last_message_at: at, preview } = conversation;
  const told = known?.last_message_at === at && known.preview.startsWith(preview);
  const read = told ? { ...conversation, preview: known.preview } : conversation;
  return { ...state, ...withReads(state, [read], asked) };
}

// Makes room for a transcript before its first page is asked for, so that messages pushed meanwhile
// are kept.
export function beginTranscript(state: DeskState, conversationId: string): DeskState {
  if (state.transcripts.has(conversationId)) return state;
  const transcript: Transcript = { messages: [], olderCursor: undefined };
  return { ...state, transcripts: new Map(state.transcripts).set(conversationId, transcript) };
}

// A page of messages, newest first as the server gives it. Dropped when the transcript went away
// while it was on its way.
export function applyMessagesPage(
  state: DeskState,
  conversationId: string,
  page: Page<Message>,
): DeskState {
  const transcript = state.transcripts.get(conversationId);
  if (!transcript) return state;
  const merged = withRead(transcript, page.items);
  return {
    ...state,
    transcripts: new Map(state.transcripts).set(conversationId, {
      ...merged,
      olderCursor: page.next_cursor,
    }),
  };
}

// A message as its sender's answer gave it.
export function applyMessage(state: DeskState, message: Message): DeskState {
  const transcript = state.transcripts.get(message.conversation_id);
  if (!transcript) return state;
  return {
    ...state,
    transcripts: new Map(state.transcripts).set(
      message.conversation_id,
      withRead(transcript, [message]),
    ),
  };
}

export function dropTranscripts(state: DeskState, keep: ReadonlySet<string>): DeskState {
  const transcripts = new Map([...state.transcripts].filter(([id]) => keep.has(id)));
  return transcripts.size === state.transcripts.size ? state : { ...state, transcripts };
}

// Everything is to be read again from `position` on.
export function restart(position: number, counts: Counts | undefined): DeskState {
  return { ...emptyDesk, position, counts: counts ?? emptyDesk.counts };
}

// Messages that a page or an answer gave. What was pushed meanwhile stays: it may have been
// delivered since, or its file looked into.
export function withRead(transcript: Transcript, read: readonly Message[]): Transcript {
  const missing = read.filter((message) => !holds(transcript.messages, message));
  return missing.length === 0 ? transcript : withMessages(transcript, missing);
}

// Looks where its version puts it, since an answer to each message of ten thousand asks this.
export function holds(messages: readonly Message[], { id, version }: Message): boolean {
  let from = 0;
  let to = messages.length;
  while (from < to) {
    const middle = (from + to) >> 1;
    if (messages[middle]!.version < version) from = middle + 1;
    else to = middle;
  }
  for (let i = from; messages[i]?.version === version; i += 1) {
    if (messages[i]!.id === id) return true;
  }
  return false;
}

// Messages that were pushed: new ones, and known ones as they are now.
export function withMessages(transcript: Transcript, added: readonly Message[]): Transcript {
  const { messages } = transcript;
  // What happens most, in a conversation of ten thousand: one more at the end.
  const last = messages.at(-1);
  if (added.length === 1 && last && last.version < added[0]!.version) {
    return { ...transcript, messages: [...messages, added[0]!] };
  }
  const byId = new Map(messages.map((message) => [message.id, message]));
  for (const message of added) byId.set(message.id, message);
  return { ...transcript, messages: [...byId.values()].sort((a, b) => a.version - b.version) };
}
