import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';

describe('the clock of what is on the screen', () => {
  beforeEach(() => {
    vi.useFakeTimers({ now: Date.parse('2026-11-22T16:00:00.000Z') });
    vi.resetModules();
  });
  afterEach(() => void vi.useRealTimers());

  test('strikes for those who look, and is the same between two strikes', async () => {
    const { currentTime, onTick } = await import('../src/ui/clock');
    const began = Date.now();
    const struck = vi.fn();
    const leave = onTick(struck);
    vi.advanceTimersByTime(14_000);
    expect(currentTime()).toBe(began);
    vi.advanceTimersByTime(1_000);
    expect(currentTime()).toBe(began + 15_000);
    expect(struck).toHaveBeenCalledTimes(1);
    leave();
    expect(vi.getTimerCount()).toBe(0);
  });

  test('is right for whoever comes after nobody has looked', async () => {
    const { currentTime, onTick } = await import('../src/ui/clock');
    onTick(() => {})();
    vi.advanceTimersByTime(5 * 60_000);
    expect(currentTime()).toBe(Date.now());
    onTick(() => {})();
    expect(currentTime()).toBe(Date.now());
  });
});
