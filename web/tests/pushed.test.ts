// Whom a contact's new message is told to, beside the lists.
import { describe, expect, test } from 'vitest';
import { applyChanges, emptyDesk } from '../src/live/desk_state';
import { arrivalsOf } from '../src/live/pushed';
import type { ChangesFrame, Conversation, Role } from '../src/live/wire';
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
  return arrivalsOf(frame, emptyDesk, applyChanges(emptyDesk, frame), viewer).length;
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
