import { useEffect, useState, type ComponentType, type ReactNode } from 'react';
import { loadPart } from '../live/load_part';

const againMs = 3_000;

// A part of the page that is loaded when it is first shown. `meanwhile` stands in its place until it
// is there: without a line that is when the line is back, and it is told that it failed by then.
export function lazily<Props extends object>(load: () => Promise<{ default: ComponentType<Props> }>) {
  let loaded: ComponentType<Props> | null = null;
  return function Lazily({
    meanwhile,
    ...props
  }: Props & { meanwhile: (failed: boolean) => ReactNode }) {
    const [Part, setPart] = useState(() => loaded);
    const [failures, setFailures] = useState(0);
    useEffect(() => {
      if (Part) return;
      let wanted = true;
      const ask = () =>
        loadPart(load).then(
          (part) => {
            loaded = part.default;
            if (wanted) setPart(() => part.default);
          },
          () => wanted && setFailures(failures + 1),
        );
      const timer = setTimeout(() => void ask(), failures === 0 ? 0 : againMs);
      return () => {
        wanted = false;
        clearTimeout(timer);
      };
    }, [Part, failures]);
    return Part ? <Part {...(props as unknown as Props)} /> : meanwhile(failures > 0);
  };
}
