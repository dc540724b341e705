// What one has given to somebody else and sees no more, and to whom: the pane that it leaves says so.

import type { Taken } from '../live/taken';
import type { Conversation } from '../live/wire';

interface Transfer {
  to: string;
  // The conversation's, as it went.
  version: number;
}

export type GivenAway = ReadonlyMap<string, Transfer>;

// null where it did not go by that, or has been here again since.
export function givenTo(given: GivenAway, id: string, { conversation }: Taken): string | null {
  const transfer = given.get(id);
  return transfer && (conversation?.version ?? 0) <= transfer.version ? transfer.to : null;
}

// Without those that are in sight again; as they went they may be there for a moment still.
export function withoutReturned(
  given: GivenAway,
  conversations: ReadonlyMap<string, Conversation>,
): GivenAway {
  const away = [...given].filter(
    ([id, { version }]) => (conversations.get(id)?.version ?? 0) <= version,
  );
  return away.length === given.size ? given : new Map(away);
}
