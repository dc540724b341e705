import { beforeEach, describe, expect, test, vi } from 'vitest';
import { Recording } from '../src/compose/recording';
import type { Recorded } from '../src/live/recorded';

// A microphone, and what the browser makes of it.
let live: boolean;
let loudness: number;
let closed: boolean;

const stream = { getTracks: () => [{ stop: () => (live = false) }] };

class FakeContext {
  state = 'running';
  createAnalyser = () => ({
    fftSize: 4,
    getFloatTimeDomainData: (samples: Float32Array) => void samples.fill(loudness),
  });
  createMediaStreamSource = () => ({ connect() {} });
  close = async () => void (closed = true);
}

class FakeRecorder {
  static isTypeSupported = () => true;
  mimeType = 'audio/webm';
  state = 'inactive';
  onstop = () => {};
  ondataavailable = (_: { data: Blob }) => {};
  start() {
    this.state = 'recording';
    setTimeout(() => this.ondataavailable({ data: new Blob(['opus']) }), 250);
  }
  stop() {
    this.state = 'inactive';
    this.onstop();
  }
}

const refuse = () => {
  throw new DOMException('no', 'NotSupportedError');
};
class NoRecorder extends FakeRecorder {
  kind = refuse();
}
class StillRecorder extends FakeRecorder {
  override start = refuse;
}
class DeafContext extends FakeContext {
  override createMediaStreamSource = refuse;
}

beforeEach(() => {
  vi.useFakeTimers();
  live = closed = false;
  loudness = 0;
  vi.stubGlobal('navigator', {
    mediaDevices: { getUserMedia: async () => ((live = true), stream) },
  });
  vi.stubGlobal('AudioContext', FakeContext);
  vi.stubGlobal('MediaRecorder', FakeRecorder);
  return () => {
    vi.unstubAllGlobals();
    vi.unstubAllEnvs();
    vi.useRealTimers();
  };
});

const begin = (level = (_elapsedMs: number, _newest: readonly number[]) => {}) => Recording.begin({ level, stopped() {} }, 1_000);

describe('a recording that cannot begin', () => {
  test.each([
    ['there is no recorder for it', 'MediaRecorder', NoRecorder],
    ['its recorder does not start', 'MediaRecorder', StillRecorder],
    ['its loudness cannot be heard', 'AudioContext', DeafContext],
  ])('leaves no microphone on: %s', async (_, name, broken) => {
    vi.stubGlobal(name, broken);
    const level = vi.fn();
    const begun = await begin(level);
    expect({ live, closed }).toEqual({ live: false, closed: true });
    expect(begun).toBe('unsupported');
    vi.advanceTimersByTime(1_000);
    expect(level).not.toHaveBeenCalled();
  });
});

describe('the name of a recording', () => {
  test.each([
    ['America/Argentina/Buenos_Aires', 'audio-2026-11-21-22-05-09.webm'],
    ['UTC', 'audio-2026-11-22-01-05-09.webm'],
    ['Asia/Kathmandu', 'audio-2026-11-22-06-50-09.webm'],
  ])('has the day and the time of where it is recorded: %s', async (zone, name) => {
    vi.stubEnv('TZ', zone);
    vi.setSystemTime('2026-11-22T01:05:08.500Z');
    const recording = (await begin()) as Recording;
    vi.advanceTimersByTime(500);
    const { file } = (await recording.end()) as Recorded;
    expect(file.name).toBe(name);
  });
});

describe('a long recording', () => {
  test('shows how loud it is now, and at its end all of it', async () => {
    const level = vi.fn();
    const recording = (await begin(level)) as Recording;
    // The loudness of its quarters; a peak is the root of it.
    for (loudness of [0.04, 0.16, 0.36, 0.64]) vi.advanceTimersByTime(15 * 60_000);
    loudness = 1;
    vi.advanceTimersByTime(60);
    const [elapsedMs, newest] = level.mock.lastCall!;
    expect(elapsedMs).toBeCloseTo(3_600_000, -3);
    expect(newest).toHaveLength(48);
    expect(newest.slice(-3)).toEqual([80, 80, 100]);
    const { peaks } = (await recording.end()) as Recorded;
    expect(peaks.length).toBeLessThanOrEqual(4_096);
    const middles = [1, 3, 5, 7].map((eighths) => peaks[Math.floor((peaks.length * eighths) / 8)]);
    expect([...middles, peaks.at(-1)]).toEqual([20, 40, 60, 80, 100]);
  });
});
