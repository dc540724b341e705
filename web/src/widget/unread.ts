import type { Message } from '../live/wire';

// How many answers nobody has looked at: not here, since the panel was last open at `seenUpTo`, and
// not on an earlier page, of which the server knows.
export function unreadOf(messages: readonly Message[], seenUpTo: number): number {
  return messages.filter(
    ({ from, delivery, version }) =>
      from === 'operator' && delivery !== 'read' && version > seenUpTo,
  ).length;
}
