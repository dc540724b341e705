import { Clock } from 'lucide-react';
import { Refusal } from '../compose/Refusal';
import { SendingFile } from '../compose/SendingFile';
import { FileView } from '../files/FileView';
import { useWords } from '../i18n';
import type { Pending } from '../live/outbox';
import type { Upload } from '../live/uploads';
import type { Visit } from '../live/visit';
import type { Message } from '../live/wire';
import { Author } from '../ui/Author';
import { RichText } from '../ui/RichText';
import { Tick } from '../ui/Tick';
import { Clock as ClockTime, useDayName } from '../ui/Time';

const togetherMs = 5 * 60_000;

export function ChatBubble({ message, before }: { message: Message; before: Message | undefined }) {
  const { t } = useWords();
  const mine = message.from === 'contact';
  const author = mine ? t.list.you : message.author?.name;
  const words = message.text ?? message.caption ?? '';
  const time = Date.parse(message.at);
  const newDay =
    !before || new Date(before.at).toDateString() !== new Date(message.at).toDateString();
  const together =
    !newDay &&
    before.from === message.from &&
    before.author?.name === message.author?.name &&
    time - Date.parse(before.at) < togetherMs;
  return (
    <>
      {newDay && <ChatDay at={message.at} />}
      <div
        data-message={message.id}
        className={`chat-row ${mine ? 'chat-row--mine' : ''} ${together ? 'chat-row--together' : ''}`}
        role="article"
      >
        {author && <Author name={author} className={mine || together ? undefined : 'chat-author'} />}
        <div
          className={`chat-bubble ${mine ? 'chat-bubble--mine' : ''} ${message.attachment ? 'chat-bubble--file' : ''}`}
        >
          {message.attachment && (
            <FileView attachment={message.attachment} voice={message.kind === 'voice'} />
          )}
          {words !== '' && <RichText text={words} />}
          <span className="chat-bubble__foot">
            <ClockTime at={message.at} />
            {/* How it goes from desk to desk is the company's. */}
            {mine && <Tick delivery={message.delivery === 'read' ? 'read' : 'sent'} />}
          </span>
        </div>
      </div>
    </>
  );
}

function ChatDay({ at }: { at: string }) {
  return <p className="chat-day">{useDayName(at)}</p>;
}

export function PendingChatBubble({ entry, visit }: { entry: Pending; visit: Visit }) {
  const { t } = useWords();
  const refused = entry.state === 'refused';
  const label = t.delivery[entry.state === 'sending' ? 'sending' : 'queued'];
  return (
    <div className="chat-row chat-row--mine" role="article">
      <Author name={t.list.you} />
      <div
        className={`chat-bubble chat-bubble--mine ${refused ? 'chat-bubble--refused' : 'chat-bubble--pending'} ${entry.attachment ? 'chat-bubble--file' : ''}`}
      >
        {entry.attachment && (
          <FileView attachment={entry.attachment} voice={entry.body.kind === 'voice'} />
        )}
        {entry.text !== '' && <RichText text={entry.text} />}
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
        <Refusal
          entry={entry}
          onRetry={() => visit.retry(entry.key)}
          onTakeBack={() => visit.takeBack(entry.key)}
        />
      )}
    </div>
  );
}

export function UploadChatBubble({ upload, visit }: { upload: Upload; visit: Visit }) {
  const { t } = useWords();
  return (
    <div className="chat-row chat-row--mine" role="article">
      <Author name={t.list.you} />
      <div className="chat-bubble chat-bubble--mine chat-bubble--file">
        <SendingFile upload={upload} uploads={visit.uploads} />
        {upload.caption !== '' && <RichText text={upload.caption} />}
      </div>
    </div>
  );
}
