import { useEffect, useLayoutEffect, useRef, type ReactNode, type RefObject } from 'react';
import './popover.css';

// Between the panel and the edges of the window.
const edgePx = 8;
// With less room than this under its anchor a panel that needs more moves up over it.
const heightMinPx = 280;

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
  useFitting(panel);
  const close = useRef(onClose);
  close.current = onClose;
  useEffect(() => {
    const choices = panel.current?.querySelectorAll<HTMLElement>(
      '[data-autofocus], [aria-checked="true"], button, a[href], input, textarea',
    );
    // What is for narrow windows alone may be there unseen.
    [...(choices ?? [])].find((choice) => choice.getClientRects().length > 0)?.focus();
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

// Keeps the panel within the window, whatever is in it; what does not fit scrolls there.
function useFitting(panel: RefObject<HTMLElement | null>): void {
  useLayoutEffect(() => {
    const element = panel.current;
    if (!element) return;
    const fit = () => {
      const places = scrollPlaces(element);
      element.style.maxHeight = '';
      element.style.translate = '';
      const { left, right, top, height } = element.getBoundingClientRect();
      const room = window.innerHeight - top - edgePx;
      const up = Math.min(Math.max(0, Math.min(height, heightMinPx) - room), top - edgePx);
      const aside = Math.max(edgePx - left, Math.min(0, window.innerWidth - edgePx - right));
      element.style.maxHeight = `${room + up}px`;
      element.style.translate = `${aside}px ${-up}px`;
      // What grows for the measure loses its place.
      for (const [scroller, at] of places) scroller.scrollTop = at;
    };
    fit();
    // A panel that is as high as it may be does not become larger by what comes into it.
    const watch = new MutationObserver(fit);
    watch.observe(element, { childList: true, subtree: true });
    window.addEventListener('resize', fit);
    return () => {
      watch.disconnect();
      window.removeEventListener('resize', fit);
    };
  }, [panel]);
}

// Where the panel and what scrolls in it stand.
function scrollPlaces(panel: HTMLElement): [HTMLElement, number][] {
  return [panel, ...panel.querySelectorAll<HTMLElement>('*')].flatMap(
    (element): [HTMLElement, number][] =>
      element.scrollTop > 0 ? [[element, element.scrollTop]] : [],
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
