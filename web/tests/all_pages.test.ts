import { describe, expect, test } from 'vitest';
import { allPages } from '../src/live/all_pages';
import { calls, problem } from './stage';

// A list of so many items, whose cursors are places.
function listOf(count: number) {
  return calls((_, { query }) => {
    const from = Number(query?.['cursor'] ?? 0);
    const to = Math.min(count, from + Number(query?.['limit']));
    const items = Array.from({ length: to - from }, (__, i) => from + i);
    return { items, next_cursor: to < count ? String(to) : null, position: 5 };
  });
}

describe('a list that is wanted whole', () => {
  test.each([
    [0, 1],
    [200, 1],
    [201, 2],
    [450, 3],
  ])('of %i items is read in %i pages', async (count, pages) => {
    const { call, made } = listOf(count);
    const found = await allPages<number>(call, '/departments', { at_least: 5 });
    expect(found).toEqual(Array.from({ length: count }, (_, i) => i));
    expect(made).toHaveLength(pages);
    expect(made.every(({ options }) => options.query?.['at_least'] === 5)).toBe(true);
  });

  test('ends somewhere', async () => {
    const { call, made } = listOf(Infinity);
    expect(await allPages(call, '/departments')).toHaveLength(2_000);
    expect(made).toHaveLength(10);
  });

  test('is not there in part', async () => {
    const { call } = calls((_, { query }) =>
      query?.['cursor'] ? problem('internal', 500) : { items: [1], next_cursor: '1', position: 5 },
    );
    await expect(allPages(call, '/departments')).rejects.toThrow();
  });
});
