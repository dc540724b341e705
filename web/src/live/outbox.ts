// What was written and is not yet known to be on the server. An entry's key is its Idempotency-Key,
// so sending it again after a cut, or from a page that was reloaded, sends it once.
//
// Entries lie in storage one by one: two windows of one operator never overwrite each other's.

import type { Attachment, Message, MessageBody, Problem } from './wire';

export interface OutboxEntry {
  key: string;
  conversationId: string;
  body: MessageBody;
  // What its bubble shows; the text itself, a quick reply's, or a file's caption.
  text: string;
  // The file, as far as it is known here.
  attachment?: Attachment;
  writtenAt: string;
}

export interface Pending extends OutboxEntry {
  state: 'queued' | 'sending' | 'refused';
  problem?: Problem;
  // A pushed message that must be this one: shown in its stead until the answer says so.
  matched?: string;
}

export type Outbox = readonly Pending[];

export function queue(outbox: Outbox, entry: OutboxEntry): Outbox {
  return outbox.some((known) => known.key === entry.key)
    ? outbox
    : [...outbox, { ...entry, state: 'queued' }];
}

export function remove(outbox: Outbox, key: string): Outbox {
  return outbox.filter((entry) => entry.key !== key);
}

export function update(outbox: Outbox, key: string, change: Partial<Pending>): Outbox {
  return outbox.map((entry) => (entry.key === key ? { ...entry, ...change } : entry));
}

export function refuse(outbox: Outbox, key: string, problem: Problem): Outbox {
  return outbox.map((entry) => {
    if (entry.key !== key) return entry;
    const { matched: _, ...rest } = entry;
    return { ...rest, state: 'refused', problem };
  });
}

// The line was cut: nobody knows what became of those under way, so they go again.
export function requeue(outbox: Outbox): Outbox {
  return outbox.map((entry) => (entry.state === 'sending' ? { ...entry, state: 'queued' } : entry));
}

// The entries that may be sent now: of each conversation the first, so that messages keep their
// order. A refused one holds nothing back.
export function sendable(outbox: Outbox): Pending[] {
  const busy = new Set<string>();
  const ready: Pending[] = [];
  for (const entry of outbox) {
    if (entry.state === 'refused' || busy.has(entry.conversationId)) continue;
    busy.add(entry.conversationId);
    if (entry.state === 'queued') ready.push(entry);
  }
  return ready;
}

// A message of the operator's own may be pushed before its answer comes; then it takes the place of
// the first entry that looks like it, so that it does not stand there twice for a moment.
export function matchPushed(outbox: Outbox, message: Message, authorId: string | null): Outbox {
  if (authorId !== null && message.author?.id !== authorId) return outbox;
  if (outbox.some((entry) => entry.matched === message.id)) return outbox;
  const found = outbox.find(
    (entry) =>
      entry.state !== 'refused' &&
      entry.matched === undefined &&
      entry.conversationId === message.conversation_id &&
      isSame(entry, message),
  );
  return found ? update(outbox, found.key, { matched: message.id }) : outbox;
}

function isSame({ body, text }: OutboxEntry, message: Message): boolean {
  switch (body.kind) {
    case 'text':
      return text === message.text;
    case 'quick_reply':
      return true;
    case 'attachment':
    case 'voice':
      return body.attachment_id === message.attachment?.id;
  }
}

export function pendingOf(outbox: Outbox, conversationId: string): Pending[] {
  return outbox.filter((entry) => entry.conversationId === conversationId && !entry.matched);
}
