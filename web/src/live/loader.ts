// Reads what is on the operator's screen, a page at a time: the lists, and the transcripts of the
// conversations that are opened.

import { hasStatus, isFinal, type CallServer } from './api';
import {
  applyConversation,
  applyListPage,
  applyMessagesPage,
  beginTranscript,
  dropTranscripts,
  restart,
  windowKey,
  type DeskState,
  type ListQuery,
} from './desk_state';
import type { Cell } from './store';
import type { TakenMap } from './taken';
import type { Conversation, Message, Page } from './wire';

export interface Loading {
  desk: DeskState;
  // Keys of list windows and ids of transcripts whose next page is on its way.
  loading: ReadonlySet<string>;
  // Asked for and not there, or not to be seen.
  missing: ReadonlySet<string>;
  taken: TakenMap;
  // What is shown is what the server has; nothing is asked for while it is not.
  synced: boolean;
}

// A page of a list: some screens full.
const listPage = 60;
const messagesPage = 50;
// Transcripts kept for switching back without waiting.
const transcriptsKept = 20;

export class Loader {
  private queries: readonly ListQuery[] = [];
  private openId: string | null = null;
  private recent: string[] = [];

  constructor(
    private readonly call: CallServer,
    private readonly cell: Cell<Loading>,
    // Grows when what was asked before counts no more.
    private readonly generation: () => number,
    // Something was read and applied.
    private readonly applied: () => void,
    // A read failed for a reason that is not the conversation's own.
    private readonly failed: (error: unknown) => void,
  ) {}

  // The lists that are on the screen, or one key away from it.
  watch(queries: readonly ListQuery[]): void {
    this.queries = queries;
    for (const query of queries) void this.ensureList(query);
  }

  // Shows a conversation; null: none.
  open(conversationId: string | null): void {
    if (this.openId === conversationId) return;
    this.openId = conversationId;
    if (conversationId === null) return;
    const others = this.recent.filter((id) => id !== conversationId);
    this.recent = [conversationId, ...others].slice(0, transcriptsKept);
    const keep = new Set(this.recent);
    // What was missing may have come meanwhile.
    const missing = new Set(this.cell.read().missing);
    missing.delete(conversationId);
    this.cell.set({ desk: dropTranscripts(this.desk, keep), missing });
    this.ensureOpen();
  }

  isOpen(conversationId: string): boolean {
    return this.openId === conversationId;
  }

  // What of the screen was asked for while it could not be had.
  ensureAll(): void {
    for (const query of this.queries) void this.ensureList(query);
    this.ensureOpen();
  }

  ensureOpen(): void {
    if (this.openId) void this.ensureTranscript(this.openId);
  }

  async loadMore(query: ListQuery): Promise<void> {
    const cursor = this.desk.windows.get(windowKey(query))?.nextCursor;
    if (cursor && this.cell.read().synced) await this.loadList(query, cursor);
  }

  async loadOlder(id: string): Promise<void> {
    const cursor = this.desk.transcripts.get(id)?.olderCursor;
    if (cursor && this.cell.read().synced) await this.loadMessages(id, cursor);
  }

  // Everything on the screen, as of `position` or later; the answer shows it.
  async readAnew(position: number): Promise<() => void> {
    const { openId, queries } = this;
    const [pages, opened] = await Promise.all([
      Promise.all(queries.map((query) => this.fetchList(query, position, null))),
      openId ? this.fetchOpen(openId, position) : null,
    ]);
    return () => {
      let desk = restart(position, this.desk.counts);
      if (openId && opened) {
        desk = applyConversation(desk, opened.conversation, position);
        desk = beginTranscript(desk, openId);
        desk = applyMessagesPage(desk, openId, opened.messages);
      }
      pages.forEach((page, i) => (desk = applyListPage(desk, queries[i]!, page, true, position)));
      const missing = new Set(this.cell.read().missing);
      if (openId && !opened) missing.add(openId);
      this.cell.set({ desk, missing, loading: new Set() });
    };
  }

  private get desk(): DeskState {
    return this.cell.read().desk;
  }

  private async ensureList(query: ListQuery): Promise<void> {
    if (!this.cell.read().synced) return;
    if (!this.desk.windows.has(windowKey(query))) await this.loadList(query, null);
  }

  private async ensureTranscript(id: string): Promise<void> {
    const { synced, missing, taken } = this.cell.read();
    if (!synced || missing.has(id)) return;
    if (!this.desk.conversations.has(id) && !taken.has(id)) await this.findConversation(id);
    if (!this.desk.conversations.has(id)) return;
    if (this.desk.transcripts.get(id)?.olderCursor !== undefined) return;
    this.cell.set({ desk: beginTranscript(this.desk, id) });
    await this.loadMessages(id, null);
  }

  private loadList(query: ListQuery, cursor: string | null): Promise<void> {
    return this.load(windowKey(query), async () => {
      const { position } = this.desk;
      const page = await this.fetchList(query, position, cursor);
      return () =>
        this.cell.set({ desk: applyListPage(this.desk, query, page, cursor === null, position) });
    });
  }

  private loadMessages(id: string, cursor: string | null): Promise<void> {
    return this.load(id, async () => {
      const page = await this.fetchMessages(id, this.desk.position, cursor);
      return () => this.cell.set({ desk: applyMessagesPage(this.desk, id, page) });
    });
  }

  private findConversation(id: string): Promise<void> {
    return this.load(`find ${id}`, async () => {
      try {
        const { position } = this.desk;
        const conversation = await this.fetchConversation(id, position);
        return () => this.cell.set({ desk: applyConversation(this.desk, conversation, position) });
      } catch (error) {
        if (!isFinal(error)) throw error;
        return () => this.cell.set({ missing: new Set(this.cell.read().missing).add(id) });
      }
    });
  }

  // One load of a kind at a time; its outcome counts only if the line was not cut meanwhile.
  private async load(key: string, run: () => Promise<() => void>): Promise<void> {
    if (this.cell.read().loading.has(key)) return;
    const generation = this.generation();
    this.cell.set({ loading: new Set(this.cell.read().loading).add(key) });
    try {
      const apply = await run();
      if (generation !== this.generation()) return;
      apply();
      this.applied();
    } catch (error) {
      // Gone between the list and the read: the push that says so is on its way.
      if (generation === this.generation() && !isFinal(error)) this.failed(error);
    } finally {
      if (generation === this.generation()) {
        const loading = new Set(this.cell.read().loading);
        loading.delete(key);
        this.cell.set({ loading });
      }
    }
  }

  private async fetchList(
    { tab, department, mine }: ListQuery,
    position: number,
    cursor: string | null,
  ): Promise<Page<Conversation>> {
    const owner = mine ? 'me' : null;
    try {
      return await this.call('/conversations', {
        query: { tab, department, owner, limit: listPage, cursor, at_least: position },
      });
    } catch (error) {
      // The department is none of one's own (rule L2): there is nothing in it to see.
      if (hasStatus(error, 404)) return { items: [], next_cursor: null, position };
      throw error;
    }
  }

  private fetchConversation(id: string, position: number) {
    return this.call<Conversation>(`/conversations/${id}`, { query: { at_least: position } });
  }

  private fetchMessages(id: string, position: number, cursor: string | null) {
    return this.call<Page<Message>>(`/conversations/${id}/messages`, {
      query: { limit: messagesPage, cursor, at_least: position },
    });
  }

  private async fetchOpen(id: string, position: number) {
    try {
      const [conversation, messages] = await Promise.all([
        this.fetchConversation(id, position),
        this.fetchMessages(id, position, null),
      ]);
      return { conversation, messages };
    } catch (error) {
      if (hasStatus(error, 404)) return null;
      throw error;
    }
  }
}
