// How loud a recording was, moment by moment, from 0 to 100.

// For the bars of the whole: some minutes' worth of moments. An even number.
const peaksMax = 4_096;
// For the meter.
export const newestMax = 48;

export class Peaks {
  // All of it, each the highest of `momentsEach` moments; when there are too many, two become one.
  whole: number[] = [];
  newest: readonly number[] = [];
  private moments = 0;
  private momentsEach = 1;

  take(peak: number): void {
    this.newest = [...this.newest, peak].slice(-newestMax);
    if (this.moments === peaksMax * this.momentsEach) {
      this.whole = inPairs(this.whole);
      this.momentsEach *= 2;
    }
    if (this.moments % this.momentsEach === 0) this.whole.push(peak);
    else this.whole.push(Math.max(this.whole.pop()!, peak));
    this.moments += 1;
  }
}

function inPairs(peaks: readonly number[]): number[] {
  return Array.from({ length: peaks.length / 2 }, (_, i) => Math.max(peaks[2 * i]!, peaks[2 * i + 1]!));
}
