// One clock for every time on the screen; it strikes often enough for minutes.

const tickMs = 15_000;
const listeners = new Set<() => void>();
let now = Date.now();
let timer: ReturnType<typeof setInterval> | null = null;

export function onTick(listener: () => void): () => void {
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

// The same between two strikes, as React asks of what it reads while it draws.
export function currentTime(): number {
  // While nobody looked the clock stood still.
  if (!timer && Date.now() - now >= tickMs) now = Date.now();
  return now;
}
