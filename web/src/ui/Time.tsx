import { useSyncExternalStore } from 'react';
import { useWords } from '../i18n';
import { currentTime, onTick } from './clock';

export function useNow(): number {
  return useSyncExternalStore(onTick, currentTime);
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
