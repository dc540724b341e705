import { useLayoutEffect, useRef, type ComponentProps } from 'react';
import './dialog.css';

// A window over everything else, for as long as it stands there. Escape asks for its end.
export function Dialog({
  onClose,
  onKeyDown,
  ...dialog
}: ComponentProps<'dialog'> & { onClose: () => void }) {
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
      // The key itself: the browser asks once, and at the next one closes without a word.
      onKeyDown={(event) => {
        onKeyDown?.(event);
        // What is meant for the window is not for what it stands in.
        event.stopPropagation();
        if (event.key !== 'Escape' || event.defaultPrevented || isItsOwn(event)) return;
        event.preventDefault();
        onClose();
      }}
      // Another way back than by the key, as telephones have it.
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

// Of a list that is open, or of letters that are being put together.
function isItsOwn({ target, nativeEvent }: React.KeyboardEvent): boolean {
  return target instanceof HTMLSelectElement || nativeEvent.isComposing;
}
