// `/` as the first character, or after a space, asks for the quick replies; what follows it at once
// filters them by title and text.

import { useEffect, useMemo, useState } from 'react';
import { allPages } from '../../live/all_pages';
import { call, ProblemError } from '../../live/api';
import type { Conversation, QuickReply } from '../../live/wire';
import { fold } from '../arrange';
import { useDesk, useRoom } from '../room_context';
import { fillIn } from './fill_in';

export interface Slash {
  start: number;
  words: string;
}

// Where the slash before the caret stands; null when none asks. Words after it may hold spaces, but
// no line ends. A second slash makes it a path or a date, and a space behind it one that divides.
export function slashBefore(text: string, caret: number): Slash | null {
  const match = /(?:^|\s)(\/[^\n/]{0,60})$/u.exec(text.slice(0, caret));
  if (!match?.[1]) return null;
  const start = caret - match[1].length;
  if (/^\s/u.test(text.slice(start + 1))) return null;
  return { start, words: match[1].slice(1) };
}

// Whether nothing else is written: such a text is a search, and hardly meant as a message.
export function isAllOf(text: string, { words }: Slash): boolean {
  return text.trim() === `/${words}`.trim();
}

// As the server will fill it in, for the pale bubble and the list.
export function filledIn(text: string, operator: string, conversation: Conversation): string {
  return fillIn(text, {
    '{{contact.name}}': conversation.contact.name,
    '{{operator.name}}': operator,
    '{{department}}': conversation.department.name,
  });
}

export function filtered(replies: readonly QuickReply[], words: string): QuickReply[] {
  const wanted = fold(words.trim()).split(/\s+/u);
  return replies.filter(({ title, text }) => {
    const folded = fold(`${title}\n${text}`);
    return wanted.every((word) => folded.includes(word));
  });
}

export interface QuickReplies {
  // 'offline' and 'failed': they could not be read, and there are none from before.
  state: 'reading' | 'read' | 'offline' | 'failed';
  found: QuickReply[];
  place: number;
  point: (place: number) => void;
  shownText: (reply: QuickReply) => string;
  // Whether the key was the list's.
  pressed: (
    event: { key: string; shiftKey: boolean; preventDefault(): void; stopPropagation(): void },
    dismiss: () => void,
    send: (place: number) => void,
  ) => boolean;
}

export function useQuickReplies(
  asking: boolean,
  words: string,
  // Whether the words and their slash are all that is written.
  alone: boolean,
  conversation: Conversation,
): QuickReplies {
  const { operator } = useRoom();
  const { synced } = useDesk();
  const [all, setAll] = useState<QuickReply[] | null>(null);
  const [fault, setFault] = useState<'offline' | 'failed' | null>(null);
  const [place, setPlace] = useState(0);

  // Read at each opening, and when the line is back: what was changed meanwhile is there.
  useEffect(() => {
    if (!asking) return;
    let here = true;
    allPages<QuickReply>(call, '/quick-replies').then(
      (read) => {
        if (!here) return;
        setAll(read);
        setFault(null);
      },
      (error: unknown) => {
        const offline = error instanceof ProblemError && error.problemName === 'offline';
        if (here) setFault(offline ? 'offline' : 'failed');
      },
    );
    return () => {
      here = false;
    };
  }, [asking, synced]);

  const found = useMemo(() => {
    const here = (all ?? []).filter(
      ({ department }) => department === null || department.id === conversation.department.id,
    );
    return filtered(here, words);
  }, [all, words, conversation.department.id]);
  useEffect(() => setPlace(0), [words, asking]);

  return {
    state: all ? 'read' : (fault ?? 'reading'),
    found,
    place: Math.min(place, Math.max(0, found.length - 1)),
    point: setPlace,
    shownText: (reply) => filledIn(reply.text, operator.name, conversation),
    pressed: (event, dismiss, send) => {
      if (event.key === 'Escape') {
        event.stopPropagation();
        dismiss();
        return true;
      }
      if (found.length === 0) {
        // What was typed to find one is no message, unless the list was closed before.
        const reading = !all && !fault;
        const search = event.key === 'Enter' && !event.shiftKey && (alone || reading);
        if (search) event.preventDefault();
        return search;
      }
      if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
        event.preventDefault();
        const step = event.key === 'ArrowDown' ? 1 : -1;
        setPlace((known) => (known + step + found.length) % found.length);
        return true;
      }
      if (event.key === 'Enter' && !event.shiftKey) {
        event.preventDefault();
        send(Math.min(place, found.length - 1));
        return true;
      }
      return false;
    },
  };
}
