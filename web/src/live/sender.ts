// Messages that were written: queued with their key, sent in order, retried, taken back. The
// operator's desk and the contact's visit both write through it; `outbox.ts` has the pure rules.

import { isPassing, Transmissions, waitAfter, type CommandLine } from './commands';
import type { Drafts } from './drafts';
import * as out from './outbox';
import type { Cell } from './store';
import { asAttachment, type UploadedFile } from './uploads';
import type { Attachment, MessageBody, Problem } from './wire';

export interface Sending {
  outbox: out.Outbox;
  // What is shown is what the server has; false from a cut until everything missed has come.
  synced: boolean;
}

export class Sender {
  private readonly transmissions: Transmissions;

  constructor(
    private readonly cell: Cell<Sending>,
    private readonly line: CommandLine,
    private readonly drafts: Drafts,
    private readonly clock: { now(): number },
    private readonly uuid: () => string,
  ) {
    this.transmissions = new Transmissions(line);
  }

  enqueue(
    conversationId: string,
    body: MessageBody,
    text: string,
    attachment: Attachment | null = null,
    key = this.uuid(),
  ): void {
    const entry: out.OutboxEntry = {
      key,
      conversationId,
      body,
      text,
      ...(attachment && { attachment }),
      writtenAt: new Date(this.clock.now()).toISOString(),
    };
    this.set(out.queue(this.outbox, entry));
    this.flush();
  }

  enqueueFile(upload: UploadedFile): void {
    const { id, attachmentId: attachment_id, caption, conversationId, voice } = upload;
    const body: MessageBody = voice
      ? { kind: 'voice', attachment_id }
      : { kind: 'attachment', attachment_id, ...(caption !== '' && { caption }) };
    this.enqueue(conversationId, body, caption, asAttachment(upload), id);
  }

  find(key: string): out.Pending | undefined {
    return this.outbox.find((entry) => entry.key === key);
  }

  // Sends a refused message once more, as the new command that it is.
  retry(key: string): void {
    const entry = this.find(key);
    if (!entry) return;
    this.set(out.remove(this.outbox, key));
    this.enqueue(entry.conversationId, entry.body, entry.text, entry.attachment ?? null);
  }

  // Puts what was written back into the text box.
  takeBack(key: string): void {
    this.transmissions.answered(key);
    const entry = this.find(key);
    if (!entry) return;
    if (entry.body.kind !== 'quick_reply') this.drafts.putBack(entry.conversationId, entry.text);
    this.set(out.remove(this.outbox, key));
  }

  // The conversation went to somebody else. What is not sent of it goes into the text box, in the
  // order in which it was written; files, which have no place there, stand with the reason, and what
  // was refused before stays as it is.
  takeBackAll(conversationId: string, problem: Problem): void {
    const entries = this.outbox.filter(
      (entry) => entry.conversationId === conversationId && entry.state !== 'refused',
    );
    // Each goes before what stands in the text box, so the last goes first.
    for (const { key, body } of entries.reverse()) {
      if (isFile(body)) this.refuse(key, problem);
      else this.takeBack(key);
    }
  }

  flush(): void {
    if (!this.cell.read().synced) return;
    for (const { key, conversationId, body } of out.sendable(this.outbox)) {
      this.set(out.update(this.outbox, key, { state: 'sending' }));
      // A contact has one conversation, and does not name it.
      const where = conversationId === '' ? {} : { conversation_id: conversationId };
      this.transmissions.send({ type: 'command', id: key, name: 'send_message', ...where, body });
    }
  }

  // What changes when the server has the message, for the caller to show together with it.
  answered(key: string): Pick<Sending, 'outbox'> {
    this.transmissions.answered(key);
    return { outbox: out.remove(this.outbox, key) };
  }

  // It goes again by itself, or stands there with the reason.
  refused(key: string, problem: Problem): void {
    if (isPassing(problem)) {
      this.transmissions.answered(key);
      this.line.later(waitAfter(problem), () => {
        this.set(out.update(this.outbox, key, { state: 'queued' }));
        this.flush();
      });
    } else {
      this.refuse(key, problem);
      this.flush();
    }
  }

  private refuse(key: string, problem: Problem): void {
    this.transmissions.answered(key);
    this.set(out.refuse(this.outbox, key, problem));
  }

  private get outbox(): out.Outbox {
    return this.cell.read().outbox;
  }

  private set(outbox: out.Outbox): void {
    this.cell.set({ outbox });
  }
}

function isFile({ kind }: MessageBody): boolean {
  return kind === 'attachment' || kind === 'voice';
}
