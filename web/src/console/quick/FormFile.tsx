import { Paperclip, X } from 'lucide-react';
import { useEffect, useMemo, useState, useSyncExternalStore } from 'react';
import { useUploadState } from '../../compose/UploadRow';
import { FileIcon } from '../../files/FileCard';
import { useWords } from '../../i18n';
import { acceptOf, checkFile } from '../../live/attachment_rules';
import { tusUploads } from '../../live/tus';
import { Uploads } from '../../live/uploads';
import { uuid } from '../../live/uuid';
import type { AttachedFile, AttachmentRules } from '../../live/wire';
import { IconButton } from '../../ui/IconButton';
import { useRoom } from '../room_context';

// The one file that may go with a quick reply.
export function FormFile({
  attachment,
  onAttachment,
  onBusy,
}: {
  attachment: AttachedFile | null;
  onAttachment: (attachment: AttachedFile | null) => void;
  // While it is on its way there is nothing to save.
  onBusy: (busy: boolean) => void;
}) {
  const { t, formats } = useWords();
  const { desk } = useRoom();
  const stateOf = useUploadState();
  const [rules, setRules] = useState<AttachmentRules | null>(null);
  const uploads = useMemo(
    () =>
      new Uploads(tusUploads('/uploads'), uuid, ({ attachmentId, name, mime, sizeBytes }) =>
        onAttachment({ id: attachmentId, name, mime, size_bytes: sizeBytes }),
      ),
    // One for as long as the form stands.
    [],
  );
  const [upload] = useSyncExternalStore(uploads.subscribe, uploads.read);
  const onTheWay = upload !== undefined && upload.state !== 'refused';
  useEffect(() => onBusy(onTheWay), [onBusy, onTheWay]);
  useEffect(() => {
    desk.attachmentRules().then(setRules, () => setRules(null));
  }, [desk]);
  useEffect(() => {
    uploads.begin();
    return () => uploads.end();
  }, [uploads]);

  const choose = (file: File | undefined) => {
    if (!file || !rules) return;
    if (upload) uploads.cancel(upload.id);
    uploads.add('', [{ file, problem: checkFile(rules, { name: file.name, size: file.size }) }], true);
  };
  // A form goes with its page, and this file with it.
  const outdated = upload?.state === 'waiting' && upload.problem !== undefined;
  const shown = upload
    ? {
        name: upload.name,
        mime: upload.mime,
        words: outdated ? t.outdated.lead : stateOf(upload),
      }
    : attachment && {
        name: attachment.name,
        mime: attachment.mime,
        words: formats.bytes(attachment.size_bytes),
      };
  return (
    <div className="form-field">
      <span>{t.quickPage.attachment}</span>
      {shown ? (
        <div className={`form-file ${upload?.state === 'refused' ? 'form-file--refused' : ''}`}>
          <FileIcon mime={shown.mime} />
          <span className="upload__text">
            <bdi className="upload__name">{shown.name}</bdi>
            <span className="upload__state">{shown.words}</span>
          </span>
          <IconButton
            type="button"
            label={t.attach.remove(shown.name)}
            onClick={() => (upload ? uploads.cancel(upload.id) : onAttachment(null))}
          >
            <X size={16} />
          </IconButton>
        </div>
      ) : (
        <label className="button form-file__choose">
          <Paperclip size={16} aria-hidden="true" />
          {t.quickPage.chooseFile}
          <input
            type="file"
            className="sr-only"
            disabled={!rules}
            {...(rules && { accept: acceptOf(rules) })}
            onChange={(event) => choose(event.target.files?.[0])}
          />
        </label>
      )}
    </div>
  );
}
