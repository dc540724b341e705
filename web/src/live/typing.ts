// Who is writing where. Ours is told at most every few seconds; theirs is shown until it has been
// quiet for some.

import type { Cell } from './store';
import type { ConversationStatus, TypingFrame } from './wire';

const shownMs = 5_000;
const toldMs = 2_500;

export interface Writing {
  from: TypingFrame['from'];
  name: string;
  until: number;
}

export type Typing = ReadonlyMap<string, Writing>;

// An operator answers what waits and what is theirs: what was taken by somebody else or closed they
// are not writing to any more, though it was told a moment before.
export function writerIn(
  writing: Writing | undefined,
  state: ConversationStatus,
  owner: { name: string } | null,
): string | null {
  if (!writing) return null;
  const isTheirs = state === 'attending' && owner?.name === writing.name;
  return writing.from === 'contact' || state === 'waiting' || isTheirs ? writing.name : null;
}

interface Clock {
  now(): number;
  after(ms: number, run: () => void): () => void;
}

export class TypingWatch {
  private toldAt = -toldMs;

  constructor(
    private readonly clock: Clock,
    private readonly cell: Cell<{ typing: Typing }>,
  ) {}

  // Whether it is time to tell that one is writing.
  isDue(): boolean {
    const now = this.clock.now();
    if (now - this.toldAt < toldMs) return false;
    this.toldAt = now;
    return true;
  }

  show(conversationId: string, from: Writing['from'], name: string): void {
    const until = this.clock.now() + shownMs;
    const typing = new Map(this.cell.read().typing).set(conversationId, {
      from,
      name,
      until,
    });
    this.cell.set({ typing });
    this.clock.after(shownMs, () => {
      if (this.cell.read().typing.get(conversationId)?.until === until) this.hide(conversationId);
    });
  }

  // A new message of theirs came, so they are not writing it any more.
  hide(conversationId: string): void {
    const typing = new Map(this.cell.read().typing);
    if (typing.delete(conversationId)) this.cell.set({ typing });
  }
}
