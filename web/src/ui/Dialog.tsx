import { useLayoutEffect, useRef, type ComponentProps } from 'react';
import './dialog.css';

// A window over everything else, for as long as it stands there. Escape asks for its end.
export function Dialog({ onClose, ...dialog }: ComponentProps<'dialog'> & { onClose: () => void }) {
  const element = useRef<HTMLDialogElement>(null);
  // Closed while it still stands in the page: that gives the focus back to where it was.
  useLayoutEffect(() => {
    const shown = element.current;
    shown?.showModal();
    return () => shown?.close();
  }, []);
  return (
    <dialog
      ref={element}
      onCancel={(event) => {
        // A file question inside that was cancelled tells so as well, and is not the window's end.
        if (event.target !== event.currentTarget) return;
        event.preventDefault();
        onClose();
      }}
      {...dialog}
    />
  );
}
