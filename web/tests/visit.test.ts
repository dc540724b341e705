import { beforeEach, describe, expect, test } from 'vitest';
import { pendingOf } from '../src/live/outbox';
import { noShelf } from '../src/live/upload_shelf';
import { Visit } from '../src/live/visit';
import { calls, MemoryStorage, problem, settle, Stage, type Answer } from './stage';

const contact = { id: 'k1', name: 'Martina' };
const visitMessage = (version: number, text: string, from = 'contact') => ({
  id: `m${version}`,
  conversation_id: 'c1',
  version,
  at: '2026-11-22T15:00:00.000Z',
  from,
  author: { name: from === 'contact' ? contact.name : 'Ana Torres' },
  kind: 'text',
  text,
  caption: null,
  attachment: null,
  delivery: 'accepted',
});

let stage: Stage;
let storage: MemoryStorage;
let made: ReturnType<typeof calls>['made'];
let lastKey: number;

const server: Answer = (path) => {
  if (path === '/webchat/visitors') return { token: 't1', contact, position: 5 };
  return { items: [], next_cursor: null, position: 5, conversation: null };
};

function newVisit(answer: Answer = server): Visit {
  const http = calls(answer);
  made = http.made;
  return new Visit('ventas', {
    call: http.call,
    line: stage,
    storage,
    socketUrl: (token) => `ws://test?token=${token}`,
    uuid: () => `key-${++lastKey}`,
    bytes: () => Promise.resolve(new Blob()),
    upload: () => () => () => {},
    shelf: () => noShelf,
  });
}

async function greeted(position = 5): Promise<void> {
  stage.socket.accept();
  stage.socket.say({ type: 'hello', position, heartbeat_ms: 30_000, contact, conversation: null });
  stage.socket.say({ type: 'caught_up', position });
  await settle();
}

const texts = (visit: Visit) => visit.read().transcript.messages.map(({ text }) => text);

beforeEach(() => {
  stage = new Stage();
  storage = new MemoryStorage();
  lastKey = 0;
});

describe('a visit', () => {
  test('makes no contact before the first message', async () => {
    const visit = newVisit();
    visit.start();
    await settle();
    expect(made).toEqual([]);
    expect(stage.sockets).toEqual([]);
  });

  test('registers by the name that was given, and sends what was written', async () => {
    const visit = newVisit();
    visit.start();
    visit.setName(' Martina ');
    visit.write('Hola');
    expect(pendingOf(visit.read().outbox, '').map(({ text }) => text)).toEqual(['Hola']);
    await settle();
    expect(made[0]).toMatchObject({
      path: '/webchat/visitors',
      options: { body: { name: 'Martina', department: 'ventas' }, idempotencyKey: 'key-2' },
    });
    await greeted();
    const [command] = stage.socket.commands('send_message');
    expect(command).toMatchObject({ id: 'key-1', body: { kind: 'text', text: 'Hola' } });
    stage.socket.say({ type: 'done', id: 'key-1', position: 7, result: { message: visitMessage(2, 'Hola') } });
    expect(texts(visit)).toEqual(['Hola']);
    expect(visit.read().outbox).toEqual([]);
  });

  test('keeps a message as it was pushed when its answer comes after', async () => {
    const visit = newVisit();
    visit.write('Hola');
    await settle();
    await greeted();
    const early = visitMessage(2, 'Hola');
    const pushed = { ...early, delivery: 'read' };
    stage.socket.say({ type: 'changes', position: 7, changes: [{ type: 'message', message: pushed }] });
    stage.socket.say({ type: 'done', id: 'key-1', position: 7, result: { message: early } });
    expect(visit.read().transcript.messages.map(({ delivery }) => delivery)).toEqual(['read']);
    expect(visit.read().outbox).toEqual([]);
  });

  test('registers again with the same key after a refusal for now', async () => {
    let refusals = 1;
    const visit = newVisit((path, options) =>
      path === '/webchat/visitors' && refusals-- > 0 ? problem('overloaded', 503) : server(path, options),
    );
    visit.start();
    visit.write('Hola');
    await settle();
    expect(visit.read().trouble).toBe('failed');
    stage.pass(3_000);
    await settle();
    expect(made.filter(({ path }) => path === '/webchat/visitors').map(({ options }) => options.idempotencyKey)).toEqual(['key-2', 'key-2']);
    expect(visit.read().trouble).toBeNull();
  });

  test.each([
    ['there is no such department', problem('not-found', 404), 'none'],
    ['its site may not show the chat', problem('bad-origin', 403), 'foreign'],
    ['the server does not take the name', problem('invalid', 422), 'failed'],
    ['something on the way does not know the address', problem('internal', 404), 'failed'],
  ])('says so when %s, and asks no more', async (_, refusal, trouble) => {
    const visit = newVisit(() => refusal);
    visit.write('Hola');
    await settle();
    expect(visit.read().trouble).toBe(trouble);
    stage.pass(60_000);
    await settle();
    expect(made).toHaveLength(1);
  });

  test('registers again when the server says, once however much is written meanwhile', async () => {
    const visit = newVisit(() => problem('too-many-attempts', 429, { retry_after_s: 20 }));
    visit.write('Hola');
    await settle();
    visit.write('¿Hola?');
    visit.write('¿Hay alguien?');
    await settle();
    expect(made).toHaveLength(1);
    expect(visit.read().trouble).toBe('failed');
    stage.pass(19_999);
    await settle();
    expect(made).toHaveLength(1);
    stage.pass(1);
    await settle();
    expect(made).toHaveLength(2);
    visit.stop();
    stage.pass(60_000);
    await settle();
    expect(made).toHaveLength(2);
  });

  describe('that stopped while it was registered', () => {
    const stopped = async (answer: Answer): Promise<Visit> => {
      const visit = newVisit(answer);
      visit.start();
      visit.write('Hola');
      visit.stop();
      await settle();
      return visit;
    };

    test('hears of no refusal, and asks no more', async () => {
      const visit = await stopped(() => problem('overloaded', 503));
      stage.pass(60_000);
      await settle();
      expect(made).toHaveLength(1);
      expect(visit.read().trouble).toBeNull();
    });

    test('begins no line, and keeps its contact for when it starts again', async () => {
      const visit = await stopped(server);
      expect(stage.sockets).toEqual([]);
      expect(visit.read().contact).toBeNull();
      expect(JSON.parse(storage.get('bitacora.visitor.ventas')!)).toMatchObject({ token: 't1' });
      visit.start();
      await greeted();
      expect(made.filter(({ path }) => path === '/webchat/visitors')).toHaveLength(1);
      expect(visit.read().contact).toEqual(contact);
      expect(stage.socket.commands('send_message')).toHaveLength(1);
    });

    test('and started again before the answer takes it as its own', async () => {
      let refusals = 1;
      const visit = newVisit((path, options) =>
        refusals-- > 0 ? problem('overloaded', 503) : server(path, options),
      );
      visit.write('Hola');
      visit.start();
      visit.stop();
      visit.start();
      await settle();
      expect(made).toHaveLength(1);
      expect(visit.read().trouble).toBe('failed');
      stage.pass(3_000);
      visit.stop();
      visit.start();
      await settle();
      await greeted();
      expect(stage.sockets).toHaveLength(1);
      expect(stage.socket.commands('send_message')).toHaveLength(1);
    });
  });

  describe('in a second window', () => {
    const kept = (token: string) =>
      storage.set('bitacora.visitor.ventas', JSON.stringify({ token, contact }));
    const registrations = () => made.filter(({ path }) => path === '/webchat/visitors');

    test('is the contact that the first one has made meanwhile', async () => {
      const visit = newVisit();
      visit.start();
      kept('t2');
      visit.write('Hola');
      await greeted();
      expect(registrations()).toEqual([]);
      expect(visit.read().contact).toEqual(contact);
      expect(stage.socket.commands('send_message')).toHaveLength(1);
    });

    test('that finds its contact unknown takes the one that the first has made anew', async () => {
      kept('old');
      const visit = newVisit((path, options) =>
        options.bearer === 'old' ? problem('unauthenticated', 401) : server(path, options),
      );
      visit.start();
      visit.write('Hola');
      kept('t2');
      stage.socket.drop();
      await settle();
      await greeted();
      expect(registrations()).toEqual([]);
      expect(JSON.parse(storage.get('bitacora.visitor.ventas')!)).toMatchObject({ token: 't2' });
      expect(stage.socket.commands('send_message')).toHaveLength(1);
    });
  });

  test('loads older messages again after all was read anew while some were on their way', async () => {
    storage.set('bitacora.visitor.ventas', JSON.stringify({ token: 't1', contact }));
    const older: (() => void)[] = [];
    const visit = newVisit((path, { query }) => {
      const page = { items: [visitMessage(9, 'Hola')], next_cursor: '9', position: 5, conversation: null };
      if (path !== '/webchat/messages' || !query?.['cursor']) return page;
      return new Promise((resolve) => older.push(() => resolve({ ...page, items: [], next_cursor: null })));
    });
    visit.start();
    await greeted();
    void visit.loadOlder();
    stage.socket.say({ type: 'resync', position: 20 });
    await settle();
    older.shift()!();
    await settle();
    expect(visit.read().loadingOlder).toBe(false);
    void visit.loadOlder();
    expect(older).toHaveLength(1);
  });

  test('is known again by its token, and resumes after a cut', async () => {
    storage.set('bitacora.visitor.ventas', JSON.stringify({ token: 't1', contact }));
    const visit = newVisit((path) => ({
      items: path === '/webchat/messages' ? [visitMessage(2, 'Hola')] : [],
      next_cursor: null,
      position: 5,
      conversation: { id: 'c1', state: 'waiting', attended_by: null },
    }));
    visit.start();
    await greeted();
    expect(texts(visit)).toEqual(['Hola']);
    stage.socket.say({
      type: 'changes',
      position: 8,
      changes: [
        { type: 'conversation', conversation: { id: 'c1', state: 'attending', attended_by: { name: 'Ana Torres' } } },
        { type: 'message', message: visitMessage(4, 'Buenas', 'operator') },
      ],
    });
    expect(texts(visit)).toEqual(['Hola', 'Buenas']);
    expect(visit.read().conversation?.attended_by?.name).toBe('Ana Torres');
    stage.socket.drop();
    visit.write('¿Sigue ahí?');
    stage.pass(1_000);
    stage.socket.accept();
    stage.socket.say({ type: 'hello', position: 9, heartbeat_ms: 30_000, contact, conversation: null });
    expect(stage.socket.sent).toEqual([{ type: 'resume', position: 8 }]);
    stage.socket.say({ type: 'caught_up', position: 9 });
    expect(stage.socket.commands('send_message')).toHaveLength(1);
  });

  test('begins anew with what waits when its token is not known any more', async () => {
    storage.set('bitacora.visitor.ventas', JSON.stringify({ token: 'old', contact }));
    const visit = newVisit((path, options) =>
      options.bearer === 'old' ? problem('unauthenticated', 401) : server(path, options),
    );
    visit.start();
    visit.write('Hola');
    stage.socket.drop();
    await settle();
    await greeted();
    expect(JSON.parse(storage.get('bitacora.visitor.ventas')!)).toMatchObject({ token: 't1' });
    expect(stage.socket.commands('send_message')).toHaveLength(1);
  });
});

const said = (version: number, position = version) =>
  stage.socket.say({
    type: 'changes',
    position,
    changes: [{ type: 'message', message: visitMessage(version, 'Hola', 'operator') }],
  });

async function visited(): Promise<Visit> {
  const visit = newVisit();
  visit.write('Hola');
  await settle();
  await greeted();
  return visit;
}

describe('an operator who writes', () => {
  test('is seen writing until a new message is there, and not only news of an old one', async () => {
    const visit = await visited();
    said(7);
    stage.socket.say({ type: 'typing', from: 'operator', author: { name: 'Ana Torres' } });
    said(7, 8);
    expect(visit.read().typing.size).toBe(1);
    said(9);
    expect(visit.read().typing.size).toBe(0);
  });
});

describe('marks of delivery', () => {
  const marks = () =>
    stage.socket.sent.filter(({ type }) => type === 'received' || type === 'read');

  test('say once that a message came, and that it was seen only when it was', async () => {
    const visit = await visited();
    said(7);
    said(7);
    expect(marks()).toEqual([{ type: 'received', version: 7 }]);
    visit.setSeeing(true);
    visit.setSeeing(true);
    expect(marks().slice(1)).toEqual([{ type: 'read', version: 7 }]);
    said(8);
    expect(marks().slice(2)).toEqual([
      { type: 'received', version: 8 },
      { type: 'read', version: 8 },
    ]);
  });

  test('go again after a cut, since nobody knows whether they came through', async () => {
    const visit = await visited();
    visit.setSeeing(true);
    said(7);
    stage.socket.drop();
    stage.pass(40_000);
    await greeted(7);
    expect(marks()).toEqual([
      { type: 'received', version: 7 },
      { type: 'read', version: 7 },
    ]);
  });
});

describe('a file that is the first thing', () => {
  test('makes no contact while one only looks at what may be sent', async () => {
    const visit = newVisit();
    visit.start();
    await visit.attachmentRules();
    await visit.attachmentRules();
    expect(made).toEqual([{ path: '/webchat/attachment-rules', options: {} }]);
    expect(visit.read().contact).toBeNull();
  });

  test('makes the contact, and waits for it', async () => {
    const begun: string[] = [];
    const http = calls(server);
    const visit = new Visit('ventas', {
      call: http.call,
      line: stage,
      storage,
      socketUrl: (token) => `ws://test?token=${token}`,
      uuid: () => `key-${++lastKey}`,
      bytes: () => Promise.resolve(new Blob()),
      shelf: () => noShelf,
      upload: (token) => ({ file }, listener) => {
        begun.push(`${file.name} ${token()}`);
        listener.done('A1');
        return () => {};
      },
    });
    visit.setName('Martina');
    visit.uploads.add('', [{ file: new File(['x'], 'foto.png') }], true);
    expect(begun).toEqual([]);
    await settle();
    expect(begun).toEqual(['foto.png t1']);
    expect(http.made[0]).toMatchObject({ options: { body: { name: 'Martina' } } });
    await greeted();
    expect(stage.socket.commands('send_message').map(({ body }) => body)).toEqual([
      { kind: 'attachment', attachment_id: 'A1' },
    ]);
  });
});
