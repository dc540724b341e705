// Lists that are wanted whole.

import type { Call, CallServer } from './api';
import type { Page } from './wire';

// The most that the server gives at once (rule L1 of docs/PROTOCOL.md).
const pageItems = 200;
// More than anybody would look through.
const pagesMax = 10;

// Every item of a list, a page at a time.
export async function allPages<T>(
  call: CallServer,
  path: string,
  query: Call['query'] = {},
): Promise<T[]> {
  const found: T[] = [];
  let cursor: string | null = null;
  for (let page = 0; page < pagesMax; page += 1) {
    const read: Page<T> = await call(path, { query: { ...query, limit: pageItems, cursor } });
    found.push(...read.items);
    cursor = read.next_cursor;
    if (cursor === null) break;
  }
  return found;
}
