// Peaks as bars. An SVG, so that their heights need no style of their own.

const bars = 48;
const restPeak = 6;

// As many peaks as there is room for, each the highest of those it stands for.
export function resample(peaks: readonly number[], count: number): number[] {
  if (peaks.length === 0) return Array<number>(count).fill(restPeak);
  return Array.from({ length: count }, (_, i) => {
    const from = Math.floor((i * peaks.length) / count);
    const to = Math.max(from + 1, Math.floor(((i + 1) * peaks.length) / count));
    return Math.max(restPeak, ...peaks.slice(from, to));
  });
}

export function Waveform({ peaks, played }: { peaks: readonly number[]; played: number }) {
  return (
    <svg
      className="waveform"
      viewBox={`0 0 ${bars * 4} 100`}
      preserveAspectRatio="none"
      aria-hidden="true"
    >
      {resample(peaks, bars).map((peak, i) => (
        <rect
          key={i}
          className={(i + 0.5) / bars <= played ? 'waveform__played' : ''}
          x={i * 4 + 0.5}
          width={2.5}
          y={50 - peak / 2}
          height={peak}
          rx={1}
        />
      ))}
    </svg>
  );
}
