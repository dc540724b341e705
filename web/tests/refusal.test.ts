// What stands under a message that was refused.

import { createElement } from 'react';
import { renderToStaticMarkup } from 'react-dom/server';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { Refusal } from '../src/compose/Refusal';
import { WordsProvider, type Language } from '../src/i18n';
import { en } from '../src/i18n/en';
import { es } from '../src/i18n/es';
import { pt } from '../src/i18n/pt';
import type { MessageBody } from '../src/live/wire';
import { problem } from './stage';

// Node 18, Debian's, has none.
beforeEach(() => void vi.stubGlobal('navigator', { languages: [] }));
afterEach(() => void vi.unstubAllGlobals());

const quickReply: MessageBody = { kind: 'quick_reply', quick_reply_id: 'q1' };
const text = (said: string): MessageBody => ({ kind: 'text', text: said });
// As many code points as a message may have, of two units each, and one more.
const full = '🙂'.repeat(4096);
const outgrown = full + '🙂';

function told(language: Language, body: MessageBody, said: string, name: string): string {
  const entry = {
    key: 'k1',
    conversationId: 'c1',
    body,
    text: said,
    writtenAt: '2026-11-22T15:00:00.000Z',
    state: 'refused' as const,
    problem: problem(name, 422),
  };
  const refusal = createElement(Refusal, { entry, onRetry: () => {}, onTakeBack: () => {} });
  const html = renderToStaticMarkup(createElement(WordsProvider, { given: language, children: refusal }));
  return /<span>(.*?)<\/span>/.exec(html)?.[1] ?? html;
}

describe.each([
  ['es' as const, es],
  ['pt' as const, pt],
  ['en' as const, en],
])('a refusal in %s', (language, t) => {
  test.each([
    ['a quick reply that is gone', quickReply, 'Hola', 'no-such-quick-reply', 'no-such-quick-reply'],
    ['a quick reply that its names made too long', quickReply, outgrown, 'invalid', 'quick-reply-too-long'],
    ['a quick reply that was refused for something else', quickReply, full, 'invalid', 'invalid'],
    ['a quick reply into a conversation out of sight', quickReply, 'Hola', 'not-found', 'not-found'],
    ['a quick reply into a closed conversation', quickReply, 'Hola', 'closed', 'closed'],
    ['a text', text(outgrown), outgrown, 'invalid', 'invalid'],
  ])('says the truth of %s', (_, body, said, name, expected) => {
    const words = t.problems[expected];
    expect(words).toBeTruthy();
    expect(told(language, body, said, name)).toBe(`${t.delivery.refused}. ${words}`);
  });
});
