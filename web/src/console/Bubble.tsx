import { ArrowRightLeft } from 'lucide-react';
import { memo } from 'react';
import { FileView } from '../files/FileView';
import { useWords } from '../i18n';
import type { Message } from '../live/wire';
import { Author } from '../ui/Author';
import { RichText } from '../ui/RichText';
import { Tick } from '../ui/Tick';
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
      <div className="note" role="article">
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
  const words = message.text ?? message.caption ?? '';
  const own = message.author?.id === operator.id;
  const author = own ? t.list.you : message.author?.name;
  // Colleagues by name; oneself and the contact are known by the side, to whoever sees it.
  const shown = mine && !together && !own;
  return (
    <div
      className={`bubble-row ${mine ? 'bubble-row--mine' : ''} ${together ? 'bubble-row--together' : ''}`}
      role="article"
    >
      {author && <Author name={author} className={shown ? 'bubble-author' : undefined} />}
      <div
        className={`bubble ${mine ? 'bubble--mine' : ''} ${message.attachment ? 'bubble--file' : ''}`}
      >
        {message.attachment && (
          <FileView attachment={message.attachment} voice={message.kind === 'voice'} />
        )}
        {words !== '' && <RichText text={words} />}
        <span className="bubble__foot">
          <ClockTime at={message.at} />
          {mine && <Tick delivery={message.delivery} />}
        </span>
      </div>
    </div>
  );
});
