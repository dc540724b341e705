// The names of all emoji and the words they are found by, as a module for each language
// ("virtual:emoji/es"), so that the picker asks no other server. Only what the picker shows is kept.
import { createRequire } from 'node:module';
import type { EmojiData } from 'frimousse';
import type { Plugin } from 'vite';
import { fold } from './src/console/arrange';

interface Emoji {
  emoji: string;
  label: string;
  group?: number;
  order?: number;
  version: number;
  tags?: string[];
  skins?: { emoji: string; tone?: number | number[] }[];
}

interface Messages {
  groups: { key: string; message: string; order: number }[];
  skinTones: { key: string; message: string }[];
}

const require = createRequire(import.meta.url);
const prefix = 'virtual:emoji/';
// Newer ones are empty boxes on many telephones and office computers.
const versionMax = 14;
const tones = ['light', 'medium-light', 'medium', 'medium-dark', 'dark'] as const;

// As they are searched: without accents and case, those within others left out.
function wordsOf({ label, tags = [] }: Emoji): string[] {
  const words = [...new Set([label, ...tags].map(fold))];
  return words.filter((word) => !words.some((other) => other !== word && other.includes(word)));
}

function skinsOf({ skins = [] }: Emoji): EmojiData['emojis'][number]['skins'] {
  const single = skins.filter(({ tone }) => typeof tone === 'number');
  if (single.length !== tones.length) return undefined;
  return Object.fromEntries(
    single.map(({ emoji, tone }) => [tones[Number(tone) - 1], emoji]),
  ) as EmojiData['emojis'][number]['skins'];
}

export function emojiData(language: string): EmojiData {
  const emojis = require(`emojibase-data/${language}/data.json`) as Emoji[];
  const messages = require(`emojibase-data/${language}/messages.json`) as Messages;
  const groups = messages.groups.filter(({ key }) => key !== 'component');
  const shown = new Set(groups.map(({ order }) => order));
  const capital = (text: string) => text.charAt(0).toLocaleUpperCase(language) + text.slice(1);
  return {
    locale: language,
    emojis: emojis
      .filter(({ group, version }) => group !== undefined && shown.has(group) && version <= versionMax)
      .sort((a, b) => (a.order ?? 0) - (b.order ?? 0))
      .map((emoji) => {
        const skins = skinsOf(emoji);
        return {
          emoji: emoji.emoji,
          category: emoji.group!,
          label: emoji.label,
          version: emoji.version,
          tags: wordsOf(emoji),
          ...(skins && { skins }),
        };
      }),
    categories: groups.map(({ order, message }) => ({ index: order, label: capital(message) })),
    skinTones: Object.fromEntries(
      messages.skinTones.map(({ key, message }) => [key, capital(message)]),
    ) as EmojiData['skinTones'],
  };
}

export function emoji(): Plugin {
  return {
    name: 'emoji',
    resolveId: (id) => (id.startsWith(prefix) ? `\0${id}` : undefined),
    load(id) {
      if (!id.startsWith(`\0${prefix}`)) return undefined;
      const json = JSON.stringify(emojiData(id.slice(prefix.length + 1)));
      // Parsed as JSON, which is quicker than as a program.
      return `export default JSON.parse(${JSON.stringify(json)});`;
    },
  };
}
