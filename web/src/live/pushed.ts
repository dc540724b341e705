// What pushed changes mean to the desk besides its lists and transcripts (those are desk_state.ts):
// what was taken, what was missing and is there, what waits in the outbox, what is worth a notice.

import { applyChanges, type DeskState } from './desk_state';
import type { Loading } from './loader';
import { matchPushed, type Outbox } from './outbox';
import {
  answersContacts,
  type ChangesFrame,
  type Conversation,
  type Message,
  type Operator,
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

// A contact's message that has just come, to somebody who may answer it.
export interface Arrival {
  conversation: Conversation;
  message: Message;
}

// Of a frame that led from one state to the other.
export function arrivalsOf(
  { changes }: ChangesFrame,
  before: DeskState,
  after: DeskState,
  viewer: Operator,
): Arrival[] {
  if (!answersContacts(viewer)) return [];
  return changes.flatMap((change) => {
    if (change.type !== 'message' || change.message.from !== 'contact') return [];
    const { message } = change;
    const conversation = after.conversations.get(message.conversation_id);
    // One that only changed, its picture's thumbnail having come, is no news.
    const known = before.conversations.get(message.conversation_id)?.version ?? 0;
    if (!conversation || message.version <= known) return [];
    const mayAnswer = conversation.state === 'waiting' || conversation.owner?.id === viewer.id;
    return mayAnswer ? [{ conversation, message }] : [];
  });
}
