import { Smile } from 'lucide-react';
import { useEffect, useRef, useState } from 'react';
import { useWords } from '../i18n';
import { IconButton } from '../ui/IconButton';
import { lazily } from '../ui/lazily';
import { Outdated } from '../ui/Outdated';
import './compose.css';

const EmojiPicker = lazily(() => import('./EmojiPicker'), import.meta.url);

// ☺ and the picker over it, which is loaded when it is first opened.
export function EmojiButton({ onPick, onClosed }: { onPick: (emoji: string) => void; onClosed: () => void }) {
  const { t } = useWords();
  const [open, setOpen] = useState(false);
  const root = useRef<HTMLSpanElement>(null);
  const close = () => {
    setOpen(false);
    onClosed();
  };
  useEffect(() => {
    if (!open) return;
    const outside = (event: Event) => {
      if (!event.composedPath().includes(root.current!)) setOpen(false);
    };
    document.addEventListener('pointerdown', outside);
    return () => document.removeEventListener('pointerdown', outside);
  }, [open]);
  return (
    <span
      ref={root}
      className="emoji"
      onKeyDown={(event) => {
        if (event.key !== 'Escape' || !open) return;
        event.stopPropagation();
        close();
      }}
    >
      <IconButton
        type="button"
        className="icon-button composer__tool"
        label={t.emoji.open}
        aria-expanded={open}
        aria-haspopup="dialog"
        onClick={() => (open ? close() : setOpen(true))}
      >
        <Smile size={20} aria-hidden="true" />
      </IconButton>
      {open && (
        <div className="emoji__panel" role="dialog" aria-label={t.emoji.open}>
          <EmojiPicker
            onPick={(emoji) => {
              onPick(emoji);
              close();
            }}
            meanwhile={(failed) =>
              failed === 'outdated' ? (
                <Outdated className="emoji__none" />
              ) : failed ? (
                <p className="emoji__none" role="alert">
                  {t.attach.waiting}
                </p>
              ) : (
                <span className="skeleton emoji__skeleton" />
              )
            }
          />
        </div>
      )}
    </span>
  );
}
