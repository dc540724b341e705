import { useId } from 'react';
import { Dialog } from './Dialog';

// Asked before something is thrown away that cannot be brought back. Escape keeps it, and so does
// Enter, since that answer has the focus.
export function Question({
  title,
  text,
  yes,
  no,
  onYes,
  onNo,
}: {
  title: string;
  text: string;
  yes: string;
  no: string;
  onYes: () => void;
  onNo: () => void;
}) {
  const id = useId();
  return (
    <Dialog
      className="dialog dialog--question"
      role="alertdialog"
      aria-labelledby={`${id}-title`}
      aria-describedby={`${id}-text`}
      onClose={onNo}
    >
      <header className="dialog__head">
        <h2 id={`${id}-title`}>{title}</h2>
      </header>
      <div className="dialog__body">
        <p id={`${id}-text`}>{text}</p>
      </div>
      <footer className="dialog__foot">
        <button type="button" className="button button--large" onClick={onNo}>
          {no}
        </button>
        <button type="button" className="button button--solid button--large" onClick={onYes}>
          {yes}
        </button>
      </footer>
    </Dialog>
  );
}
