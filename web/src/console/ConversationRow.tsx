import { ArrowRightLeft, Clock, Pencil } from 'lucide-react';
import { memo } from 'react';
import { useWords } from '../i18n';
import { warmth } from '../i18n/formats';
import type { Conversation, Tab } from '../live/wire';
import { Avatar } from '../ui/Avatar';
import { Ago, useNow } from '../ui/Time';
import { useRoom } from './room_context';

interface Props {
  conversation: Conversation;
  gone: boolean;
  leaving?: boolean;
  // Somebody gave it to one, who has not looked at it yet.
  handed?: boolean;
  tab: Tab;
  top: number;
  height: number;
  // Counted from 1; total -1 while not all are known.
  place: number;
  total: number;
  selected: boolean;
  cursor: boolean;
  // What was begun and not sent, where it is not on the screen already.
  draft?: string | undefined;
  onSelect: (id: string) => void;
}

export const ConversationRow = memo(function ConversationRow({
  conversation,
  gone,
  leaving = false,
  handed = false,
  tab,
  top,
  height,
  place,
  total,
  selected,
  cursor,
  draft,
  onSelect,
}: Props) {
  const { t, formats } = useWords();
  const { operator } = useRoom();
  const { contact, owner, department, unread } = conversation;
  const several = operator.departments.length > 1 || operator.role === 'auditor';
  const details = [
    several ? department.name : null,
    operator.role !== 'operator' && owner && tab !== 'waiting'
      ? owner.id === operator.id
        ? t.list.you
        : owner.name
      : null,
  ].filter((detail) => detail !== null);
  const classes = [
    'row',
    `row--${tab}`,
    selected && 'row--selected',
    cursor && 'row--cursor',
    gone && 'row--gone',
    leaving && 'row--leaving',
    (unread > 0 || handed) && 'row--unread',
  ];
  return (
    <div
      id={leaving ? undefined : `row-${conversation.id}`}
      className={classes.filter(Boolean).join(' ')}
      role="option"
      aria-selected={selected}
      aria-disabled={gone || undefined}
      aria-hidden={leaving || undefined}
      aria-posinset={leaving ? undefined : place}
      aria-setsize={leaving ? undefined : total}
      style={{ height, transform: `translateY(${top}px)` }}
      onClick={() => !gone && !leaving && onSelect(conversation.id)}
    >
      <Avatar name={contact.name} size={40} />
      <span className="row__body">
        <span className="row__line">
          <span className="row__name">{contact.name}</span>
          <span className="row__time">
            {tab === 'waiting' && conversation.waiting_since ? (
              <Wait since={conversation.waiting_since} />
            ) : (
              <Ago at={conversation.last_message_at} />
            )}
          </span>
        </span>
        <span className="row__line">
          <span className="row__preview">
            {gone ? (
              t.list.gone
            ) : draft ? (
              <>
                <span className="row__draft">
                  <Pencil size={12} aria-hidden="true" /> {t.list.draft}
                </span>{' '}
                {draft}
              </>
            ) : (
              conversation.preview
            )}
          </span>
          {handed && !gone && (
            <span className="row__unread row__unread--handed" title={t.list.handed}>
              <ArrowRightLeft size={12} aria-hidden="true" />
              <span className="sr-only">{t.list.handed}</span>
            </span>
          )}
          {unread > 0 && !gone && (
            <span className="row__unread number">
              <span aria-hidden="true">{formats.number(unread)}</span>
              <span className="sr-only">{t.list.unread(unread)}</span>
            </span>
          )}
        </span>
        {details.length > 0 && <span className="row__details">{details.join(' · ')}</span>}
      </span>
    </div>
  );
});

function Wait({ since }: { since: string }) {
  const { t, formats } = useWords();
  const time = Date.parse(since);
  const now = useNow();
  const ms = Math.max(0, now - time);
  const wait = formats.duration(ms);
  return (
    <time
      className={`wait wait--${warmth(ms)} number`}
      dateTime={since}
      title={formats.exact(time)}
      aria-label={t.list.waitingFor(wait)}
    >
      <Clock size={12} aria-hidden="true" />
      {wait ?? formats.ago(time, now)}
    </time>
  );
}
