import { Download, Maximize, X, ZoomIn, ZoomOut } from 'lucide-react';
import { useRef, useState, type ComponentProps } from 'react';
import { useWords } from '../i18n';
import type { Attachment } from '../live/wire';
import { Dialog } from '../ui/Dialog';
import { IconButton } from '../ui/IconButton';
import { useDownload, useFileUrl } from './file_source';

const zooms = [1, 1.5, 2, 3, 4];

// A picture over everything: + and - zoom, 0 fits it again, the arrows move it, Escape closes.
export function Viewer({ attachment, onClose }: { attachment: Attachment; onClose: () => void }) {
  const { t, formats } = useWords();
  const stage = useRef<HTMLDivElement>(null);
  const [level, setLevel] = useState(0);
  const { id, name, size_bytes: size } = attachment;
  const path = `/attachments/${id}`;
  const { url, failed } = useFileUrl(path);
  const download = useDownload(path, name);
  const zoom = zooms[level] ?? 1;

  const step = (by: number) =>
    setLevel((known) => Math.min(zooms.length - 1, Math.max(0, known + by)));

  const pressed = (event: React.KeyboardEvent) => {
    event.stopPropagation();
    if (event.key === '+' || event.key === '=') step(1);
    else if (event.key === '-') step(-1);
    else if (event.key === '0') setLevel(0);
  };

  return (
    <Dialog
      className="viewer"
      aria-label={`${t.files.viewer}: ${name}`}
      onClose={onClose}
      onKeyDown={pressed}
    >
      <header className="viewer__bar">
        <span className="viewer__name">
          <bdi>{name}</bdi>
          <small role={download.failed ? 'alert' : undefined}>
            {download.failed ? t.files.unavailable : formats.bytes(size)}
          </small>
        </span>
        <ViewerButton label={t.files.zoomOut} disabled={level === 0} onClick={() => step(-1)}>
          <ZoomOut size={20} />
        </ViewerButton>
        <span className="viewer__zoom number" aria-live="polite">
          {formats.percent(zoom)}
        </span>
        <ViewerButton
          label={t.files.zoomIn}
          disabled={level === zooms.length - 1}
          onClick={() => step(1)}
        >
          <ZoomIn size={20} />
        </ViewerButton>
        <ViewerButton label={t.files.fit} disabled={level === 0} onClick={() => setLevel(0)}>
          <Maximize size={20} />
        </ViewerButton>
        <ViewerButton label={t.files.download(name)} onClick={download.start}>
          <Download size={20} />
        </ViewerButton>
        <ViewerButton label={t.files.close} onClick={onClose}>
          <X size={20} />
        </ViewerButton>
      </header>
      <div
        ref={stage}
        className={`viewer__stage viewer__stage--${level}`}
        tabIndex={0}
        role="group"
        aria-label={name}
        onClick={(event) => event.target === event.currentTarget && onClose()}
      >
        {failed ? (
          <p className="viewer__failed">{t.files.unavailable}</p>
        ) : url ? (
          <img src={url} alt={name} onDoubleClick={() => setLevel(level === 0 ? 2 : 0)} />
        ) : (
          <span className="skeleton viewer__skeleton" />
        )}
      </div>
    </Dialog>
  );
}

function ViewerButton(button: ComponentProps<typeof IconButton>) {
  return <IconButton className="viewer__button" {...button} />;
}
