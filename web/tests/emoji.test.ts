import { describe, expect, test } from 'vitest';
import { recentEmoji, rememberEmoji } from '../src/compose/recent_emoji';
import { codePoints } from '../src/live/wire';
import { emojiData } from '../emoji.build';
import { MemoryStorage } from './stage';

describe('the emoji', () => {
  test.each([
    ['es', 'corazón', 'corazon'],
    ['pt', 'coração', 'coracao'],
    ['en', 'heart', 'heart'],
  ])('are found in %s by “%s”, and without accents', (language, word, plain) => {
    const { emojis, categories } = emojiData(language);
    const found = (wanted: string) =>
      emojis.filter(({ label, tags }) =>
        [label, ...tags].some((each) => each.toLowerCase().includes(wanted)),
      ).length;
    expect(found(word)).toBeGreaterThan(5);
    expect(found(plain)).toBeGreaterThanOrEqual(found(word));
    expect(categories).toHaveLength(9);
  });

  test('with skins have all five', () => {
    const wave = emojiData('es').emojis.find(({ emoji }) => emoji === '👋');
    expect(Object.keys(wave?.skins ?? {})).toHaveLength(5);
  });

  test('count as code points, whatever they are made of', () => {
    expect(codePoints('👨‍👩‍👧')).toBe(5);
    expect(codePoints('🇦🇷')).toBe(2);
    expect(codePoints('😀'.repeat(160))).toBe(160);
  });
});

describe('recent emoji', () => {
  test('stand the newest first, each once, and not for ever', () => {
    const storage = new MemoryStorage();
    for (let i = 0; i < 30; i += 1) rememberEmoji(storage, `e${i}`);
    rememberEmoji(storage, 'e20');
    expect(recentEmoji(storage).slice(0, 3)).toEqual(['e20', 'e29', 'e28']);
    expect(recentEmoji(storage)).toHaveLength(18);
  });

  test('survive what else may lie in the storage', () => {
    const storage = new MemoryStorage();
    storage.set('bitacora.emoji', '{"a":1}');
    expect(recentEmoji(storage)).toEqual([]);
    storage.set('bitacora.emoji', 'not JSON');
    expect(recentEmoji(storage)).toEqual([]);
  });
});
