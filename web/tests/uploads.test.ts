import { beforeEach, describe, expect, test, vi } from 'vitest';
import { Uploads, type UploadListener } from '../src/live/uploads';
import { problem } from './stage';

// The test speaks for the server.
class Transport {
  readonly running: { file: File; listener: UploadListener; stopped: boolean }[] = [];
  readonly start = (file: File, listener: UploadListener) => {
    const one = { file, listener, stopped: false };
    this.running.push(one);
    return () => (one.stopped = true);
  };
  get last() {
    return this.running.at(-1)!;
  }
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
