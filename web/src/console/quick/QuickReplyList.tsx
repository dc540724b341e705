import { Paperclip, Zap } from 'lucide-react';
import { useEffect } from 'react';
import { useWords } from '../../i18n';
import type { QuickReply } from '../../live/wire';
import type { QuickReplies } from './quick_replies';

// Over the text box: the titles on one side, the whole text of the one pointed at on the other.
export function QuickReplyList({
  id,
  quick,
  onKeyDown,
  onSend,
}: {
  id: string;
  quick: QuickReplies;
  // The keys mean the same here as in the text box.
  onKeyDown: (event: React.KeyboardEvent) => void;
  onSend: (place: number) => void;
}) {
  const { t } = useWords();
  const { found, place, state } = quick;
  useEffect(() => {
    document.getElementById(`${id}-${place}`)?.scrollIntoView({ block: 'nearest' });
  }, [id, place]);
  const pointed = found[place];
  return (
    <div className="quick">
      <p className="quick__head">
        <Zap size={14} aria-hidden="true" />
        <strong>{t.composer.quickReplies}</strong>
        <span>{t.composer.quickHint}</span>
      </p>
      {found.length === 0 && state !== 'reading' ? (
        <p className="quick__none" role="status">
          {
            {
              read: t.composer.quickNone,
              offline: t.composer.quickOffline,
              failed: t.composer.quickFailed,
            }[state]
          }
        </p>
      ) : (
        <div className="quick__columns">
          <div
            className="quick__list"
            role="listbox"
            id={id}
            tabIndex={0}
            aria-label={t.composer.quickReplies}
            aria-activedescendant={pointed && `${id}-${place}`}
            onKeyDown={onKeyDown}
          >
            {state === 'reading' && <span className="skeleton quick__skeleton" />}
            {found.map((reply, i) => (
              <div
                key={reply.id}
                id={`${id}-${i}`}
                className={`quick__item ${i === place ? 'quick__item--pointed' : ''}`}
                role="option"
                aria-selected={i === place}
                onPointerMove={() => i !== place && quick.point(i)}
                // The text box keeps the focus.
                onPointerDown={(event) => event.preventDefault()}
                onClick={() => onSend(i)}
              >
                <strong>{reply.title}</strong>
                <span>{quick.shownText(reply)}</span>
                <ReplyFile reply={reply} />
              </div>
            ))}
          </div>
          {pointed && (
            <div className="quick__full" aria-live="polite">
              {quick.shownText(pointed)}
              <ReplyFile reply={pointed} />
            </div>
          )}
        </div>
      )}
    </div>
  );
}

// What goes along with it.
function ReplyFile({ reply: { attachment } }: { reply: QuickReply }) {
  if (!attachment) return null;
  return (
    <span className="quick__file">
      <Paperclip size={14} aria-hidden="true" />
      <bdi>{attachment.name}</bdi>
    </span>
  );
}
