import type { Conversation, Department, Message, Person } from '../src/live/wire';

export const ventas: Department = { id: 'd1', slug: 'ventas', name: 'Ventas' };
export const ana: Person = { id: 'ana', name: 'Ana Torres' };
export const bruno: Person = { id: 'bruno', name: 'Bruno Díaz' };

export function conversation(change: Partial<Conversation>): Conversation {
  return {
    id: 'c1',
    state: 'waiting',
    contact: { id: 'k1', name: 'Martina Núñez' },
    channel: 'webchat',
    department: ventas,
    owner: null,
    preview: 'Hola',
    unread: 1,
    opened_at: '2026-11-22T15:00:00.000Z',
    waiting_since: '2026-11-22T15:00:00.000Z',
    last_message_at: '2026-11-22T15:00:00.000Z',
    version: 2,
    position: change.version ?? 2,
    ...change,
  };
}

export function message(change: Partial<Message>): Message {
  return {
    id: 'm2',
    conversation_id: 'c1',
    version: 2,
    at: '2026-11-22T15:00:00.000Z',
    from: 'contact',
    author: { id: 'k1', name: 'Martina Núñez' },
    kind: 'text',
    text: 'Hola',
    caption: null,
    attachment: null,
    delivery: 'accepted',
    ...change,
  };
}
