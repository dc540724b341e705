// The operator's desk, live: what React sees of it, and how its parts work together. Changes and
// commands go over the line, reads over HTTP; drafts and the outbox lie in storage. All rules of
// merging are in desk_state.ts and outbox.ts.

import { call, hasStatus, offlineProblem, ProblemError, socketUrl, type CallServer } from './api';
import { Commands } from './commands';
import {
  applyConversation,
  applyMessage,
  emptyDesk,
  holds,
  maySee,
  windowKey,
  type ListQuery,
} from './desk_state';
import { Drafts } from './drafts';
import { browserEnvironment, isCut, Line, type LineEnvironment, type LineState } from './line';
import { Loader, type Loading } from './loader';
import { ReadMarks } from './marks';
import { once } from './once';
import { requeue } from './outbox';
import { browserTabs, OwnDoings, type OpenTabChannel } from './own_doings';
import { afterChanges, arrivalsOf, handedAfter, stillHanded, type Arrival } from './pushed';
import { withRecording, type Recorded, type Recordings } from './recorded';
import { Sender, type Sending } from './sender';
import { Session } from './session';
import { browserStorage, Keepsakes, type Storage } from './storage';
import { Store } from './store';
import { Sync } from './sync';
import { takenBy, wasTaken } from './taken';
import { forgetUploads, tusUploads } from './tus';
import { TypingWatch, type Typing } from './typing';
import { BrowserShelf, type UploadShelf } from './upload_shelf';
import { Uploads, type StartUpload } from './uploads';
import { uuid } from './uuid';
import {
  type AttachmentRules,
  type ChangesFrame,
  type CommandName,
  type CommandResult,
  type Counts,
  type Operator,
  type Problem,
  type QuickReply,
  type ServerFrame,
  type TransferBody,
} from './wire';

// Whatever is on the screen: from these one's unread messages are counted.
const own: ListQuery = { tab: 'attending', department: null, mine: true };

export interface DeskSnapshot extends Loading, Sending {
  // False until everything on the screen has come for the first time.
  begun: boolean;
  drafts: ReadonlyMap<string, string>;
  recordings: Recordings;
  // What others gave to the operator, until it is looked at.
  handed: ReadonlySet<string>;
  line: LineState;
  // Who is writing in which conversation.
  typing: Typing;
}

export interface DeskEnvironment {
  call: CallServer;
  line: LineEnvironment;
  storage: Storage;
  socketUrl: string;
  uuid: () => string;
  upload: StartUpload;
  shelf: (who: string) => UploadShelf;
  tabs: OpenTabChannel;
}

const uploadsPath = '/uploads';

export const browserDesk = (): DeskEnvironment => ({
  call,
  line: browserEnvironment,
  storage: browserStorage,
  socketUrl: socketUrl('/ws'),
  uuid,
  upload: tusUploads(uploadsPath),
  shelf: (who) => new BrowserShelf(who, browserStorage),
  tabs: browserTabs,
});

export class Desk {
  private readonly store: Store<DeskSnapshot>;
  private readonly arrivalListeners = new Set<(arrival: Arrival) => void>();
  private readonly accountListeners = new Set<(operator: Operator) => void>();
  private readonly line: Line;
  private readonly sync: Sync<ChangesFrame>;
  private readonly loader: Loader;
  private readonly commands: Commands;
  private readonly drafts: Drafts;
  private readonly sender: Sender;
  private readonly typingWatch: TypingWatch;
  private readonly session: Session;
  private readonly readMarks: ReadMarks;
  private readonly doings: OwnDoings;
  private readonly keepsakes: Keepsakes;
  readonly uploads: Uploads;

  // `signedOut` is called when the session is found to have ended.
  constructor(
    // As the server has told of them last.
    public operator: Operator,
    signedOut: () => void,
    private readonly environment: DeskEnvironment = browserDesk(),
  ) {
    const clock = environment.line;
    const keepsakes = new Keepsakes(environment.storage, operator.id);
    this.keepsakes = keepsakes;
    this.session = new Session(environment.call, operator.id, () => {
      this.line.stop();
      signedOut();
    });
    this.line = new Line(
      () => environment.socketUrl,
      {
        frame: (frame) => this.receive(frame),
        changed: (state) => this.lineChanged(state),
        failed: () => void this.session.check(),
      },
      environment.line,
    );
    this.drafts = new Drafts(keepsakes, clock, (drafts, conversationId) => {
      this.store.set({ drafts });
      if (drafts.has(conversationId)) this.tellTyping(conversationId);
    });
    this.store = new Store<DeskSnapshot>(
      {
        desk: emptyDesk,
        outbox: keepsakes.loadOutbox(),
        drafts: this.drafts.read(),
        recordings: new Map(),
        handed: keepsakes.loadHanded(),
        taken: new Map(),
        missing: new Set(),
        line: this.line.state,
        synced: false,
        begun: false,
        loading: new Set(),
        typing: new Map(),
      },
      (before, after) => {
        keepsakes.saveOutbox(before.outbox, after.outbox);
        keepsakes.saveHanded(before.handed, after.handed);
      },
    );
    this.typingWatch = new TypingWatch(clock, this.store);
    this.commands = new Commands(this.line);
    this.readMarks = new ReadMarks(operator.id, this.store, (id) => this.command('read', id));
    this.doings = new OwnDoings(environment.tabs, operator.id, clock);
    this.sender = new Sender(this.store, this.line, this.drafts, clock, environment.uuid);
    this.uploads = new Uploads(
      environment.upload,
      environment.uuid,
      (upload) => this.sender.enqueueFile(upload),
      undefined,
      environment.shelf(operator.id),
    );
    this.sync = new Sync(this.line, {
      position: () => this.store.read().desk.position,
      readAnew: (position) => this.readAnew(position),
      apply: (frame) => this.changed(frame),
      reached: (position) => {
        const isFurther = position > this.store.read().desk.position;
        if (isFurther) this.changed({ type: 'changes', position, changes: [] });
        this.settle();
      },
      caughtUp: () => this.caughtUp(),
      failed: (error) => this.readFailed(error),
    });
    this.loader = new Loader(
      environment.call,
      this.store,
      () => this.sync.generation,
      () => this.settle(),
      (error) => this.readFailed(error),
    );
    this.watch([]);
  }

  // --- For React --------------------------------------------------------------------------------

  readonly subscribe = (listener: () => void): (() => void) => this.store.subscribe(listener);

  readonly read = (): DeskSnapshot => this.store.read();

  onArrival(listener: (arrival: Arrival) => void): () => void {
    this.arrivalListeners.add(listener);
    return () => this.arrivalListeners.delete(listener);
  }

  // Their name, role or departments have changed.
  onAccount(listener: (operator: Operator) => void): () => void {
    this.accountListeners.add(listener);
    return () => this.accountListeners.delete(listener);
  }

  start(): void {
    this.uploads.begin();
    this.doings.begin();
    this.line.start();
  }

  stop(): void {
    this.line.stop();
    this.doings.end();
    this.uploads.end();
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

  // Somebody has signed in in another window of this browser.
  checkSession(): Promise<void> {
    return this.session.check();
  }

  changePassword(current: string, wanted: string): Promise<void> {
    return this.session.changePassword(current, wanted);
  }

  // The operator has signed out: files on their way go, and what is remembered of files. Drafts and
  // messages that wait stay in the browser until the same operator signs in again.
  async forgetFiles(): Promise<void> {
    forgetUploads(uploadsPath, this.environment.storage);
    await this.uploads.forgetKept();
  }

  // The lists that are on the screen, or one key away from it.
  watch(queries: readonly ListQuery[]): void {
    const others = queries.filter((query) => windowKey(query) !== windowKey(own));
    this.loader.watch([...others, own]);
  }

  // Shows a conversation; null: none.
  open(conversationId: string | null): void {
    this.loader.open(conversationId);
  }

  loadMore(query: ListQuery): Promise<void> {
    return this.loader.loadMore(query);
  }

  loadOlder(conversationId: string): Promise<void> {
    return this.loader.loadOlder(conversationId);
  }

  // What the server takes, asked once.
  readonly attachmentRules = once(() =>
    this.environment.call<AttachmentRules>('/attachment-rules'),
  );

  setDraft(conversationId: string, text: string): void {
    this.drafts.write(conversationId, text);
  }

  // null: it was sent or thrown away.
  keepRecording(conversationId: string, recorded: Recorded | null): void {
    const { recordings } = this.store.read();
    this.store.set({ recordings: withRecording(recordings, conversationId, recorded) });
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
    this.sender.takeBack(key);
  }

  // Rejects with a ProblemError: what the server says, or "offline" at once when there is no line.
  // Once under way it survives a cut: it goes again with its key.
  command(
    name: Exclude<CommandName, 'send_message'>,
    conversationId: string,
    body?: TransferBody,
  ): Promise<CommandResult> {
    if (!this.store.read().synced) return Promise.reject(new ProblemError(offlineProblem));
    const toOneself = body && 'operator_id' in body && body.operator_id === this.operator.id;
    const takes = name === 'claim' || name === 'reopen' || toOneself;
    if (takes) this.doings.takes(conversationId);
    const answer = this.commands.run({
      type: 'command',
      id: this.environment.uuid(),
      name,
      conversation_id: conversationId,
      ...(body && { body }),
    });
    if (takes) answer.catch(() => this.doings.refused(conversationId));
    return answer;
  }

  // What the owner has on the screen counts as read.
  markRead(conversationId: string): void {
    this.lookedAt(conversationId);
    this.readMarks.mark(conversationId);
  }

  // Another window of the same person has changed what the browser keeps.
  keptElsewhere(event: StorageEvent): void {
    const draft = this.keepsakes.removedDraft(event);
    if (draft) this.drafts.removedElsewhere(draft);
    const handed = this.keepsakes.removedHanded(event);
    if (handed !== null) this.lookedAt(handed);
  }

  private lookedAt(conversationId: string): void {
    const handed = new Set(this.store.read().handed);
    if (handed.delete(conversationId)) this.store.set({ handed });
  }

  // --- What the line says -----------------------------------------------------------------------

  private lineChanged(line: LineState): void {
    this.store.set({ line, ...(isCut(line) && this.cutShort()) });
  }

  // Ends what was under way, which has no answer any more, and says what is left of it.
  private cutShort(): Partial<DeskSnapshot> {
    this.sync.cut();
    return { synced: false, loading: new Set(), outbox: requeue(this.store.read().outbox) };
  }

  private receive(frame: ServerFrame): void {
    switch (frame.type) {
      case 'hello':
        if (frame.operator && !this.isTheirs(frame.operator)) return;
        this.counted(frame.counts);
        this.line.watch(frame.heartbeat_ms, () => this.sync.probe());
        this.sync.receive(frame);
        break;
      case 'caught_up':
        this.counted(frame.counts);
        this.sync.receive(frame);
        break;
      case 'changes':
      case 'resync':
        this.sync.receive(frame);
        break;
      case 'done':
        this.done(frame.id, frame.result);
        break;
      case 'refused':
        if (frame.id) this.refused(frame.id, frame.problem);
        break;
      case 'typing':
        this.typingWatch.show(frame.conversation_id, frame.from, frame.author.name);
        break;
    }
  }

  // Whether the session is still this operator's, who may be another one by now in all but the id.
  private isTheirs(account: Operator): boolean {
    if (!this.session.belongsTo(account)) return false;
    if (JSON.stringify(account) !== JSON.stringify(this.operator)) {
      this.operator = account;
      for (const listener of this.accountListeners) listener(account);
    }
    return true;
  }

  private async readAnew(position: number): Promise<() => void> {
    const [account, show] = await Promise.all([
      this.environment.call<Operator>('/me', { query: { at_least: position } }),
      this.loader.readAnew(position),
    ]);
    return () => void (this.isTheirs(account) && show());
  }

  private counted(counts: Counts | undefined): void {
    if (counts) this.store.set({ desk: { ...this.store.read().desk, counts } });
  }

  private caughtUp(): void {
    const { handed, desk } = this.store.read();
    this.store.set({
      synced: true,
      begun: true,
      handed: stillHanded(handed, desk, this.operator.id),
    });
    this.commands.sendAgain();
    this.sender.flush();
    this.loader.ensureAll();
    this.settle();
  }

  // Has the server tell of what was read ahead of its frames, or go past it.
  private settle(): void {
    if (this.store.read().desk.unsettled.size > 0) this.sync.probe();
  }

  // All is read again when the line is back; it stays away when the session has ended.
  private readFailed(error: unknown): void {
    this.line.cut();
    if (hasStatus(error, 401)) void this.session.check();
  }

  private changed(frame: ChangesFrame): void {
    const before = this.store.read();
    const isAt = (id: string) =>
      this.loader.isOpen(id) ||
      before.drafts.has(id) ||
      before.recordings.has(id) ||
      this.uploads.read().some(({ conversationId }) => conversationId === id);
    const after = afterChanges(before, frame, this.operator.id, isAt);
    const arrivals = before.synced
      ? arrivalsOf(frame, before.desk, after.desk, this.operator, (id) => this.doings.took(id))
      : [];
    const handed = handedAfter(before.handed, frame, arrivals, this.operator.id);
    this.store.set({ ...after, handed });
    for (const change of frame.changes) {
      if (change.type === 'message' && change.message.from === 'contact') {
        const { conversation_id: id } = change.message;
        const known = before.desk.transcripts.get(id)?.messages ?? [];
        if (!holds(known, change.message)) this.typingWatch.hide(id);
      } else if (change.type === 'conversation') {
        const { id, owner } = change.conversation;
        if (owner?.id === this.operator.id) this.doings.told(id);
      }
    }
    for (const arrival of arrivals) {
      for (const listener of this.arrivalListeners) listener(arrival);
    }
    this.loader.ensureOpen();
  }

  private done(key: string, result: CommandResult): void {
    const { conversation, message } = result;
    let { desk } = this.store.read();
    // What one does not hold is left to the frames: an answer that was given before comes as it was
    // then, and the conversation may have gone to somebody else since.
    if (conversation && desk.conversations.has(conversation.id) && maySee(this.operator, conversation)) {
      desk = applyConversation(desk, conversation, desk.position);
    }
    if (message) desk = applyMessage(desk, message);
    this.store.set({ desk, ...this.sender.answered(key) });
    this.commands.done(key, result);
    this.sender.flush();
  }

  private refused(key: string, problem: Problem): void {
    const { desk, taken } = this.store.read();
    const entry = this.sender.find(key);
    if (entry && wasTaken(entry, problem, desk)) {
      // Nothing of it is sent, and all of it stays with its writer.
      this.sender.takeBackAll(entry.conversationId, problem);
      const owner = problem.owner ?? null;
      this.store.set({
        taken: takenBy(taken, desk, entry.conversationId, owner, this.operator.id),
      });
      this.sender.flush();
    } else if (entry) {
      this.sender.refused(key, problem);
    }
    this.commands.refused(key, problem);
  }

  private tellTyping(conversationId: string): void {
    const { synced, taken } = this.store.read();
    if (!synced || taken.has(conversationId)) return;
    if (this.operator.role === 'auditor' || !this.typingWatch.isDue()) return;
    this.line.send({ type: 'typing', conversation_id: conversationId });
  }
}
