// A desk before a server that answers from what the test says. Each test begins anew.

import { beforeEach } from 'vitest';
import { Desk } from '../src/live/desk';
import { rowsOf, type ListQuery } from '../src/live/desk_state';
import type { Doing } from '../src/live/own_doings';
import { noShelf } from '../src/live/upload_shelf';
import type { Conversation, Message, Operator, Tab } from '../src/live/wire';
import { ana, conversation, message, ventas } from './samples';
import { calls, MemoryStorage, problem, settle, Stage, type Answer } from './stage';

export const operator: Operator = { ...ana, username: 'ana', role: 'operator', departments: [ventas] };
export const waiting: ListQuery = { tab: 'waiting', department: null, mine: false };
export const attending: ListQuery = { tab: 'attending', department: null, mine: false };

// A server that answers reads from these; the test speaks for its socket.
class Server {
  position = 10;
  lists: Record<Tab, Conversation[]> = {
    waiting: [conversation({ id: 'c1' }), conversation({ id: 'c2' })],
    attending: [],
    closed: [],
  };
  messages: Record<string, Message[]> = { c1: [message({})] };

  answer: Answer = (path, { query }) => {
    const position = this.position;
    if (path === '/conversations') {
      return { items: this.lists[query?.['tab'] as Tab], next_cursor: null, position };
    }
    const [, , id, messages] = path.split('/');
    if (messages) return { items: this.messages[id!] ?? [], next_cursor: null, position };
    const found = Object.values(this.lists)
      .flat()
      .find((each) => each.id === id);
    return path === '/me' ? operator : (found ?? problem('not-found', 404));
  };
}

export let stage: Stage;
export let storage: MemoryStorage;
export let server: Server;
export let made: ReturnType<typeof calls>['made'];
export let signedOut: boolean;
let lastKey: number;
let tabs: Set<(doing: Doing) => void>;

// Each desk of the account hears what the others tell.
export function openTab(_: string, heard: (doing: Doing) => void) {
  tabs.add(heard);
  return {
    tell: (doing: Doing) => tabs.forEach((tab) => tab !== heard && tab(doing)),
    close: () => void tabs.delete(heard),
  };
}

export const nextKey = () => `key-${++lastKey}`;

export function newDesk(answer: Answer = server.answer): Desk {
  const http = calls(answer);
  made = http.made;
  return new Desk(operator, () => (signedOut = true), {
    call: http.call,
    line: stage,
    storage,
    socketUrl: 'ws://test',
    uuid: nextKey,
    upload: () => () => {},
    shelf: () => noShelf,
    tabs: openTab,
  });
}

export async function connected(desk: Desk): Promise<void> {
  desk.start();
  stage.socket.accept();
  stage.socket.say({ type: 'hello', position: server.position, heartbeat_ms: 30_000, counts: { waiting: 2, attending: 0 } });
  stage.socket.say({ type: 'caught_up', position: server.position });
  await settle();
}

// With both lists before one, and a conversation if one is open.
export async function readyDesk(open: string | null = null): Promise<Desk> {
  const desk = newDesk();
  desk.watch([waiting, attending]);
  desk.open(open);
  await connected(desk);
  return desk;
}

export async function reconnected(): Promise<void> {
  stage.pass(40_000);
  stage.socket.accept();
  stage.socket.say({ type: 'hello', position: server.position, heartbeat_ms: 30_000 });
  await settle();
}

export function ids(desk: Desk, query: ListQuery): string[] {
  return rowsOf(desk.read().desk, query, operator.id).map(({ id }) => id);
}

export function texts(desk: Desk, id: string): (string | null)[] {
  return desk.read().desk.transcripts.get(id)?.messages.map(({ text }) => text) ?? [];
}

// Of the messages that went over the line that stands now.
export function sentKeys(): string[] {
  return stage.socket.commands('send_message').map(({ id }) => id);
}

beforeEach(() => {
  stage = new Stage();
  storage = new MemoryStorage();
  server = new Server();
  signedOut = false;
  lastKey = 0;
  tabs = new Set();
});
