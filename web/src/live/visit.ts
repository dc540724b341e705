// The contact's side of the chat, live: one conversation, its messages, what waits to be sent.
// A contact exists on the server from their first message on, and is known here by a token.

import { call, callForBytes, hasStatus, socketUrl, type Call, type CallServer } from './api';
import { holds, withMessages, withRead, type Transcript } from './desk_state';
import { Drafts } from './drafts';
import { browserEnvironment, isCut, Line, type LineEnvironment, type LineState } from './line';
import { DeliveryMarks } from './marks';
import { once } from './once';
import * as out from './outbox';
import { Registration, type Trouble } from './registration';
import { Sender, type Sending } from './sender';
import { browserStorage, Keepsakes, type Storage } from './storage';
import { Store } from './store';
import { Sync } from './sync';
import { tusUploads } from './tus';
import { TypingWatch, type Typing } from './typing';
import { BrowserShelf, type UploadShelf } from './upload_shelf';
import { Uploads, type StartUpload } from './uploads';
import { uuid } from './uuid';
import {
  asMessage,
  type VisitChangesFrame,
  type VisitConversation,
  type VisitFrame,
  type VisitMessage,
  type Visitor,
  type VisitPage,
} from './visit_wire';
import type { AttachmentRules, Message } from './wire';

export interface VisitSnapshot extends Sending {
  contact: Visitor['contact'] | null;
  conversation: VisitConversation | null;
  transcript: Transcript;
  draft: string;
  line: LineState;
  typing: Typing;
  loadingOlder: boolean;
  // What keeps the contact from being registered.
  trouble: Trouble | null;
}

export interface VisitEnvironment {
  call: CallServer;
  bytes: (path: string, options?: Call) => Promise<Blob>;
  line: LineEnvironment;
  storage: Storage;
  socketUrl: (token: string) => string;
  uuid: () => string;
  upload: (token: () => string) => StartUpload;
  shelf: (who: string) => UploadShelf;
}

export const browserVisit = (): VisitEnvironment => ({
  call,
  bytes: callForBytes,
  line: browserEnvironment,
  storage: browserStorage,
  socketUrl: (token) => socketUrl(`/webchat/ws?token=${encodeURIComponent(token)}`),
  uuid,
  upload: (token) => tusUploads('/webchat/uploads', token),
  shelf: (who) => new BrowserShelf(who, browserStorage),
});

const messagesPage = 50;
const nothing: Transcript = { messages: [], olderCursor: null };
// The contact's one conversation, which has no id before the first message.
const theirs = '';

export class Visit {
  private readonly store: Store<VisitSnapshot>;
  private readonly registration: Registration;
  private readonly line: Line;
  private readonly sync: Sync<VisitChangesFrame>;
  private position = 0;
  private name = '';
  private readonly drafts: Drafts;
  private readonly sender: Sender;
  private readonly typingWatch: TypingWatch;
  private readonly marks: DeliveryMarks;
  readonly uploads: Uploads;

  constructor(
    department: string,
    private readonly environment: VisitEnvironment = browserVisit(),
  ) {
    const clock = environment.line;
    const who = `visitor.${department}`;
    const keepsakes = new Keepsakes(environment.storage, who);
    this.registration = new Registration(department, environment, {
      registered: ({ contact }) => {
        this.store.set({ contact, trouble: null });
        this.line.start();
      },
      trouble: (trouble) => this.store.set({ trouble }),
    });
    this.line = new Line(
      () => environment.socketUrl(this.registration.token),
      {
        frame: (frame) => this.receive(frame as unknown as VisitFrame),
        changed: (state) => this.lineChanged(state),
        failed: () => void this.checkToken(),
      },
      environment.line,
    );
    this.drafts = new Drafts(keepsakes, clock, (drafts) => this.draftChanged(drafts));
    const { visitor } = this.registration;
    this.store = new Store<VisitSnapshot>(
      {
        contact: visitor?.contact ?? null,
        conversation: null,
        transcript: visitor ? { messages: [], olderCursor: undefined } : nothing,
        outbox: keepsakes.loadOutbox(),
        draft: this.drafts.read().get(theirs) ?? '',
        line: this.line.state,
        synced: false,
        typing: new Map(),
        loadingOlder: false,
        trouble: null,
      },
      (before, after) => keepsakes.saveOutbox(before.outbox, after.outbox),
    );
    this.typingWatch = new TypingWatch(clock, this.store);
    this.sender = new Sender(this.store, this.line, this.drafts, clock, environment.uuid);
    this.uploads = new Uploads(
      this.uploadOnceKnown(),
      environment.uuid,
      (upload) => this.sender.enqueueFile(upload),
      undefined,
      environment.shelf(who),
    );
    this.marks = new DeliveryMarks(this.store, (frame) => this.line.send(frame));
    this.sync = new Sync(this.line, {
      position: () => this.position,
      readAnew: (position) => this.readAnew(position),
      apply: (frame) => this.changed(frame),
      reached: (position) => (this.position = Math.max(this.position, position)),
      caughtUp: () => this.caughtUp(),
      failed: (error) => {
        if (hasStatus(error, 401)) void this.checkToken();
        else this.line.cut();
      },
    });
  }

  // --- For React --------------------------------------------------------------------------------

  readonly subscribe = (listener: () => void): (() => void) => this.store.subscribe(listener);

  readonly read = (): VisitSnapshot => this.store.read();

  start(): void {
    this.registration.start();
    this.uploads.begin();
    this.registerIfNeeded();
  }

  stop(): void {
    this.registration.stop();
    this.uploads.end();
    this.line.stop();
  }

  retryNow(): void {
    this.line.retryNow();
  }

  // Somebody looks at the page again.
  wake(): void {
    this.line.wake();
  }

  // The browser says that the network is gone.
  cut(): void {
    this.line.cut();
  }

  setDraft(text: string): void {
    this.drafts.write(theirs, text);
  }

  // What the contact wants to be called; asked before there is a contact.
  setName(name: string): void {
    this.name = name.trim();
  }

  // The first message also makes the contact. While that waits to go again, its trouble stands.
  write(text: string): void {
    if (!this.registration.isWaiting) this.store.set({ trouble: null });
    this.sender.enqueue(theirs, { kind: 'text', text }, text);
    this.register();
  }

  retry(key: string): void {
    this.sender.retry(key);
  }

  takeBack(key: string): void {
    this.sender.takeBack(key);
  }

  setSeeing(seeing: boolean): void {
    this.marks.setSeeing(seeing);
  }

  // What a picture, a recording or a file of this conversation holds.
  fileBytes(path: string): Promise<Blob> {
    return this.environment.bytes(`/webchat${path}`, { bearer: this.registration.token });
  }

  // What the server takes, asked once; by anybody, so that looking at it makes no contact.
  readonly attachmentRules = once(() =>
    this.environment.call<AttachmentRules>('/webchat/attachment-rules'),
  );

  async loadOlder(): Promise<void> {
    const { transcript, synced, loadingOlder } = this.store.read();
    const cursor = transcript.olderCursor;
    if (!cursor || !synced || loadingOlder) return;
    const { generation } = this.sync;
    this.store.set({ loadingOlder: true });
    try {
      const page = await this.get<VisitPage>('/webchat/messages', { limit: messagesPage, cursor });
      if (generation !== this.sync.generation) return;
      this.store.set({
        transcript: withPage(this.store.read().transcript, page),
        loadingOlder: false,
      });
    } catch {
      if (generation === this.sync.generation) this.line.cut();
    }
  }

  // --- What the line says -----------------------------------------------------------------------

  private lineChanged(line: LineState): void {
    this.store.set({ line, ...(isCut(line) && this.cutShort()) });
  }

  // Ends what was under way, which has no answer any more, and says what is left of it.
  private cutShort(): Partial<VisitSnapshot> {
    this.sync.cut();
    return { synced: false, loadingOlder: false, outbox: out.requeue(this.store.read().outbox) };
  }

  private receive(frame: VisitFrame): void {
    switch (frame.type) {
      case 'hello':
        this.store.set({ conversation: frame.conversation });
        this.line.watch(frame.heartbeat_ms, () => this.sync.probe());
        this.sync.receive(frame);
        break;
      case 'changes':
      case 'caught_up':
      case 'resync':
        this.sync.receive(frame);
        break;
      case 'done':
        this.done(frame.id, frame.result.message);
        break;
      case 'refused':
        if (frame.id) this.sender.refused(frame.id, frame.problem);
        break;
      case 'typing':
        if (frame.from === 'operator') this.typingWatch.show(theirs, frame.from, frame.author.name);
        break;
    }
  }

  private async readAnew(position: number): Promise<() => void> {
    const page = await this.get<VisitPage>('/webchat/messages', {
      limit: messagesPage,
      at_least: position,
    });
    return () => {
      this.position = position;
      this.store.set({
        conversation: page.conversation,
        transcript: withPage(nothing, page),
        // Older ones of what stood there before are not waited for.
        loadingOlder: false,
      });
    };
  }

  private caughtUp(): void {
    this.store.set({ synced: true });
    this.marks.tellAgain();
    this.sender.flush();
  }

  private changed(frame: VisitChangesFrame): void {
    this.position = frame.position;
    let { conversation, transcript, outbox } = this.store.read();
    for (const change of frame.changes) {
      if (change.type === 'conversation') {
        conversation = change.conversation;
      } else if (change.type === 'message') {
        const message = asMessage(change.message);
        if (message.from === 'contact') outbox = out.matchPushed(outbox, inOutbox(message), null);
        else if (!holds(transcript.messages, message)) this.typingWatch.hide(theirs);
        transcript = withMessages(transcript, [message]);
      }
    }
    this.store.set({ conversation, transcript, outbox });
    this.marks.tell();
  }

  private done(key: string, answer: VisitMessage): void {
    const message = asMessage(answer);
    const transcript = withRead(this.store.read().transcript, [message]);
    this.store.set({ transcript, ...this.sender.answered(key) });
    this.sender.flush();
  }

  private draftChanged(drafts: ReadonlyMap<string, string>): void {
    const draft = drafts.get(theirs) ?? '';
    this.store.set({ draft });
    if (draft !== '' && this.store.read().synced && this.typingWatch.isDue()) {
      this.line.send({ type: 'typing' });
    }
  }

  // --- Who the contact is -----------------------------------------------------------------------

  // A token that the server does not know any more: the contact begins anew, and keeps what waits.
  private async checkToken(): Promise<void> {
    try {
      await this.get('/webchat/messages', { limit: 1 });
    } catch (error) {
      if (!hasStatus(error, 401)) return;
      this.line.stop();
      this.registration.forget();
      this.sync.forget();
      this.store.set({ contact: null, conversation: null, transcript: nothing });
      this.registerIfNeeded();
    }
  }

  // There is something to say.
  private registerIfNeeded(): void {
    if (this.store.read().outbox.length > 0) this.register();
  }

  private register(): void {
    void this.registration.register(this.name);
  }

  // A file may be what a contact says first.
  private uploadOnceKnown(): StartUpload {
    const start = this.environment.upload(() => this.registration.token);
    return (source, listener) => {
      if (this.registration.visitor) return start(source, listener);
      let stop: ((takeAway: boolean) => void) | null = () => {};
      listener.waiting();
      this.registration.whenRegistered(() => {
        if (stop) stop = start(source, listener);
      });
      this.register();
      return (takeAway) => {
        stop?.(takeAway);
        stop = null;
      };
    };
  }

  private get<T>(path: string, query: Call['query'] = {}): Promise<T> {
    return this.environment.call<T>(path, { query, bearer: this.registration.token });
  }
}

function withPage(transcript: Transcript, { items, next_cursor }: VisitPage): Transcript {
  return { ...withRead(transcript, items.map(asMessage)), olderCursor: next_cursor };
}

function inOutbox(message: Message): Message {
  return { ...message, conversation_id: theirs };
}
