// The operator's desk, live: lists over HTTP, changes and commands over the line, drafts and the
// outbox in storage. React only subscribes to its snapshots; all rules of merging are in
// desk_state.ts and outbox.ts.

import { call, offlineProblem, ProblemError, socketUrl, type Call } from './api';
import {
  applyChanges,
  applyConversation,
  applyListPage,
  applyMessage,
  applyMessagesPage,
  beginTranscript,
  dropTranscripts,
  emptyDesk,
  maySee,
  restart,
  windowKey,
  type DeskState,
  type ListQuery,
} from './desk_state';
import { browserEnvironment, Line, type LineEnvironment, type LineState } from './line';
import { once } from './once';
import * as out from './outbox';
import { isPassing, Sender, waitAfter } from './sender';
import { browserStorage, Keepsakes, type Storage } from './storage';
import { tusUploads } from './tus';
import { TypingWatch, type Typing } from './typing';
import { asAttachment, Uploads, type StartUpload } from './uploads';
import { uuid } from './uuid';
import {
  problemName,
  type AttachmentRules,
  type ChangesFrame,
  type CommandName,
  type CommandFrame,
  type CommandResult,
  type Conversation,
  type HelloFrame,
  type Message,
  type Operator,
  type Page,
  type Person,
  type Problem,
  type QuickReply,
  type ServerFrame,
  type TransferBody,
} from './wire';

// A conversation that was on the screen, or had a draft, when it went to somebody else.
export interface Taken {
  // As it was last seen.
  conversation: Conversation | null;
  // Who has it, where the server tells; null when it only is no longer to be seen.
  owner: Person | null;
}

// A contact's message that has just come, to somebody who may answer it.
export interface Arrival {
  conversation: Conversation;
  message: Message;
}

export interface DeskSnapshot {
  desk: DeskState;
  outbox: out.Outbox;
  drafts: ReadonlyMap<string, string>;
  taken: ReadonlyMap<string, Taken>;
  // Asked for and not there, or not to be seen.
  missing: ReadonlySet<string>;
  line: LineState;
  // What is shown is what the server has; false from a cut until everything missed has come.
  synced: boolean;
  // Keys of list windows and ids of transcripts whose next page is on its way.
  loading: ReadonlySet<string>;
  // Who is writing in which conversation.
  typing: Typing;
  // The outbox key under which a message was written here, so that its bubble stays the same one.
  keysOfMessages: ReadonlyMap<string, string>;
}

export interface DeskEnvironment {
  call: <T>(path: string, options?: Call) => Promise<T>;
  line: LineEnvironment;
  storage: Storage;
  socketUrl: string;
  uuid: () => string;
  upload: StartUpload;
}

export const browserDesk = (): DeskEnvironment => ({
  call,
  line: browserEnvironment,
  storage: browserStorage,
  socketUrl: socketUrl('/ws'),
  uuid,
  upload: tusUploads('/uploads'),
});

interface UnderWay {
  frame: CommandFrame;
  resolve: (result: CommandResult) => void;
  reject: (problem: ProblemError) => void;
}

// A page of a list: some screens full.
const listPage = 60;
const messagesPage = 50;
// Transcripts kept for switching back without waiting.
const transcriptsKept = 20;
// A command that has no answer by then: the line is dead, whatever TCP says.
const answerMs = 15_000;

// A refusal that asking again will not change, apart from a session that ended.
function isFinal({ status }: Problem): boolean {
  return status >= 400 && status < 500 && status !== 401 && status !== 429;
}

export class Desk {
  private snapshot: DeskSnapshot;
  private readonly listeners = new Set<() => void>();
  private readonly arrivalListeners = new Set<(arrival: Arrival) => void>();
  private readonly keepsakes: Keepsakes;
  private readonly line: Line;
  private readonly commands = new Map<string, UnderWay>();
  private queries: readonly ListQuery[] = [];
  private openId: string | null = null;
  private recent: string[] = [];
  // Frames that come while lists are read anew; null when they are not.
  private held: ChangesFrame[] | null = null;
  private generation = 0;
  private started = false;
  private readonly typingWatch: TypingWatch;
  private readonly sender: Sender;
  readonly uploads: Uploads;
  private renewal: Promise<void> = Promise.resolve();
  private readonly readAsked = new Map<string, number>();

  // `signedOut` is called when the session is found to have ended.
  constructor(
    readonly operator: Operator,
    private readonly signedOut: () => void,
    private readonly environment: DeskEnvironment = browserDesk(),
  ) {
    this.keepsakes = new Keepsakes(environment.storage, operator.id);
    this.line = new Line(
      environment.socketUrl,
      {
        frame: (frame) => this.receive(frame),
        changed: (state) => this.lineChanged(state),
        failed: () => void this.checkSession(),
      },
      environment.line,
    );
    this.typingWatch = new TypingWatch(
      environment.line,
      () => this.snapshot.typing,
      (typing) => this.set({ typing }),
    );
    this.sender = new Sender({
      outbox: () => this.snapshot.outbox,
      setOutbox: (outbox) => this.set({ outbox }),
      isReady: () => this.snapshot.synced,
      transmit: ({ key, conversationId, body }) =>
        this.transmit({
          type: 'command',
          id: key,
          name: 'send_message',
          conversation_id: conversationId,
          body,
        }),
      now: () => environment.line.now(),
      later: (ms, run) => this.later(ms, run),
      uuid: environment.uuid,
    });
    this.uploads = new Uploads(environment.upload, environment.uuid, (upload) => {
      const { attachmentId: attachment_id, caption, conversationId } = upload;
      this.sender.enqueue(
        conversationId,
        upload.voice
          ? { kind: 'voice', attachment_id }
          : { kind: 'attachment', attachment_id, ...(caption !== '' && { caption }) },
        caption,
        asAttachment(upload),
      );
    });
    this.snapshot = {
      desk: emptyDesk,
      outbox: this.keepsakes.loadOutbox(),
      drafts: this.keepsakes.loadDrafts(environment.line.now()),
      taken: new Map(),
      missing: new Set(),
      line: this.line.state,
      synced: false,
      loading: new Set(),
      typing: new Map(),
      keysOfMessages: new Map(),
    };
  }

  // --- For React --------------------------------------------------------------------------------

  readonly subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  readonly read = (): DeskSnapshot => this.snapshot;

  onArrival(listener: (arrival: Arrival) => void): () => void {
    this.arrivalListeners.add(listener);
    return () => this.arrivalListeners.delete(listener);
  }

  private set(change: Partial<DeskSnapshot>): void {
    const before = this.snapshot;
    this.snapshot = { ...before, ...change };
    if (change.outbox) this.keepsakes.saveOutbox(before.outbox, change.outbox);
    for (const listener of this.listeners) listener();
  }

  // --- The line ---------------------------------------------------------------------------------

  start(): void {
    this.line.start();
  }

  stop(): void {
    this.generation += 1;
    this.line.stop();
  }

  retryNow(): void {
    this.line.retryNow();
  }

  // The browser says that the network is gone.
  cut(): void {
    this.line.cut();
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
      loading: new Set(),
      outbox: out.requeue(this.snapshot.outbox),
    });
  }

  // Every other session ends with it, and this one's line too, before the answer brings the new one.
  async changePassword(current: string, wanted: string): Promise<void> {
    const asked = this.environment.call('/me/password', {
      method: 'PUT',
      body: { current_password: current, new_password: wanted },
    });
    this.renewal = asked.then(
      () => {},
      () => {},
    );
    await asked;
  }

  private async checkSession(): Promise<void> {
    await this.renewal;
    try {
      await this.environment.call('/me');
    } catch (error) {
      if (error instanceof ProblemError && error.problem.status === 401) {
        this.line.stop();
        this.signedOut();
      }
    }
  }

  private receive(frame: ServerFrame): void {
    switch (frame.type) {
      case 'hello':
        this.greeted(frame);
        break;
      case 'changes':
        if (this.held) this.held.push(frame);
        else this.changed(frame);
        break;
      case 'caught_up':
        // While lists are read anew, their being there is what counts.
        if (!this.held) this.caughtUp();
        break;
      case 'resync':
        this.line.send({ type: 'resume', position: frame.position });
        void this.reload(frame.position);
        break;
      case 'done':
        this.done(frame.id, frame.position, frame.result);
        break;
      case 'refused':
        if (frame.id) this.refused(frame.id, frame.problem);
        break;
      case 'typing':
        this.typingWatch.show(frame.conversation_id, frame.author.name);
        break;
    }
  }

  private greeted(hello: HelloFrame): void {
    const { position } = this.snapshot.desk;
    if (this.started && hello.position >= position) {
      this.line.send({ type: 'resume', position });
      if (hello.counts) this.set({ desk: { ...this.snapshot.desk, counts: hello.counts } });
    } else {
      this.line.send({ type: 'resume', position: hello.position });
      void this.reload(hello.position, hello.counts);
    }
  }

  private caughtUp(): void {
    this.line.settled();
    this.set({ synced: true });
    for (const { frame } of this.commands.values()) this.transmit(frame);
    this.sender.flush();
    // Pages that were asked for while the line was cut.
    for (const query of this.queries) void this.ensureList(query);
    if (this.openId) void this.ensureTranscript(this.openId);
  }

  // Reads everything on the screen anew, as of `position` or later; what is shown stays until the
  // new is there.
  private async reload(position: number, counts = this.snapshot.desk.counts): Promise<void> {
    const generation = ++this.generation;
    this.held = [];
    const openId = this.openId;
    const queries = this.queries;
    try {
      const [pages, transcript] = await Promise.all([
        Promise.all(queries.map((query) => this.fetchList(query, position, null))),
        openId ? this.fetchOpen(openId, position) : null,
      ]);
      if (generation !== this.generation) return;
      let desk = restart(position, counts);
      if (openId && transcript) {
        desk = applyConversation(desk, transcript.conversation, position);
        desk = beginTranscript(desk, openId);
        desk = applyMessagesPage(desk, openId, transcript.messages);
      }
      pages.forEach((page, i) => (desk = applyListPage(desk, queries[i]!, page, true)));
      const missing = new Set(this.snapshot.missing);
      if (openId && !transcript) missing.add(openId);
      const held = this.held ?? [];
      this.held = null;
      this.started = true;
      this.set({ desk, missing, loading: new Set() });
      for (const frame of held) this.changed(frame);
      this.caughtUp();
    } catch (error) {
      if (generation !== this.generation) return;
      if (error instanceof ProblemError && error.problem.status === 401) this.signedOut();
      else this.line.cut();
    }
  }

  private async fetchOpen(id: string, position: number) {
    try {
      const [answer, messages] = await Promise.all([
        this.environment.call<Conversation>(`/conversations/${id}`, {
          query: { at_least: position },
        }),
        this.fetchMessages(id, position, null),
      ]);
      return { conversation: answer, messages };
    } catch (error) {
      if (error instanceof ProblemError && error.problem.status === 404) return null;
      throw error;
    }
  }

  private changed(frame: ChangesFrame): void {
    if (frame.position <= this.snapshot.desk.position) return;
    const taken = new Map(this.snapshot.taken);
    const missing = new Set(this.snapshot.missing);
    let outbox = this.snapshot.outbox;
    for (const change of frame.changes) {
      if (change.type === 'conversation_gone') {
        const id = change.conversation_id;
        if (id === this.openId || this.snapshot.drafts.has(id)) {
          const conversation = this.snapshot.desk.conversations.get(id) ?? null;
          const owner = change.owner ?? taken.get(id)?.owner ?? null;
          taken.set(id, { conversation, owner });
        }
      } else if (change.type === 'conversation') {
        taken.delete(change.conversation.id);
        missing.delete(change.conversation.id);
      } else if (change.message.from === 'operator') {
        outbox = out.matchPushed(outbox, change.message, this.operator.id);
      } else if (change.message.from === 'contact') {
        this.typingWatch.hide(change.message.conversation_id);
      }
    }
    const before = this.snapshot.desk;
    this.set({ desk: applyChanges(before, frame), taken, missing, outbox });
    if (this.snapshot.synced) this.tellArrivals(before, frame);
    if (this.openId) void this.ensureTranscript(this.openId);
  }

  private tellArrivals(before: DeskState, { changes }: ChangesFrame): void {
    for (const change of changes) {
      if (change.type !== 'message' || change.message.from !== 'contact') continue;
      const { message } = change;
      const conversation = this.snapshot.desk.conversations.get(message.conversation_id);
      // One that only changed, its picture's thumbnail having come, is no news.
      const known = before.conversations.get(message.conversation_id)?.version ?? 0;
      if (!conversation || message.version <= known) continue;
      const mine = conversation.owner?.id === this.operator.id;
      if (conversation.state !== 'waiting' && !mine) continue;
      for (const listener of this.arrivalListeners) listener({ conversation, message });
    }
  }

  private markTaken(conversationId: string, owner: Person | null): void {
    const known = this.snapshot.taken.get(conversationId);
    if (this.snapshot.desk.conversations.get(conversationId)?.owner?.id === this.operator.id) return;
    const conversation =
      known?.conversation ?? this.snapshot.desk.conversations.get(conversationId) ?? null;
    this.set({
      taken: new Map(this.snapshot.taken).set(conversationId, { conversation, owner }),
    });
  }

  // --- Lists and transcripts --------------------------------------------------------------------

  // The lists that are on the screen, or one key away from it.
  watch(queries: readonly ListQuery[]): void {
    this.queries = queries;
    for (const query of queries) void this.ensureList(query);
  }

  private async ensureList(query: ListQuery): Promise<void> {
    if (!this.snapshot.synced) return;
    const window = this.snapshot.desk.windows.get(windowKey(query));
    if (window === undefined) await this.loadList(query, null);
  }

  async loadMore(query: ListQuery): Promise<void> {
    const cursor = this.snapshot.desk.windows.get(windowKey(query))?.nextCursor;
    if (cursor && this.snapshot.synced) await this.loadList(query, cursor);
  }

  private async loadList(query: ListQuery, cursor: string | null): Promise<void> {
    await this.load(windowKey(query), async () => {
      const page = await this.fetchList(query, this.snapshot.desk.position, cursor);
      return () =>
        this.set({ desk: applyListPage(this.snapshot.desk, query, page, cursor === null) });
    });
  }

  private fetchList(query: ListQuery, position: number, cursor: string | null) {
    const { tab, department, mine } = query;
    return this.environment.call<Page<Conversation>>('/conversations', {
      query: {
        tab,
        department,
        owner: mine ? 'me' : null,
        limit: listPage,
        cursor,
        at_least: position,
      },
    });
  }

  // Shows a conversation; null: none.
  open(conversationId: string | null): void {
    if (this.openId === conversationId) return;
    this.openId = conversationId;
    if (conversationId === null) return;
    this.recent = [conversationId, ...this.recent.filter((id) => id !== conversationId)];
    const keep = new Set(this.recent.slice(0, transcriptsKept));
    // What was missing may have come meanwhile.
    const missing = new Set(this.snapshot.missing);
    missing.delete(conversationId);
    this.set({ desk: dropTranscripts(this.snapshot.desk, keep), missing });
    void this.ensureTranscript(conversationId);
  }

  private async ensureTranscript(id: string): Promise<void> {
    const { desk, synced } = this.snapshot;
    if (!synced || this.snapshot.missing.has(id)) return;
    if (!desk.conversations.has(id) && !this.snapshot.taken.has(id)) await this.findConversation(id);
    if (!this.snapshot.desk.conversations.has(id)) return;
    if (this.snapshot.desk.transcripts.get(id)?.olderCursor !== undefined) return;
    this.set({ desk: beginTranscript(this.snapshot.desk, id) });
    await this.load(id, async () => {
      const page = await this.fetchMessages(id, this.snapshot.desk.position, null);
      return () => this.set({ desk: applyMessagesPage(this.snapshot.desk, id, page) });
    });
  }

  private async findConversation(id: string): Promise<void> {
    await this.load(`find ${id}`, async () => {
      try {
        const { position } = this.snapshot.desk;
        const conversation = await this.environment.call<Conversation>(`/conversations/${id}`, {
          query: { at_least: position },
        });
        return () =>
          this.set({ desk: applyConversation(this.snapshot.desk, conversation, position) });
      } catch (error) {
        if (!(error instanceof ProblemError) || !isFinal(error.problem)) throw error;
        return () => this.set({ missing: new Set(this.snapshot.missing).add(id) });
      }
    });
  }

  async loadOlder(id: string): Promise<void> {
    const cursor = this.snapshot.desk.transcripts.get(id)?.olderCursor;
    if (!cursor || !this.snapshot.synced) return;
    await this.load(id, async () => {
      const page = await this.fetchMessages(id, this.snapshot.desk.position, cursor);
      return () => this.set({ desk: applyMessagesPage(this.snapshot.desk, id, page) });
    });
  }

  private fetchMessages(id: string, position: number, cursor: string | null) {
    return this.environment.call<Page<Message>>(`/conversations/${id}/messages`, {
      query: { limit: messagesPage, cursor, at_least: position },
    });
  }

  // One load of a kind at a time; its outcome counts only if the line was not cut meanwhile.
  private async load(key: string, run: () => Promise<() => void>): Promise<void> {
    if (this.snapshot.loading.has(key)) return;
    const generation = this.generation;
    this.set({ loading: new Set(this.snapshot.loading).add(key) });
    try {
      const apply = await run();
      if (generation === this.generation) apply();
    } catch (error) {
      if (generation !== this.generation) return;
      if (error instanceof ProblemError && error.problem.status === 401) this.signedOut();
      else if (error instanceof ProblemError && isFinal(error.problem)) {
        // Gone between the list and the read; the push that says so is on its way.
      } else this.line.cut();
    } finally {
      if (generation === this.generation) {
        const loading = new Set(this.snapshot.loading);
        loading.delete(key);
        this.set({ loading });
      }
    }
  }

  // --- Drafts and messages ----------------------------------------------------------------------

  setDraft(conversationId: string, text: string): void {
    if ((this.snapshot.drafts.get(conversationId) ?? '') === text) return;
    const drafts = new Map(this.snapshot.drafts);
    if (text === '') drafts.delete(conversationId);
    else drafts.set(conversationId, text);
    this.keepsakes.saveDraft(conversationId, text, this.environment.line.now());
    this.set({ drafts });
    if (text !== '') this.tellTyping(conversationId);
  }

  // What the server takes, asked once.
  readonly attachmentRules = once(() =>
    this.environment.call<AttachmentRules>('/attachment-rules'),
  );

  private tellTyping(conversationId: string): void {
    if (!this.snapshot.synced || this.snapshot.taken.has(conversationId)) return;
    if (this.operator.role === 'auditor' || !this.typingWatch.isDue()) return;
    this.line.send({ type: 'typing', conversation_id: conversationId });
  }

  sendText(conversationId: string, text: string): void {
    this.sender.enqueue(conversationId, { kind: 'text', text }, text);
  }

  sendQuickReply(conversationId: string, { id, attachment }: QuickReply, shown: string): void {
    this.sender.enqueue(
      conversationId,
      { kind: 'quick_reply', quick_reply_id: id },
      shown,
      attachment
        ? { ...attachment, thumbnail: false, duration_ms: null, waveform: null }
        : null,
    );
  }

  retry(key: string): void {
    this.sender.retry(key);
  }

  // Puts what was written back into the text box, before what is there.
  takeBack(key: string): void {
    const entry = this.sender.find(key);
    if (!entry) return;
    const draft = this.snapshot.drafts.get(entry.conversationId) ?? '';
    if (entry.body.kind !== 'quick_reply' && entry.text !== '') {
      this.setDraft(entry.conversationId, draft === '' ? entry.text : `${entry.text}\n${draft}`);
    }
    this.sender.drop(key);
  }

  private transmit(frame: CommandFrame): void {
    this.line.send(frame);
    this.later(answerMs, () => {
      if (this.isUnderWay(frame.id)) this.line.cut();
    });
  }

  private isUnderWay(key: string): boolean {
    return this.commands.has(key) || this.sender.isSending(key);
  }

  // --- Commands ---------------------------------------------------------------------------------

  // Rejects with a ProblemError: what the server says, or "offline" at once when there is no line.
  // Once under way it survives a cut: it goes again with its key.
  command(
    name: Exclude<CommandName, 'send_message'>,
    conversationId: string,
    body?: TransferBody,
  ): Promise<CommandResult> {
    if (!this.snapshot.synced) return Promise.reject(new ProblemError(offlineProblem));
    const frame: CommandFrame = {
      type: 'command',
      id: this.environment.uuid(),
      name,
      conversation_id: conversationId,
      ...(body && { body }),
    };
    return new Promise((resolve, reject) => {
      this.commands.set(frame.id, { frame, resolve, reject });
      this.transmit(frame);
    });
  }

  // What the owner has on the screen counts as read.
  markRead(conversationId: string): void {
    const conversation = this.snapshot.desk.conversations.get(conversationId);
    if (!conversation || conversation.unread === 0 || !this.snapshot.synced) return;
    if (conversation.owner?.id !== this.operator.id || conversation.state === 'waiting') return;
    if (this.readAsked.get(conversationId) === conversation.version) return;
    this.readAsked.set(conversationId, conversation.version);
    this.command('read', conversationId).catch(() => {
      // It stays unread; the next message asks again.
    });
  }

  private done(key: string, position: number, result: CommandResult): void {
    let { desk, keysOfMessages } = this.snapshot;
    if (result.conversation && maySee(this.operator, result.conversation)) {
      desk = applyConversation(desk, result.conversation, position);
    }
    if (result.message) {
      desk = applyMessage(desk, result.message);
      if (this.snapshot.outbox.some((entry) => entry.key === key)) {
        keysOfMessages = new Map(keysOfMessages).set(result.message.id, key);
      }
    }
    this.set({ desk, keysOfMessages, outbox: out.remove(this.snapshot.outbox, key) });
    const command = this.commands.get(key);
    this.commands.delete(key);
    command?.resolve(result);
    this.sender.flush();
  }

  private refused(key: string, problem: Problem): void {
    const entry = this.sender.find(key);
    if (entry) this.messageRefused(entry, problem);
    const command = this.commands.get(key);
    if (!command) return;
    if (isPassing(problem)) {
      this.later(waitAfter(problem), () => this.commands.has(key) && this.transmit(command.frame));
    } else {
      this.commands.delete(key);
      command.reject(new ProblemError(problem));
    }
  }

  private messageRefused(entry: out.Pending, problem: Problem): void {
    const name = problemName(problem);
    if (this.sender.goesAgain(problem)) return;
    if (name === 'already-claimed' || (name === 'not-found' && this.isGone(entry))) {
      // It was not sent, and the words stay with their writer.
      this.takeBack(entry.key);
      this.markTaken(entry.conversationId, problem.owner ?? null);
      this.sender.flush();
    } else {
      this.sender.refuse(entry.key, problem);
    }
  }

  // Whether "not found" means the conversation, rather than a quick reply that was removed.
  private isGone({ body, conversationId }: out.Pending): boolean {
    return body.kind !== 'quick_reply' || !this.snapshot.desk.conversations.has(conversationId);
  }

  // Unless the line is cut before.
  private later(ms: number, run: () => void): void {
    const generation = this.generation;
    this.environment.line.after(ms, () => {
      if (generation === this.generation) run();
    });
  }
}
