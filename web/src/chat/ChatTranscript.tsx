import { useEffect, useRef } from 'react';
import { Gallery } from '../files/Gallery';
import { useWords } from '../i18n';
import type { Transcript } from '../live/desk_state';
import type { Pending } from '../live/outbox';
import type { Visit } from '../live/visit';
import type { VisitConversation } from '../live/visit_wire';
import type { Upload } from '../live/uploads';
import { limits, upToCodePoints, type Message } from '../live/wire';
import { useScrollPlace } from '../ui/scroll_place';
import { ChatBubble, PendingChatBubble, UploadChatBubble } from './ChatBubble';

const olderBeforePx = 400;

export function ChatTranscript({
  visit,
  company,
  transcript,
  pending,
  uploads,
  conversation,
  typing,
  begun,
  name,
  onName,
  onNamed,
  onEndInSight,
}: {
  visit: Visit;
  company: string;
  transcript: Transcript;
  pending: Pending[];
  uploads: Upload[];
  conversation: VisitConversation | null;
  typing: string | null;
  begun: boolean;
  name: string;
  onName: (name: string) => void;
  // Enter in the name's field.
  onNamed: () => void;
  onEndInSight: (inSight: boolean) => void;
}) {
  const { t } = useWords();
  const scroller = useRef<HTMLDivElement>(null);
  const { messages, olderCursor } = transcript;
  const { atEnd } = useScrollPlace(scroller, true, pending.length + uploads.length);
  useEffect(() => onEndInSight(atEnd), [onEndInSight, atEnd]);

  useEffect(() => {
    const view = scroller.current;
    if (!view) return;
    const look = () => {
      if (view.scrollTop < olderBeforePx) void visit.loadOlder();
    };
    view.addEventListener('scroll', look, { passive: true });
    return () => view.removeEventListener('scroll', look);
  }, [visit]);

  return (
    <div ref={scroller} className="chat-log" role="log" aria-label={t.chat.messages} tabIndex={0}>
      <div className="chat-log__sheet">
        {olderCursor === null && (
          <div className="chat-hello">
            <h2>{t.chat.hello}</h2>
            <p>{t.chat.lead(company)}</p>
            {!begun && (
              <label className="chat-hello__name">
                <span>
                  {t.chat.name} <small>({t.chat.optional})</small>
                </span>
                <input
                  className="field"
                  name="name"
                  autoComplete="name"
                  value={name}
                  onChange={(event) =>
                    onName(upToCodePoints(event.target.value, limits.nameCodePoints))
                  }
                  onKeyDown={(event) => {
                    if (event.key === 'Enter') onNamed();
                  }}
                />
                <small>{t.chat.nameHint}</small>
              </label>
            )}
          </div>
        )}
        <Gallery messages={messages}>
          {messages.map((message, i) => (
            <ChatBubble key={message.id} message={message} before={messages[i - 1]} />
          ))}
          {pending.map((entry) => (
            <PendingChatBubble key={entry.key} entry={entry} visit={visit} />
          ))}
        </Gallery>
        {uploads.map((upload) => (
          <UploadChatBubble key={upload.id} upload={upload} visit={visit} />
        ))}
        <StateLine
          conversation={conversation}
          last={messages.at(-1)}
          waiting={pending.length + uploads.length > 0}
        />
        {typing !== null && (
          <p className="chat-typing">
            <span className="dots" aria-hidden="true">
              <i />
              <i />
              <i />
            </span>
            {t.pane.typing(typing)}
          </p>
        )}
      </div>
    </div>
  );
}

function StateLine({
  conversation,
  last,
  waiting,
}: {
  conversation: VisitConversation | null;
  last: Message | undefined;
  waiting: boolean;
}) {
  const { t } = useWords();
  if (!conversation || waiting) return null;
  const line =
    conversation.state === 'waiting' && last?.from === 'contact'
      ? t.chat.waiting
      : conversation.state === 'closed'
        ? t.chat.closed
        : null;
  return line && <p className="chat-state">{line}</p>;
}
