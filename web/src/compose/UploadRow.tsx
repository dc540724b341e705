import { Check } from 'lucide-react';
import { useId } from 'react';
import { FileIcon } from '../files/FileCard';
import { PreviewImage } from '../files/PreviewImage';
import { useWords } from '../i18n';
import type { Upload, Uploads } from '../live/uploads';
import { codePoints, problemName } from '../live/wire';
import { foundWords } from './found_kinds';
import { UploadButtons } from './UploadButtons';

// Why a file was not taken, in a sentence.
function useFileFault(): (upload: Upload) => string {
  const { t, formats } = useWords();
  return ({ problem }) => {
    if (!problem) return t.attach.failed;
    const max = problem.size_bytes_max;
    switch (problemName(problem)) {
      case 'not-accepted':
        return t.attach.notAccepted(foundWords(problem.found ?? '', t.attach.found));
      case 'payload-too-large':
        return t.attach.tooLarge(max === undefined ? '' : formats.bytes(max));
      case 'empty-file':
        return t.attach.empty;
      case 'storage-full':
        return t.problems['storage-full'] ?? t.attach.failed;
      default:
        return t.attach.failed;
    }
  };
}

// Asking again changes nothing for a file that is of the wrong kind or too large.
function mayRetry({ problem }: Upload): boolean {
  return problem !== undefined && !/not-accepted|too-large|empty-file/.test(problem.type);
}

export function useUploadState(): (upload: Upload) => string {
  const { t, formats } = useWords();
  const fault = useFileFault();
  return (upload) => {
    switch (upload.state) {
      case 'queued':
        return t.attach.queued;
      case 'sending':
        return t.attach.sending(
          formats.percent(upload.sizeBytes > 0 ? upload.sentBytes / upload.sizeBytes : 0),
        );
      case 'waiting':
        return upload.problem ? t.outdated.files : t.attach.waiting;
      case 'done':
        return t.attach.done;
      case 'refused':
        return fault(upload);
    }
  };
}

export function UploadRow({
  upload,
  uploads,
  captionMax,
  onEnter,
}: {
  upload: Upload;
  uploads: Uploads;
  captionMax: number;
  onEnter: () => void;
}) {
  const { t, formats } = useWords();
  const stateOf = useUploadState();
  const hint = useId();
  const { id, name, mime, sizeBytes, state, caption, preview } = upload;
  const refused = state === 'refused';
  const length = codePoints(caption);
  const tooLong = length > captionMax;
  return (
    <li className={`upload ${refused ? 'upload--refused' : ''}`}>
      <div className="upload__file">
        {preview && mime.startsWith('image/') ? (
          <PreviewImage
            className="upload__picture"
            src={preview}
            otherwise={<FileIcon mime="" />}
          />
        ) : (
          <FileIcon mime={mime} />
        )}
        <span className="upload__text">
          <bdi className="upload__name">{name}</bdi>
          <span className="upload__state" role={refused ? 'alert' : undefined}>
            {state === 'done' && <Check size={14} aria-hidden="true" />}
            {formats.bytes(sizeBytes)} · {stateOf(upload)}
          </span>
        </span>
        <UploadButtons
          id={id}
          name={name}
          uploads={uploads}
          mayRetry={refused && mayRetry(upload)}
        />
      </div>
      {!refused && state !== 'done' && (
        <progress
          className="upload__progress"
          aria-label={t.attach.progress(name)}
          max={sizeBytes}
          value={upload.sentBytes}
        />
      )}
      {!refused && (
        <div className="upload__caption">
          <input
            className="field"
            aria-label={t.attach.caption(name)}
            aria-describedby={hint}
            aria-invalid={tooLong}
            placeholder={t.attach.captionHint}
            value={caption}
            onChange={(event) => uploads.caption(id, event.target.value)}
            onKeyDown={(event) => {
              if (event.key !== 'Enter' || event.nativeEvent.isComposing) return;
              // The text box has the focus by the time that the key would write there.
              event.preventDefault();
              onEnter();
            }}
          />
          <span id={hint} className={`upload__count number ${tooLong ? 'upload__count--over' : ''}`}>
            {t.attach.count(formats.number(length), formats.number(captionMax))}
          </span>
        </div>
      )}
    </li>
  );
}
