import { ArrowDown } from 'lucide-react';
import { useCallback, useEffect, useLayoutEffect, useMemo, useRef, useState } from 'react';
import { useWords } from '../i18n';
import type { Transcript as TranscriptState } from '../live/desk_state';
import type { Pending } from '../live/outbox';
import type { Conversation, Message } from '../live/wire';
import { PendingBubble } from './Bubble';
import { useRoom } from './room_context';
import { TranscriptChunk } from './TranscriptChunk';

// This near to the end counts as being there: new messages keep it in sight.
const nearEndPx = 48;
// Older messages are asked for before their place comes into sight.
const olderBeforePx = 800;
// Messages are drawn in pieces by their version, so that a piece stays the same when older ones come.
const chunkVersions = 64;

// Of a conversation that is known at length, this many pieces are drawn at first, and at each step
// up.
const chunksDrawn = 3;

function chunksOf(messages: readonly Message[]): [key: number, messages: Message[]][] {
  const chunks = new Map<number, Message[]>();
  for (const message of messages) {
    const key = Math.floor(message.version / chunkVersions);
    const chunk = chunks.get(key);
    if (chunk) chunk.push(message);
    else chunks.set(key, [message]);
  }
  return [...chunks];
}

export function Transcript({
  conversation,
  transcript,
  pending,
  keysOfMessages,
  typing,
  loadingOlder,
}: {
  conversation: Conversation;
  transcript: TranscriptState | undefined;
  pending: Pending[];
  keysOfMessages: ReadonlyMap<string, string>;
  typing: string | null;
  loadingOlder: boolean;
}) {
  const { t } = useWords();
  const { desk } = useRoom();
  const scroller = useRef<HTMLDivElement>(null);
  const messages = transcript?.messages ?? [];
  const loaded = transcript?.olderCursor !== undefined;
  const known = useMemo(() => chunksOf(messages), [messages]);
  const { chunks, drawOlder } = useDrawnChunks(known, loaded);
  const firstId = chunks[0]?.[1][0]?.id;
  const { atEnd, unseen, toEnd } = useEndInSight(
    scroller,
    messages,
    firstId,
    pending.length,
    loaded,
  );
  const older = transcript?.olderCursor;

  useEffect(() => {
    const view = scroller.current;
    if (!view || (!older && !drawOlder)) return;
    const look = () => {
      if (view.scrollTop >= olderBeforePx) return;
      if (drawOlder) drawOlder();
      else void desk.loadOlder(conversation.id);
    };
    look();
    view.addEventListener('scroll', look, { passive: true });
    return () => view.removeEventListener('scroll', look);
  }, [desk, conversation.id, older, drawOlder, messages.length]);

  return (
    <div className="transcript">
      <div
        ref={scroller}
        className="transcript__scroller"
        role="log"
        aria-label={t.pane.messages(conversation.contact.name)}
        aria-busy={!loaded}
        tabIndex={0}
      >
        {!loaded ? (
          <div className="pane-skeleton">
            <span className="skeleton pane-skeleton__bubble" />
            <span className="skeleton pane-skeleton__bubble pane-skeleton__bubble--mine" />
          </div>
        ) : (
          <div className="transcript__sheet">
            <p className="transcript__top">
              {older ? loadingOlder && t.pane.older : !drawOlder && t.pane.beginning}
            </p>
            {chunks.map(([key, chunk], i) => (
              <TranscriptChunk
                key={key}
                messages={chunk}
                before={chunks[i - 1]?.[1].at(-1)}
                keysOfMessages={keysOfMessages}
                scroller={scroller}
              />
            ))}
            {pending.map((entry) => (
              <PendingBubble key={entry.key} entry={entry} />
            ))}
          </div>
        )}
      </div>
      <div className="transcript__typing" role="status">
        {typing !== null && (
          <span>
            <span className="dots" aria-hidden="true">
              <i />
              <i />
              <i />
            </span>
            {t.pane.typing(typing)}
          </span>
        )}
      </div>
      {!atEnd && (
        <button className="transcript__end" onClick={toEnd} aria-label={t.pane.toEnd}>
          {unseen > 0 && <span className="number">{t.pane.newMessages(unseen)}</span>}
          <ArrowDown size={16} aria-hidden="true" />
        </button>
      )}
    </div>
  );
}

// The newest pieces, and as many older ones as one has scrolled up to.
function useDrawnChunks(known: [key: number, messages: Message[]][], loaded: boolean) {
  const [from, setFrom] = useState<number | null>(null);
  if (from === null && loaded) setFrom(known.at(-chunksDrawn)?.[0] ?? -1);
  const hidden = known.findIndex(([key]) => key >= (from ?? 0));
  const drawOlder = useCallback(() => {
    setFrom(hidden > chunksDrawn ? known[hidden - chunksDrawn]![0] : -1);
  }, [known, hidden]);
  return { chunks: hidden > 0 ? known.slice(hidden) : known, drawOlder: hidden > 0 ? drawOlder : null };
}

// Keeps the end in sight while one is there, and the place where it was while one reads further up.
function useEndInSight(
  scroller: React.RefObject<HTMLDivElement | null>,
  messages: readonly Message[],
  // Of those that are drawn.
  firstId: string | undefined,
  pendingCount: number,
  loaded: boolean,
) {
  const [atEnd, setAtEnd] = useState(true);
  const [seenUpTo, setSeenUpTo] = useState(0);
  const end = useRef(true);
  const anchor = useRef<{ id: string; top: number } | null>(null);
  const lastVersion = messages.at(-1)?.version ?? 0;

  const toEnd = () => {
    const view = scroller.current;
    if (view) view.scrollTop = view.scrollHeight;
  };

  // Older messages came in above: what was in sight stays where it was.
  useLayoutEffect(() => {
    const view = scroller.current;
    if (!view) return;
    const known = anchor.current;
    if (known && known.id !== firstId && !end.current) {
      const element = view.querySelector<HTMLElement>(`[data-message="${known.id}"]`);
      if (element) view.scrollTop += element.offsetTop - known.top;
    }
    const first = firstId && view.querySelector<HTMLElement>(`[data-message="${firstId}"]`);
    anchor.current = first ? { id: firstId, top: first.offsetTop } : null;
  }, [scroller, firstId, loaded]);

  useLayoutEffect(() => {
    if (end.current) toEnd();
  }, [lastVersion, loaded]);

  // What one writes oneself is always brought into sight.
  useLayoutEffect(() => {
    if (pendingCount > 0) toEnd();
  }, [pendingCount]);

  useEffect(() => {
    const view = scroller.current;
    if (!view) return;
    const look = () => {
      end.current = view.scrollHeight - view.scrollTop - view.clientHeight < nearEndPx;
      setAtEnd(end.current);
    };
    view.addEventListener('scroll', look, { passive: true });
    // The text box grows, or a telephone's keyboard opens: the end stays in sight.
    const watch = new ResizeObserver(() => {
      if (end.current) toEnd();
    });
    watch.observe(view);
    const sheet = view.firstElementChild;
    if (sheet) watch.observe(sheet);
    return () => {
      view.removeEventListener('scroll', look);
      watch.disconnect();
    };
  }, [scroller, loaded]);

  useEffect(() => {
    if (atEnd) setSeenUpTo(lastVersion);
  }, [atEnd, lastVersion]);

  const unseen = atEnd
    ? 0
    : messages.filter(({ version, from }) => version > seenUpTo && from === 'contact').length;
  return { atEnd, unseen, toEnd };
}
