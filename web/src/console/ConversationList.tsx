import { useCallback, useEffect, useLayoutEffect, useRef, useState } from 'react';
import { useWords } from '../i18n';
import { attends } from '../live/desk_state';
import type { Conversation, Tab } from '../live/wire';
import { prefersReducedMotion } from '../ui/media';
import { arrange, type Arrangement, type ShownRow } from './arrange';
import { ConversationRow } from './ConversationRow';
import { useDesk, useRoom } from './room_context';

// Rows drawn beyond the edges, so that a quick scroll finds them there.
const overscan = 6;
// The next page is asked for when this few rows are left below the edge.
const moreBefore = 15;
const leaveMs = 150;

interface Leaving {
  row: ShownRow;
  place: number;
}

export function ConversationList({
  rows,
  tab,
  selectedId,
  more,
  onSelect,
  onMore,
}: {
  rows: Conversation[];
  tab: Tab;
  selectedId: string | null;
  more: boolean;
  onSelect: (id: string) => void;
  onMore: () => void;
}) {
  const { t, formats } = useWords();
  const { operator } = useRoom();
  const { drafts, recordings, handed } = useDesk();
  // What was begun there and not sent.
  const begun = (id: string) => {
    const recorded = recordings.get(id);
    const parts = [recorded && `🎙 ${formats.time(recorded.durationMs)}`, drafts.get(id)];
    return parts.filter(Boolean).join(' · ') || undefined;
  };
  const scroller = useRef<HTMLDivElement>(null);
  const [hovering, setHovering] = useState(false);
  const { shown, held } = useStillRows(rows, hovering);
  const leaving = useLeaving(shown);
  const [first, last] = useVisibleRange(scroller, shown.length, rowHeight(operator, tab));
  const [cursorId, setCursorId] = useState<string | null>(null);

  const height = rowHeight(operator, tab);
  const cursor = Math.max(
    0,
    shown.findIndex(({ conversation }) => conversation.id === (cursorId ?? selectedId)),
  );

  useEffect(() => {
    if (more && last >= shown.length - moreBefore) onMore();
  }, [more, last, shown.length, onMore]);

  const moveTo = useCallback(
    (place: number) => {
      const row = shown[Math.min(shown.length - 1, Math.max(0, place))];
      const view = scroller.current;
      if (!row || !view) return;
      setCursorId(row.conversation.id);
      const top = shown.indexOf(row) * height;
      if (top < view.scrollTop) view.scrollTop = top;
      else if (top + height > view.scrollTop + view.clientHeight) {
        view.scrollTop = top + height - view.clientHeight;
      }
    },
    [shown, height],
  );

  const pressed = (event: React.KeyboardEvent) => {
    const page = Math.max(1, Math.floor((scroller.current?.clientHeight ?? 0) / height) - 1);
    const moves: Record<string, number> = {
      ArrowDown: cursor + 1,
      ArrowUp: cursor - 1,
      PageDown: cursor + page,
      PageUp: cursor - page,
      Home: 0,
      End: shown.length - 1,
    };
    const move = moves[event.key];
    if (move !== undefined) {
      event.preventDefault();
      moveTo(move);
    } else if (event.key === 'Enter' || event.key === ' ') {
      const row = shown[cursor];
      if (row && !row.gone) {
        event.preventDefault();
        onSelect(row.conversation.id);
        // Opening what is open already brings the text box back too.
        if (row.conversation.id === selectedId) document.getElementById('composer')?.focus();
      }
    }
  };

  return (
    <>
      <div className="rows__held" role="status">
        {held > 0 && <span>{t.list.held(held)}</span>}
      </div>
      <div
        ref={scroller}
        id="conversation-list"
        className="rows"
        role="listbox"
        tabIndex={0}
        aria-label={t.tabs[tab]}
        aria-activedescendant={shown[cursor] ? `row-${shown[cursor].conversation.id}` : undefined}
        onKeyDown={pressed}
        onPointerEnter={(event) => setHovering(event.pointerType === 'mouse')}
        onPointerLeave={() => setHovering(false)}
      >
        <RowsSheet height={shown.length * height}>
          {shown.slice(first, last + 1).map((row, i) => (
            <ConversationRow
              key={row.conversation.id}
              conversation={row.conversation}
              gone={row.gone}
              handed={handed.has(row.conversation.id) && attends(operator.id, row.conversation)}
              tab={tab}
              top={(first + i) * height}
              height={height}
              place={first + i + 1}
              total={more ? -1 : shown.length}
              selected={row.conversation.id === selectedId}
              cursor={first + i === cursor}
              draft={row.conversation.id === selectedId ? undefined : begun(row.conversation.id)}
              onSelect={onSelect}
            />
          ))}
          {leaving
            .filter(({ place }) => place >= first && place <= last)
            .map(({ row, place }) => (
              <ConversationRow
                key={`leaving-${row.conversation.id}`}
                conversation={row.conversation}
                gone={false}
                leaving
                tab={tab}
                top={place * height}
                height={height}
                place={0}
                total={0}
                selected={false}
                cursor={false}
                onSelect={onSelect}
              />
            ))}
        </RowsSheet>
      </div>
    </>
  );
}

// A third line where there is something to say in it.
function rowHeight(operator: { role: string; departments: unknown[] }, tab: Tab): number {
  const departments = operator.departments.length > 1 || operator.role === 'auditor';
  return departments || (operator.role !== 'operator' && tab !== 'waiting') ? 92 : 72;
}

// As high as all rows together. The height is set on the element itself, since the policy of the
// server allows no style attributes in markup.
function RowsSheet({ height, children }: { height: number; children: React.ReactNode }) {
  return (
    <div className="rows__sheet" role="presentation" style={{ height }}>
      {children}
    </div>
  );
}

function useStillRows(rows: Conversation[], hovering: boolean): Arrangement {
  const still = useRef<Conversation[]>(rows);
  const arrangement: Arrangement = hovering
    ? arrange(still.current, rows)
    : { shown: rows.map((conversation) => ({ conversation, gone: false })), held: 0 };
  useEffect(() => {
    still.current = arrangement.shown.map(({ conversation }) => conversation);
  });
  return arrangement;
}

// Rows that have just gone from the list, for as long as their movement takes.
function useLeaving(shown: ShownRow[]): Leaving[] {
  const before = useRef<ShownRow[]>(shown);
  const [leaving, setLeaving] = useState<Leaving[]>([]);
  useLayoutEffect(() => {
    const ids = new Set(shown.map(({ conversation }) => conversation.id));
    const gone = before.current
      .map((row, place) => ({ row, place }))
      .filter(({ row }) => !ids.has(row.conversation.id));
    before.current = shown;
    if (gone.length === 0 || prefersReducedMotion()) return;
    setLeaving((known) => [...known, ...gone]);
    setTimeout(() => setLeaving((known) => known.filter((each) => !gone.includes(each))), leaveMs);
  }, [shown]);
  return leaving;
}

// The first and last place to draw. The last may lie behind the last row, where one has just left.
function useVisibleRange(
  scroller: React.RefObject<HTMLDivElement | null>,
  count: number,
  height: number,
): [number, number] {
  const [range, setRange] = useState<[number, number]>([0, 20]);
  useLayoutEffect(() => {
    const view = scroller.current;
    if (!view) return;
    const measure = () => {
      const first = Math.max(0, Math.floor(view.scrollTop / height) - overscan);
      const last = Math.ceil((view.scrollTop + view.clientHeight) / height) + overscan;
      setRange((known) => (known[0] === first && known[1] === last ? known : [first, last]));
    };
    measure();
    view.addEventListener('scroll', measure, { passive: true });
    const watch = new ResizeObserver(measure);
    watch.observe(view);
    return () => {
      view.removeEventListener('scroll', measure);
      watch.disconnect();
    };
  }, [scroller, height, count]);
  return [Math.min(range[0], Math.max(0, count - 1)), range[1]];
}
