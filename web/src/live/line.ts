// The line to the server: one WebSocket that comes back by itself, with waits that double and vary,
// so that a thousand consoles do not return in the same instant.

import type { ClientFrame, ServerFrame } from './wire';

export type LineState =
  | { kind: 'closed' }
  | { kind: 'connecting'; attempt: number }
  | { kind: 'open' }
  // retryAt is a time of the line's clock, milliseconds.
  | { kind: 'waiting'; attempt: number; retryAt: number };

// Whatever was under way when the line came to this has no answer.
export function isCut({ kind }: LineState): boolean {
  return kind === 'closed' || kind === 'waiting';
}

export interface SocketLike {
  send(data: string): void;
  close(): void;
  onopen: (() => void) | null;
  onclose: ((event: { code: number }) => void) | null;
  onmessage: ((event: { data: unknown }) => void) | null;
}

export interface LineEnvironment {
  open(url: string): SocketLike;
  now(): number;
  // Runs `run` after that many milliseconds; the answer cancels it.
  after(ms: number, run: () => void): () => void;
  random(): number;
}

export interface LineListener {
  frame(frame: ServerFrame): void;
  changed(state: LineState): void;
  // The session may have ended: an attempt to connect came to nothing, or the server said so.
  failed(): void;
}

// Rule F11 of docs/PROTOCOL.md.
const sessionEnded = 4401;

// signMs: how long a server that was asked for a sign of life has for it.
export const waits = { firstMs: 500, maxMs: 30_000, connectMs: 10_000, signMs: 15_000 } as const;

// The wait before attempt number `attempt` (1 is the first): between half and the whole of a step
// that doubles.
export function waitBefore(attempt: number, random: number): number {
  const step = Math.min(waits.maxMs, waits.firstMs * 2 ** Math.min(attempt - 1, 16));
  return Math.round(step / 2 + (step / 2) * random);
}

export const browserEnvironment: LineEnvironment = {
  open: (url) => new WebSocket(url) as unknown as SocketLike,
  now: () => Date.now(),
  after: (ms, run) => {
    const timer = setTimeout(run, ms);
    return () => clearTimeout(timer);
  },
  random: () => Math.random(),
};

export class Line {
  state: LineState = { kind: 'closed' };
  private socket: SocketLike | null = null;
  private attempt = 0;
  private cuts = 0;
  // When the server said something last.
  private heardAt = 0;
  private ask: () => void = () => {};
  private cancelTimer: () => void = () => {};

  constructor(
    private readonly url: () => string,
    private readonly listener: LineListener,
    private readonly environment: LineEnvironment = browserEnvironment,
  ) {}

  start(): void {
    if (this.state.kind === 'closed') this.connect();
  }

  stop(): void {
    this.cancelTimer();
    this.drop();
    this.become({ kind: 'closed' });
  }

  // Now rather than when the wait is over.
  retryNow(): void {
    if (this.state.kind === 'waiting') this.connect();
  }

  // Somebody looks at the page again: what has happened to the line meanwhile shows now.
  wake(): void {
    if (this.state.kind === 'open') this.askForSign();
    else this.retryNow();
  }

  // A line whose other end went without a word is dead, and a page is not told of the server's
  // pings: after so long without a frame `ask` makes the server say something, or the line is cut.
  // For as long as this connection lasts.
  watch(quietMs: number, ask: () => void): void {
    this.ask = ask;
    this.lookIn(quietMs, quietMs);
  }

  // The line is known to be dead (the network is gone, an answer never came): no waiting for TCP to
  // notice.
  cut(): void {
    if (this.state.kind === 'closed' || this.state.kind === 'waiting') return;
    this.drop();
    this.lost();
  }

  send(frame: ClientFrame): void {
    if (this.state.kind === 'open') this.socket?.send(JSON.stringify(frame));
  }

  // Runs after that many milliseconds, unless the line is cut before.
  later(ms: number, run: () => void): void {
    const { cuts } = this;
    this.environment.after(ms, () => {
      if (cuts === this.cuts) run();
    });
  }

  // The conversation with the server works: the next cut starts with short waits again.
  settled(): void {
    this.attempt = 0;
  }

  private lookIn(ms: number, quietMs: number): void {
    this.later(ms, () => {
      const left = this.heardAt + quietMs - this.environment.now();
      if (left <= 0) this.askForSign();
      this.lookIn(left > 0 ? left : quietMs, quietMs);
    });
  }

  private askForSign(): void {
    const askedAt = this.environment.now();
    this.ask();
    this.later(waits.signMs, () => {
      if (this.heardAt < askedAt) this.cut();
    });
  }

  private connect(): void {
    this.ask = () => {};
    this.cancelTimer();
    this.drop();
    this.become({ kind: 'connecting', attempt: this.attempt });
    const socket = this.environment.open(this.url());
    this.socket = socket;
    this.cancelTimer = this.environment.after(waits.connectMs, () => this.cut());
    socket.onopen = () => {
      this.cancelTimer();
      this.become({ kind: 'open' });
    };
    socket.onmessage = ({ data }) => {
      this.heardAt = this.environment.now();
      if (typeof data === 'string') this.listener.frame(JSON.parse(data) as ServerFrame);
    };
    socket.onclose = ({ code }) => {
      const opened = this.state.kind === 'open';
      this.drop();
      this.lost();
      if (!opened || code === sessionEnded) this.listener.failed();
    };
  }

  private lost(): void {
    this.cancelTimer();
    this.attempt += 1;
    const wait = waitBefore(this.attempt, this.environment.random());
    // Before the listener hears of it: it may stop the line, and with it this timer.
    this.cancelTimer = this.environment.after(wait, () => this.retryNow());
    this.become({
      kind: 'waiting',
      attempt: this.attempt,
      retryAt: this.environment.now() + wait,
    });
  }

  private drop(): void {
    const socket = this.socket;
    if (!socket) return;
    this.socket = null;
    socket.onopen = socket.onclose = socket.onmessage = null;
    socket.close();
  }

  private become(state: LineState): void {
    if (isCut(state)) this.cuts += 1;
    this.state = state;
    this.listener.changed(state);
  }
}
