import { useSyncExternalStore } from 'react';
import { useWords } from '../i18n';
import { currentTime, onTick } from './clock';

export function useNow(): number {
  return useSyncExternalStore(onTick, currentTime);
}

function beginningOfDay(time: number): number {
  return new Date(time).setHours(0, 0, 0, 0);
}

const dayMs = 24 * 60 * 60_000;

// "Hoy", "Ayer", else the date. What asks for it is drawn anew when a day is over, and not at each
// strike of the clock.
export function useDayName(at: string): string {
  const { t, formats } = useWords();
  const today = useSyncExternalStore(onTick, () => beginningOfDay(currentTime()));
  const then = beginningOfDay(Date.parse(at));
  const days = Math.round((today - then) / dayMs);
  return days === 0 ? t.pane.today : days === 1 ? t.pane.yesterday : formats.day(then, today);
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
