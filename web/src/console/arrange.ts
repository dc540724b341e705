// Nothing jumps while a pointer is over the list: rows keep their places, those that left stay as
// shadows, and new ones that belong between them are held back until the pointer is gone.

import type { Conversation } from '../live/wire';

export interface ShownRow {
  conversation: Conversation;
  gone: boolean;
}

export interface Arrangement {
  shown: ShownRow[];
  held: number;
}

// `still` is what was shown before, `rows` what the list is now.
export function arrange(still: readonly Conversation[], rows: readonly Conversation[]): Arrangement {
  const places = new Map(rows.map((conversation, place) => [conversation.id, place]));
  const known = new Set(still.map(({ id }) => id));
  let last = -1;
  const shown = still.map((conversation): ShownRow => {
    const place = places.get(conversation.id);
    if (place === undefined) return { conversation, gone: true };
    last = Math.max(last, place);
    return { conversation: rows[place]!, gone: false };
  });
  let held = 0;
  rows.forEach((conversation, place) => {
    if (known.has(conversation.id)) return;
    if (place > last) shown.push({ conversation, gone: false });
    else held += 1;
  });
  return { shown, held };
}

// Letters alike for a search: without accents and case.
export function fold(text: string): string {
  return text.normalize('NFD').replace(/\p{M}/gu, '').toLocaleLowerCase();
}

export function matches(conversation: Conversation, folded: string): boolean {
  return fold(`${conversation.contact.name}\n${conversation.preview}`).includes(folded);
}
