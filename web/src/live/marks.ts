// Telling the server what came and what was read, each once.

import type { DeskState, Transcript } from './desk_state';
import type { Cell } from './store';
import type { ClientFrame } from './wire';

// The version of the contact's last message, where they are not told yet that it was read; 0 where
// they are. A reply answers what is unread, and says nothing of that.
export function unmarkedUpTo(transcript: Transcript | undefined): number {
  const last = transcript?.messages.findLast(({ from }) => from === 'contact');
  return last && last.delivery !== 'read' ? last.version : 0;
}

// The operator's: what the owner has on the screen counts as read.
export class ReadMarks {
  // The version up to which each conversation was told to be read.
  private readonly asked = new Map<string, number>();

  constructor(
    private readonly operatorId: string,
    private readonly cell: Cell<{ desk: DeskState; synced: boolean }>,
    private readonly tell: (conversationId: string) => Promise<unknown>,
  ) {}

  mark(conversationId: string): void {
    const { desk, synced } = this.cell.read();
    const conversation = desk.conversations.get(conversationId);
    if (!conversation || !synced) return;
    if (conversation.owner?.id !== this.operatorId || conversation.state === 'waiting') return;
    const { unread, version } = conversation;
    const upTo = unread > 0 ? version : unmarkedUpTo(desk.transcripts.get(conversationId));
    if (upTo <= (this.asked.get(conversationId) ?? 0)) return;
    this.asked.set(conversationId, version);
    this.tell(conversationId).catch(() => {
      // It stays unread; the next message asks again.
    });
  }
}

// The contact's: which of the operators' messages are here, and which were seen. It counts only
// forward (rule W9 of docs/PROTOCOL.md).
export class DeliveryMarks {
  // The versions up to which the server was told.
  private told = { received: 0, read: 0 };
  private seeing = false;

  constructor(
    private readonly cell: Cell<{ transcript: Transcript; synced: boolean }>,
    private readonly send: (frame: ClientFrame) => void,
  ) {}

  // Whether the end of the conversation is before the contact's eyes.
  setSeeing(seeing: boolean): void {
    this.seeing = seeing;
    this.tell();
  }

  // What was told on a line that is gone may not have come through.
  tellAgain(): void {
    this.told = { received: 0, read: 0 };
    this.tell();
  }

  tell(): void {
    const { transcript, synced } = this.cell.read();
    const version = transcript.messages.findLast(({ from }) => from === 'operator')?.version;
    if (!synced || version === undefined) return;
    if (version > this.told.received) {
      this.told.received = version;
      this.send({ type: 'received', version });
    }
    if (this.seeing && version > this.told.read) {
      this.told.read = version;
      this.send({ type: 'read', version });
    }
  }
}
