import { describe, expect, test } from 'vitest';
import { Desk } from '../src/live/desk';
import { unreadOf } from '../src/live/desk_state';
import { pendingOf } from '../src/live/outbox';
import { noShelf } from '../src/live/upload_shelf';
import type { UploadListener } from '../src/live/uploads';
import {
  attending,
  connected,
  ids,
  made,
  newDesk,
  nextKey,
  openTab,
  operator,
  readyDesk,
  reconnected,
  sentKeys,
  server,
  stage,
  storage,
  texts,
  waiting,
} from './desk_stage';
import { ana, bruno, conversation, message } from './samples';
import { calls, problem, settle } from './stage';

describe('the first load', () => {
  test('takes the greeting’s position for its reads, and holds pushes back until they are there', async () => {
    const desk = newDesk();
    desk.watch([waiting, attending]);
    desk.start();
    stage.socket.accept();
    stage.socket.say({ type: 'hello', position: 10, heartbeat_ms: 30_000 });
    expect(stage.socket.sent).toEqual([{ type: 'resume', position: 10 }]);
    stage.socket.say({
      type: 'changes',
      position: 11,
      changes: [{ type: 'conversation_gone', conversation_id: 'c2' }],
      counts: { waiting: 1, attending: 0 },
    });
    stage.socket.say({ type: 'caught_up', position: 11 });
    expect(desk.read().synced).toBe(false);
    await settle();
    expect(made.every(({ options }) => options.query?.['at_least'] === 10)).toBe(true);
    expect(ids(desk, waiting)).toEqual(['c1']);
    expect(desk.read().desk.counts).toEqual({ waiting: 1, attending: 0 });
    expect(desk.read().synced).toBe(true);
  });

  // L6
  test('asks for the frames of what it read ahead of them, until they have come as far', async () => {
    server.lists.waiting = [conversation({ id: 'c1' }), conversation({ id: 'c9', position: 12 })];
    const desk = await readyDesk();
    expect(ids(desk, waiting)).toEqual(['c1', 'c9']);
    const resumes = () => stage.socket.sent.filter(({ type }) => type === 'resume').length;
    expect(resumes()).toBe(2);
    // The server has not come so far itself.
    stage.socket.say({ type: 'caught_up', position: 10 });
    expect(resumes()).toBe(3);
    expect(ids(desk, waiting)).toEqual(['c1', 'c9']);
    stage.socket.say({ type: 'caught_up', position: 13 });
    expect(ids(desk, waiting)).toEqual(['c1']);
    expect(resumes()).toBe(3);
  });

  test('shows an open conversation with its messages', async () => {
    const desk = await readyDesk('c1');
    expect(texts(desk, 'c1')).toEqual(['Hola']);
  });

  test('says when the one in the address is not to be seen', async () => {
    const desk = await readyDesk('nobody');
    expect(desk.read().missing.has('nobody')).toBe(true);
    const asked = made.length;
    stage.socket.say({ type: 'changes', position: 11, changes: [] });
    await settle();
    expect(made).toHaveLength(asked);
  });
});

test('what is unread is known whatever list is on the screen', async () => {
  server.lists.attending = [conversation({ id: 'c3', state: 'attending', owner: ana, unread: 4 })];
  const desk = newDesk();
  desk.watch([{ tab: 'closed', department: null, mine: false }]);
  await connected(desk);
  expect(unreadOf(desk.read().desk, operator.id)).toBe(4);
});

describe('a message', () => {
  test('stands there at once, and becomes the server’s when it is done', async () => {
    const desk = await readyDesk('c1');
    desk.sendText('c1', 'Buenas');
    expect(pendingOf(desk.read().outbox, 'c1').map(({ text }) => text)).toEqual(['Buenas']);
    const [command] = stage.socket.commands('send_message');
    expect(command).toMatchObject({ id: 'key-1', conversation_id: 'c1', body: { kind: 'text', text: 'Buenas' } });
    stage.socket.say({
      type: 'done',
      id: 'key-1',
      position: 12,
      result: {
        message: message({ id: 'm3', version: 3, from: 'operator', author: ana, text: 'Buenas' }),
        conversation: conversation({ state: 'attending', owner: ana, version: 4 }),
        position: 12,
      },
    });
    expect(pendingOf(desk.read().outbox, 'c1')).toEqual([]);
    expect(texts(desk, 'c1')).toEqual(['Hola', 'Buenas']);
    expect(ids(desk, attending)).toEqual(['c1']);
    expect(storage.keys()).toEqual([]);
  });

  test('that is pushed before its answer does not stand there twice', async () => {
    const desk = await readyDesk('c1');
    desk.sendText('c1', 'Buenas');
    const sent = message({ id: 'm3', version: 3, from: 'operator', author: ana, text: 'Buenas' });
    stage.socket.say({ type: 'changes', position: 12, changes: [{ type: 'message', message: sent }] });
    expect(pendingOf(desk.read().outbox, 'c1')).toEqual([]);
    expect(texts(desk, 'c1')).toEqual(['Hola', 'Buenas']);
    stage.socket.say({ type: 'done', id: 'key-1', position: 12, result: { message: sent } });
    expect(desk.read().outbox).toEqual([]);
    expect(texts(desk, 'c1')).toEqual(['Hola', 'Buenas']);
  });

  test('waits for the one before it in its conversation, and not for another’s', async () => {
    const desk = await readyDesk();
    desk.sendText('c1', 'uno');
    desk.sendText('c1', 'dos');
    desk.sendText('c2', 'tres');
    expect(sentKeys()).toEqual(['key-1', 'key-3']);
    stage.socket.say({ type: 'done', id: 'key-1', position: 12, result: { message: message({ id: 'm9' }) } });
    expect(sentKeys()).toEqual(['key-1', 'key-3', 'key-2']);
  });

  test('written while the line is cut waits, and goes once with its key', async () => {
    const desk = await readyDesk();
    const before = stage.socket;
    stage.socket.drop();
    desk.sendText('c1', 'sin línea');
    expect(before.commands()).toEqual([]);
    expect(desk.read().outbox[0]?.state).toBe('queued');
    await reconnected();
    expect(stage.socket.sent).toEqual([{ type: 'resume', position: 10 }]);
    stage.socket.say({ type: 'caught_up', position: 10 });
    expect(sentKeys()).toEqual(['key-1']);
  });

  test('under way when the line is cut goes again with the same key', async () => {
    const desk = await readyDesk();
    desk.sendText('c1', 'justo ahora');
    stage.socket.drop();
    await reconnected();
    stage.socket.say({ type: 'caught_up', position: 10 });
    expect(sentKeys()).toEqual(['key-1']);
  });

  test('that waits survives a reload', async () => {
    const first = newDesk();
    first.start();
    first.sendText('c1', 'uno');
    first.sendText('c1', 'dos');
    first.stop();
    const desk = newDesk();
    desk.watch([waiting]);
    expect(desk.read().outbox.map(({ text, state }) => [text, state])).toEqual([
      ['uno', 'queued'],
      ['dos', 'queued'],
    ]);
    await connected(desk);
    expect(sentKeys()).toEqual(['key-1']);
  });

  test('without an answer means that the line is dead', async () => {
    const desk = await readyDesk();
    desk.sendText('c1', '¿hola?');
    stage.pass(15_000);
    expect(desk.read().synced).toBe(false);
    expect(desk.read().outbox[0]?.state).toBe('queued');
  });

  test('that a busy server refuses goes again by itself', async () => {
    const desk = await readyDesk();
    desk.sendText('c1', 'Buenas');
    stage.socket.say({ type: 'refused', id: 'key-1', problem: problem('overloaded', 503, { retry_after_s: 3 }) });
    stage.pass(2_900);
    expect(stage.socket.commands('send_message')).toHaveLength(1);
    stage.pass(200);
    expect(sentKeys()).toEqual(['key-1', 'key-1']);
  });

  test('that a busy server refuses leaves the line and what is under way elsewhere alone', async () => {
    const desk = await readyDesk();
    desk.sendText('c1', 'Buenas');
    desk.sendText('c2', 'Otra cosa');
    stage.pass(14_000);
    const overloaded = problem('overloaded', 503, { retry_after_s: 20 });
    stage.socket.say({ type: 'refused', id: 'key-1', problem: overloaded });
    stage.socket.say({ type: 'refused', id: 'key-2', problem: problem('overloaded', 503) });
    stage.pass(2_000);
    expect(sentKeys()).toEqual(['key-1', 'key-2', 'key-2']);
    stage.socket.say({ type: 'done', id: 'key-2', position: 12, result: {} });
    stage.pass(17_000);
    expect(sentKeys()).toHaveLength(3);
    stage.pass(1_000);
    expect(sentKeys()).toEqual(['key-1', 'key-2', 'key-2', 'key-1']);
    stage.pass(14_999);
    expect(desk.read().synced).toBe(true);
    stage.pass(1);
    expect(desk.read().synced).toBe(false);
  });

  test('that waits for a busy server still goes after the lists were read anew', async () => {
    const desk = await readyDesk();
    desk.sendText('c1', 'Buenas');
    stage.socket.say({ type: 'refused', id: 'key-1', problem: problem('overloaded', 503) });
    stage.socket.say({ type: 'resync', position: 11 });
    await settle();
    stage.pass(2_000);
    expect(sentKeys()).toEqual(['key-1', 'key-1']);
  });

  test('that is refused says why, can be tried again or taken back', async () => {
    const desk = await readyDesk();
    desk.sendText('c1', 'uno');
    desk.sendText('c1', 'dos');
    stage.socket.say({ type: 'refused', id: 'key-1', problem: problem('storage-full', 507) });
    stage.socket.say({ type: 'refused', id: 'key-2', problem: problem('storage-full', 507) });
    expect(desk.read().outbox.map(({ state }) => state)).toEqual(['refused', 'refused']);
    desk.retry('key-1');
    expect(stage.socket.commands('send_message').at(-1)?.id).toBe('key-3');
    desk.setDraft('c1', 'tres');
    desk.takeBack('key-2');
    expect(desk.read().drafts.get('c1')).toBe('dos\ntres');
    expect(desk.read().outbox.map(({ key }) => key)).toEqual(['key-3']);
  });
});

describe('when somebody else claims', () => {
  test('the loser’s words stay in the box, and they are told who has it', async () => {
    const desk = await readyDesk('c1');
    desk.sendText('c1', 'Yo primero');
    stage.socket.say({ type: 'changes', position: 12, changes: [{ type: 'conversation_gone', conversation_id: 'c1' }] });
    stage.socket.say({ type: 'refused', id: 'key-1', problem: problem('already-claimed', 409, { owner: bruno }) });
    expect(desk.read().drafts.get('c1')).toBe('Yo primero');
    expect(desk.read().outbox).toEqual([]);
    expect(desk.read().taken.get('c1')?.owner).toEqual(bruno);
    expect(desk.read().taken.get('c1')?.conversation?.contact.name).toBe('Martina Núñez');
    expect(ids(desk, waiting)).toEqual(['c2']);
  });

  test('all that waited stays in the box, in its order', async () => {
    const desk = await readyDesk('c1');
    desk.sendText('c1', 'uno');
    desk.sendText('c1', 'dos');
    desk.sendText('c2', 'aparte');
    desk.setDraft('c1', 'tres');
    stage.socket.say({ type: 'refused', id: 'key-1', problem: problem('already-claimed', 409, { owner: bruno }) });
    expect(desk.read().drafts.get('c1')).toBe('uno\ndos\ntres');
    expect(desk.read().outbox.map(({ text }) => text)).toEqual(['aparte']);
    expect(sentKeys()).toEqual(['key-1', 'key-3']);
  });

  test('what was refused before stays as it is', async () => {
    const desk = await readyDesk('c1');
    desk.sendText('c1', 'uno');
    desk.sendText('c1', 'dos');
    const full = problem('storage-full', 507);
    stage.socket.say({ type: 'refused', id: 'key-1', problem: full });
    const claimed = problem('already-claimed', 409, { owner: bruno });
    stage.socket.say({ type: 'refused', id: 'key-2', problem: claimed });
    expect(desk.read().drafts.get('c1')).toBe('dos');
    expect(desk.read().outbox).toMatchObject([{ text: 'uno', state: 'refused', problem: full }]);
  });

  test('one who is told twice still sees whose conversation it was', async () => {
    const desk = await readyDesk('c1');
    const gone = { type: 'conversation_gone', conversation_id: 'c1' };
    stage.socket.say({ type: 'changes', position: 12, changes: [{ ...gone, owner: bruno }] });
    stage.socket.say({ type: 'changes', position: 13, changes: [gone] });
    expect(desk.read().taken.get('c1')?.conversation?.contact.name).toBe('Martina Núñez');
    expect(desk.read().taken.get('c1')?.owner).toEqual(bruno);
  });

  test('one who only wrote a draft is told as well, and keeps it', async () => {
    const desk = await readyDesk('c2');
    desk.setDraft('c1', 'Estaba por');
    stage.socket.say({
      type: 'changes',
      position: 12,
      changes: [{ type: 'conversation_gone', conversation_id: 'c1', owner: bruno }],
    });
    expect(desk.read().taken.get('c1')?.owner).toEqual(bruno);
    expect(desk.read().drafts.get('c1')).toBe('Estaba por');
  });

  test('in another department, nobody is named', async () => {
    const desk = await readyDesk('c1');
    stage.socket.say({ type: 'changes', position: 12, changes: [{ type: 'conversation_gone', conversation_id: 'c1' }] });
    expect(desk.read().taken.get('c1')?.owner).toBeNull();
  });

  test('and gives it back, the draft is there to go on with', async () => {
    const desk = await readyDesk('c1');
    desk.setDraft('c1', 'Estaba por');
    stage.socket.say({ type: 'changes', position: 12, changes: [{ type: 'conversation_gone', conversation_id: 'c1' }] });
    stage.socket.say({ type: 'changes', position: 15, changes: [{ type: 'conversation', conversation: conversation({ version: 6 }) }] });
    await settle();
    expect(desk.read().taken.size).toBe(0);
    expect(desk.read().drafts.get('c1')).toBe('Estaba por');
    expect(texts(desk, 'c1')).toEqual(['Hola']);
  });
});

describe('commands', () => {
  test('that take a conversation out of sight do not bring it back by their answer', async () => {
    const desk = await readyDesk();
    const done = desk.command('transfer', 'c1', { operator_id: bruno.id });
    const [command] = stage.socket.commands('transfer');
    stage.socket.say({
      type: 'done',
      id: command!.id,
      position: 12,
      result: { conversation: conversation({ state: 'attending', owner: bruno, version: 5 }), position: 12 },
    });
    await done;
    stage.socket.say({ type: 'changes', position: 12, changes: [{ type: 'conversation_gone', conversation_id: 'c1' }] });
    expect(ids(desk, attending)).toEqual([]);
    expect(ids(desk, waiting)).toEqual(['c2']);
  });

  test('bring nothing with their answers that the frames have not told', async () => {
    server.lists.waiting = [];
    server.position = 20;
    const desk = await readyDesk();
    void desk.command('claim', 'c1').catch(() => {});
    const id = stage.socket.commands('claim')[0]!.id;
    const mine = conversation({ id: 'c1', state: 'attending', owner: ana });
    // As it was then, and has gone since; and as it is now, before its frame.
    for (const position of [15, 21]) {
      const result = { conversation: { ...mine, position } };
      stage.socket.say({ type: 'done', id, position, replayed: true, result });
      expect(desk.read().desk.conversations.has('c1')).toBe(false);
    }
    const conversationChange = { type: 'conversation', conversation: { ...mine, position: 21 } };
    stage.socket.say({ type: 'changes', position: 21, changes: [conversationChange] });
    expect(desk.read().desk.conversations.has('c1')).toBe(true);
  });

  test('are refused at once while the line is cut, and go again when it was cut under them', async () => {
    const desk = await readyDesk();
    const claim = desk.command('claim', 'c1');
    stage.socket.drop();
    await expect(desk.command('close', 'c1')).rejects.toThrow();
    await reconnected();
    stage.socket.say({ type: 'caught_up', position: 10 });
    expect(stage.socket.commands('claim').map(({ id }) => id)).toEqual(['key-1']);
    stage.socket.say({ type: 'done', id: 'key-1', position: 12, result: { position: 12 } });
    await expect(claim).resolves.toEqual({ position: 12 });
  });

  test('mark what the owner sees as read, once for each new message', async () => {
    server.lists.attending = [conversation({ id: 'c3', state: 'attending', owner: ana, unread: 2 })];
    const desk = await readyDesk();
    desk.markRead('c3');
    desk.markRead('c3');
    desk.markRead('c1');
    expect(stage.socket.commands('read').map(({ conversation_id }) => conversation_id)).toEqual(['c3']);
  });

  test('mark what a reply has answered before it was seen, once', async () => {
    const answered = conversation({ id: 'c3', state: 'attending', owner: ana, unread: 0, version: 4 });
    server.lists.attending = [answered];
    server.messages['c3'] = [
      message({ id: 'm4', conversation_id: 'c3', version: 4, from: 'operator', author: ana }),
      message({ id: 'm3', conversation_id: 'c3', version: 3 }),
    ];
    const desk = await readyDesk();
    desk.markRead('c3');
    expect(stage.socket.commands('read')).toEqual([]);
    desk.open('c3');
    await settle();
    desk.markRead('c3');
    desk.markRead('c3');
    expect(stage.socket.commands('read')).toHaveLength(1);
    const told = message({ id: 'm3', conversation_id: 'c3', version: 3, delivery: 'read' });
    stage.socket.say({
      type: 'changes',
      position: 11,
      changes: [
        { type: 'conversation', conversation: { ...answered, version: 5 } },
        { type: 'message', message: told },
      ],
    });
    desk.markRead('c3');
    expect(stage.socket.commands('read')).toHaveLength(1);
  });
});

describe('a contact who writes', () => {
  test('is seen writing until a new message is there, and not only news of an old one', async () => {
    const desk = await readyDesk('c1');
    const said = (version: number) =>
      stage.socket.say({
        type: 'changes',
        position: 10 + version,
        changes: [{ type: 'message', message: message({ id: `m${version}`, version }) }],
      });
    const author = { name: 'Martina Núñez' };
    stage.socket.say({ type: 'typing', conversation_id: 'c1', from: 'contact', author });
    said(2);
    expect(desk.read().typing.has('c1')).toBe(true);
    said(3);
    expect(desk.read().typing.has('c1')).toBe(false);
  });
});

describe('a recording', () => {
  const recorded = {
    file: new File(['opus'], 'audio.webm', { type: 'audio/webm' }),
    durationMs: 900,
    peaks: [9],
    fullAtBytes: null,
  };

  test('stays with its conversation, also when that one goes to somebody else', async () => {
    const desk = await readyDesk('c2');
    desk.keepRecording('c1', recorded);
    stage.socket.say({
      type: 'changes',
      position: 11,
      changes: [{ type: 'conversation_gone', conversation_id: 'c1', owner: bruno }],
    });
    expect(desk.read().recordings.get('c1')).toBe(recorded);
    expect(desk.read().taken.get('c1')?.owner).toEqual(bruno);
    desk.keepRecording('c1', null);
    expect(desk.read().recordings.size).toBe(0);
  });
});

describe('files', () => {
  const withUploads = () => {
    let listener: UploadListener | null = null;
    const desk = new Desk(operator, () => {}, {
      call: calls(server.answer).call,
      line: stage,
      storage,
      socketUrl: 'ws://test',
      uuid: nextKey,
      upload: (_, on) => {
        listener = on;
        return () => {};
      },
      shelf: () => noShelf,
      tabs: openTab,
    });
    return { desk, up: (id: string) => listener!.done(id) };
  };

  test('are sent as messages once they are up, and take their place in the transcript', async () => {
    const { desk, up } = withUploads();
    desk.watch([waiting]);
    desk.open('c1');
    await connected(desk);
    desk.uploads.add('c1', [{ file: new File(['%PDF'], 'Presupuesto.pdf', { type: 'application/pdf' }) }]);
    desk.uploads.caption('key-1', 'El presupuesto');
    desk.uploads.release('c1');
    expect(stage.socket.commands('send_message')).toEqual([]);
    up('a1');
    const body = { kind: 'attachment', attachment_id: 'a1', caption: 'El presupuesto' };
    expect(stage.socket.commands('send_message').map((command) => command.body)).toEqual([body]);
    const [entry] = pendingOf(desk.read().outbox, 'c1');
    expect(entry?.attachment).toMatchObject({ id: 'a1', name: 'Presupuesto.pdf' });
    // The push comes before the answer: it is shown once.
    stage.socket.say({
      type: 'changes',
      position: 11,
      changes: [
        {
          type: 'message',
          message: message({
            id: 'm3',
            version: 3,
            from: 'operator',
            author: ana,
            kind: 'attachment',
            text: null,
            caption: 'El presupuesto',
            attachment: { ...entry!.attachment!, examination: 'pending' },
          }),
        },
      ],
    });
    expect(pendingOf(desk.read().outbox, 'c1')).toEqual([]);
  });

  test('keep their conversation in mind when it goes to somebody else', async () => {
    const { desk } = withUploads();
    desk.watch([waiting]);
    await connected(desk);
    desk.uploads.add('c1', [{ file: new File(['x'], 'a.png') }]);
    stage.socket.say({
      type: 'changes',
      position: 11,
      changes: [
        { type: 'conversation_gone', conversation_id: 'c1', owner: bruno },
        { type: 'conversation_gone', conversation_id: 'c2', owner: bruno },
      ],
    });
    expect([...desk.read().taken.keys()]).toEqual(['c1']);
    expect(desk.uploads.read()).toHaveLength(1);
  });

  test('go up from a desk that was stopped and started again, and not in between', async () => {
    const { desk } = withUploads();
    await connected(desk);
    const add = () => desk.uploads.add('c1', [{ file: new File(['x'], 'a.png') }]);
    desk.stop();
    add();
    expect(desk.uploads.read()).toEqual([]);
    desk.start();
    add();
    expect(desk.uploads.read().map(({ state }) => state)).toEqual(['sending']);
  });

  test('that somebody else’s claim refuses stand there with the reason, to be sent again or removed', async () => {
    const { desk, up } = withUploads();
    desk.watch([waiting]);
    desk.open('c1');
    await connected(desk);
    desk.sendText('c1', 'uno');
    const voice = new File(['opus'], 'audio.webm', { type: 'audio/webm' });
    desk.uploads.add('c1', [{ file: voice, voice: true }], true);
    up('a1');
    desk.uploads.add('c1', [{ file: new File(['x'], 'a.png') }], true);
    desk.uploads.caption('key-3', 'Mire');
    up('a2');
    desk.sendText('c1', 'dos');
    const claimed = problem('already-claimed', 409, { owner: bruno });
    stage.socket.say({ type: 'refused', id: 'key-1', problem: claimed });
    expect(desk.read().drafts.get('c1')).toBe('uno\ndos');
    expect(desk.read().taken.get('c1')?.owner).toEqual(bruno);
    const { outbox } = desk.read();
    expect(outbox.map(({ state, body, problem: why }) => [state, body, why])).toEqual([
      ['refused', { kind: 'voice', attachment_id: 'a1' }, claimed],
      ['refused', { kind: 'attachment', attachment_id: 'a2', caption: 'Mire' }, claimed],
    ]);
    expect(sentKeys()).toEqual(['key-1']);
    desk.takeBack(outbox[1]!.key);
    expect(desk.read().drafts.get('c1')).toBe('Mire\nuno\ndos');
    desk.retry(outbox[0]!.key);
    expect(stage.socket.commands('send_message').at(-1)?.body).toEqual(outbox[0]!.body);
  });
});
