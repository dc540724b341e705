import { Check, CircleAlert, Clock } from 'lucide-react';
import { useEffect, useRef } from 'react';
import { useWords } from '../i18n';
import type { Transcript } from '../live/desk_state';
import type { Pending } from '../live/outbox';
import type { Visit, VisitConversation } from '../live/visit';
import { limits, problemName, type Message } from '../live/wire';
import { RichText } from '../ui/RichText';
import { useScrollPlace } from '../ui/scroll_place';
import { Clock as ClockTime } from '../ui/Time';

const olderBeforePx = 400;
const togetherMs = 5 * 60_000;

export function ChatTranscript({
  visit,
  company,
  transcript,
  pending,
  keysOfMessages,
  conversation,
  typing,
  begun,
  name,
  onName,
}: {
  visit: Visit;
  company: string;
  transcript: Transcript;
  pending: Pending[];
  keysOfMessages: ReadonlyMap<string, string>;
  conversation: VisitConversation | null;
  typing: string | null;
  begun: boolean;
  name: string;
  onName: (name: string) => void;
}) {
  const { t } = useWords();
  const scroller = useRef<HTMLDivElement>(null);
  const { messages, olderCursor } = transcript;
  useScrollPlace(scroller, true, pending.length);

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
                  maxLength={limits.nameCodePoints}
                  value={name}
                  onChange={(event) => onName(event.target.value)}
                  onKeyDown={(event) => {
                    if (event.key === 'Enter') document.getElementById('composer')?.focus();
                  }}
                />
                <small>{t.chat.nameHint}</small>
              </label>
            )}
          </div>
        )}
        {messages.map((message, i) => (
          <ChatBubble
            key={keysOfMessages.get(message.id) ?? message.id}
            message={message}
            before={messages[i - 1]}
          />
        ))}
        {pending.map((entry) => (
          <PendingChatBubble key={entry.key} entry={entry} visit={visit} />
        ))}
        <StateLine
          conversation={conversation}
          last={messages.at(-1)}
          waiting={pending.length > 0}
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

function ChatBubble({ message, before }: { message: Message; before: Message | undefined }) {
  const { t, formats } = useWords();
  const mine = message.from === 'contact';
  const time = Date.parse(message.at);
  const newDay =
    !before || new Date(before.at).toDateString() !== new Date(message.at).toDateString();
  const together =
    !newDay &&
    before.from === message.from &&
    before.author?.name === message.author?.name &&
    time - Date.parse(before.at) < togetherMs;
  const today = new Date(time).toDateString() === new Date().toDateString();
  return (
    <>
      {newDay && (
        <p className="chat-day">
          {today ? t.pane.today : formats.day(new Date(time).setHours(0, 0, 0, 0))}
        </p>
      )}
      <div
        data-message={message.id}
        className={`chat-row ${mine ? 'chat-row--mine' : ''} ${together ? 'chat-row--together' : ''}`}
      >
        {!mine && !together && message.author && (
          <span className="chat-author">{message.author.name}</span>
        )}
        <div className={`chat-bubble ${mine ? 'chat-bubble--mine' : ''}`}>
          <RichText text={message.text ?? message.caption ?? ''} />
          <span className="chat-bubble__foot">
            <ClockTime at={message.at} />
            {mine && (
              <span role="img" aria-label={t.delivery.sent} title={t.delivery.sent}>
                <Check size={14} />
              </span>
            )}
          </span>
        </div>
      </div>
    </>
  );
}

function PendingChatBubble({ entry, visit }: { entry: Pending; visit: Visit }) {
  const { t } = useWords();
  const refused = entry.state === 'refused';
  const name = entry.problem ? problemName(entry.problem) : 'other';
  const label = t.delivery[entry.state === 'sending' ? 'sending' : 'queued'];
  return (
    <div className="chat-row chat-row--mine">
      <div className={`chat-bubble chat-bubble--mine ${refused ? 'chat-bubble--refused' : 'chat-bubble--pending'}`}>
        <RichText text={entry.text} />
        <span className="chat-bubble__foot">
          <ClockTime at={entry.writtenAt} />
          {!refused && (
            <span role="img" aria-label={label} title={label}>
              <Clock size={12} />
            </span>
          )}
        </span>
      </div>
      {refused && (
        <div className="refusal" role="alert">
          <p>
            <CircleAlert size={14} aria-hidden="true" />
            {t.delivery.refused}. {t.problems[name] ?? t.problems.other}
          </p>
          <button onClick={() => visit.retry(entry.key)}>{t.delivery.retry}</button>
          <button onClick={() => visit.takeBack(entry.key)}>{t.delivery.takeBack}</button>
        </div>
      )}
    </div>
  );
}
