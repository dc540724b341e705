import {
  ChevronLeft,
  ChevronRight,
  Download,
  Maximize,
  X,
  ZoomIn,
  ZoomOut,
} from 'lucide-react';
import { useEffect, useRef, useState, type ComponentProps, type RefObject } from 'react';
import { useWords } from '../i18n';
import type { Attachment } from '../live/wire';
import { Dialog } from '../ui/Dialog';
import { IconButton } from '../ui/IconButton';
import { useDownload, useFileUrl } from './file_source';

// As files.css has them: fitted into the window, and so much wider than it.
const levelMax = 4;
// A finger that moves so far to one side, and more to the side than up or down, swipes.
const swipePx = 48;

// A picture over everything, and `pictures`, the others of its conversation, beside it: + and - zoom,
// 0 fits it again, the arrows and a swipe lead to the one before and after or move a larger one, Escape
// closes.
export function Viewer({
  attachment,
  pictures,
  onClose,
}: {
  attachment: Attachment;
  pictures: readonly Attachment[];
  onClose: () => void;
}) {
  const { t, formats } = useWords();
  const stage = useRef<HTMLDivElement>(null);
  const finger = useRef<{ id: number; x: number; y: number } | null>(null);
  const [shown, setShown] = useState(attachment);
  const [level, setLevel] = useState(0);
  const { id, name, size_bytes: size } = shown;
  const path = `/attachments/${id}`;
  const { url, failed } = useFileUrl(path);
  const download = useDownload(path, name);
  const picture = useRef<HTMLImageElement>(null);
  const zoom = useZoom(picture, url);
  // -1: not among them yet, having just been sent from here.
  const place = pictures.findIndex((each) => each.id === id);
  const before = place > 0 ? pictures[place - 1] : undefined;
  const after = place >= 0 ? pictures[place + 1] : undefined;

  // Where the arrows move a picture that is larger than the window.
  useEffect(() => stage.current?.focus(), []);

  const step = (by: number) =>
    setLevel((known) => Math.min(levelMax, Math.max(0, known + by)));

  const show = (picture: Attachment | undefined) => {
    if (!picture) return;
    setShown(picture);
    setLevel(0);
  };

  const pressed = (event: React.KeyboardEvent) => {
    event.stopPropagation();
    if (event.key === '+' || event.key === '=') step(1);
    else if (event.key === '-') step(-1);
    else if (event.key === '0') setLevel(0);
    else if (event.key === 'ArrowLeft' && level === 0) show(before);
    else if (event.key === 'ArrowRight' && level === 0) show(after);
  };

  // Two fingers zoom the page, and one moves what is larger than the window.
  const touched = ({ touches }: React.TouchEvent) => {
    const first = touches[0];
    const isAlone = touches.length === 1 && (window.visualViewport?.scale ?? 1) === 1;
    finger.current =
      isAlone && first ? { id: first.identifier, x: first.clientX, y: first.clientY } : null;
  };

  const lifted = ({ touches, changedTouches }: React.TouchEvent) => {
    const last = changedTouches[0];
    const begin = finger.current;
    finger.current = null;
    if (!begin || last?.identifier !== begin.id || touches.length > 0 || level !== 0) return;
    const aside = last.clientX - begin.x;
    if (Math.abs(aside) < swipePx || Math.abs(aside) <= Math.abs(last.clientY - begin.y)) return;
    show(aside > 0 ? before : after);
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
        <span className="viewer__place number" role="status">
          {place >= 0 && pictures.length > 1 && (
            <>
              <span aria-hidden="true">
                {formats.number(place + 1)} / {formats.number(pictures.length)}
              </span>
              <span className="sr-only">
                {t.files.place(formats.number(place + 1), formats.number(pictures.length), name)}
              </span>
            </>
          )}
        </span>
        <ViewerButton label={t.files.zoomOut} disabled={level === 0} onClick={() => step(-1)}>
          <ZoomOut size={20} />
        </ViewerButton>
        <span className="viewer__zoom number" aria-live="polite">
          {zoom !== null && formats.percent(zoom)}
        </span>
        <ViewerButton
          label={t.files.zoomIn}
          disabled={level === levelMax}
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
      <div className="viewer__middle">
        {(before || after) && (
          <ViewerButton
            className="viewer__button viewer__walk"
            label={t.files.previous}
            disabled={!before}
            onClick={() => show(before)}
          >
            <ChevronLeft size={28} />
          </ViewerButton>
        )}
        <div
          ref={stage}
          className={`viewer__stage viewer__stage--${level}`}
          tabIndex={0}
          role="group"
          aria-label={name}
          onClick={(event) => event.target === event.currentTarget && onClose()}
          onTouchStart={touched}
          onTouchEnd={lifted}
          onTouchCancel={() => {
            finger.current = null;
          }}
        >
          {failed ? (
            <p className="viewer__failed">{t.files.unavailable}</p>
          ) : url ? (
            <img
              key={id}
              ref={picture}
              src={url}
              alt={name}
              onDoubleClick={() => setLevel(level === 0 ? 2 : 0)}
            />
          ) : (
            <span className="skeleton viewer__skeleton" />
          )}
        </div>
        {(before || after) && (
          <ViewerButton
            className="viewer__button viewer__walk viewer__walk--after"
            label={t.files.next}
            disabled={!after}
            onClick={() => show(after)}
          >
            <ChevronRight size={28} />
          </ViewerButton>
        )}
      </div>
    </Dialog>
  );
}

// How large the picture stands there, of its own pixels; null until it is there.
function useZoom(picture: RefObject<HTMLImageElement | null>, url: string | null): number | null {
  const [zoom, setZoom] = useState<number | null>(null);
  useEffect(() => {
    const image = picture.current;
    setZoom(null);
    if (!image) return;
    const watch = new ResizeObserver(() => {
      const { clientWidth, clientHeight, naturalWidth, naturalHeight } = image;
      if (naturalWidth === 0) return;
      setZoom(Math.min(clientWidth / naturalWidth, clientHeight / naturalHeight));
    });
    watch.observe(image);
    return () => watch.disconnect();
  }, [picture, url]);
  return zoom;
}

// One that can do nothing now stays where the keyboard is: a disabled one would lose it.
function ViewerButton({ disabled = false, onClick, ...button }: ComponentProps<typeof IconButton>) {
  return (
    <IconButton
      className="viewer__button"
      aria-disabled={disabled}
      onClick={disabled ? undefined : onClick}
      {...button}
    />
  );
}
