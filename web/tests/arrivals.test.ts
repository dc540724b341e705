// What comes to an operator and is told: contacts' messages, and conversations that others give.

import { describe, expect, test } from 'vitest';
import type { Conversation } from '../src/live/wire';
import { connected, newDesk, readyDesk, reconnected, server, stage, storage, waiting } from './desk_stage';
import { ana, bruno, conversation, message } from './samples';
import { problem } from './stage';

describe('arrivals', () => {
  test('are new messages of contacts, and not those that only changed', async () => {
    const desk = newDesk();
    desk.watch([waiting]);
    const told: string[] = [];
    desk.onArrival((arrival) => arrival.kind === 'message' && told.push(arrival.message.id));
    await connected(desk);
    const push = (position: number, id: string, version: number, from: 'contact' | 'operator') =>
      stage.socket.say({
        type: 'changes',
        position,
        changes: [
          { type: 'conversation', conversation: conversation({ version: Math.max(3, version) }) },
          { type: 'message', message: message({ id, version, from }) },
        ],
      });
    push(11, 'm3', 3, 'contact');
    push(12, 'm3', 3, 'contact');
    push(13, 'm4', 4, 'operator');
    expect(told).toEqual(['m3']);
  });

  // From here on the conversation is Ana's.
  const pushMine = (socket = stage.socket, position = 11, version = 3) =>
    socket.say({
      type: 'changes',
      position,
      changes: [{ type: 'conversation', conversation: conversation({ ...mine, version }) }],
    });
  const mine: Partial<Conversation> = { state: 'attending', owner: ana };

  // Of one account; the stage's own socket is then the second's.
  async function twoTabs() {
    const here = await readyDesk();
    const { socket } = stage;
    const there = await readyDesk();
    const told: string[] = [];
    for (const desk of [here, there]) {
      desk.onArrival(({ conversation: { id } }) => told.push(id));
    }
    return { here, there, socket, told };
  }

  test('are what somebody else gave to one, marked until it is looked at, over a reload too', async () => {
    const desk = await readyDesk();
    const told: string[] = [];
    desk.onArrival(({ kind, conversation: { id } }) => told.push(`${kind} ${id}`));
    pushMine();
    expect(told).toEqual(['transfer c1']);
    expect([...desk.read().handed]).toEqual(['c1']);
    const again = newDesk();
    expect([...again.read().handed]).toEqual(['c1']);
    again.markRead('c1');
    expect([...newDesk().read().handed]).toEqual([]);
    // It went on to somebody else.
    stage.socket.say({
      type: 'changes',
      position: 12,
      changes: [{ type: 'conversation_gone', conversation_id: 'c1' }],
    });
    expect([...desk.read().handed]).toEqual([]);
  });

  test('are not what one claims, in this tab or in another', async () => {
    const { here, there, socket, told } = await twoTabs();
    void here.command('claim', 'c1');
    pushMine(socket);
    pushMine();
    expect(told).toEqual([]);
    expect(there.read().handed.size).toBe(0);
    // Given back, it may be given to one by somebody else.
    stage.socket.say({
      type: 'changes',
      position: 12,
      changes: [{ type: 'conversation', conversation: conversation({ version: 4 }) }],
    });
    pushMine(stage.socket, 13, 5);
    expect(told).toEqual(['c1']);
  });

  test('are what comes after the server has refused one’s own claim, in every tab', async () => {
    const { here, socket, told } = await twoTabs();
    const claim = here.command('claim', 'c1');
    const key = socket.commands('claim').at(-1)!.id;
    const claimed = problem('already-claimed', 409, { owner: bruno });
    socket.say({ type: 'refused', id: key, problem: claimed });
    await expect(claim).rejects.toThrow();
    pushMine(socket);
    pushMine();
    expect(told).toEqual(['c1', 'c1']);
  });

  test('are marked no more where another window has looked at them', async () => {
    const desk = await readyDesk();
    pushMine();
    const event = (id: string, newValue: string | null) =>
      ({ key: `bitacora.handed.${ana.id}.${id}`, oldValue: '', newValue }) as StorageEvent;
    desk.keptElsewhere(event('c2', null));
    desk.keptElsewhere(event('c1', ''));
    expect([...desk.read().handed]).toEqual(['c1']);
    desk.keptElsewhere(event('c1', null));
    expect(desk.read().handed.size).toBe(0);
  });

  test('are marked no more where they left while no page was open', async () => {
    for (const id of ['c1', 'c3', 'c4']) storage.set(`bitacora.handed.${ana.id}.${id}`, '');
    server.lists.attending = [conversation({ ...mine, id: 'c3' })];
    // c1 waits, and c4 is nowhere to be seen.
    const desk = await readyDesk();
    expect([...desk.read().handed]).toEqual(['c3']);
    expect(storage.keys()).toEqual([`bitacora.handed.${ana.id}.c3`]);
  });

  test('are not what was given to one while the line was cut', async () => {
    const desk = await readyDesk();
    const told: string[] = [];
    desk.onArrival(({ conversation: { id } }) => told.push(id));
    stage.socket.drop();
    await reconnected();
    pushMine();
    stage.socket.say({ type: 'caught_up', position: 11 });
    expect(desk.read().desk.conversations.get('c1')?.owner?.id).toBe(ana.id);
    expect(told).toEqual([]);
  });
});
