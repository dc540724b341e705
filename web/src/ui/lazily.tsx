import { useEffect, useState, type ComponentType, type ReactNode } from 'react';
import { loadPart, OutdatedPage } from '../live/load_part';

const againMs = 3_000;

// Why it is not there yet: 'offline' tries again by itself, 'outdated' is for good.
export type Failure = 'offline' | 'outdated';

// A part of the page that is loaded when it is first shown. `meanwhile` stands in its place until it
// is there: without a line that is when the line is back, and it is told that it failed by then. `by`
// is the caller's import.meta.url.
export function lazily<Props extends object>(
  load: () => Promise<{ default: ComponentType<Props> }>,
  by: string,
) {
  let loaded: ComponentType<Props> | null = null;
  return function Lazily({
    meanwhile,
    ...props
  }: Props & { meanwhile: (failed: Failure | null) => ReactNode }) {
    const [Part, setPart] = useState(() => loaded);
    const [failures, setFailures] = useState(0);
    const [outdated, setOutdated] = useState(false);
    useEffect(() => {
      if (Part || outdated) return;
      let wanted = true;
      const ask = () =>
        loadPart(load, by).then(
          (part) => {
            loaded = part.default;
            if (wanted) setPart(() => part.default);
          },
          (error: unknown) => {
            if (!wanted) return;
            if (error instanceof OutdatedPage) setOutdated(true);
            else setFailures(failures + 1);
          },
        );
      const timer = setTimeout(() => void ask(), failures === 0 ? 0 : againMs);
      return () => {
        wanted = false;
        clearTimeout(timer);
      };
    }, [Part, failures, outdated]);
    if (Part) return <Part {...(props as unknown as Props)} />;
    return meanwhile(outdated ? 'outdated' : failures > 0 ? 'offline' : null);
  };
}
