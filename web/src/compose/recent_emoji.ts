// The emoji that one used last, the newest first, as this browser remembers them.

import type { Storage } from '../live/storage';

const storageKey = 'bitacora.emoji';
const keptMax = 18;

export function recentEmoji(storage: Storage): string[] {
  try {
    const stored: unknown = JSON.parse(storage.get(storageKey) ?? '[]');
    if (!Array.isArray(stored)) return [];
    return stored.filter((each): each is string => typeof each === 'string').slice(0, keptMax);
  } catch {
    return [];
  }
}

export function rememberEmoji(storage: Storage, emoji: string): void {
  const others = recentEmoji(storage).filter((each) => each !== emoji);
  storage.set(storageKey, JSON.stringify([emoji, ...others].slice(0, keptMax)));
}
