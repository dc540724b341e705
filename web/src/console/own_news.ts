// What is new in the conversations one attends, in words: what was not read, and what was given to one.

import { useWords } from '../i18n';
import { handedOf, unreadOf } from '../live/desk_state';
import { useDesk, useRoom } from './room_context';

export function useOwnNews(unreadWords: (n: number) => string): string[] {
  const { t } = useWords();
  const { operator } = useRoom();
  const { desk, handed } = useDesk();
  const unread = unreadOf(desk, operator.id);
  const given = handedOf(desk, handed, operator.id).length;
  return [
    ...(unread > 0 ? [unreadWords(unread)] : []),
    ...(given > 0 ? [t.home.handed(given)] : []),
  ];
}
