// The contact's side of the chat, live: one conversation, its messages, what waits to be sent.
// A contact exists on the server from their first message on, and is known here by a token.

import { call, callForBytes, ProblemError, socketUrl, type Call } from './api';
import { withMessages, type Transcript } from './desk_state';
import { browserEnvironment, Line, type LineEnvironment, type LineState } from './line';
import { once } from './once';
import * as out from './outbox';
import { Sender } from './sender';
import { browserStorage, Keepsakes, type Storage } from './storage';
import { tusUploads } from './tus';
import { TypingWatch, type Typing } from './typing';
import { asAttachment, Uploads, type StartUpload } from './uploads';
import { uuid } from './uuid';
import {
  type AttachmentRules,
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
  typing: Typing;
  loadingOlder: boolean;
  keysOfMessages: ReadonlyMap<string, string>;
  // 'none': there is no such department. 'failed': registering was refused for now.
  trouble: 'none' | 'failed' | null;
}

export interface VisitEnvironment {
  call: <T>(path: string, options?: Call) => Promise<T>;
  bytes: (path: string, options?: Call) => Promise<Blob>;
  line: LineEnvironment;
  storage: Storage;
  socketUrl: (token: string) => string;
  uuid: () => string;
  upload: (token: () => string) => StartUpload;
}

export const browserVisit = (): VisitEnvironment => ({
  call,
  bytes: callForBytes,
  line: browserEnvironment,
  storage: browserStorage,
  socketUrl: (token) => socketUrl(`/webchat/ws?token=${encodeURIComponent(token)}`),
  uuid,
  upload: (token) => tusUploads('/webchat/uploads', token),
});

const messagesPage = 50;
const answerMs = 15_000;
const againMs = 3_000;
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
  private readonly typingWatch: TypingWatch;
  private readonly sender: Sender;
  readonly uploads: Uploads;
  // The versions up to which the server was told that they came, and that they were seen.
  private told = { received: 0, read: 0 };
  private seeing = false;
  // A file needs a contact to belong to; those chosen before the first message wait for one.
  private registered: (() => void)[] = [];

  constructor(
    private readonly department: string,
    private readonly environment: VisitEnvironment = browserVisit(),
  ) {
    const { storage } = environment;
    this.visitorKey = `bitacora.visitor.${department}`;
    this.registrationKey = `bitacora.registration.${department}`;
    this.keepsakes = new Keepsakes(storage, `visitor.${department}`);
    this.visitor = readVisitor(storage.get(this.visitorKey));
    this.typingWatch = new TypingWatch(
      environment.line,
      () => this.snapshot.typing,
      (typing) => this.set({ typing }),
    );
    this.sender = new Sender({
      outbox: () => this.snapshot.outbox,
      setOutbox: (outbox) => this.set({ outbox }),
      isReady: () => this.snapshot.synced,
      transmit: (entry) => this.transmit(entry),
      now: () => environment.line.now(),
      later: (ms, run) => this.later(ms, run),
      uuid: environment.uuid,
    });
    this.uploads = new Uploads(this.uploadOnceKnown(), environment.uuid, (upload) => {
      const { attachmentId: attachment_id, caption } = upload;
      this.sender.enqueue(
        '',
        upload.voice
          ? { kind: 'voice', attachment_id }
          : { kind: 'attachment', attachment_id, ...(caption !== '' && { caption }) },
        caption,
        asAttachment(upload),
      );
    });
    this.snapshot = {
      contact: this.visitor?.contact ?? null,
      conversation: null,
      transcript: this.visitor ? { messages: [], olderCursor: undefined } : nothing,
      outbox: this.keepsakes.loadOutbox(),
      draft: this.keepsakes.loadDrafts(environment.line.now()).get('') ?? '',
      line: { kind: 'closed' },
      synced: false,
      typing: new Map(),
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
        if (frame.from === 'operator') this.typingWatch.show('', frame.author.name);
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
    // What was told on a line that is gone may not have come through.
    this.told = { received: 0, read: 0 };
    this.tellDelivery();
    this.sender.flush();
  }

  private changed(frame: Extract<VisitFrame, { type: 'changes' }>): void {
    if (frame.position <= this.position) return;
    this.position = frame.position;
    let { conversation, transcript, outbox } = this.snapshot;
    for (const change of frame.changes) {
      if (change.type === 'conversation') {
        conversation = change.conversation;
      } else if (change.type === 'message') {
        const message = asMessage(change.message);
        transcript = withMessages(transcript, [message]);
        if (message.from === 'contact') outbox = out.matchPushed(outbox, inOutbox(message), null);
        else this.typingWatch.hide('');
      }
    }
    this.set({ conversation, transcript, outbox });
    this.tellDelivery();
  }

  // Tells the server what came, and what was seen; it counts only forward.
  private tellDelivery(): void {
    if (!this.snapshot.synced) return;
    const version = this.snapshot.transcript.messages.findLast(
      ({ from }) => from === 'operator',
    )?.version;
    if (version === undefined) return;
    if (version > this.told.received) {
      this.told.received = version;
      this.send({ type: 'received', version });
    }
    if (this.seeing && version > this.told.read) {
      this.told.read = version;
      this.send({ type: 'read', version });
    }
  }

  // Whether the end of the conversation is before the contact's eyes.
  setSeeing(seeing: boolean): void {
    this.seeing = seeing;
    this.tellDelivery();
  }

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
    if (text !== '' && this.snapshot.synced && this.typingWatch.isDue()) {
      this.send({ type: 'typing' });
    }
  }

  // The first message also makes the contact, by the name that was given.
  write(text: string, name: string): void {
    this.set({ trouble: null });
    this.sender.enqueue('', { kind: 'text', text }, text);
    if (!this.visitor) void this.register(name);
  }

  // A file may be what a contact says first.
  introduce(name: string): void {
    if (!this.visitor) void this.register(name);
  }

  private uploadOnceKnown(): StartUpload {
    const start = this.environment.upload(() => this.visitor?.token ?? '');
    return (file, listener) => {
      if (this.visitor) return start(file, listener);
      let stop: (() => void) | null = () => {};
      listener.waiting();
      this.registered.push(() => {
        if (stop) stop = start(file, listener);
      });
      return () => {
        stop?.();
        stop = null;
      };
    };
  }

  // What a picture, a recording or a file of this conversation holds.
  fileBytes(path: string): Promise<Blob> {
    return this.environment.bytes(`/webchat${path}`, { bearer: this.visitor?.token ?? '' });
  }

  // What the server takes, asked once; by a contact, so one is made where there is none yet.
  readonly attachmentRules = once(async () => {
    if (!this.visitor) {
      await new Promise<void>((resolve) => {
        this.registered.push(resolve);
        this.introduce('');
      });
    }
    return this.get<AttachmentRules>('/webchat/attachment-rules');
  });

  retry(key: string): void {
    this.sender.retry(key);
  }

  takeBack(key: string): void {
    const entry = this.sender.find(key);
    if (!entry) return;
    const { draft } = this.snapshot;
    if (entry.text !== '') this.setDraft(draft === '' ? entry.text : `${entry.text}\n${draft}`);
    this.sender.drop(key);
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
      for (const begin of this.registered.splice(0)) begin();
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

  private transmit({ key, body }: out.Pending): void {
    this.send({ type: 'command', id: key, name: 'send_message', body });
    this.later(answerMs, () => {
      if (this.sender.isSending(key)) this.line?.cut();
    });
  }

  // Unless the line is cut before.
  private later(ms: number, run: () => void): void {
    const generation = this.generation;
    this.environment.line.after(ms, () => {
      if (generation === this.generation) run();
    });
  }

  private done(key: string, message: VisitMessage): void {
    const { transcript, outbox, keysOfMessages } = this.snapshot;
    const known = outbox.some((entry) => entry.key === key);
    this.set({
      transcript: withMessages(transcript, [asMessage(message)]),
      outbox: out.remove(outbox, key),
      keysOfMessages: known ? new Map(keysOfMessages).set(message.id, key) : keysOfMessages,
    });
    this.sender.flush();
  }

  private refused(key: string, problem: Problem): void {
    if (!this.sender.goesAgain(problem)) this.sender.refuse(key, problem);
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
