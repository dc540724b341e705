// Two windows of one operator over one storage.

import { beforeEach, describe, expect, test } from 'vitest';
import { Drafts, keepShown } from '../src/live/drafts';
import { Keepsakes } from '../src/live/storage';
import { MemoryStorage } from './stage';

const clock = { now: () => Date.parse('2026-11-22T16:00:00.000Z') };
let storage: MemoryStorage;

beforeEach(() => {
  storage = new MemoryStorage();
});

function openWindow() {
  const keepsakes = new Keepsakes(storage, 'ana');
  const drafts = new Drafts(keepsakes, clock, () => {});
  const page = new EventTarget();
  keepShown(keepsakes, () => drafts.read(), page as Window);
  // What the browser tells the other windows.
  const told = (oldText: string) => {
    const key = 'bitacora.draft.ana.c1';
    const oldValue = JSON.stringify({ text: oldText, at: 0 });
    const event = { key, oldValue, newValue: storage.get(key) };
    page.dispatchEvent(Object.assign(new Event('storage'), event));
  };
  return { drafts, told };
}

const kept = () => openWindow().drafts.read().get('c1');

describe('a draft', () => {
  test('goes with what was sent, and not with what another window wrote', () => {
    const [one, two] = [openWindow(), openWindow()];
    one.drafts.write('c1', 'Uno');
    two.drafts.write('c1', 'Dos');
    one.drafts.write('c1', '');
    expect(kept()).toBe('Dos');
    two.drafts.write('c1', '');
    expect(kept()).toBe(undefined);
  });

  test('that is still shown comes back when another window has sent its own', () => {
    const [one, two] = [openWindow(), openWindow()];
    one.drafts.write('c1', 'Uno');
    two.drafts.write('c1', 'Dos');
    two.drafts.write('c1', '');
    one.told('Dos');
    expect(kept()).toBe('Uno');
  });

  test('that was sent from another window does not come back', () => {
    openWindow().drafts.write('c1', 'Uno');
    const [one, two] = [openWindow(), openWindow()];
    two.drafts.write('c1', '');
    one.told('Uno');
    expect(kept()).toBe(undefined);
  });
});
