import { describe, expect, test } from 'vitest';
import { unreadOf } from '../src/widget/unread';
import { ana, message } from './samples';

const question = message({ id: 'm1', version: 1 });
const answer = (version: number, delivery: 'sent' | 'delivered' | 'read') =>
  message({ id: `m${version}`, version, from: 'operator', author: ana, delivery });

describe('what a visitor has not looked at', () => {
  test.each([
    ['answers that came while they were away', [question, answer(2, 'sent'), answer(3, 'delivered')], 0, 2],
    ['none that they have read on an earlier page', [question, answer(2, 'read')], 0, 0],
    ['none that they see here, before the server knows', [question, answer(2, 'delivered')], 2, 0],
    ['those that came since the panel was open', [answer(2, 'delivered'), answer(3, 'sent')], 2, 1],
    ['nothing that they wrote', [question], 0, 0],
  ])('is %s', (_, messages, seenUpTo, expected) => {
    expect(unreadOf(messages, seenUpTo)).toBe(expected);
  });
});
