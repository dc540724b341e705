import { beforeEach, describe, expect, test } from 'vitest';
import { ProblemError, type Call, type CallServer } from '../src/live/api';
import { applyChanges, emptyDesk, rowsOf, windowKey, type ListQuery } from '../src/live/desk_state';
import { Loader, type Loading } from '../src/live/loader';
import { Store } from '../src/live/store';
import { ana, conversation, message } from './samples';
import { problem, settle } from './stage';

const waiting: ListQuery = { tab: 'waiting', department: null, mine: false };

interface Made {
  path: string;
  options: Call;
  resolve: (answer: unknown) => void;
  reject: (error: unknown) => void;
}

// Calls that are answered when the test says so.
class Calls {
  readonly made: Made[] = [];
  readonly call: CallServer = <T>(path: string, options: Call = {}) =>
    new Promise<T>((resolve, reject) =>
      this.made.push({ path, options, resolve: (answer) => resolve(answer as T), reject }),
    );
  async answer(path: string, answer: unknown): Promise<void> {
    this.made.findLast((each) => each.path === path)!.resolve(answer);
    await settle();
  }
  async refuse(path: string, name: string, status: number): Promise<void> {
    const refusal = new ProblemError(problem(name, status));
    this.made.findLast((each) => each.path === path)!.reject(refusal);
    await settle();
  }
  paths = () => this.made.map(({ path }) => path);
}

let calls: Calls;
let store: Store<Loading>;
let generation: number;
let applied: number;
let failures: unknown[];
let loader: Loader;

const page = (items: unknown[], next_cursor: string | null = null) => ({ items, next_cursor, position: 10 });
const rows = () => rowsOf(store.read().desk, waiting, ana.id).map(({ id }) => id);

// As the desk does when the line is cut.
function cut(): void {
  generation += 1;
  store.set({ loading: new Set() });
}

beforeEach(() => {
  calls = new Calls();
  generation = 0;
  applied = 0;
  failures = [];
  store = new Store<Loading>({
    desk: { ...emptyDesk, position: 10 },
    loading: new Set(),
    missing: new Set(),
    taken: new Map(),
    synced: true,
  });
  loader = new Loader(
    calls.call,
    store,
    () => generation,
    () => (applied += 1),
    (error) => failures.push(error),
  );
});

// L6
describe('what is newer than the frames were when it was asked for', () => {
  const came = conversation({ id: 'c1', position: 12 });
  const frame = (position: number) => {
    store.set({ desk: applyChanges(store.read().desk, { type: 'changes', position, changes: [] }) });
  };

  test('is shown, and goes when they go past it', async () => {
    loader.watch([waiting]);
    await calls.answer('/conversations', page([came]));
    expect(rows()).toEqual(['c1']);
    expect(applied).toBe(1);
    frame(11);
    expect(rows()).toEqual(['c1']);
    frame(12);
    expect(rows()).toEqual([]);
  });

  test('is not taken once they have gone past it', async () => {
    loader.watch([waiting]);
    frame(13);
    await calls.answer('/conversations', page([came]));
    expect(rows()).toEqual([]);
    loader.open('c1');
    frame(14);
    await calls.answer('/conversations/c1', { ...came, position: 14 });
    expect(store.read().desk.conversations.size).toBe(0);
  });

  test('nor of what was read anew', async () => {
    loader.watch([waiting]);
    await calls.answer('/conversations', page([]));
    const reading = loader.readAnew(20);
    await calls.answer('/conversations', page([{ ...came, position: 21 }]));
    (await reading)();
    expect(rows()).toEqual(['c1']);
    frame(21);
    expect(rows()).toEqual([]);
  });
});

describe('a page of a list', () => {
  test('is asked for once while it is on its way', async () => {
    loader.watch([waiting]);
    loader.watch([waiting]);
    expect(calls.paths()).toEqual(['/conversations']);
    expect(store.read().loading).toEqual(new Set([windowKey(waiting)]));
    await calls.answer('/conversations', page([conversation({ id: 'c1' })], 'more'));
    expect(store.read().loading.size).toBe(0);
    void loader.loadMore(waiting);
    await calls.answer('/conversations', page([conversation({ id: 'c2', waiting_since: '2026-11-22T23:00:00.000Z' })]));
    expect(calls.made[1]?.options.query).toMatchObject({ cursor: 'more', at_least: 10 });
    expect(rows()).toEqual(['c1', 'c2']);
  });

  test('whose line was cut meanwhile is dropped, and asked for again', async () => {
    loader.watch([waiting]);
    cut();
    await calls.answer('/conversations', page([conversation({ id: 'old' })]));
    expect(rows()).toEqual([]);
    loader.ensureAll();
    await calls.answer('/conversations', page([conversation({ id: 'new' })]));
    expect(rows()).toEqual(['new']);
  });

  test('that failed before a cut does not end what came after it', async () => {
    loader.watch([waiting]);
    cut();
    await calls.refuse('/conversations', 'internal', 500);
    expect(failures).toEqual([]);
    loader.ensureAll();
    await calls.refuse('/conversations', 'internal', 500);
    expect(failures).toHaveLength(1);
    expect(store.read().loading.size).toBe(0);
  });

  test('of a department that is none of one’s own is empty, and no failure', async () => {
    const elsewhere: ListQuery = { ...waiting, department: 'compras' };
    loader.watch([elsewhere]);
    await calls.refuse('/conversations', 'not-found', 404);
    expect(store.read().desk.windows.get(windowKey(elsewhere))?.nextCursor).toBeNull();
    const read = loader.readAnew(20);
    await calls.refuse('/conversations', 'not-found', 404);
    (await read)();
    expect(store.read().desk.position).toBe(20);
    expect(failures).toEqual([]);
  });

  test('is not asked for while the line is cut', async () => {
    store.set({ synced: false });
    loader.watch([waiting]);
    loader.open('c1');
    await settle();
    expect(calls.paths()).toEqual([]);
  });
});

describe('a conversation that is opened', () => {
  test('is found first where no list has it, then its messages', async () => {
    loader.open('c9');
    await calls.answer('/conversations/c9', conversation({ id: 'c9' }));
    await calls.answer('/conversations/c9/messages', page([message({ conversation_id: 'c9' })]));
    expect(store.read().desk.transcripts.get('c9')?.messages).toHaveLength(1);
  });

  test('that is not to be seen is missing, and no failure', async () => {
    loader.open('c9');
    await calls.refuse('/conversations/c9', 'not-found', 404);
    expect(store.read().missing).toEqual(new Set(['c9']));
    loader.ensureOpen();
    expect(calls.paths()).toEqual(['/conversations/c9']);
    expect(failures).toEqual([]);
  });

  test('says that the session ended', async () => {
    loader.open('c9');
    await calls.refuse('/conversations/c9', 'unauthenticated', 401);
    expect(failures).toMatchObject([{ problemName: 'unauthenticated' }]);
    expect(store.read().missing.size).toBe(0);
  });
});

describe('reading everything anew', () => {
  test('leaves what is shown until the new is there', async () => {
    loader.watch([waiting]);
    await calls.answer('/conversations', page([conversation({ id: 'old' })]));
    const read = loader.readAnew(20);
    await calls.answer('/conversations', page([conversation({ id: 'new' })]));
    const show = await read;
    expect(rows()).toEqual(['old']);
    show();
    expect(rows()).toEqual(['new']);
    expect(store.read().desk.position).toBe(20);
  });
});
