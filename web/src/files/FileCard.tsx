import { Download, File, FileAudio, FileImage, FileSpreadsheet, FileText } from 'lucide-react';
import type { ReactNode } from 'react';
import { useWords } from '../i18n';
import type { Attachment } from '../live/wire';
import { useDownload } from './file_source';
import { endingOf, kindOf, type FileKind } from './kinds';

const icons: Record<FileKind, ReactNode> = {
  picture: <FileImage size={22} />,
  pdf: <FileText size={22} />,
  audio: <FileAudio size={22} />,
  voice: <FileAudio size={22} />,
  text: <FileText size={22} />,
  sheet: <FileSpreadsheet size={22} />,
  file: <File size={22} />,
};

export function FileIcon({ mime, voice = false }: { mime: string; voice?: boolean }) {
  const kind = kindOf(mime, voice);
  return (
    <span className={`file-icon file-icon--${kind}`} aria-hidden="true">
      {icons[kind]}
    </span>
  );
}

export function FileCard({ attachment, voice }: { attachment: Attachment; voice: boolean }) {
  const { t, formats } = useWords();
  const { id, name, mime, size_bytes: size } = attachment;
  const kind = kindOf(mime, voice);
  const download = useDownload(`/attachments/${id}`, name);
  const facts = [endingOf(name) || t.files.kinds[kind], formats.bytes(size)].join(' · ');
  const shown = download.failed ? t.files.unavailable : facts;
  return (
    <>
      <button
        className="file-card"
        // What is seen, word by word, so that it can be asked for by voice.
        aria-label={`${t.files.download(name)} ${shown}`}
        onClick={download.start}
      >
        <FileIcon mime={mime} voice={voice} />
        <span className="file-card__text">
          {/* Isolated, so that a name that runs from right to left turns nothing around it. */}
          <bdi className="file-card__name">{name}</bdi>{' '}
          <span className="file-card__facts">{shown}</span>
        </span>
        <Download size={18} aria-hidden="true" />
      </button>
      {download.failed && (
        <span className="sr-only" role="alert">
          {t.files.unavailable}
        </span>
      )}
    </>
  );
}
