import { beforeEach, describe, expect, test, vi } from 'vitest';
import { call, callForBytes, offlineProblem, ProblemError } from '../src/live/api';

const fetched = vi.fn<typeof fetch>();

// A body that breaks off after so much of it.
function cutShort(begun: string): Response {
  const body = new ReadableStream({
    start(stream) {
      stream.enqueue(new TextEncoder().encode(begun));
      stream.error(new TypeError('network error'));
    },
  });
  return new Response(body);
}

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

  test.each([
    ['is cut before its answer', call, () => Promise.reject(new TypeError('Failed to fetch'))],
    ['is cut in its answer', call, async () => cutShort('{"items": [')],
    ['is answered by another’s page', call, async () => new Response('<html>Sign in</html>')],
    ['for bytes is cut among them', callForBytes, async () => cutShort('%PDF')],
  ])('that %s is offline', async (_, ask: typeof call | typeof callForBytes, answer) => {
    fetched.mockImplementation(answer);
    const failure: unknown = await ask('/departments').catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(ProblemError);
    expect((failure as ProblemError).problem).toEqual(offlineProblem);
  });

  test('that was given up in its answer is not', async () => {
    const giveUp = new AbortController();
    fetched.mockImplementation(async () => {
      giveUp.abort();
      return cutShort('{');
    });
    await expect(call('/departments', { signal: giveUp.signal })).rejects.not.toBeInstanceOf(ProblemError);
  });
});
