// What the live code stands on in the browser, made of values: a clock that the test moves, sockets
// whose other end the test is, and a storage that outlives a page.

import { ProblemError, type Call } from '../src/live/api';
import type { LineEnvironment, SocketLike } from '../src/live/line';
import type { Storage } from '../src/live/storage';
import type { Locks } from '../src/live/upload_shelf';
import type { ClientFrame, Problem } from '../src/live/wire';

export class FakeSocket implements SocketLike {
  onopen: (() => void) | null = null;
  onclose: ((event: { code: number }) => void) | null = null;
  onmessage: ((event: { data: unknown }) => void) | null = null;
  readonly sent: ClientFrame[] = [];
  closed = false;

  send(data: string): void {
    this.sent.push(JSON.parse(data) as ClientFrame);
  }
  close(): void {
    this.closed = true;
  }

  // The server's end.
  accept(): void {
    this.onopen?.();
  }
  say(frame: unknown): void {
    this.onmessage?.({ data: JSON.stringify(frame) });
  }
  drop(code = 1006): void {
    this.onclose?.({ code });
  }
  commands(name?: string) {
    return this.sent.filter(
      (frame) => frame.type === 'command' && (name === undefined || frame.name === name),
    ) as Extract<ClientFrame, { type: 'command' }>[];
  }
}

export class Stage implements LineEnvironment {
  time = Date.parse('2026-11-22T16:00:00.000Z');
  readonly sockets: FakeSocket[] = [];
  private timers: { at: number; run: () => void }[] = [];

  open(): FakeSocket {
    const socket = new FakeSocket();
    this.sockets.push(socket);
    return socket;
  }
  now(): number {
    return this.time;
  }
  after(ms: number, run: () => void): () => void {
    const timer = { at: this.time + ms, run };
    this.timers.push(timer);
    return () => {
      this.timers = this.timers.filter((each) => each !== timer);
    };
  }
  random(): number {
    return 0.5;
  }

  get socket(): FakeSocket {
    return this.sockets.at(-1)!;
  }

  pass(ms: number): void {
    const end = this.time + ms;
    for (;;) {
      const due = this.timers.filter(({ at }) => at <= end).sort((a, b) => a.at - b.at)[0];
      if (!due) break;
      this.timers = this.timers.filter((each) => each !== due);
      this.time = Math.max(this.time, due.at);
      due.run();
    }
    this.time = end;
  }
}

export class MemoryStorage implements Storage {
  readonly map = new Map<string, string>();
  keys = () => [...this.map.keys()];
  get = (key: string) => this.map.get(key) ?? null;
  set = (key: string, value: string) => void this.map.set(key, value);
  remove = (key: string) => void this.map.delete(key);
}

// The browser's locks: one at a time has a name, the others wait in line.
export class FakeLocks {
  // How many were given so far.
  given = 0;
  // The page goes, and with it all that it holds.
  end = () => {};
  private readonly ended = new Promise<void>((resolve) => (this.end = resolve));

  constructor(private readonly lines = new Map<string, Promise<unknown>>()) {}

  ofAnotherPage(): FakeLocks {
    return new FakeLocks(this.lines);
  }

  readonly request = (async (name: string, ...rest: unknown[]) => {
    const run = rest.at(-1) as (lock: { name: string } | null) => Promise<unknown>;
    const { signal, ifAvailable } = (rest.length > 1 ? rest[0] : {}) as LockOptions;
    const before = this.lines.get(name);
    if (ifAvailable && before) return run(null);
    const mine = (async () => {
      await before;
      if (signal?.aborted) throw signal.reason;
      this.given += 1;
      return Promise.race([run({ name }), this.ended]);
    })();
    const over = mine.catch(() => {}).then(() => {
      if (this.lines.get(name) === over) this.lines.delete(name);
    });
    this.lines.set(name, over);
    return mine;
  }) as Locks['request'];
}

export type Answer = (path: string, options: Call) => unknown;

export function problem(name: string, status: number, more: Partial<Problem> = {}): Problem {
  return { type: `/problems/${name}`, title: name, status, detail: '', ...more };
}

// Calls answered by the test; a Problem that is returned is a refusal.
export function calls(answer: Answer) {
  const made: { path: string; options: Call }[] = [];
  const call = async <T>(path: string, options: Call = {}): Promise<T> => {
    made.push({ path, options });
    const result = answer(path, options);
    if (isProblem(result)) throw new ProblemError(result);
    return Promise.resolve(result as T);
  };
  return { made, call };
}

function isProblem(value: unknown): value is Problem {
  return typeof value === 'object' && value !== null && 'type' in value && 'title' in value;
}

// Lets promises that are settled run their course.
export async function settle(): Promise<void> {
  for (let i = 0; i < 20; i += 1) await Promise.resolve();
}
