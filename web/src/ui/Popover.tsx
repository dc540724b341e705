import { useEffect, useRef, type ReactNode, type RefObject } from 'react';
import './popover.css';

// A panel under its anchor. Escape, a click elsewhere and the focus leaving close it; the focus goes
// back to the anchor on Escape.
export function Popover({
  anchor,
  label,
  align = 'start',
  className = '',
  onClose,
  children,
}: {
  anchor: RefObject<HTMLElement | null>;
  label: string;
  align?: 'start' | 'end';
  className?: string;
  onClose: () => void;
  children: ReactNode;
}) {
  const panel = useRef<HTMLDivElement>(null);
  const close = useRef(onClose);
  close.current = onClose;
  useEffect(() => {
    const first = panel.current?.querySelector<HTMLElement>(
      '[data-autofocus], [aria-checked="true"], button, a[href], input, textarea',
    );
    first?.focus();
    const outside = (event: Event) => {
      const target = event.target as Node;
      if (!panel.current?.contains(target) && !anchor.current?.contains(target)) close.current();
    };
    document.addEventListener('pointerdown', outside);
    document.addEventListener('focusin', outside);
    return () => {
      document.removeEventListener('pointerdown', outside);
      document.removeEventListener('focusin', outside);
    };
  }, [anchor]);
  return (
    <div
      ref={panel}
      className={`popover popover--${align} ${className}`}
      role="dialog"
      aria-label={label}
      onKeyDown={(event) => {
        if (event.key === 'Escape') {
          event.stopPropagation();
          close.current();
          anchor.current?.focus();
        } else if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
          moveFocus(panel.current, event.key === 'ArrowDown' ? 1 : -1, event);
        }
      }}
    >
      {children}
    </div>
  );
}

// Arrow keys walk the panel's choices, apart from those of a text field.
function moveFocus(
  panel: HTMLElement | null,
  step: 1 | -1,
  event: { target: EventTarget; preventDefault(): void },
): void {
  if (!panel || (event.target as HTMLElement).tagName === 'TEXTAREA') return;
  const items = [...panel.querySelectorAll<HTMLElement>('button:not(:disabled), input, a[href]')];
  const at = items.indexOf(document.activeElement as HTMLElement);
  event.preventDefault();
  items[(at + step + items.length) % items.length]?.focus();
}
