import { RotateCw, X } from 'lucide-react';
import { FileIcon } from '../files/FileCard';
import { useWords } from '../i18n';
import type { Upload, Uploads } from '../live/uploads';
import { useUploadState } from './UploadRow';

// In its bubble already, and not up yet.
export function SendingFile({ upload, uploads }: { upload: Upload; uploads: Uploads }) {
  const { t } = useWords();
  const stateOf = useUploadState();
  const { id, mime, voice, preview, state, sentBytes, sizeBytes } = upload;
  const name = voice ? t.files.kinds.voice : upload.name;
  return (
    <div className="sending">
      {preview && mime.startsWith('image/') && (
        <img className="sending__picture" src={preview} alt="" />
      )}
      <div className="sending__file">
        <FileIcon mime={mime} voice={voice} />
        <span className="sending__text">
          <bdi>{name}</bdi>
          <span role={state === 'refused' ? 'alert' : undefined}>{stateOf(upload)}</span>
        </span>
        {state === 'refused' && (
          <button
            className="sending__cancel"
            aria-label={`${t.attach.retry}: ${name}`}
            title={t.attach.retry}
            onClick={() => uploads.retry(id)}
          >
            <RotateCw size={16} />
          </button>
        )}
        <button
          className="sending__cancel"
          aria-label={t.attach.remove(name)}
          title={t.attach.remove(name)}
          onClick={() => uploads.cancel(id)}
        >
          <X size={16} />
        </button>
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
