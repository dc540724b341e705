import { useSyncExternalStore } from 'react';
import { useWords } from '../i18n';

// One clock for every time on the screen; it strikes often enough for minutes.
const tickMs = 15_000;
const listeners = new Set<() => void>();
let now = Date.now();
let timer: ReturnType<typeof setInterval> | null = null;

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  timer ??= setInterval(() => {
    now = Date.now();
    for (const each of listeners) each();
  }, tickMs);
  return () => {
    listeners.delete(listener);
    if (listeners.size === 0 && timer) {
      clearInterval(timer);
      timer = null;
    }
  };
}

export function useNow(): number {
  return useSyncExternalStore(subscribe, () => now);
}

// "hace 2 min", and the exact time on hover.
export function Ago({ at }: { at: string }) {
  const { formats } = useWords();
  const time = Date.parse(at);
  return (
    <time dateTime={at} title={formats.exact(time)}>
      {formats.ago(time, useNow())}
    </time>
  );
}

export function Clock({ at }: { at: string }) {
  const { formats } = useWords();
  const time = Date.parse(at);
  return (
    <time className="number" dateTime={at} title={formats.exact(time)}>
      {formats.clock(time)}
    </time>
  );
}
