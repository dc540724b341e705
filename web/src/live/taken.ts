// Conversations that went to somebody else under one's hands.

import type { DeskState } from './desk_state';
import type { Pending } from './outbox';
import { problemName, type Conversation, type Person, type Problem } from './wire';

// A conversation that was on the screen, or had a draft, when it went to somebody else.
export interface Taken {
  // As it was last seen.
  conversation: Conversation | null;
  // Who has it, where the server tells; null when it only is no longer to be seen.
  owner: Person | null;
}

export type TakenMap = ReadonlyMap<string, Taken>;

// Whether a message was refused because of its conversation: "not found" may also mean a quick
// reply that was removed.
export function wasTaken(
  { body, conversationId }: Pending,
  problem: Problem,
  desk: DeskState,
): boolean {
  const name = problemName(problem);
  if (name !== 'not-found') return name === 'already-claimed';
  return body.kind !== 'quick_reply' || !desk.conversations.has(conversationId);
}

// After such a refusal; unless the conversation has become the viewer's meanwhile.
export function takenBy(
  taken: TakenMap,
  desk: DeskState,
  conversationId: string,
  owner: Person | null,
  viewerId: string,
): TakenMap {
  const known = desk.conversations.get(conversationId) ?? null;
  if (known?.owner?.id === viewerId) return taken;
  const conversation = taken.get(conversationId)?.conversation ?? known;
  return new Map(taken).set(conversationId, { conversation, owner });
}
