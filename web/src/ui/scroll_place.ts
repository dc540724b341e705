// Keeps one's place in a list of messages that grows at both ends: its end while one is there, else
// the row that is in sight, whatever comes, goes or changes its height above it.
//
// Rows carry their message's id as `data-message`. A place is a row and where it lies in the whole
// content, so that scrolling which the browser has not told yet is never undone.

import { useCallback, useEffect, useLayoutEffect, useRef, useState, type RefObject } from 'react';

// This near to the end counts as being there: new messages keep it in sight.
const nearEndPx = 48;

interface Anchor {
  id: string;
  top: number;
}

function topOf(view: HTMLElement, row: Element): number {
  return row.getBoundingClientRect().top - view.getBoundingClientRect().top + view.scrollTop;
}

// The first row that begins in sight, else the last one that begins before.
function rowInSight(view: HTMLElement): Anchor | null {
  const edge = view.getBoundingClientRect().top;
  let found: HTMLElement | null = null;
  for (const row of view.querySelectorAll<HTMLElement>('[data-message]')) {
    found = row;
    if (row.getBoundingClientRect().top >= edge) break;
  }
  const id = found?.dataset['message'];
  return found && id ? { id, top: topOf(view, found) } : null;
}

function moveToEnd(view: HTMLElement): void {
  view.scrollTop = view.scrollHeight;
}

// How high the content and the window onto it are.
interface Size {
  content: number;
  view: number;
}

function sizeOf(view: HTMLElement): Size {
  return { content: view.scrollHeight, view: view.clientHeight };
}

function isNearEnd(view: HTMLElement, size: Size): boolean {
  return size.content - view.scrollTop - size.view < nearEndPx;
}

export interface ScrollPlace {
  atEnd: boolean;
  toEnd: () => void;
}

// `ready`: the rows stand below the scroller's first child. `pendingCount`: of what one writes
// oneself; when there is more of it, that is brought into sight.
export function useScrollPlace(
  scroller: RefObject<HTMLElement | null>,
  ready: boolean,
  pendingCount: number,
): ScrollPlace {
  const [atEnd, setAtEnd] = useState(true);
  const end = useRef(true);
  const anchor = useRef<Anchor | null>(null);
  const size = useRef<Size>({ content: 0, view: 0 });

  const keep = useCallback(() => {
    const view = scroller.current;
    if (!view) return;
    const before = size.current;
    const now = sizeOf(view);
    size.current = now;
    // Of what has become smaller the browser itself shows the end.
    if (end.current && (isNearEnd(view, before) || isNearEnd(view, now))) {
      // Near it one stays where one is, as long as nothing comes.
      if (now.content !== before.content || now.view !== before.view) moveToEnd(view);
      return;
    }
    end.current = false;
    const known = anchor.current;
    const row = known && view.querySelector(`[data-message="${known.id}"]`);
    if (!row) {
      anchor.current = rowInSight(view);
      return;
    }
    const top = topOf(view, row);
    if (top !== known.top) view.scrollTop += top - known.top;
    anchor.current = { id: known.id, top };
  }, [scroller]);

  // After every drawing: what was in sight stays where it was.
  useLayoutEffect(keep);

  // One that was sent meanwhile leaves the place to whoever reads further up.
  const lastPendingCount = useRef(0);
  useLayoutEffect(() => {
    if (pendingCount > lastPendingCount.current && scroller.current) moveToEnd(scroller.current);
    lastPendingCount.current = pendingCount;
  }, [scroller, pendingCount]);

  useEffect(() => {
    const view = scroller.current;
    if (!view) return;
    const look = () => {
      size.current = sizeOf(view);
      end.current = isNearEnd(view, size.current);
      anchor.current = end.current ? null : rowInSight(view);
      setAtEnd(end.current);
    };
    view.addEventListener('scroll', look, { passive: true });
    // The text box grows, a telephone's keyboard opens, a picture or a piece far up is drawn.
    const watch = new ResizeObserver(keep);
    watch.observe(view);
    const sheet = view.firstElementChild;
    if (sheet) watch.observe(sheet);
    return () => {
      view.removeEventListener('scroll', look);
      watch.disconnect();
    };
  }, [scroller, ready, keep]);

  const toEnd = useCallback(() => {
    if (scroller.current) moveToEnd(scroller.current);
  }, [scroller]);
  return { atEnd, toEnd };
}
