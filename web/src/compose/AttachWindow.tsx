import { Plus, UploadCloud, X } from 'lucide-react';
import { useEffect, useState } from 'react';
import { useWords } from '../i18n';
import { acceptOf, groupsOf } from '../live/attachment_rules';
import { codePoints, limits, type AttachmentRules } from '../live/wire';
import { Dialog } from '../ui/Dialog';
import { IconButton } from '../ui/IconButton';
import { useTouch } from '../ui/media';
import { Question } from '../ui/Question';
import { carriesFiles } from './DropZone';
import { UploadRow } from './UploadRow';
import { pastedFiles, type Attach } from './use_attach';
import './compose.css';

// The window of 📎: what may be sent, a grey area to drop files onto, then each file with its
// progress and its caption.
export function AttachWindow({ attach, returnTo }: { attach: Attach; returnTo: () => void }) {
  const { t } = useWords();
  const { chosen, rules, blocked } = attach;

  const captionMax = rules?.caption_code_points_max ?? limits.captionCodePoints;
  const going = chosen.filter(({ state }) => state !== 'refused');
  const tooLong = going.some(({ caption }) => codePoints(caption) > captionMax);
  const { close } = attach;
  const [asking, setAsking] = useState(false);
  const isReady = going.length > 0 && !tooLong && blocked === null;
  const send = () => {
    if (isReady) attach.send();
  };
  const add = (files: Iterable<File>) => {
    if (blocked === null) attach.add(files);
  };
  // Once the window is gone: nothing behind it can have the focus before, and it gives it back to 📎.
  useEffect(() => returnTo, []);

  return (
    <Dialog
      className="dialog attach"
      aria-labelledby="attach-title"
      onClose={() => (going.length > 0 ? setAsking(true) : close())}
      // Files that are meant for the window are not the conversation's behind it.
      onPaste={(event) => {
        event.stopPropagation();
        const files = pastedFiles(event.clipboardData);
        if (files.length === 0) return;
        event.preventDefault();
        add(files);
      }}
      onDragEnter={(event) => event.stopPropagation()}
      onDragLeave={(event) => event.stopPropagation()}
      onDragOver={(event) => {
        event.stopPropagation();
        event.preventDefault();
      }}
      onDrop={(event) => {
        event.stopPropagation();
        event.preventDefault();
        if (carriesFiles(event)) add(event.dataTransfer.files);
      }}
    >
      <header className="dialog__head">
        <h2 id="attach-title">{t.attach.title}</h2>
        <IconButton label={t.attach.close} onClick={close}>
          <X size={18} />
        </IconButton>
      </header>
      <div className="dialog__body">
        {blocked === null ? (
          <Area attach={attach} />
        ) : (
          <p className="attach__blocked" role="status">
            {blocked} {t.attach.blocked}
          </p>
        )}
        {chosen.length > 0 && (
          <ul className="attach__list">
            {chosen.map((upload) => (
              <UploadRow
                key={upload.id}
                upload={upload}
                uploads={attach.uploads}
                captionMax={captionMax}
                onEnter={send}
              />
            ))}
          </ul>
        )}
        {attach.rulesFailed ? (
          <p className="attach__fault" role="status">
            {t.attach.rulesFailed}
          </p>
        ) : (
          <Formats rules={rules} />
        )}
      </div>
      {chosen.length > 0 && (
        <footer className="dialog__foot">
          <button className="button button--large" onClick={close}>
            {t.attach.cancel}
          </button>
          <button
            className="button button--solid button--large"
            disabled={!isReady}
            onClick={send}
          >
            {going.length > 1 ? t.attach.sendMany(going.length) : t.attach.send}
          </button>
        </footer>
      )}
      {asking && (
        <Question
          title={t.attach.discardTitle(going.length)}
          text={t.attach.discardLead}
          yes={t.question.discard}
          no={t.question.keep}
          onYes={close}
          onNo={() => setAsking(false)}
        />
      )}
    </Dialog>
  );
}

function Area({ attach }: { attach: Attach }) {
  const { t } = useWords();
  const [over, setOver] = useState(false);
  const { chosen, rules } = attach;
  const touch = useTouch();
  const browse = touch ? t.attach.browseTouch : t.attach.browse;
  return (
    <label
      className={`attach__area ${over ? 'attach__area--over' : ''} ${chosen.length > 0 ? 'attach__area--small' : ''}`}
      onDragEnter={(event) => setOver(carriesFiles(event))}
      onDragLeave={() => setOver(false)}
      onDrop={() => setOver(false)}
    >
      {chosen.length > 0 ? (
        <span className="attach__more">
          <Plus size={18} aria-hidden="true" />
          {t.attach.more}
        </span>
      ) : (
        <>
          <UploadCloud size={36} aria-hidden="true" />
          <strong>{touch ? t.attach.what : t.attach.drop}</strong>
          <span className="button attach__browse">{browse}</span>
          {!touch && <small>{t.attach.paste}</small>}
        </>
      )}
      <input
        type="file"
        multiple
        className="sr-only"
        aria-label={browse}
        {...(rules && { accept: acceptOf(rules) })}
        onChange={(event) => {
          attach.add(event.target.files ?? []);
          // The same file may be chosen once more.
          event.target.value = '';
        }}
      />
    </label>
  );
}

function Formats({ rules }: { rules: AttachmentRules | null }) {
  const { t, formats } = useWords();
  return (
    <div className="attach__formats">
      <h3>{t.attach.formats}</h3>
      {rules === null ? (
        <span className="skeleton attach__formats-skeleton" />
      ) : (
        <ul>
          {groupsOf(rules).map(({ extensions, sizeBytesMax }) => (
            <li key={sizeBytesMax}>
              <span>{extensions.join(' · ')}</span>
              <strong className="number">{t.attach.upTo(formats.bytes(sizeBytesMax))}</strong>
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}
