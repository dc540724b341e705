import type { Attachment } from '../live/wire';
import { AudioPlayer } from './AudioPlayer';
import { FileCard } from './FileCard';
import { kindOf } from './kinds';
import { isPicture } from './pictures';
import { Thumbnail } from './Thumbnail';
import './files.css';

// A file as it stands in a bubble: pictures and PDFs by a thumbnail, sound by a player, the rest by
// name, kind and size. What could not be looked into is shown as the plain file that it is.
export function FileView({ attachment, voice }: { attachment: Attachment; voice: boolean }) {
  const kind = kindOf(attachment.mime, voice);
  const failed = attachment.examination === 'failed';
  if ((kind === 'audio' || kind === 'voice') && !failed) {
    return <AudioPlayer attachment={attachment} voice={voice} />;
  }
  if (isPicture(attachment)) return <Thumbnail attachment={attachment} />;
  if (kind === 'pdf' && !failed) {
    return (
      <div className="file-pdf">
        <Thumbnail attachment={attachment} />
        <FileCard attachment={attachment} voice={voice} />
      </div>
    );
  }
  return <FileCard attachment={attachment} voice={voice} />;
}
