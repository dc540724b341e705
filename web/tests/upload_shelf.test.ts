import 'fake-indexeddb/auto';
import { IDBFactory } from 'fake-indexeddb';
import { beforeEach, describe, expect, test, vi } from 'vitest';
import { BrowserShelf, type KeptUpload, type Locks } from '../src/live/upload_shelf';
import { MemoryStorage } from './stage';

const day = 24 * 60 * 60 * 1000;

// The browser's locks: one at a time has a name, the others wait in line.
class FakeLocks {
  private readonly lines = new Map<string, Promise<unknown>>();

  readonly request = (async (name: string, ...rest: unknown[]) => {
    const run = rest.at(-1) as () => Promise<unknown>;
    const { signal } = (rest.length > 1 ? rest[0] : {}) as { signal?: AbortSignal };
    const before = this.lines.get(name);
    const mine = (async () => {
      await before;
      if (signal?.aborted) throw signal.reason;
      return run();
    })();
    this.lines.set(name, mine.catch(() => {}));
    return mine;
  }) as Locks['request'];
}

let storage: MemoryStorage;
let locks: FakeLocks;
let now: number;

beforeEach(() => {
  vi.stubGlobal('indexedDB', new IDBFactory());
  storage = new MemoryStorage();
  locks = new FakeLocks();
  now = Date.parse('2026-11-22T16:00:00.000Z');
  return () => vi.unstubAllGlobals();
});

const page = (who = 'ana', bytesMax = 1_000) =>
  new BrowserShelf(who, storage, locks, () => now, bytesMax);

const upload = (id: string, more: Partial<KeptUpload> = {}): KeptUpload => ({
  id,
  conversationId: 'c1',
  file: new File(['%PDF'], `${id}.pdf`, { type: 'application/pdf' }),
  caption: '',
  voice: false,
  durationMs: null,
  waveform: null,
  releasedAt: now,
  url: null,
  attachmentId: null,
  ...more,
});

async function reclaimed(shelf: BrowserShelf): Promise<KeptUpload[]> {
  const found: KeptUpload[] = [];
  await shelf.reclaim((kept) => found.push(kept));
  await new Promise((resolve) => setTimeout(resolve, 20));
  return found;
}

const ids = (uploads: KeptUpload[]) => uploads.map(({ id }) => id);

describe('what is kept', () => {
  test('is there for the next page, as it was, the earliest first', async () => {
    const first = page();
    expect(await first.put(upload('u2', { releasedAt: now + 1, caption: 'Mire' }))).toBe(true);
    expect(await first.put(upload('u1', { voice: true, durationMs: 900, waveform: [1, 2] }))).toBe(true);
    await first.note('u2', { url: '/uploads/a2' });
    await first.letGo();
    const [one, two] = await reclaimed(page());
    expect(one).toMatchObject({ id: 'u1', voice: true, durationMs: 900, waveform: [1, 2], url: null });
    expect(two).toMatchObject({ id: 'u2', caption: 'Mire', conversationId: 'c1', url: '/uploads/a2' });
    expect(two!.file).toMatchObject({ name: 'u2.pdf', type: 'application/pdf', size: 4 });
    expect(await two!.file.text()).toBe('%PDF');
  });

  test('is one page’s at a time, and the next one’s when that has gone', async () => {
    const [first, second] = [page(), page()];
    await first.put(upload('u1'));
    await first.put(upload('u2'));
    const found: string[] = [];
    await second.reclaim(({ id }) => found.push(id));
    // In its own window it is there already.
    expect(await reclaimed(first)).toEqual([]);
    await first.remove('u1');
    expect(found).toEqual([]);
    await first.letGo();
    await vi.waitFor(() => expect(found).toEqual(['u2']));
    expect(await reclaimed(page())).toEqual([]);
  });

  test('is not taken over by a page that has ended meanwhile', async () => {
    const [first, second] = [page(), page()];
    await first.put(upload('u1'));
    const found: string[] = [];
    await second.reclaim(({ id }) => found.push(id));
    await second.letGo();
    await first.letGo();
    expect(ids(await reclaimed(page()))).toEqual(['u1']);
    expect(found).toEqual([]);
  });

  test('is of one account alone, and goes when that one signs out', async () => {
    const [ana, bruno] = [page('ana'), page('bruno')];
    await ana.put(upload('u1'));
    await bruno.put(upload('u2'));
    await ana.letGo();
    await bruno.letGo();
    expect(ids(await reclaimed(page('bruno')))).toEqual(['u2']);
    await page('ana').clear();
    expect(await reclaimed(page('ana'))).toEqual([]);
    expect(storage.keys()).toEqual(['bitacora.upload.bruno.u2']);
  });

  test('is gone after a day, whoever looks', async () => {
    const ana = page('ana');
    await ana.put(upload('u1'));
    await ana.put(upload('u2', { releasedAt: now + 1 }));
    await ana.letGo();
    now += day + 1;
    await reclaimed(page('bruno'));
    now -= day;
    expect(ids(await reclaimed(page('ana')))).toEqual(['u2']);
  });

  test('has a bound, of all accounts together', async () => {
    const bytes = (count: number) => ({ file: new File(['x'.repeat(count)], 'x.pdf') });
    const shelf = page();
    expect(await shelf.put(upload('u1', bytes(600)))).toBe(true);
    expect(await page('bruno').put(upload('u2', bytes(401)))).toBe(false);
    expect(await shelf.put(upload('u3', bytes(400)))).toBe(true);
    await shelf.remove('u1');
    expect(await shelf.put(upload('u4', bytes(600)))).toBe(true);
    await shelf.letGo();
    expect(ids(await reclaimed(page()))).toEqual(['u3', 'u4']);
  });

  test('is looked for only where something was kept', async () => {
    const opened = vi.spyOn(indexedDB, 'open');
    expect(await reclaimed(page())).toEqual([]);
    await page().remove('u1');
    await page().clear();
    expect(opened).not.toHaveBeenCalled();
    const shelf = page();
    await shelf.put(upload('u1'));
    expect(storage.keys()).toHaveLength(1);
    await shelf.remove('u1');
    expect(storage.keys()).toEqual([]);
  });
});

describe('a browser that keeps nothing', () => {
  test('says so where it has no locks', async () => {
    expect(await new BrowserShelf('ana', storage, null).put(upload('u1'))).toBe(false);
  });

  test.each([
    ['has no database', undefined],
    ['closes it to the page', { open: () => { throw new DOMException('no', 'SecurityError'); } }],
  ])('says so where it %s', async (_, factory) => {
    vi.stubGlobal('indexedDB', factory);
    const shelf = page();
    expect(await shelf.put(upload('u1'))).toBe(false);
    await shelf.note('u1', { url: '/uploads/a1' });
    await shelf.remove('u1');
    expect(storage.keys()).toEqual([]);
    // Nothing stays held.
    vi.stubGlobal('indexedDB', new IDBFactory());
    expect(await shelf.put(upload('u1'))).toBe(true);
  });
});
