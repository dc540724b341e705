// Two windows of one operator over one storage.

import { beforeEach, describe, expect, test } from 'vitest';
import { Drafts } from '../src/live/drafts';
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
  // What the browser tells the other windows.
  const told = (oldText: string) => {
    const key = 'bitacora.draft.ana.c1';
    const oldValue = JSON.stringify({ text: oldText, at: 0 });
    const event = { key, oldValue, newValue: storage.get(key) } as StorageEvent;
    const removed = keepsakes.removedDraft(event);
    if (removed) drafts.removedElsewhere(removed);
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
    expect(one.drafts.read().size).toBe(0);
  });

  test('that another window had half written does not come back when it has sent the whole', () => {
    const one = openWindow();
    one.drafts.write('c1', 'Buenos');
    const two = openWindow();
    expect(two.drafts.read().get('c1')).toBe('Buenos');
    one.drafts.write('c1', 'Buenos días');
    one.drafts.write('c1', '');
    two.told('Buenos días');
    expect(kept()).toBe(undefined);
    expect(two.drafts.read().size).toBe(0);
  });

  test('that was written here comes back also where one was sent before it', () => {
    const one = openWindow();
    one.drafts.write('c1', 'Uno');
    one.drafts.write('c1', '');
    one.drafts.write('c1', 'Dos');
    const two = openWindow();
    two.drafts.write('c1', 'Dos y tres');
    two.drafts.write('c1', '');
    one.told('Dos y tres');
    expect(kept()).toBe('Dos');
  });
});
