import { describe, expect, test } from 'vitest';
import { Line, waitBefore, waits, type LineState } from '../src/live/line';
import { Stage } from './stage';

function setUp() {
  const stage = new Stage();
  const states: LineState['kind'][] = [];
  let failures = 0;
  const line = new Line(
    () => 'ws://test',
    {
      frame: () => {},
      changed: ({ kind }) => states.push(kind),
      failed: () => (failures += 1),
    },
    stage,
  );
  return { stage, states, line, failures: () => failures };
}

describe('the waits', () => {
  test('double up to half a minute, and vary between half and the whole', () => {
    for (let attempt = 1; attempt < 40; attempt += 1) {
      const step = Math.min(waits.maxMs, waits.firstMs * 2 ** (attempt - 1));
      expect(waitBefore(attempt, 0)).toBe(Math.round(step / 2));
      expect(waitBefore(attempt, 1)).toBe(step);
    }
  });
});

describe('the line', () => {
  test('comes back by itself, a little later each time, until it works again', () => {
    const { stage, line } = setUp();
    line.start();
    const retries: number[] = [];
    for (let i = 0; i < 4; i += 1) {
      stage.socket.drop();
      const wait = line.state.kind === 'waiting' ? line.state.retryAt - stage.now() : 0;
      retries.push(wait);
      stage.pass(wait);
    }
    expect(retries).toEqual([375, 750, 1500, 3000]);
    stage.socket.accept();
    line.settled();
    stage.socket.drop();
    expect(line.state).toMatchObject({ kind: 'waiting', attempt: 1 });
  });

  test('retries at once when asked to', () => {
    const { stage, line } = setUp();
    line.start();
    stage.socket.drop();
    line.retryNow();
    expect(stage.sockets).toHaveLength(2);
    stage.socket.accept();
    stage.pass(waits.maxMs);
    expect(stage.sockets).toHaveLength(2);
  });

  describe('that hears nothing', () => {
    const quietMs = 30_000;

    function quiet(asked: () => void = () => {}) {
      const { stage, line } = setUp();
      let asks = 0;
      line.start();
      stage.socket.accept();
      line.watch(quietMs, () => {
        asks += 1;
        asked();
      });
      return { stage, line, asks: () => asks };
    }

    test('asks for a sign of life, and stays when it comes', () => {
      const { stage, line, asks } = quiet();
      stage.pass(quietMs - 1_000);
      stage.socket.say({ type: 'caught_up', position: 1 });
      stage.pass(quietMs - 1);
      expect(asks()).toBe(0);
      stage.pass(1);
      expect(asks()).toBe(1);
      stage.socket.say({ type: 'caught_up', position: 1 });
      stage.pass(quietMs - 1);
      expect([asks(), line.state.kind]).toEqual([1, 'open']);
      stage.pass(1);
      expect(asks()).toBe(2);
    });

    test('is cut when no sign comes, and comes back', () => {
      const { stage, line } = quiet();
      stage.pass(quietMs + waits.signMs - 1);
      expect(line.state.kind).toBe('open');
      stage.pass(1);
      expect(line.state.kind).toBe('waiting');
      stage.pass(waits.firstMs);
      expect(stage.sockets).toHaveLength(2);
      // The old connection's watch has ended with it.
      stage.socket.accept();
      stage.pass(2 * quietMs);
      expect(line.state.kind).toBe('open');
    });

    test('asks at once when somebody looks at the page again, and retries when it is cut', () => {
      const { stage, line, asks } = quiet();
      line.wake();
      expect(asks()).toBe(1);
      stage.pass(waits.signMs);
      expect(line.state.kind).toBe('waiting');
      line.wake();
      expect(line.state.kind).toBe('connecting');
    });
  });

  test('gives up an attempt that hangs', () => {
    const { stage, line } = setUp();
    line.start();
    stage.pass(waits.connectMs);
    expect(stage.sockets[0]?.closed).toBe(true);
    expect(line.state.kind).toBe('waiting');
  });

  test('does not hear a socket that it has given up', () => {
    const { stage, line, states } = setUp();
    line.start();
    const first = stage.socket;
    line.cut();
    line.retryNow();
    stage.socket.accept();
    first.drop();
    expect(line.state.kind).toBe('open');
    expect(states).toEqual(['connecting', 'waiting', 'connecting', 'open']);
  });

  test('tells of a failed attempt and of a session that ended, not of an ordinary cut', () => {
    const { stage, line, failures } = setUp();
    line.start();
    stage.socket.accept();
    stage.socket.drop(1001);
    expect(failures()).toBe(0);
    line.retryNow();
    stage.socket.drop();
    expect(failures()).toBe(1);
    line.retryNow();
    stage.socket.accept();
    stage.socket.drop(4401);
    expect(failures()).toBe(2);
  });

  test('forgets what was to run later when it is cut, and not when it only opens', () => {
    const { stage, line } = setUp();
    const ran: string[] = [];
    line.start();
    line.later(1_000, () => ran.push('before it opened'));
    stage.socket.accept();
    line.later(1_000, () => ran.push('while open'));
    stage.pass(1_000);
    line.later(1_000, () => ran.push('cut'));
    stage.socket.drop();
    stage.pass(1_000);
    expect(ran).toEqual(['before it opened', 'while open']);
  });

  test('stays closed once stopped', () => {
    const { stage, line } = setUp();
    line.start();
    stage.socket.drop();
    line.stop();
    stage.pass(10 * waits.maxMs);
    expect(stage.sockets).toHaveLength(1);
    expect(line.state.kind).toBe('closed');
  });
});
