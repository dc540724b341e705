// What is told to whom beside the lists: a contact's new message, a conversation that was given.
import { describe, expect, test } from 'vitest';
import { applyChanges, applyListPage, emptyDesk, type DeskState } from '../src/live/desk_state';
import { arrivalsOf } from '../src/live/pushed';
import type { ChangesFrame, Conversation, Message, Role } from '../src/live/wire';
import { ana, bruno, conversation, message, ventas } from './samples';

function told(role: Role, change: Partial<Conversation>): number {
  const viewer = { ...ana, username: 'ana', role, departments: [ventas] };
  const frame: ChangesFrame = {
    type: 'changes',
    position: 1,
    changes: [
      { type: 'conversation', conversation: conversation(change) },
      { type: 'message', message: message({}) },
    ],
  };
  const arrivals = arrivalsOf(frame, emptyDesk, applyChanges(emptyDesk, frame), viewer, () => false);
  return arrivals.filter(({ kind }) => kind === 'message').length;
}

const waiting: Partial<Conversation> = { state: 'waiting', owner: null };
const mine: Partial<Conversation> = { state: 'attending', owner: ana };
const theirs: Partial<Conversation> = { state: 'attending', owner: bruno };

describe('a contact’s new message is told', () => {
  test.each<[Role, string, Partial<Conversation>, number]>([
    ['operator', 'that waits', waiting, 1],
    ['operator', 'of one’s own', mine, 1],
    ['operator', 'of somebody else’s', theirs, 0],
    ['supervisor', 'that waits', waiting, 1],
    ['supervisor', 'of somebody else’s', theirs, 0],
    ['auditor', 'that waits', waiting, 0],
    ['auditor', 'of somebody else’s', theirs, 0],
    ['admin', 'that waits', waiting, 0],
  ])('to a person with the role %s, in a conversation %s', (role, _, change, times) =>
    expect(told(role, change)).toBe(times),
  );
});

// As it stands at Ana's before, and as it is told then. `counted`: whether one more is attended.
interface Given {
  before: Partial<Conversation> | null;
  after?: Partial<Conversation>;
  message?: Partial<Message>;
  counted?: boolean;
  ownDoing?: boolean;
  // Whether all that she attends was there to see.
  loaded?: boolean;
  role?: Role;
}

// Who gave it, by name; '?' where that is not known, null where nobody did.
function giver({ before, after = mine, message: told, counted, ownDoing, loaded, role }: Given) {
  const viewer = { ...ana, username: 'ana', role: role ?? 'operator', departments: [ventas] };
  let desk: DeskState = emptyDesk;
  const list = { tab: 'attending', department: null, mine: false } as const;
  const page = { items: [], next_cursor: loaded ? null : 'more', position: 1 };
  desk = applyListPage(desk, list, page, true, page.position);
  if (before) {
    const known = { type: 'conversation', conversation: conversation(before) } as const;
    desk = applyChanges(desk, { type: 'changes', position: 1, changes: [known] });
  }
  const frame: ChangesFrame = {
    type: 'changes',
    position: 2,
    changes: [
      { type: 'conversation', conversation: conversation({ version: 3, ...after }) },
      ...(told ? [{ type: 'message' as const, message: message({ version: 3, ...told }) }] : []),
    ],
    ...(counted && { counts: { waiting: 0, attending: 1 } }),
  };
  const arrivals = arrivalsOf(frame, desk, applyChanges(desk, frame), viewer, () => !!ownDoing);
  const given = arrivals.find((arrival) => arrival.kind === 'transfer');
  return given ? (given.by?.name ?? '?') : null;
}

describe('a conversation that becomes one’s own', () => {
  const note: Partial<Message> = { from: 'system', kind: 'system', author: bruno };
  const ownNote = { ...note, author: ana };
  const reply: Partial<Message> = { from: 'operator', author: ana };
  test.each<[string, Given, string | null]>([
    ['out of Espera', { before: waiting }, '?'],
    ['out of Espera, with a note', { before: waiting, message: note }, bruno.name],
    ['out of Espera, by one’s own claim', { before: waiting, ownDoing: true }, null],
    ['out of Espera, with one’s own note', { before: waiting, message: ownNote }, null],
    ['out of Espera, by a reply from elsewhere', { before: waiting, message: reply }, null],
    ['from a colleague, as a supervisor', { before: theirs, role: 'supervisor' }, '?'],
    ['out of nowhere, all of one’s own being loaded', { before: null, loaded: true }, '?'],
    ['out of nowhere, one more being counted', { before: null, counted: true }, '?'],
    ['out of nowhere, with a note', { before: null, message: note }, bruno.name],
    ['or was, on a page that was not loaded', { before: null }, null],
    ['and was before', { before: mine, message: {} }, null],
    ['by an old frame', { before: { ...waiting, version: 4 } }, null],
    ['but is Bruno’s', { before: waiting, after: theirs, role: 'supervisor' }, null],
  ])('%s', (_, given, by) => expect(giver(given)).toBe(by));
});
