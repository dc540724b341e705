import { ArrowLeft, Check, Copy, UserCheck } from 'lucide-react';
import { useState } from 'react';
import type { Attach } from '../compose/use_attach';
import { useWords } from '../i18n';
import { pendingOf } from '../live/outbox';
import type { Taken } from '../live/taken';
import { Avatar } from '../ui/Avatar';
import { IconButton } from '../ui/IconButton';
import { Drawing } from './drawings';
import { givenTo } from './given_away';
import { KeptRecording } from './KeptRecording';
import { PendingBubble, UploadBubble } from './PendingBubble';
import { useDesk, useGivenAway, useRoom } from './room_context';

// The conversation went to somebody else. What was being written stays, to be copied or dropped, and
// so do files that were not sent.
export function TakenPane({
  id,
  taken,
  attach,
  onBack,
}: {
  id: string;
  taken: Taken;
  attach: Attach;
  onBack: () => void;
}) {
  const { t } = useWords();
  const { desk } = useRoom();
  const { drafts, outbox, recordings } = useDesk();
  const to = givenTo(useGivenAway(), id, taken);
  const draft = drafts.get(id) ?? '';
  const pending = pendingOf(outbox, id);
  const [copied, setCopied] = useState(false);
  const name = taken.conversation?.contact.name;
  const line = taken.owner && to === null ? t.pane.takenBy(taken.owner.name) : null;
  const lead = to === null ? t.pane.takenLead : `${t.toast.transferred(to)}.`;

  const copy = async (): Promise<void> => {
    const box = document.getElementById('taken-draft') as HTMLTextAreaElement;
    // Browsers give the clipboard's newer door to safe origins alone.
    if (window.isSecureContext) await navigator.clipboard.writeText(draft);
    else {
      box.select();
      document.execCommand('copy');
    }
    setCopied(true);
  };

  return (
    <>
      <header className="pane-header">
        <IconButton className="icon-button pane-header__back" label={t.pane.back} onClick={onBack}>
          <ArrowLeft size={18} />
        </IconButton>
        {name && (
          <>
            <Avatar name={name} size={40} />
            <div className="pane-header__who">
              <h1>{name}</h1>
            </div>
          </>
        )}
      </header>
      <div className="empty pane__taken">
        <Drawing name="taken" />
        <p className="empty__text" role={line === null ? 'status' : undefined}>
          {lead} {draft && t.pane.takenDraft}
        </p>
        <button className="button" onClick={onBack}>
          {t.empty.backToList}
        </button>
      </div>
      {pending.length + attach.onTheirWay.length > 0 && (
        <div className="pane__unsent">
          {pending.map((entry) => (
            <PendingBubble key={entry.key} entry={entry} />
          ))}
          {attach.onTheirWay.map((upload) => (
            <UploadBubble key={upload.id} upload={upload} />
          ))}
        </div>
      )}
      {(line !== null || draft || recordings.has(id)) && (
        <div className="composer composer--taken">
          {line !== null && (
            <p className="composer__line" role="status">
              <UserCheck size={16} aria-hidden="true" />
              {line}
            </p>
          )}
          <KeptRecording id={id} />
          {draft && (
            <>
              <div className="composer__box">
                <textarea
                  id="taken-draft"
                  className="composer__text"
                  readOnly
                  rows={Math.min(6, draft.split('\n').length)}
                  aria-label={t.pane.draftLabel}
                  value={draft}
                />
              </div>
              <div className="composer__buttons">
                <button className="button" onClick={() => void copy()}>
                  {copied ? <Check size={16} /> : <Copy size={16} />}
                  <span aria-live="polite">{copied ? t.pane.copiedDraft : t.pane.copyDraft}</span>
                </button>
                <button
                  className="button button--plain"
                  onClick={() => {
                    desk.setDraft(id, '');
                    onBack();
                  }}
                >
                  {t.pane.dropDraft}
                </button>
              </div>
            </>
          )}
        </div>
      )}
    </>
  );
}
