import { X } from 'lucide-react';
import { useLayoutEffect, useRef, useState, type FormEvent } from 'react';
import { useWords } from '../../i18n';
import { hasStatus } from '../../live/api';
import { codePoints, limits, type QuickReply } from '../../live/wire';
import { Dialog } from '../../ui/Dialog';
import { IconButton } from '../../ui/IconButton';
import { useExplain } from '../actions';
import { useOwnDepartments } from '../departments';
import { useRoom } from '../room_context';
import { useTell } from '../Toasts';
import { fillIn, placeholders } from './fill_in';
import { FormFile } from './FormFile';
import { usePlaceholderName } from './Placeholders';
import { keysByContent, save, type QuickReplyDraft } from './quick_store';

export function QuickReplyForm({
  reply,
  onClose,
  onSaved,
}: {
  // null: a new one.
  reply: QuickReply | null;
  onClose: () => void;
  onSaved: (position: number) => void;
}) {
  const { t, formats } = useWords();
  const explain = useExplain();
  const tell = useTell();
  const [draft, setDraft] = useState<QuickReplyDraft>({
    title: reply?.title ?? '',
    text: reply?.text ?? '',
    department: reply?.department?.slug ?? null,
    attachment: reply?.attachment ?? null,
  });
  const [fault, setFault] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const [keyOf] = useState(() => keysByContent());
  const departments = useOwnDepartments();
  const title = useRef<HTMLInputElement>(null);
  // By the window itself it would be on what stands first there, which closes it.
  useLayoutEffect(() => title.current?.focus(), []);
  const change = (part: Partial<QuickReplyDraft>) => setDraft((known) => ({ ...known, ...part }));

  const length = codePoints(draft.text);
  const ready =
    draft.title.trim() !== '' &&
    codePoints(draft.title) <= limits.quickReplyTitleCodePoints &&
    (draft.text.trim() !== '' || draft.attachment !== null) &&
    length <= limits.messageCodePoints;

  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (!ready || busy) return;
    setBusy(true);
    try {
      const whole = { ...draft, title: draft.title.trim(), text: draft.text.trim() };
      const position = await save(reply?.id ?? null, whole, keyOf(whole));
      tell(t.quickPage.saved);
      onSaved(position);
    } catch (error) {
      setBusy(false);
      if (hasStatus(error, 404)) setFault(t.quickPage.gone);
      // Without an answer nobody knows what became of it.
      else setFault(hasStatus(error, 0) ? t.quickPage.unanswered : explain(error));
    }
  };

  return (
    <Dialog className="dialog" aria-labelledby="quick-form-title" onClose={onClose}>
      <form onSubmit={(event) => void submit(event)}>
        <header className="dialog__head">
          <h2 id="quick-form-title">{reply ? t.quickPage.editTitle : t.quickPage.addTitle}</h2>
          <IconButton type="button" label={t.quickPage.close} onClick={onClose}>
            <X size={18} />
          </IconButton>
        </header>
        <div className="dialog__body">
          <div className="form-field">
            <label htmlFor="quick-name">{t.quickPage.name}</label>
            <input
              ref={title}
              id="quick-name"
              className="field"
              value={draft.title}
              aria-describedby="quick-name-hint"
              onChange={(event) => change({ title: event.target.value })}
            />
            <small id="quick-name-hint">{t.quickPage.nameHint}</small>
          </div>
          <TextField text={draft.text} onText={(text) => change({ text })} />
          {length > limits.messageCodePoints && (
            <p className="page__fault number" role="alert">
              {t.quickPage.count(
                formats.number(length),
                formats.number(limits.messageCodePoints),
              )}
            </p>
          )}
          <Preview text={draft.text} department={departments[0]?.name ?? ''} />
          <label className="form-field">
            <span>{t.quickPage.department}</span>
            <select
              className="field"
              value={draft.department ?? ''}
              onChange={(event) => change({ department: event.target.value || null })}
            >
              <option value="">{t.quickPage.all}</option>
              {departments.map(({ slug, name }) => (
                <option key={slug} value={slug}>
                  {name}
                </option>
              ))}
            </select>
          </label>
          <FormFile
            attachment={draft.attachment}
            onAttachment={(attachment) => change({ attachment })}
            onBusy={setBusy}
          />
          {fault && (
            <p className="page__fault" role="alert">
              {fault}
            </p>
          )}
        </div>
        <footer className="dialog__foot">
          <button type="button" className="button button--large" onClick={onClose}>
            {t.quickPage.cancel}
          </button>
          <button className="button button--solid button--large" disabled={!ready || busy}>
            {t.quickPage.save}
          </button>
        </footer>
      </form>
    </Dialog>
  );
}

// The text, with what is filled in put where the caret is.
function TextField({ text, onText }: { text: string; onText: (text: string) => void }) {
  const { t } = useWords();
  const nameOf = usePlaceholderName();
  const box = useRef<HTMLTextAreaElement>(null);
  const insert = (placeholder: string) => {
    const element = box.current;
    if (!element) return;
    element.setRangeText(placeholder, element.selectionStart, element.selectionEnd, 'end');
    onText(element.value);
    element.focus();
  };
  return (
    <div className="form-field">
      <label htmlFor="quick-text">{t.quickPage.text}</label>
      <textarea
        ref={box}
        id="quick-text"
        className="field form-field__text"
        rows={5}
        value={text}
        onChange={(event) => onText(event.target.value)}
      />
      <div className="form-field__placeholders">
        <small>{t.quickPage.placeholders}</small>
        {placeholders.map((placeholder) => (
          <button
            key={placeholder}
            type="button"
            className="chip chip--button"
            onClick={() => insert(placeholder)}
          >
            {nameOf(placeholder)}
          </button>
        ))}
      </div>
    </div>
  );
}

function Preview({ text, department }: { text: string; department: string }) {
  const { t } = useWords();
  const { operator } = useRoom();
  if (text.trim() === '' || !text.includes('{{')) return null;
  return (
    <div className="form-field">
      <span>{t.quickPage.preview}</span>
      <p className="form-field__preview">
        {fillIn(text, {
          '{{contact.name}}': t.quickPage.sampleContact,
          '{{operator.name}}': operator.name,
          '{{department}}': department,
        })}
      </p>
    </div>
  );
}
