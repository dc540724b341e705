// Asks once and keeps the answer; a failure is asked again the next time.
export function once<T>(ask: () => Promise<T>): () => Promise<T> {
  let kept: Promise<T> | null = null;
  return () => {
    if (kept) return kept;
    const asked = ask();
    kept = asked;
    asked.catch(() => {
      kept = null;
    });
    return asked;
  };
}
