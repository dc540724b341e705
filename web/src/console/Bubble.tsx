import { ArrowRightLeft, Check, CheckCheck, CircleAlert, Clock } from 'lucide-react';
import { memo, type ReactNode } from 'react';
import { useWords } from '../i18n';
import type { Pending } from '../live/outbox';
import { problemName, type Message } from '../live/wire';
import { RichText } from '../ui/RichText';
import { Clock as ClockTime } from '../ui/Time';
import { useRoom } from './room_context';

export const MessageBubble = memo(function MessageBubble({
  message,
  together,
}: {
  message: Message;
  together: boolean;
}) {
  const { t } = useWords();
  const { operator } = useRoom();
  if (message.from === 'system') {
    return (
      <div className="note">
        <ArrowRightLeft size={14} aria-hidden="true" />
        <span>
          <strong>
            {message.author?.name ?? t.pane.note} <ClockTime at={message.at} />
          </strong>
          <RichText text={message.text ?? ''} />
        </span>
      </div>
    );
  }
  const mine = message.from === 'operator';
  // Colleagues by name; oneself and the contact are known by the side.
  const author = mine && !together && message.author?.id !== operator.id ? message.author?.name : null;
  return (
    <div
      className={`bubble-row ${mine ? 'bubble-row--mine' : ''} ${together ? 'bubble-row--together' : ''}`}
    >
      {author && <span className="bubble-author">{author}</span>}
      <div className={`bubble ${mine ? 'bubble--mine' : ''}`}>
        <RichText text={message.text ?? message.caption ?? ''} />
        <span className="bubble__foot">
          <ClockTime at={message.at} />
          {mine && <Tick delivery={message.delivery} />}
        </span>
      </div>
    </div>
  );
});

function Tick({ delivery }: { delivery: Message['delivery'] }) {
  const { t } = useWords();
  const icons: Record<Message['delivery'], ReactNode> = {
    accepted: <Check size={14} />,
    sent: <Check size={14} />,
    delivered: <CheckCheck size={14} />,
    read: <CheckCheck className="tick--read" size={14} />,
    failed: <CircleAlert size={14} />,
  };
  return (
    <span className="tick" role="img" aria-label={t.delivery[delivery]} title={t.delivery[delivery]}>
      {icons[delivery]}
    </span>
  );
}

// What was written here and is not on the server yet, or was refused.
export function PendingBubble({ entry }: { entry: Pending }) {
  const { t } = useWords();
  const { desk } = useRoom();
  const refused = entry.state === 'refused';
  return (
    <div className="bubble-row bubble-row--mine">
      <div className={`bubble bubble--mine ${refused ? 'bubble--refused' : 'bubble--pending'}`}>
        <RichText text={entry.text} />
        <span className="bubble__foot">
          <ClockTime at={entry.writtenAt} />
          {!refused && (
            <span
              className="tick"
              role="img"
              aria-label={t.delivery[entry.state === 'sending' ? 'sending' : 'queued']}
              title={t.delivery[entry.state === 'sending' ? 'sending' : 'queued']}
            >
              <Clock size={12} />
            </span>
          )}
        </span>
      </div>
      {refused && (
        <div className="refusal" role="alert">
          <p>
            <CircleAlert size={14} aria-hidden="true" />
            <span>
              {t.delivery.refused}. {reason(entry, t.problems)}
            </span>
          </p>
          <button onClick={() => desk.retry(entry.key)}>{t.delivery.retry}</button>
          <button
            onClick={() => {
              desk.takeBack(entry.key);
              document.getElementById('composer')?.focus();
            }}
          >
            {t.delivery.takeBack}
          </button>
        </div>
      )}
    </div>
  );
}

function reason({ body, problem }: Pending, words: { other: string } & Record<string, string>): string {
  const name = problem ? problemName(problem) : 'other';
  const removed = body.kind === 'quick_reply' && (name === 'invalid' || name === 'not-found');
  return words[removed ? 'quick-reply-gone' : name] ?? words.other;
}
