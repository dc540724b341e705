import { afterEach, describe, expect, test, vi } from 'vitest';
import { loadPart, OutdatedPage } from '../src/live/load_part';

const missing = new TypeError('Failed to fetch dynamically imported module');
const there = async () => 'part';
const gone = () => Promise.reject(missing);
const answer = (status: number) => vi.stubGlobal('fetch', async () => new Response(null, { status }));

afterEach(() => void vi.unstubAllGlobals());

describe('a part of the program', () => {
  test('is not asked for while there is no line', async () => {
    vi.stubGlobal('fetch', () => Promise.reject(new TypeError('Failed to fetch')));
    const load = vi.fn(there);
    await expect(loadPart(load, '/assets/page.js')).rejects.toThrow('Failed to fetch');
    expect(load).not.toHaveBeenCalled();
  });

  test('is there as long as the server has it, also where the rest of the page is older', async () => {
    for (const status of [200, 404]) {
      answer(status);
      expect(await loadPart(there, '/assets/page.js')).toBe('part');
    }
  });

  test('is missing from a page that the server has not any more, and from no other', async () => {
    answer(404);
    await expect(loadPart(gone, '/assets/page.js')).rejects.toBeInstanceOf(OutdatedPage);
    for (const status of [200, 502, 503]) {
      answer(status);
      await expect(loadPart(gone, '/assets/page.js')).rejects.toBe(missing);
    }
  });
});
