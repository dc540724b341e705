import { expect, test } from 'vitest';
import { picturesOf } from '../src/files/pictures';
import type { Attachment } from '../src/live/wire';
import { message } from './samples';

function attachment(id: string, change: Partial<Attachment> = {}): Attachment {
  return {
    id,
    name: `${id}.png`,
    mime: 'image/png',
    size_bytes: 100,
    thumbnail: true,
    duration_ms: null,
    waveform: null,
    examination: 'done',
    ...change,
  };
}

test('the pictures of a conversation are what stands in it as one, in its order', () => {
  const messages = [
    attachment('first'),
    attachment('plan', { mime: 'application/pdf' }),
    null,
    attachment('torn', { examination: 'failed' }),
    attachment('new', { examination: 'pending', thumbnail: false }),
  ].map((each, i) => message({ id: `m${i}`, version: i, attachment: each }));
  expect(picturesOf(messages).map(({ id }) => id)).toEqual(['first', 'new']);
});
