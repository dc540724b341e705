import { useEffect, useState } from 'react';
import { useWords } from '../i18n';
import type { LineState } from '../live/line';
import { useDesk, useRoom } from './room_context';

// A cut this short is not worth a word.
const graceMs = 600;
// Nor is a first load that takes no longer than this.
const firstGraceMs = 4_000;

export function useSecondsUntil(line: LineState): number {
  const target = line.kind === 'waiting' ? line.retryAt : 0;
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    if (target === 0) return;
    setNow(Date.now());
    const timer = setInterval(() => setNow(Date.now()), 250);
    return () => clearInterval(timer);
  }, [target]);
  return Math.max(0, Math.ceil((target - now) / 1000));
}

// Whether the trouble has lasted long enough to be told.
export function useLasting(trouble: boolean, ms = graceMs): boolean {
  const [lasting, setLasting] = useState(false);
  useEffect(() => {
    if (!trouble) {
      setLasting(false);
      return;
    }
    const timer = setTimeout(() => setLasting(true), ms);
    return () => clearTimeout(timer);
  }, [trouble, ms]);
  return lasting;
}

export function Banner() {
  const { t } = useWords();
  const { desk } = useRoom();
  const { line, synced, begun, outbox } = useDesk();
  const seconds = useSecondsUntil(line);
  // Nothing is lost before there was anything; an attempt that failed is told as ever.
  const first = !begun && line.kind !== 'waiting' && !(line.kind === 'connecting' && line.attempt > 0);
  const shown = useLasting(!synced && line.kind !== 'closed', first ? firstGraceMs : graceMs);
  const pending = outbox.filter(({ state }) => state !== 'refused').length;
  return (
    <div role="status" aria-live="polite">
      {shown && (
        <div className="banner">
          <span className="number">
            {first
              ? t.banner.first
              : line.kind === 'waiting'
                ? t.banner.waiting(seconds)
                : line.kind === 'open'
                  ? t.banner.catchingUp
                  : t.banner.connecting}
          </span>
          {pending > 0 && <span className="banner__pending">{t.banner.pending(pending)}</span>}
          {line.kind === 'waiting' && (
            <button onClick={() => desk.retryNow()}>{t.banner.retry}</button>
          )}
        </div>
      )}
    </div>
  );
}
