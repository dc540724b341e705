import { RotateCw } from 'lucide-react';
import { FileIcon } from '../files/FileCard';
import { PreviewImage } from '../files/PreviewImage';
import { useWords } from '../i18n';
import type { Upload, Uploads } from '../live/uploads';
import { IconButton } from '../ui/IconButton';
import { reload } from '../ui/Outdated';
import { UploadButtons } from './UploadButtons';
import { useUploadState } from './UploadRow';

// In its bubble already, and not up yet.
export function SendingFile({ upload, uploads }: { upload: Upload; uploads: Uploads }) {
  const { t } = useWords();
  const stateOf = useUploadState();
  const { id, mime, voice, preview, state, problem, sentBytes, sizeBytes } = upload;
  const name = voice ? t.files.kinds.voice : upload.name;
  return (
    <div className="sending">
      {preview && mime.startsWith('image/') && (
        <PreviewImage className="sending__picture" src={preview} />
      )}
      <div className="sending__file">
        <FileIcon mime={mime} voice={voice} />
        <span className="sending__text">
          <bdi>{name}</bdi>
          <span role={state === 'refused' ? 'alert' : undefined}>{stateOf(upload)}</span>
        </span>
        {state === 'waiting' && problem && (
          <IconButton className="sending__cancel" label={t.outdated.reload} onClick={reload}>
            <RotateCw size={16} />
          </IconButton>
        )}
        <UploadButtons
          className="sending__cancel"
          id={id}
          name={name}
          uploads={uploads}
          mayRetry={state === 'refused'}
        />
      </div>
      {state !== 'refused' && (
        <progress
          className="upload__progress"
          aria-label={t.attach.progress(name)}
          max={sizeBytes}
          value={sentBytes}
        />
      )}
    </div>
  );
}
