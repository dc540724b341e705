import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import {
  applyChanges,
  applyConversation,
  applyListPage,
  applyMessage,
  applyMessagesPage,
  beginTranscript,
  maySee,
  orderKey,
  compareKeys,
  restart,
  rowsOf,
  withRead,
  type DeskState,
  type ListQuery,
  type Transcript,
} from '../src/live/desk_state';
import type {
  Change,
  ChangesFrame,
  Conversation,
  Counts,
  Message,
  Operator,
  Tab,
} from '../src/live/wire';
import { ana, bruno, conversation, message, ventas } from './samples';

interface Snapshot {
  position: number;
  counts: Counts;
  lists: Record<Tab, Conversation[]>;
  transcripts: Record<string, Message[]>;
}

interface Fixture {
  about: string;
  viewer: Operator;
  snapshot: Snapshot;
  frames: ChangesFrame[];
  fresh: Snapshot;
}

const folder = new URL('../fixtures/', import.meta.url);
const tabs: Tab[] = ['waiting', 'attending', 'closed'];
const queryOf = (tab: Tab): ListQuery => ({ tab, department: null, mine: false });

function load(snapshot: Snapshot): DeskState {
  let state = restart(snapshot.position, snapshot.counts);
  for (const tab of tabs) {
    const page = { items: snapshot.lists[tab], next_cursor: null, position: snapshot.position };
    state = applyListPage(state, queryOf(tab), page, true, page.position);
  }
  for (const [id, messages] of Object.entries(snapshot.transcripts)) {
    state = beginTranscript(state, id);
    const page = { items: messages, next_cursor: null, position: snapshot.position };
    state = applyMessagesPage(state, id, page);
  }
  return state;
}

function shown(state: DeskState, viewer: Operator) {
  return {
    position: state.position,
    counts: state.counts,
    lists: Object.fromEntries(tabs.map((tab) => [tab, rowsOf(state, queryOf(tab), viewer.id)])),
    transcripts: Object.fromEntries(
      [...state.transcripts].map(([id, transcript]) => [id, [...transcript.messages].reverse()]),
    ),
  };
}

describe('a snapshot plus its pushes equals a fresh snapshot', () => {
  const names = readdirSync(folder).filter((name) => name.endsWith('.json'));
  test('there are fixtures', () => expect(names.length).toBeGreaterThan(5));
  test.each(names)('%s', (name) => {
    const fixture = JSON.parse(readFileSync(new URL(name, folder), 'utf8')) as Fixture;
    const pushed = fixture.frames.reduce(applyChanges, load(fixture.snapshot));
    expect(shown(pushed, fixture.viewer)).toEqual(fixture.fresh);
  });
});

describe('lists', () => {
  const page = (items: Conversation[], position: number, next_cursor: string | null = null) => ({
    items,
    position,
    next_cursor,
  });

  test('a page read before a conversation went cannot bring it back', () => {
    const c = conversation({ id: 'c1' });
    let state = restart(10, undefined);
    state = applyChanges(state, frame(12, [{ type: 'conversation_gone', conversation_id: 'c1' }]));
    state = applyListPage(state, queryOf('waiting'), page([c], 11), true, 10);
    expect(rowsOf(state, queryOf('waiting'), ana.id)).toEqual([]);
    expect(applyConversation(state, c, 12).conversations.size).toBe(0);
  });

  test('what came into sight since the frames that are there goes if the next does not tell of it', () => {
    const known = conversation({ id: 'c1', position: 12 });
    const came = conversation({ id: 'c2', position: 13 });
    const shown = (state: DeskState) => rowsOf(state, queryOf('waiting'), ana.id);
    const read = page([known, came], 13);
    const start = restart(12, undefined);
    const state = applyListPage(start, queryOf('waiting'), read, true, 12);
    expect(shown(state)).toEqual([known, came]);
    const told = frame(14, [{ type: 'conversation', conversation: came }]);
    expect(shown(applyChanges(applyChanges(state, told), frame(15, [])))).toEqual([known, came]);
    expect(shown(applyChanges(state, frame(14, [])))).toEqual([known]);
    expect(applyConversation(applyChanges(start, frame(14, [])), came, 12).conversations.size).toBe(0);
    // The page came after that frame.
    const late = applyListPage(applyChanges(start, frame(14, [])), queryOf('waiting'), read, true, 12);
    expect(shown(late)).toEqual([known]);
    // What is held is told to be gone, so it may be newer.
    const later = { ...known, position: 15, preview: 'Otra' };
    const newer = applyChanges(applyConversation(state, later, 12), frame(16, []));
    expect(newer.conversations.get('c1')).toEqual(later);
  });

  test('an older state never replaces a newer one', () => {
    const newer = conversation({ id: 'c1', position: 5, preview: 'new' });
    const older = conversation({ id: 'c1', position: 4, preview: 'old' });
    let state = applyListPage(restart(10, undefined), queryOf('waiting'), page([newer], 10), true, 10);
    state = applyConversation(state, older, 11);
    state = applyListPage(state, queryOf('waiting'), page([older], 11), true, 10);
    expect(rowsOf(state, queryOf('waiting'), ana.id)).toEqual([newer]);
  });

  test('an answer does not take back how long a recording is', () => {
    const c = conversation({ id: 'c1', version: 5, preview: '🎙 0:12' });
    let state = applyListPage(restart(10, undefined), queryOf('waiting'), page([c], 10), true, 10);
    state = applyConversation(state, { ...c, version: 6, state: 'attending', preview: '🎙' }, 11);
    expect(state.conversations.get('c1')).toEqual({ ...c, version: 6, state: 'attending' });
    const later = { ...c, version: 7, last_message_at: '2026-11-22T16:00:00.000Z', preview: '🎙' };
    expect(applyConversation(state, later, 12).conversations.get('c1')).toEqual(later);
  });

  test('an answer does not take back what was pushed of its message', () => {
    const pushed = message({ id: 'm1', version: 2, delivery: 'delivered' });
    let state = beginTranscript(restart(10, undefined), pushed.conversation_id);
    state = applyChanges(state, frame(11, [{ type: 'message', message: pushed }]));
    state = applyMessage(state, { ...pushed, delivery: 'accepted' });
    expect(state.transcripts.get(pushed.conversation_id)?.messages).toEqual([pushed]);
  });

  test('an answer looks at few of ten thousand messages', () => {
    let looked = 0;
    const watched = (sample: Message): Message => ({
      ...sample,
      get id() {
        looked += 1;
        return sample.id;
      },
    });
    const messages = Array.from({ length: 10_000 }, (_, i) =>
      watched(message({ id: `m${i}`, version: 2 * i })),
    );
    const transcript: Transcript = { messages, olderCursor: null };
    expect(withRead(transcript, [message({ id: 'm9998', version: 19_996 })])).toBe(transcript);
    const more = withRead(transcript, [message({ id: 'new', version: 20_000 })]);
    expect(more.messages).toHaveLength(10_001);
    expect(looked).toBeLessThan(100);
  });

  test('a page brings what lies between the messages that are known', () => {
    const known = [2, 4, 6].map((version) => message({ id: `m${version}`, version }));
    const page = [1, 2, 3, 6, 7].map((version) => message({ id: `m${version}`, version }));
    const { messages } = withRead({ messages: known, olderCursor: null }, page);
    expect(messages.map(({ version }) => version)).toEqual([1, 2, 3, 4, 6, 7]);
  });

  test('a pushed row past the loaded pages waits for its page', () => {
    const rows = [1, 2, 3, 4].map((n) =>
      conversation({ id: `c${n}`, waiting_since: `2026-11-22T15:0${n}:00.000Z` }),
    );
    const query = queryOf('waiting');
    let state = restart(10, undefined);
    state = applyListPage(state, query, page(rows.slice(0, 2), 10, 'more'), true, 10);
    state = applyChanges(state, frame(11, [{ type: 'conversation', conversation: rows[3]! }]));
    expect(rowsOf(state, query, ana.id).map(({ id }) => id)).toEqual(['c1', 'c2']);
    state = applyListPage(state, query, page(rows.slice(2), 11), false, 11);
    expect(rowsOf(state, query, ana.id).map(({ id }) => id)).toEqual(['c1', 'c2', 'c3', 'c4']);
  });

  test('narrow by department and by owner', () => {
    const rows = [
      conversation({ id: 'c1', state: 'attending', owner: ana }),
      conversation({ id: 'c2', state: 'attending', owner: bruno }),
    ];
    for (const [query, ids] of [
      [{ tab: 'attending', department: null, mine: true }, ['c1']],
      [{ tab: 'attending', department: 'soporte', mine: false }, []],
      [{ tab: 'attending', department: 'ventas', mine: false }, ['c1', 'c2']],
    ] as [ListQuery, string[]][]) {
      const state = applyListPage(restart(2, undefined), query, page(rows, 2), true, 2);
      expect(rowsOf(state, query, ana.id).map(({ id }) => id).sort()).toEqual(ids);
    }
  });

  test('are asked of the server again after a restart', () => {
    expect(restart(5, undefined).windows.size).toBe(0);
  });
});

describe('sight', () => {
  const operator: Operator = { ...ana, username: 'ana', role: 'operator', departments: [ventas] };
  const soporte = { id: 'd2', slug: 'soporte', name: 'Soporte' };
  test.each([
    ['a waiting one of the department', operator, conversation({}), true],
    ['a waiting one of another', operator, conversation({ department: soporte }), false],
    ['one’s own', operator, conversation({ state: 'attending', owner: ana }), true],
    ['a colleague’s', operator, conversation({ state: 'attending', owner: bruno }), false],
    [
      'a colleague’s, for the supervisor',
      { ...operator, id: 's', role: 'supervisor' as const },
      conversation({ state: 'closed', owner: bruno }),
      true,
    ],
    [
      'anything, for the auditor',
      { ...operator, id: 'x', role: 'auditor' as const, departments: [] },
      conversation({ state: 'attending', owner: bruno }),
      true,
    ],
  ])('%s', (_, viewer, row, expected) => expect(maySee(viewer, row)).toBe(expected));
});

// A server in small: conversations move about at random, each move at a position of its own, and
// what the viewer is told of it follows docs/PROTOCOL.md.
class Model {
  position = 0;
  readonly rows = new Map<string, Conversation>();
  readonly log: Conversation[] = [];

  constructor(private readonly random: () => number) {}

  private pick<T>(items: readonly T[]): T {
    return items[Math.floor(this.random() * items.length)]!;
  }

  // Often the one that moved last, so that some come and go between two frames.
  private anyRow(): Conversation | undefined {
    const last = this.log.at(-1);
    if (!last) return undefined;
    return this.rows.get(this.random() < 0.4 ? last.id : this.pick([...this.rows.keys()]));
  }

  step(): void {
    this.position += 1;
    const time = new Date(1_700_000_000_000 + this.position * 1000).toISOString();
    const row = this.random() < (this.rows.size < 12 ? 0.2 : 0.001) ? undefined : this.anyRow();
    if (!row) {
      const id = `c${String(this.rows.size).padStart(4, '0')}`;
      this.put(conversation({ id, waiting_since: time, last_message_at: time, version: 1 }));
      return;
    }
    const next: Conversation = { ...row, version: row.version + 1 };
    const move = this.pick(['claim', 'release', 'close', 'message'] as const);
    if (move === 'message') Object.assign(next, { last_message_at: time, unread: row.unread + 1 });
    else if (move === 'claim') {
      Object.assign(next, { state: 'attending', owner: this.pick([ana, bruno]), waiting_since: null });
    } else if (move === 'release') {
      Object.assign(next, { state: 'waiting', owner: null, waiting_since: time });
    } else Object.assign(next, { state: 'closed', owner: row.owner ?? ana, waiting_since: null });
    this.put(next);
  }

  private put(row: Conversation): void {
    const placed = { ...row, position: this.position };
    this.rows.set(row.id, placed);
    this.log.push(placed);
  }

  // What changed for the viewer after a position, by state, in one frame: what came and went
  // meanwhile is not told (F3).
  since(viewer: Operator, position: number): ChangesFrame {
    const touched = new Set(this.log.filter((e) => e.position > position).map(({ id }) => id));
    const changes = [...touched].flatMap((id): Change[] => {
      const row = this.rows.get(id)!;
      const before = this.log.findLast((e) => e.id === id && e.position <= position);
      if (maySee(viewer, row)) return [{ type: 'conversation', conversation: row }];
      if (!before || !maySee(viewer, before)) return [];
      return [{ type: 'conversation_gone', conversation_id: id }];
    });
    return { ...frame(this.position, changes), counts: this.counts(viewer) };
  }

  list(viewer: Operator, tab: Tab): Conversation[] {
    return [...this.rows.values()]
      .filter((row) => row.state === tab && maySee(viewer, row))
      .sort((a, b) => compareKeys(tab, orderKey(tab, a), orderKey(tab, b)));
  }

  counts(viewer: Operator): Counts {
    return {
      waiting: this.list(viewer, 'waiting').length,
      attending: this.list(viewer, 'attending').length,
    };
  }
}

function frame(position: number, changes: Change[]): ChangesFrame {
  return { type: 'changes', position, changes };
}

// Deterministic chance, so that a failure can be had again (mulberry32).
function chance(seed: number): () => number {
  let a = seed;
  return () => {
    a = (a + 0x6d2b79f5) | 0;
    let t = Math.imul(a ^ (a >>> 15), 1 | a);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

describe('a client that pages, is pushed to and is cut off at random', () => {
  const viewer: Operator = { ...ana, username: 'ana', role: 'operator', departments: [ventas] };
  test.each([1, 2, 3, 4, 5, 6, 7, 8])('ends with the lists of a fresh one (seed %i)', (seed) => {
    const random = chance(seed);
    const model = new Model(random);
    for (let i = 0; i < 20; i += 1) model.step();
    const fresh = () => restart(model.position, model.counts(viewer));
    const firstPages = () => new Map<Tab, number | null>(tabs.map((tab) => [tab, 0]));
    let state = fresh();
    let cursors = firstPages();
    const pageSize = 12;
    // A page may be read now and arrive some pushes later.
    const underWay: (() => void)[] = [];
    const expectFresh = () => {
      for (const tab of tabs) {
        const window = state.windows.get(`${tab}/*/all`);
        const all = model.list(viewer, tab);
        const bound = window?.lastKey;
        const expected = !window
          ? []
          : window.nextCursor === null
            ? all
            : all.filter((row) => bound && compareKeys(tab, orderKey(tab, row), bound) <= 0);
        expect(rowsOf(state, queryOf(tab), viewer.id)).toEqual(expected);
      }
      expect(state.counts).toEqual(model.counts(viewer));
    };
    for (let i = 0; i < 6000; i += 1) {
      const roll = random();
      if (roll < 0.55) model.step();
      else if (roll < 0.8) {
        state = applyChanges(state, model.since(viewer, state.position));
        if (underWay.length === 0) expectFresh();
      } else if (roll < 0.9 && underWay.length === 0) {
        const tab = tabs[Math.floor(random() * 3)]!;
        const at = cursors.get(tab);
        if (at === null || at === undefined) continue;
        // The server's cursors are keys: the page after the last row that was loaded.
        const bound = at === 0 ? null : state.windows.get(`${tab}/*/all`)!.lastKey;
        const rest = model
          .list(viewer, tab)
          .filter((row) => !bound || compareKeys(tab, orderKey(tab, row), bound) > 0);
        const page = {
          items: rest.slice(0, pageSize),
          next_cursor: rest.length > pageSize ? 'more' : null,
          position: model.position,
        };
        cursors.set(tab, page.next_cursor === null ? null : at + 1);
        const asked = state.position;
        underWay.push(() => {
          state = applyListPage(state, queryOf(tab), page, at === 0, asked);
        });
      } else if (roll < 0.95 || underWay.length > 0) underWay.shift()?.();
      else [state, cursors] = [fresh(), firstPages()];
    }
  });
});

describe('transcripts', () => {
  test('keep a message that is pushed while their first page is on its way', () => {
    let state = beginTranscript(restart(10, undefined), 'c1');
    const late = message({ id: 'm3', version: 3 });
    state = applyChanges(state, frame(11, [{ type: 'message', message: late }]));
    const early = message({ id: 'm2', version: 2 });
    state = applyMessagesPage(state, 'c1', { items: [early], next_cursor: null, position: 10 });
    expect(state.transcripts.get('c1')?.messages.map(({ id }) => id)).toEqual(['m2', 'm3']);
  });

  test('keep a message as it was pushed over a page and an answer that were on their way', () => {
    let state = beginTranscript(restart(10, undefined), 'c1');
    const early = message({ id: 'm2', version: 2, delivery: 'accepted' });
    const pushed: Message = { ...early, delivery: 'read' };
    state = applyChanges(state, frame(11, [{ type: 'message', message: pushed }]));
    state = applyMessagesPage(state, 'c1', { items: [early], next_cursor: null, position: 10 });
    state = applyMessage(state, early);
    expect(state.transcripts.get('c1')).toEqual({ messages: [pushed], olderCursor: null });
    const later: Message = { ...pushed, caption: 'Otra' };
    state = applyChanges(state, frame(12, [{ type: 'message', message: later }]));
    expect(state.transcripts.get('c1')?.messages).toEqual([later]);
  });

  test('are dropped with their conversation, and a page that was on its way with them', () => {
    let state = beginTranscript(restart(10, undefined), 'c1');
    state = applyChanges(state, frame(11, [{ type: 'conversation_gone', conversation_id: 'c1' }]));
    state = applyMessagesPage(state, 'c1', { items: [message({})], next_cursor: null, position: 10 });
    expect(state.transcripts.has('c1')).toBe(false);
  });
});
