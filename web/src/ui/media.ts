import { useSyncExternalStore } from 'react';

function useMedia(query: string): boolean {
  return useSyncExternalStore(
    (listener) => {
      const media = window.matchMedia(query);
      media.addEventListener('change', listener);
      return () => media.removeEventListener('change', listener);
    },
    () => window.matchMedia(query).matches,
  );
}

// The widths of console.md: below these the contact's column is a drawer, and one column shows at a
// time. The style sheets say the same numbers.
export const useNarrow = () => useMedia('(max-width: 599px)');
export const useDrawer = () => useMedia('(max-width: 899px)');

// Fingers, and no mouse: nothing is dragged here from another window.
export const useTouch = () => useMedia('(pointer: coarse)');

export function prefersReducedMotion(): boolean {
  return window.matchMedia('(prefers-reduced-motion: reduce)').matches;
}

// A telephone's keyboard covers half the screen, so the text box takes the focus by itself only
// where there is a mouse.
export function hasFinePointer(): boolean {
  return window.matchMedia('(pointer: fine)').matches;
}
