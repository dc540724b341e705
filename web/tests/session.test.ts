// The desk’s line and its session: what a cut, another account and a changed one come to.

import { describe, expect, test } from 'vitest';
import {
  connected,
  ids,
  newDesk,
  operator,
  readyDesk,
  reconnected,
  server,
  signedOut,
  stage,
  storage,
  waiting,
} from './desk_stage';
import { bruno, conversation } from './samples';
import { problem, settle } from './stage';

describe('the line', () => {
  test('resumes from the last position held', async () => {
    const desk = await readyDesk();
    stage.socket.say({ type: 'changes', position: 17, changes: [] });
    stage.socket.drop();
    server.position = 20;
    await reconnected();
    expect(stage.socket.sent).toEqual([{ type: 'resume', position: 17 }]);
    expect(desk.read().synced).toBe(false);
    stage.socket.say({ type: 'caught_up', position: 20 });
    expect(desk.read().synced).toBe(true);
  });

  test('is told the counts anew when it is level again, also after a resync', async () => {
    const desk = await readyDesk();
    stage.socket.say({ type: 'resync', position: 17 });
    const counts = { waiting: 7, attending: 3 };
    stage.socket.say({ type: 'caught_up', position: 17, counts });
    await settle();
    expect(desk.read().desk.counts).toEqual(counts);
  });

  test('loads the lists again when it was too long away', async () => {
    const desk = await readyDesk();
    stage.socket.drop();
    server.position = 9_000;
    server.lists.waiting = [conversation({ id: 'c7' })];
    await reconnected();
    stage.socket.say({ type: 'resync', position: 9_000 });
    expect(stage.socket.sent.at(-1)).toEqual({ type: 'resume', position: 9_000 });
    await settle();
    expect(ids(desk, waiting)).toEqual(['c7']);
    expect(desk.read().synced).toBe(true);
  });

  test('loads the lists again from a server whose log is another', async () => {
    const desk = await readyDesk();
    stage.socket.drop();
    server.position = 3;
    server.lists.waiting = [conversation({ id: 'c8' })];
    await reconnected();
    expect(ids(desk, waiting)).toEqual(['c8']);
    expect(desk.read().desk.position).toBe(3);
  });

  test('that ends with the session asks for a sign-in, and keeps drafts and outbox', async () => {
    const desk = newDesk((path, options) =>
      path === '/me' ? problem('unauthenticated', 401) : server.answer(path, options),
    );
    desk.watch([waiting]);
    await connected(desk);
    desk.setDraft('c1', 'a medias');
    stage.socket.drop(4401);
    desk.sendText('c2', 'para después');
    await settle();
    expect(signedOut).toBe(true);
    expect(storage.keys()).toHaveLength(2);
  });
});

describe('a browser in which somebody else has signed in', () => {
  const other = { ...operator, id: 'bruno', name: bruno.name };

  test('sends nothing more of the first, and asks for a sign-in', async () => {
    const desk = await readyDesk('c1');
    stage.socket.drop();
    desk.sendText('c1', 'Hola');
    stage.pass(1_000);
    stage.socket.accept();
    stage.socket.say({ type: 'hello', position: 10, heartbeat_ms: 30_000, operator: other });
    stage.socket.say({ type: 'caught_up', position: 10 });
    await settle();
    expect(signedOut).toBe(true);
    expect(desk.read().line).toEqual({ kind: 'closed' });
    expect(stage.socket.sent).toEqual([]);
  });

  test('is noticed as soon as the other window says so', async () => {
    let me = operator;
    const desk = newDesk((path, options) => (path === '/me' ? me : server.answer(path, options)));
    await connected(desk);
    await desk.checkSession();
    expect(signedOut).toBe(false);
    me = other;
    await desk.checkSession();
    expect(signedOut).toBe(true);
  });
});

describe('an account that an administrator has changed', () => {
  const promoted = { ...operator, role: 'supervisor' as const };

  test('counts as it is now from the next resync on', async () => {
    let me = operator;
    const desk = newDesk((path, options) => (path === '/me' ? me : server.answer(path, options)));
    const told: string[] = [];
    desk.onAccount(({ role }) => told.push(role));
    await connected(desk);
    expect(told).toEqual([]);
    me = promoted;
    stage.socket.say({ type: 'resync', position: 17 });
    await settle();
    expect(told).toEqual(['supervisor']);
    expect(desk.operator.role).toBe('supervisor');
  });

  test('counts as the greeting has it', async () => {
    const desk = await readyDesk();
    stage.socket.drop();
    stage.pass(1_000);
    stage.socket.accept();
    stage.socket.say({ type: 'hello', position: 10, heartbeat_ms: 30_000, operator: promoted });
    expect(desk.operator.role).toBe('supervisor');
  });
});

describe('a read that is refused because of the session', () => {
  const ended = problem('unauthenticated', 401);

  test('asks for a sign-in, and leaves the line alone from then on', async () => {
    const desk = newDesk((path, options) =>
      ['/conversations', '/me'].includes(path) ? ended : server.answer(path, options),
    );
    desk.watch([waiting]);
    await connected(desk);
    expect(signedOut).toBe(true);
    stage.pass(60_000);
    expect(stage.sockets).toHaveLength(1);
    expect(desk.read().line).toEqual({ kind: 'closed' });
  });

  test('waits for a password change that is under way, and is made again after it', async () => {
    let isOld = true;
    let changed = () => {};
    const desk = newDesk((path, options) => {
      if (path === '/me/password') return new Promise<void>((resolve) => (changed = resolve));
      return isOld ? ended : server.answer(path, options);
    });
    const change = desk.changePassword('demo', 'otra');
    desk.watch([waiting]);
    await connected(desk);
    expect(signedOut).toBe(false);
    isOld = false;
    changed();
    await change;
    await reconnected();
    expect(signedOut).toBe(false);
    expect(ids(desk, waiting)).toEqual(['c1', 'c2']);
  });
});

describe('signing out', () => {
  test('forgets files, and neither words nor what is somebody else’s', async () => {
    const desk = await readyDesk('c1');
    desk.setDraft('c1', 'Estaba por');
    const remembered = (endpoint: string) => `tus::tus-br-Plano.pdf-application/pdf-9-1-${endpoint}::5`;
    const contacts = remembered('/api/v1/webchat/uploads');
    storage.set(remembered('/api/v1/uploads'), '{"uploadUrl": "/api/v1/uploads/a1"}');
    storage.set(contacts, '{"uploadUrl": "/api/v1/webchat/uploads/a2"}');
    await desk.forgetFiles();
    expect(storage.keys()).toEqual([`bitacora.draft.${operator.id}.c1`, contacts]);
  });
});
