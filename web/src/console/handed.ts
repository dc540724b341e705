// What one has transferred oneself, and to whom: the pane that it leaves says so.

import type { Taken } from '../live/taken';

interface Transfer {
  to: string;
  // The conversation's, as it went.
  version: number;
}

export type Handed = ReadonlyMap<string, Transfer>;

// null where it did not go by that, or has been here again since.
export function handedTo(handed: Handed, id: string, { conversation }: Taken): string | null {
  const transfer = handed.get(id);
  return transfer && (conversation?.version ?? 0) <= transfer.version ? transfer.to : null;
}
