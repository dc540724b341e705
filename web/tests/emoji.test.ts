import { describe, expect, test } from 'vitest';
import { searched } from '../src/compose/emoji_search';
import { recentEmoji, rememberEmoji } from '../src/compose/recent_emoji';
import { codePoints } from '../src/live/wire';
import { emojiData } from '../emoji.build';
import { MemoryStorage } from './stage';

describe('the emoji', () => {
  const found = (language: string, typed: string) =>
    searched(emojiData(language), typed).emojis.map(({ emoji }) => emoji.replace('\ufe0f', ''));

  test.each([
    ['es', 'corazón', 'corazon'],
    ['pt', 'coração', 'coracao'],
    ['en', 'heart', 'heart'],
  ])('are found in %s by “%s”, and without accents', (language, word, plain) => {
    expect(found(language, word).length).toBeGreaterThan(5);
    expect(found(language, plain)).toEqual(found(language, word));
    expect(emojiData(language).categories).toHaveLength(9);
  });

  test.each([
    ['es', 'pulgar arriba', '👍'],
    ['es', ' Arriba  PULGAR ', '👍'],
    ['es', 'bandera arg', '🇦🇷'],
    ['es', 'cara risa', '😂'],
    ['pt', 'polegar cima', '👍'],
    ['pt', 'bandeira arg', '🇦🇷'],
    ['en', 'thumb up', '👍'],
    ['en', 'arg flag', '🇦🇷'],
  ])('are found in %s by each word of “%s”', (language, typed, emoji) =>
    expect(found(language, typed)).toContain(emoji),
  );

  test('are not found by some of the words alone', () => {
    expect(found('es', 'pulgar bandera')).toEqual([]);
    expect(found('es', ' ')).toHaveLength(emojiData('es').emojis.length);
  });

  // The picker looks for what is typed as it stands there, in a name or a tag.
  test('have what was typed among their tags', () => {
    for (const { tags } of searched(emojiData('es'), 'Pulgar arriba ').emojis) {
      expect(tags).toEqual(['Pulgar arriba']);
    }
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
