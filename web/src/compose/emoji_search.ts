// How emoji are found by what is typed: each of its words, in whatever order, in the emoji's name
// or among the words that it is found by, without accents and case.

import type { EmojiData } from 'frimousse';
import { fold } from '../console/arrange';

// The picker itself looks for all that is typed as one string, in a name or a tag. What it is to
// find has that string for its only tag.
export function searched(data: EmojiData, typed: string): EmojiData {
  const words = fold(typed).split(/\s+/u).filter(Boolean);
  if (words.length === 0) return data;
  const tags = [typed.trim()];
  return {
    ...data,
    emojis: data.emojis
      .filter((emoji) => words.every((word) => emoji.tags.some((tag) => tag.includes(word))))
      .map((emoji) => ({ ...emoji, tags })),
  };
}
