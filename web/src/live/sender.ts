// Messages that were written: queued with their key, sent in order, retried, taken back. The
// operator's desk and the contact's visit both write through it; `outbox.ts` has the pure rules.

import * as out from './outbox';
import { problemName, type Attachment, type MessageBody, type Problem } from './wire';

export interface SenderHost {
  outbox(): out.Outbox;
  setOutbox(outbox: out.Outbox): void;
  // Whether what is sent now reaches a server that is caught up.
  isReady(): boolean;
  transmit(entry: out.Pending): void;
  now(): number;
  // Runs later unless the line is cut before.
  later(ms: number, run: () => void): void;
  uuid(): string;
}

// A command that found the server too busy goes again after this.
const busyMs = 2_000;
// Refusals after which the same command may simply go again.
const passing = new Set(['unavailable', 'overloaded', 'lagging', 'too-many-attempts']);

export function isPassing(problem: Problem): boolean {
  return passing.has(problemName(problem));
}

export function waitAfter(problem: Problem): number {
  return problem.retry_after_s ? problem.retry_after_s * 1000 : busyMs;
}

export class Sender {
  constructor(private readonly host: SenderHost) {}

  enqueue(
    conversationId: string,
    body: MessageBody,
    text: string,
    attachment: Attachment | null = null,
  ): void {
    const { host } = this;
    const entry: out.OutboxEntry = {
      key: host.uuid(),
      conversationId,
      body,
      text,
      ...(attachment && { attachment }),
      writtenAt: new Date(host.now()).toISOString(),
    };
    host.setOutbox(out.queue(host.outbox(), entry));
    this.flush();
  }

  find(key: string): out.Pending | undefined {
    return this.host.outbox().find((entry) => entry.key === key);
  }

  // Sends a refused message once more, as the new command that it is.
  retry(key: string): void {
    const entry = this.find(key);
    if (!entry) return;
    this.drop(key);
    this.enqueue(entry.conversationId, entry.body, entry.text, entry.attachment ?? null);
  }

  drop(key: string): void {
    this.host.setOutbox(out.remove(this.host.outbox(), key));
  }

  flush(): void {
    const { host } = this;
    if (!host.isReady()) return;
    for (const entry of out.sendable(host.outbox())) {
      host.setOutbox(out.update(host.outbox(), entry.key, { state: 'sending' }));
      host.transmit(entry);
    }
  }

  isSending(key: string): boolean {
    return this.find(key)?.state === 'sending';
  }

  // True when it goes again by itself.
  goesAgain(problem: Problem): boolean {
    if (!isPassing(problem)) return false;
    this.host.later(waitAfter(problem), () => {
      this.host.setOutbox(out.requeue(this.host.outbox()));
      this.flush();
    });
    return true;
  }

  refuse(key: string, problem: Problem): void {
    this.host.setOutbox(out.refuse(this.host.outbox(), key, problem));
    this.flush();
  }
}
