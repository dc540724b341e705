import { beforeEach, describe, expect, test, vi } from 'vitest';
import { Recording } from '../src/compose/recording';

// A microphone, and what the browser makes of it.
let live: boolean;
let closed: boolean;

const stream = { getTracks: () => [{ stop: () => (live = false) }] };

class FakeContext {
  state = 'running';
  createAnalyser = () => ({ fftSize: 4, getFloatTimeDomainData() {} });
  createMediaStreamSource = () => ({ connect() {} });
  close = async () => void (closed = true);
}

class FakeRecorder {
  static isTypeSupported = () => true;
  start() {}
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
  vi.stubGlobal('navigator', {
    mediaDevices: { getUserMedia: async () => ((live = true), stream) },
  });
  vi.stubGlobal('AudioContext', FakeContext);
  vi.stubGlobal('MediaRecorder', FakeRecorder);
  return () => {
    vi.unstubAllGlobals();
    vi.useRealTimers();
  };
});

const begin = (level = () => {}) => Recording.begin({ level, stopped() {} }, 1_000);

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
