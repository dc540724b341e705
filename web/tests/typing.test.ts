import { describe, expect, test } from 'vitest';
import { writerIn, type Writing } from '../src/live/typing';
import type { ConversationStatus, Person } from '../src/live/wire';
import { ana, bruno } from './samples';

const operator: Writing = { from: 'operator', name: bruno.name, until: 5_000 };
const contact: Writing = { from: 'contact', name: 'Martina Núñez', until: 5_000 };

describe('who was writing a moment ago', () => {
  test.each<[string, Writing | undefined, ConversationStatus, Person | null, string | null]>([
    ['nobody', undefined, 'waiting', null, null],
    ['an operator, where it waits', operator, 'waiting', null, bruno.name],
    ['an operator, where it is theirs', operator, 'attending', bruno, bruno.name],
    ['an operator, where a colleague has taken it', operator, 'attending', ana, null],
    ['an operator, where it was closed', operator, 'closed', bruno, null],
    ['the contact, whoever has it', contact, 'attending', ana, contact.name],
    ['the contact, where it was closed', contact, 'closed', ana, contact.name],
  ])('%s', (_, writing, state, owner, writer) => {
    expect(writerIn(writing, state, owner)).toBe(writer);
  });
});
