import 'fake-indexeddb/auto';
import { IDBFactory } from 'fake-indexeddb';
import { beforeEach, describe, expect, test, vi } from 'vitest';
import { BrowserShelf, type KeptUpload } from '../src/live/upload_shelf';
import { FakeLocks, MemoryStorage, settle } from './stage';

const day = 24 * 60 * 60 * 1000;
// Of a machine that is busy; below the five seconds of a test.
const patienceMs = 4_000;

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

// What a page takes over, once it has as many as that.
async function reclaimed(shelf: BrowserShelf, count: number): Promise<KeptUpload[]> {
  const found: KeptUpload[] = [];
  await shelf.reclaim((kept) => found.push(kept));
  await vi.waitFor(() => expect(found.length).toBeGreaterThanOrEqual(count), patienceMs);
  return found;
}

// Whether there is nothing for it to take over: it was given the lock of none.
async function reclaimsNothing(shelf: BrowserShelf): Promise<boolean> {
  const before = locks.given;
  await shelf.reclaim(() => {});
  await settle();
  return locks.given === before;
}

const ids = (uploads: KeptUpload[]) => uploads.map(({ id }) => id);

describe('what is kept', () => {
  test('is there for the next page, as it was, the earliest first', async () => {
    const first = page();
    expect(await first.put(upload('u2', { releasedAt: now + 1, caption: 'Mire' }))).toBe(true);
    expect(await first.put(upload('u1', { voice: true, durationMs: 900, waveform: [1, 2] }))).toBe(true);
    await first.note('u2', { url: '/uploads/a2' });
    await first.letGo();
    const [one, two] = await reclaimed(page(), 2);
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
    expect(await reclaimsNothing(first)).toBe(true);
    await first.remove('u1');
    expect(found).toEqual([]);
    await first.letGo();
    await vi.waitFor(() => expect(found).toEqual(['u2']), patienceMs);
    expect(await reclaimsNothing(page())).toBe(true);
  });

  test('is not taken over by a page that has ended meanwhile', async () => {
    const [first, second] = [page(), page()];
    await first.put(upload('u1'));
    const found: string[] = [];
    await second.reclaim(({ id }) => found.push(id));
    await second.letGo();
    await first.letGo();
    expect(ids(await reclaimed(page(), 1))).toEqual(['u1']);
    expect(found).toEqual([]);
  });

  test('is of one account alone, and goes when that one signs out', async () => {
    const [ana, bruno] = [page('ana'), page('bruno')];
    await ana.put(upload('u1'));
    await bruno.put(upload('u2'));
    await ana.letGo();
    await bruno.letGo();
    expect(ids(await reclaimed(page('bruno'), 1))).toEqual(['u2']);
    await page('ana').clear();
    expect(await reclaimsNothing(page('ana'))).toBe(true);
    expect(storage.keys()).toEqual(['bitacora.upload.bruno.u2']);
  });

  test('is gone after a day, whoever looks', async () => {
    const ana = page('ana');
    await ana.put(upload('u1'));
    await ana.put(upload('u2', { releasedAt: now + 1 }));
    await ana.letGo();
    now += day + 1;
    expect(await reclaimsNothing(page('bruno'))).toBe(true);
    now -= day;
    expect(ids(await reclaimed(page('ana'), 1))).toEqual(['u2']);
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
    expect(ids(await reclaimed(page(), 2))).toEqual(['u3', 'u4']);
  });

  test('is looked for only where something was kept', async () => {
    const opened = vi.spyOn(indexedDB, 'open');
    expect(await reclaimsNothing(page())).toBe(true);
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
