import { beforeEach, describe, expect, test, vi } from 'vitest';
import { call } from '../src/live/api';

const fetched = vi.fn<typeof fetch>();

beforeEach(() => {
  fetched.mockReset();
  vi.stubGlobal('fetch', fetched);
  return () => vi.unstubAllGlobals();
});

describe('a call', () => {
  test.each([
    [{ tab: 'waiting', mine: false, limit: 60, at_least: 0 }, '?tab=waiting&mine=false&limit=60&at_least=0'],
    [{ cursor: null, owner: undefined, search: '' }, ''],
    [{}, ''],
  ])('has in its address what is asked for: %j', async (query, address) => {
    fetched.mockResolvedValue(Response.json({}));
    await call('/conversations', { query });
    expect(fetched.mock.lastCall?.[0]).toBe(`/api/v1/conversations${address}`);
  });
});
