import { describe, expect, test } from 'vitest';
import { ignoreStrayDrops } from '../src/ui/drop_guard';

function drag(kind: string, types: string[]): Event & { dataTransfer: { dropEffect: string } } {
  const event = new Event(kind, { cancelable: true });
  return Object.assign(event, { dataTransfer: { types, dropEffect: 'copy' } });
}

describe('a file that is dropped', () => {
  test.each(['dragover', 'drop'])('where nothing takes it is ignored: %s', (kind) => {
    const page = new EventTarget();
    const end = ignoreStrayDrops(page);
    const event = drag(kind, ['Files']);
    page.dispatchEvent(event);
    expect(event.defaultPrevented).toBe(true);
    expect(event.dataTransfer.dropEffect).toBe('none');
    end();
    const later = drag(kind, ['Files']);
    page.dispatchEvent(later);
    expect(later.defaultPrevented).toBe(false);
  });

  test('where it is taken stays taken, and words are the browser’s', () => {
    const page = new EventTarget();
    page.addEventListener('dragover', (event) => event.preventDefault());
    ignoreStrayDrops(page);
    const taken = drag('dragover', ['Files']);
    page.dispatchEvent(taken);
    expect(taken.dataTransfer.dropEffect).toBe('copy');
    const words = drag('drop', ['text/plain']);
    page.dispatchEvent(words);
    expect(words.defaultPrevented).toBe(false);
  });
});
