import { Clock } from 'lucide-react';
import { Refusal } from '../compose/Refusal';
import { SendingFile } from '../compose/SendingFile';
import { FileView } from '../files/FileView';
import { useWords } from '../i18n';
import type { Pending } from '../live/outbox';
import type { Upload } from '../live/uploads';
import { Author } from '../ui/Author';
import { RichText } from '../ui/RichText';
import { Clock as ClockTime } from '../ui/Time';
import { useRoom } from './room_context';

// What was written here and is not on the server yet, or was refused.
export function PendingBubble({ entry }: { entry: Pending }) {
  const { t } = useWords();
  const { desk } = useRoom();
  const refused = entry.state === 'refused';
  const { attachment } = entry;
  const label = t.delivery[entry.state === 'sending' ? 'sending' : 'queued'];
  return (
    <div className="bubble-row bubble-row--mine" role="article">
      <Author name={t.list.you} />
      <div
        className={`bubble bubble--mine ${refused ? 'bubble--refused' : 'bubble--pending'} ${attachment ? 'bubble--file' : ''}`}
      >
        {attachment && <FileView attachment={attachment} voice={entry.body.kind === 'voice'} />}
        {entry.text !== '' && <RichText text={entry.text} />}
        <span className="bubble__foot">
          <ClockTime at={entry.writtenAt} />
          {!refused && (
            <span className="tick" role="img" aria-label={label} title={label}>
              <Clock size={12} />
            </span>
          )}
        </span>
      </div>
      {refused && (
        <Refusal
          entry={entry}
          onRetry={() => desk.retry(entry.key)}
          onTakeBack={() => {
            desk.takeBack(entry.key);
            // Where somebody else answers, there is none.
            const box = document.getElementById('composer');
            (box ?? document.getElementById('conversation'))?.focus();
          }}
        />
      )}
    </div>
  );
}

export function UploadBubble({ upload }: { upload: Upload }) {
  const { t } = useWords();
  const { desk } = useRoom();
  return (
    <div className="bubble-row bubble-row--mine" role="article">
      <Author name={t.list.you} />
      <div className="bubble bubble--mine bubble--file">
        <SendingFile upload={upload} uploads={desk.uploads} />
        {upload.caption !== '' && <RichText text={upload.caption} />}
      </div>
    </div>
  );
}
