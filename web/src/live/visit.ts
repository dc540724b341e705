// The contact's side of the chat, live: one conversation, its messages, what waits to be sent.
// A contact exists on the server from their first message on, and is known here by a token.

import { call, ProblemError, socketUrl, type Call } from './api';
import { withMessages, type Transcript } from './desk_state';
import { browserEnvironment, Line, type LineEnvironment, type LineState } from './line';
import * as out from './outbox';
import { browserStorage, Keepsakes, type Storage } from './storage';
import { uuid } from './uuid';
import {
  problemName,
  type ClientFrame,
  type ConversationStatus,
  type Message,
  type Page,
  type Problem,
} from './wire';

export interface VisitConversation {
  id: string;
  state: ConversationStatus;
  attended_by: { name: string } | null;
}

type VisitMessage = Omit<Message, 'author'> & { author: { name: string } | null };

interface Visitor {
  token: string;
  contact: { id: string; name: string };
}

type VisitFrame =
  | { type: 'hello'; position: number; conversation: VisitConversation | null }
  | {
      type: 'changes';
      position: number;
      changes: (
        | { type: 'conversation'; conversation: VisitConversation }
        | { type: 'message'; message: VisitMessage }
        | { type: 'conversation_gone' }
      )[];
    }
  | { type: 'done'; id: string; result: { message: VisitMessage } }
  | { type: 'refused'; id: string | null; problem: Problem }
  | { type: 'caught_up'; position: number }
  | { type: 'resync'; position: number }
  | { type: 'typing'; from: 'operator' | 'contact'; author: { name: string } };

export interface VisitSnapshot {
  contact: { id: string; name: string } | null;
  conversation: VisitConversation | null;
  transcript: Transcript;
  outbox: out.Outbox;
  draft: string;
  line: LineState;
  synced: boolean;
  typing: string | null;
  loadingOlder: boolean;
  keysOfMessages: ReadonlyMap<string, string>;
  // 'none': there is no such department. 'failed': registering was refused for now.
  trouble: 'none' | 'failed' | null;
}

export interface VisitEnvironment {
  call: <T>(path: string, options?: Call) => Promise<T>;
  line: LineEnvironment;
  storage: Storage;
  socketUrl: (token: string) => string;
  uuid: () => string;
}

export const browserVisit = (): VisitEnvironment => ({
  call,
  line: browserEnvironment,
  storage: browserStorage,
  socketUrl: (token) => socketUrl(`/webchat/ws?token=${encodeURIComponent(token)}`),
  uuid,
});

const messagesPage = 50;
const answerMs = 15_000;
const againMs = 3_000;
const typingShownMs = 5_000;
const typingToldMs = 2_500;
const passing = new Set(['unavailable', 'overloaded', 'lagging', 'too-many-attempts']);
const nothing: Transcript = { messages: [], olderCursor: null };

export class Visit {
  private snapshot: VisitSnapshot;
  private readonly listeners = new Set<() => void>();
  private readonly keepsakes: Keepsakes;
  private readonly visitorKey: string;
  private readonly registrationKey: string;
  private visitor: Visitor | null;
  private line: Line | null = null;
  private position = 0;
  private started = false;
  private generation = 0;
  private held: Extract<VisitFrame, { type: 'changes' }>[] | null = null;
  private registering = false;
  private typingToldAt = 0;

  constructor(
    private readonly department: string,
    private readonly environment: VisitEnvironment = browserVisit(),
  ) {
    const { storage } = environment;
    this.visitorKey = `bitacora.visitor.${department}`;
    this.registrationKey = `bitacora.registration.${department}`;
    this.keepsakes = new Keepsakes(storage, `visitor.${department}`);
    this.visitor = readVisitor(storage.get(this.visitorKey));
    this.snapshot = {
      contact: this.visitor?.contact ?? null,
      conversation: null,
      transcript: this.visitor ? { messages: [], olderCursor: undefined } : nothing,
      outbox: this.keepsakes.loadOutbox(),
      draft: this.keepsakes.loadDrafts(environment.line.now()).get('') ?? '',
      line: { kind: 'closed' },
      synced: false,
      typing: null,
      loadingOlder: false,
      keysOfMessages: new Map(),
      trouble: null,
    };
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  readonly read = (): VisitSnapshot => this.snapshot;

  private set(change: Partial<VisitSnapshot>): void {
    const before = this.snapshot;
    this.snapshot = { ...before, ...change };
    if (change.outbox) this.keepsakes.saveOutbox(before.outbox, change.outbox);
    for (const listener of this.listeners) listener();
  }

  // --- The line ---------------------------------------------------------------------------------

  start(): void {
    if (this.visitor) this.connect(this.visitor);
    else if (this.snapshot.outbox.length > 0) void this.register('');
  }

  stop(): void {
    this.generation += 1;
    this.line?.stop();
    this.line = null;
  }

  retryNow(): void {
    this.line?.retryNow();
  }

  cut(): void {
    this.line?.cut();
  }

  private connect(visitor: Visitor): void {
    this.line = new Line(
      this.environment.socketUrl(visitor.token),
      {
        frame: (frame) => this.receive(frame as unknown as VisitFrame),
        changed: (state) => this.lineChanged(state),
        failed: () => void this.checkToken(),
      },
      this.environment.line,
    );
    this.line.start();
  }

  private lineChanged(line: LineState): void {
    if (line.kind === 'open' || line.kind === 'connecting') {
      this.set({ line });
      return;
    }
    this.generation += 1;
    this.held = null;
    this.set({
      line,
      synced: false,
      loadingOlder: false,
      outbox: out.requeue(this.snapshot.outbox),
    });
  }

  // A token that the server does not know any more: the contact begins anew, and keeps what waits.
  private async checkToken(): Promise<void> {
    try {
      await this.get('/webchat/messages', { limit: 1 });
    } catch (error) {
      if (!(error instanceof ProblemError) || error.problem.status !== 401) return;
      this.stop();
      this.environment.storage.remove(this.visitorKey);
      this.visitor = null;
      this.started = false;
      this.position = 0;
      this.set({
        contact: null,
        conversation: null,
        transcript: nothing,
        line: { kind: 'closed' },
        synced: false,
      });
      if (this.snapshot.outbox.length > 0) void this.register('');
    }
  }

  private get<T>(path: string, query: Call['query'] = {}): Promise<T> {
    return this.environment.call<T>(path, { query, bearer: this.visitor?.token ?? '' });
  }

  private send(frame: ClientFrame | { type: 'command'; id: string; name: string; body: unknown }) {
    this.line?.send(frame as ClientFrame);
  }

  private receive(frame: VisitFrame): void {
    switch (frame.type) {
      case 'hello':
        this.send({ type: 'resume', position: this.resumable(frame.position) });
        this.set({ conversation: frame.conversation });
        if (!this.started || frame.position < this.position) void this.reload(frame.position);
        break;
      case 'changes':
        if (this.held) this.held.push(frame);
        else this.changed(frame);
        break;
      case 'caught_up':
        if (!this.held) this.caughtUp();
        break;
      case 'resync':
        this.send({ type: 'resume', position: frame.position });
        void this.reload(frame.position);
        break;
      case 'done':
        this.done(frame.id, frame.result.message);
        break;
      case 'refused':
        if (frame.id) this.refused(frame.id, frame.problem);
        break;
      case 'typing':
        if (frame.from === 'operator') this.typed(frame.author.name);
        break;
    }
  }

  private resumable(position: number): number {
    return this.started && position >= this.position ? this.position : position;
  }

  private async reload(position: number): Promise<void> {
    const generation = ++this.generation;
    this.held = [];
    try {
      const page = await this.get<Page<VisitMessage> & { conversation: VisitConversation | null }>(
        '/webchat/messages',
        { limit: messagesPage, at_least: position },
      );
      if (generation !== this.generation) return;
      const held = this.held ?? [];
      this.held = null;
      this.started = true;
      this.position = position;
      const messages = withMessages(nothing, page.items.map(asMessage)).messages;
      this.set({
        conversation: page.conversation,
        transcript: { messages, olderCursor: page.next_cursor },
      });
      for (const frame of held) this.changed(frame);
      this.caughtUp();
    } catch (error) {
      if (generation !== this.generation) return;
      if (error instanceof ProblemError && error.problem.status === 401) void this.checkToken();
      else this.line?.cut();
    }
  }

  private caughtUp(): void {
    this.line?.settled();
    this.set({ synced: true });
    this.flush();
  }

  private changed(frame: Extract<VisitFrame, { type: 'changes' }>): void {
    if (frame.position <= this.position) return;
    this.position = frame.position;
    let { conversation, transcript, outbox, typing } = this.snapshot;
    for (const change of frame.changes) {
      if (change.type === 'conversation') {
        conversation = change.conversation;
      } else if (change.type === 'message') {
        const message = asMessage(change.message);
        transcript = withMessages(transcript, [message]);
        if (message.from === 'contact') outbox = out.matchPushed(outbox, inOutbox(message), null);
        else typing = null;
      }
    }
    this.set({ conversation, transcript, outbox, typing });
  }

  private typed(name: string): void {
    this.set({ typing: name });
    const generation = ++this.typedCount;
    this.environment.line.after(typingShownMs, () => {
      if (generation === this.typedCount) this.set({ typing: null });
    });
  }
  private typedCount = 0;

  async loadOlder(): Promise<void> {
    const cursor = this.snapshot.transcript.olderCursor;
    if (!cursor || !this.snapshot.synced || this.snapshot.loadingOlder) return;
    const generation = this.generation;
    this.set({ loadingOlder: true });
    try {
      const page = await this.get<Page<VisitMessage>>('/webchat/messages', {
        limit: messagesPage,
        cursor,
      });
      if (generation !== this.generation) return;
      const merged = withMessages(this.snapshot.transcript, page.items.map(asMessage));
      this.set({
        transcript: { ...merged, olderCursor: page.next_cursor },
        loadingOlder: false,
      });
    } catch {
      if (generation === this.generation) this.line?.cut();
    }
  }

  // --- Writing ----------------------------------------------------------------------------------

  setDraft(text: string): void {
    this.keepsakes.saveDraft('', text, this.environment.line.now());
    this.set({ draft: text });
    const now = this.environment.line.now();
    if (text !== '' && this.snapshot.synced && now - this.typingToldAt >= typingToldMs) {
      this.typingToldAt = now;
      this.send({ type: 'typing' });
    }
  }

  // The first message also makes the contact, by the name that was given.
  write(text: string, name: string): void {
    this.set({
      outbox: out.queue(this.snapshot.outbox, {
        key: this.environment.uuid(),
        conversationId: '',
        body: { kind: 'text', text },
        text,
        writtenAt: new Date(this.environment.line.now()).toISOString(),
      }),
      trouble: null,
    });
    if (this.visitor) this.flush();
    else void this.register(name);
  }

  retry(key: string): void {
    this.set({
      outbox: out.update(this.snapshot.outbox, key, {
        state: 'queued',
        key: this.environment.uuid(),
      }),
    });
    this.flush();
  }

  takeBack(key: string): void {
    const entry = this.snapshot.outbox.find((known) => known.key === key);
    if (!entry) return;
    const { draft } = this.snapshot;
    this.setDraft(draft === '' ? entry.text : `${entry.text}\n${draft}`);
    this.set({ outbox: out.remove(this.snapshot.outbox, key) });
  }

  // With a key that survives a reload, so that a retried registration is the same contact.
  private async register(name: string): Promise<void> {
    if (this.registering || this.visitor) return;
    this.registering = true;
    const { storage, uuid, line } = this.environment;
    const key = storage.get(this.registrationKey) ?? uuid();
    storage.set(this.registrationKey, key);
    try {
      const visitor = await this.environment.call<Visitor>('/webchat/visitors', {
        method: 'POST',
        body: { ...(name !== '' && { name }), department: this.department },
        idempotencyKey: key,
      });
      this.visitor = { token: visitor.token, contact: visitor.contact };
      storage.set(this.visitorKey, JSON.stringify(this.visitor));
      storage.remove(this.registrationKey);
      this.set({ contact: visitor.contact, trouble: null });
      this.connect(this.visitor);
    } catch (error) {
      if (!(error instanceof ProblemError)) throw error;
      const { status } = error.problem;
      if (status === 404) {
        this.set({ trouble: 'none' });
      } else if (error.problemName === 'idempotency-key-reused') {
        // Another name was given at the first try; it is a new registration.
        storage.remove(this.registrationKey);
        line.after(0, () => void this.register(name));
      } else {
        this.set({ trouble: 'failed' });
        line.after(againMs, () => void this.register(name));
      }
    } finally {
      this.registering = false;
    }
  }

  private flush(): void {
    if (!this.snapshot.synced) return;
    for (const entry of out.sendable(this.snapshot.outbox)) {
      this.set({ outbox: out.update(this.snapshot.outbox, entry.key, { state: 'sending' }) });
      this.send({ type: 'command', id: entry.key, name: 'send_message', body: entry.body });
      const generation = this.generation;
      this.environment.line.after(answerMs, () => {
        const waiting = this.snapshot.outbox.some(
          ({ key, state }) => key === entry.key && state === 'sending',
        );
        if (generation === this.generation && waiting) this.line?.cut();
      });
    }
  }

  private done(key: string, message: VisitMessage): void {
    const { transcript, outbox, keysOfMessages } = this.snapshot;
    const known = outbox.some((entry) => entry.key === key);
    this.set({
      transcript: withMessages(transcript, [asMessage(message)]),
      outbox: out.remove(outbox, key),
      keysOfMessages: known ? new Map(keysOfMessages).set(message.id, key) : keysOfMessages,
    });
    this.flush();
  }

  private refused(key: string, problem: Problem): void {
    if (passing.has(problemName(problem))) {
      const generation = this.generation;
      this.environment.line.after((problem.retry_after_s ?? 2) * 1000, () => {
        if (generation !== this.generation) return;
        this.set({ outbox: out.requeue(this.snapshot.outbox) });
        this.flush();
      });
      return;
    }
    this.set({ outbox: out.refuse(this.snapshot.outbox, key, problem) });
    this.flush();
  }
}

function readVisitor(stored: string | null): Visitor | null {
  try {
    return stored === null ? null : (JSON.parse(stored) as Visitor);
  } catch {
    return null;
  }
}

// The contact's side names authors without ids (rule W4).
function asMessage(message: VisitMessage): Message {
  return { ...message, author: message.author && { id: '', name: message.author.name } };
}

// The contact's outbox knows one conversation, which has no id before the first message.
function inOutbox(message: Message): Message {
  return { ...message, conversation_id: '' };
}
