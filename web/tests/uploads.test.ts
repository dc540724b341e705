import { beforeEach, describe, expect, test, vi } from 'vitest';
import { Uploads, type StartUpload, type UploadListener } from '../src/live/uploads';
import type { KeptUpload, UploadShelf } from '../src/live/upload_shelf';
import { problem, settle } from './stage';

interface Running {
  file: File;
  url: string | null;
  listener: UploadListener;
  stopped: boolean;
  takenAway: boolean;
}

// The test speaks for the server.
class Transport {
  readonly running: Running[] = [];
  readonly start: StartUpload = ({ file, url }, listener) => {
    const one: Running = { file, url, listener, stopped: false, takenAway: false };
    this.running.push(one);
    return (takeAway) => {
      one.stopped = true;
      one.takenAway = takeAway;
    };
  };
  get last() {
    return this.running.at(-1)!;
  }
}

// What the browser keeps, without the browser.
class MemoryShelf implements UploadShelf {
  readonly kept = new Map<string, KeptUpload>();
  takes = true;
  put = async (upload: KeptUpload) => {
    await Promise.resolve();
    if (this.takes) this.kept.set(upload.id, upload);
    return this.takes;
  };
  note = async (id: string, change: Partial<KeptUpload>) => {
    await Promise.resolve();
    const known = this.kept.get(id);
    if (known) this.kept.set(id, { ...known, ...change });
  };
  remove = async (id: string) => {
    await Promise.resolve();
    this.kept.delete(id);
  };
  reclaim = async (take: (upload: KeptUpload) => void) => {
    await Promise.resolve();
    for (const upload of [...this.kept.values()]) take(upload);
  };
  letGo = () => Promise.resolve();
  clear = async () => this.kept.clear();
}

let transport: Transport;
let sent: string[];
let uploads: Uploads;
let lastId: number;

const file = (name: string, bytes = 'bytes') => new File([bytes], name, { type: 'image/png' });
const states = () => uploads.read().map(({ name, state }) => `${name} ${state}`);

beforeEach(() => {
  transport = new Transport();
  sent = [];
  lastId = 0;
  uploads = new Uploads(
    transport.start,
    () => `u${++lastId}`,
    ({ name, attachmentId, caption }) => sent.push(`${name} ${attachmentId} ${caption}`.trim()),
    () => null,
  );
});

describe('files', () => {
  test('go up one after another', () => {
    uploads.add('c1', [{ file: file('a') }, { file: file('b') }]);
    expect(states()).toEqual(['a sending', 'b queued']);
    transport.last.listener.done('A');
    expect(states()).toEqual(['a done', 'b sending']);
    expect(transport.running).toHaveLength(2);
  });

  test('are sent once they are up and their writer has said so, in either order', () => {
    uploads.add('c1', [{ file: file('a') }]);
    transport.last.listener.done('A');
    expect(sent).toEqual([]);
    uploads.caption('u1', 'La vidriera');
    uploads.release('c1');
    expect(sent).toEqual(['a A La vidriera']);
    uploads.add('c1', [{ file: file('b') }], true);
    expect(sent).toHaveLength(1);
    transport.last.listener.done('B');
    expect(sent).toEqual(['a A La vidriera', 'b B']);
    expect(uploads.read()).toEqual([]);
  });

  test('keep their order in a conversation, also when one of them waits', () => {
    uploads.add('c1', [{ file: file('a') }, { file: file('b') }], true);
    transport.running[0]!.listener.refused(problem('internal', 500));
    transport.last.listener.done('B');
    // A refused one holds nothing back; tried again it goes when it is up.
    expect(sent).toEqual(['b B']);
    uploads.retry('u1');
    transport.last.listener.done('A');
    expect(sent).toEqual(['b B', 'a A']);
  });

  test('say how far they are, and that they wait for the line', () => {
    uploads.add('c1', [{ file: file('a') }]);
    transport.last.listener.progress(3);
    expect(uploads.read()[0]).toMatchObject({ state: 'sending', sentBytes: 3, sizeBytes: 5 });
    transport.last.listener.waiting();
    expect(uploads.read()[0]).toMatchObject({ state: 'waiting', sentBytes: 3 });
    transport.last.listener.progress(5);
    expect(uploads.read()[0]).toMatchObject({ state: 'sending', sentBytes: 5 });
  });

  test('wait for the page to be loaded anew, and would be lost with it unless they are kept', () => {
    uploads.add('c1', [{ file: file('a') }], true);
    transport.last.listener.waiting(problem('outdated', 0));
    expect(uploads.read()[0]).toMatchObject({ state: 'waiting', problem: { status: 0 } });
    expect(uploads.wouldLose()).toBe(true);
  });

  test('that are cancelled stop, and are told nothing more', () => {
    uploads.add('c1', [{ file: file('a') }, { file: file('b') }], true);
    const [first] = transport.running;
    uploads.cancel('u1');
    expect(first!.stopped).toBe(true);
    first!.listener.done('A');
    expect(states()).toEqual(['b sending']);
    expect(sent).toEqual([]);
  });

  test('all stop at the end, and none is sent or begun after it', () => {
    const revoked = vi.spyOn(URL, 'revokeObjectURL').mockImplementation(() => {});
    uploads = new Uploads(
      transport.start,
      () => `u${++lastId}`,
      ({ name }) => sent.push(name),
      ({ name }) => `blob:${name}`,
    );
    uploads.add('c1', [{ file: file('a') }], true);
    transport.last.listener.done('A');
    uploads.add('c1', [{ file: file('b') }, { file: file('c') }, { file: file('d') }], true);
    uploads.cancel('u2');
    uploads.end();
    expect(transport.running.map(({ stopped }) => stopped)).toEqual([false, true, true]);
    transport.last.listener.done('C');
    expect(sent).toEqual(['a']);
    expect(uploads.read()).toEqual([]);
    expect(uploads.preview('A')).toBeNull();
    expect(revoked.mock.calls.flat().sort()).toEqual(['blob:a', 'blob:b', 'blob:c', 'blob:d']);
    revoked.mockRestore();
  });

  test('that come after the end are not taken, until it begins again', () => {
    uploads.end();
    uploads.add('c1', [{ file: file('a') }], true);
    expect(uploads.read()).toEqual([]);
    expect(transport.running).toEqual([]);
    uploads.begin();
    uploads.add('c1', [{ file: file('b') }], true);
    expect(states()).toEqual(['b sending']);
  });

  test('that are known to be refused are never begun', () => {
    uploads.add('c1', [{ file: file('a.exe'), problem: problem('not-accepted', 415) }, { file: file('b') }]);
    expect(states()).toEqual(['a.exe refused', 'b sending']);
    expect(transport.running.map(({ file: { name } }) => name)).toEqual(['b']);
  });

  test('chosen in one conversation stay when another sends its own', () => {
    uploads.add('c1', [{ file: file('a') }]);
    uploads.add('c2', [{ file: file('b') }]);
    transport.last.listener.done('A');
    transport.last.listener.done('B');
    uploads.release('c2');
    expect(sent).toEqual(['b B']);
    uploads.cancelChosen('c1');
    expect(uploads.read()).toEqual([]);
  });
});

describe('what was sent', () => {
  let shelf: MemoryShelf;
  let keys: string[];

  // A page on the same browser, whose clock stands still.
  const page = () => {
    transport = new Transport();
    uploads = new Uploads(
      transport.start,
      () => `u${++lastId}`,
      ({ id, name, attachmentId, caption }) => {
        keys.push(id);
        sent.push(`${name} ${attachmentId} ${caption}`.trim());
      },
      () => null,
      shelf,
      () => 1_000,
    );
    uploads.begin();
  };
  const reload = async () => {
    page();
    await settle();
  };

  beforeEach(async () => {
    shelf = new MemoryShelf();
    keys = [];
    await reload();
  });

  test('goes on after a reload where it was, in its order and as the same message', async () => {
    uploads.add('c1', [{ file: file('a') }, { file: file('b') }]);
    uploads.caption('u1', 'La vidriera');
    transport.last.listener.begun('/uploads/A');
    expect(shelf.kept.size).toBe(0);
    uploads.release('c1');
    uploads.add('c2', [{ file: file('c'), voice: true, durationMs: 900, waveform: [9] }], true);
    await settle();
    await reload();
    expect(states()).toEqual(['a sending', 'b queued', 'c queued']);
    expect(uploads.read()[2]).toMatchObject({ conversationId: 'c2', voice: true, durationMs: 900, waveform: [9] });
    expect(transport.last).toMatchObject({ url: '/uploads/A', file: { name: 'a' } });
    transport.last.listener.done('A');
    await settle();
    expect(transport.last.url).toBeNull();
    transport.last.listener.done('B');
    await settle();
    transport.last.listener.done('C');
    await settle();
    expect(sent).toEqual(['a A La vidriera', 'b B', 'c C']);
    expect(keys).toEqual(['u1', 'u2', 'u3']);
    expect(shelf.kept.size).toBe(0);
    await reload();
    expect(uploads.read()).toEqual([]);
  });

  test('that is up is not uploaded again, and has the same key', async () => {
    uploads.add('c1', [{ file: file('a') }], true);
    await settle();
    transport.last.listener.done('A');
    // The page goes before its message is there.
    expect(sent).toEqual([]);
    await Promise.resolve();
    expect(shelf.kept.get('u1')).toMatchObject({ attachmentId: 'A' });
    await settle();
    expect(sent).toEqual(['a A']);
    shelf.kept.set('u1', { ...restored, id: 'u1' });
    await reload();
    expect(transport.running).toEqual([]);
    expect(sent).toEqual(['a A', 'a A']);
    expect(keys).toEqual(['u1', 'u1']);
  });

  const restored: KeptUpload = {
    id: 'u1',
    conversationId: 'c1',
    file: file('a'),
    caption: '',
    voice: false,
    durationMs: null,
    waveform: null,
    releasedAt: 1_000,
    url: '/uploads/A',
    attachmentId: 'A',
  };

  test('stands before what is sent later', async () => {
    shelf.kept.set('u1', { ...restored, id: 'old', attachmentId: null });
    page();
    uploads.add('c1', [{ file: file('new') }], true);
    await settle();
    expect(uploads.read().map(({ id }) => id)).toEqual(['old', 'u1']);
  });

  test('is kept no more once it is taken back or refused for good', async () => {
    uploads.add('c1', [{ file: file('a') }, { file: file('b') }], true);
    await settle();
    uploads.cancel('u1');
    expect(transport.running[0]!.takenAway).toBe(true);
    transport.last.listener.refused(problem('not-accepted', 415));
    await settle();
    expect(shelf.kept.size).toBe(0);
    uploads.retry('u2');
    await settle();
    expect([...shelf.kept.keys()]).toEqual(['u2']);
  });

  test.each([0, 401, 429, 503])('stays kept after a refusal that passes: %i', async (status) => {
    uploads.add('c1', [{ file: file('a') }], true);
    await settle();
    transport.last.listener.refused(problem('other', status));
    await settle();
    await reload();
    expect(states()).toEqual(['a sending']);
  });

  test('stays on the server when its page ends, and what nobody keeps does not', async () => {
    uploads.add('c1', [{ file: file('a') }], true);
    await settle();
    uploads.end();
    expect(transport.last.takenAway).toBe(false);
    uploads.begin();
    await settle();
    expect(states()).toEqual(['a sending']);
    uploads.cancel('u1');
    uploads.add('c1', [{ file: file('b') }]);
    uploads.end();
    expect(transport.last.takenAway).toBe(true);
  });

  test('is forgotten at sign-out', async () => {
    uploads.add('c1', [{ file: file('a') }], true);
    await settle();
    await uploads.forgetKept();
    uploads.end();
    await reload();
    expect(uploads.read()).toEqual([]);
  });

  test('would be lost with the page while it runs and is not kept', async () => {
    shelf.takes = false;
    uploads.add('c1', [{ file: file('a') }]);
    expect(uploads.wouldLose()).toBe(false);
    uploads.release('c1');
    await settle();
    expect(uploads.wouldLose()).toBe(true);
    transport.last.listener.done('A');
    expect(uploads.wouldLose()).toBe(false);
    shelf.takes = true;
    uploads.add('c1', [{ file: file('b') }], true);
    expect(uploads.wouldLose()).toBe(true);
    await settle();
    expect(uploads.wouldLose()).toBe(false);
    shelf.takes = false;
    uploads.add('c1', [{ file: file('c') }], true);
    uploads.cancel('u2');
    transport.last.listener.refused(problem('internal', 500));
    await settle();
    expect(uploads.wouldLose()).toBe(false);
  });
});
