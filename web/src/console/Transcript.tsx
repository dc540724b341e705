import { ArrowDown } from 'lucide-react';
import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import { Gallery } from '../files/Gallery';
import { useWords } from '../i18n';
import type { Transcript as TranscriptState } from '../live/desk_state';
import type { Pending } from '../live/outbox';
import type { Upload } from '../live/uploads';
import type { Conversation, Message } from '../live/wire';
import { useScrollPlace } from '../ui/scroll_place';
import { PendingBubble, UploadBubble } from './PendingBubble';
import { useRoom } from './room_context';
import { TranscriptChunk } from './TranscriptChunk';

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
  uploads,
  typing,
  loadingOlder,
}: {
  conversation: Conversation;
  transcript: TranscriptState | undefined;
  pending: Pending[];
  // Sent by their writer, and still on their way up.
  uploads: Upload[];
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
  const { atEnd, toEnd } = useScrollPlace(scroller, loaded, pending.length + uploads.length);
  const unseen = useUnseen(messages, atEnd);
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
            <Gallery messages={messages}>
              {chunks.map(([key, chunk], i) => (
                <TranscriptChunk
                  key={key}
                  messages={chunk}
                  before={chunks[i - 1]?.[1].at(-1)}
                  scroller={scroller}
                />
              ))}
              {pending.map((entry) => (
                <PendingBubble key={entry.key} entry={entry} />
              ))}
            </Gallery>
            {uploads.map((upload) => (
              <UploadBubble key={upload.id} upload={upload} />
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

// How many of the contact's messages came while one was reading further up.
function useUnseen(messages: readonly Message[], atEnd: boolean): number {
  const [seenUpTo, setSeenUpTo] = useState(0);
  const lastVersion = messages.at(-1)?.version ?? 0;
  useEffect(() => {
    if (atEnd) setSeenUpTo(lastVersion);
  }, [atEnd, lastVersion]);
  if (atEnd) return 0;
  return messages.filter(({ version, from }) => version > seenUpTo && from === 'contact').length;
}
