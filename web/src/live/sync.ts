// Keeps a client level with the server over cuts: it resumes where it stood, or reads everything
// anew (rules R1, R2 and R4 of docs/PROTOCOL.md).

import type { Line } from './line';

export interface SyncHost<Changes> {
  // The position of what is held.
  position(): number;
  // Reads what is on the screen as of `position` or later; the answer puts it in place of what is
  // shown, which stays until then.
  readAnew(position: number): Promise<() => void>;
  apply(frame: Changes): void;
  // All that has happened up to there was told; it may be told again.
  reached(position: number): void;
  caughtUp(): void;
  // Reading anew came to nothing.
  failed(error: unknown): void;
}

type Frame<Changes> = Changes | { type: 'hello' | 'caught_up' | 'resync'; position: number };

export class Sync<Changes extends { type: 'changes'; position: number }> {
  // Grows when what was asked before counts no more: the line was cut, or all is read anew.
  generation = 0;
  // Whether there is anything to resume from.
  private started = false;
  // What is held is what the server has, but for what is on its way.
  private level = false;
  // Where reading anew began.
  private restartedAt = 0;
  // Frames that come while everything is read anew; null when it is not.
  private held: Changes[] | null = null;

  constructor(
    private readonly line: Pick<Line, 'send' | 'settled'>,
    private readonly host: SyncHost<Changes>,
  ) {}

  receive(frame: Frame<Changes>): void {
    switch (frame.type) {
      case 'hello':
        this.greeted(frame.position);
        break;
      case 'resync':
        this.restart(frame.position);
        break;
      case 'changes':
        if (this.held) this.held.push(frame);
        else this.apply(frame);
        break;
      case 'caught_up':
        // While everything is read anew, its being there is what counts.
        if (this.held) break;
        this.host.reached(frame.position);
        if (!this.level) this.caughtUp();
        break;
    }
  }

  cut(): void {
    this.generation += 1;
    this.held = null;
    this.level = false;
  }

  // Makes the server say something, which changes nothing.
  probe(): void {
    const position = this.held ? this.restartedAt : this.host.position();
    this.line.send({ type: 'resume', position });
  }

  // What is held was somebody else's: it is not resumed from.
  forget(): void {
    this.started = false;
  }

  private greeted(position: number): void {
    const known = this.host.position();
    if (this.started && position >= known) this.line.send({ type: 'resume', position: known });
    else this.restart(position);
  }

  private restart(position: number): void {
    this.line.send({ type: 'resume', position });
    void this.readAnew(position);
  }

  private async readAnew(position: number): Promise<void> {
    const generation = ++this.generation;
    const held: Changes[] = [];
    this.held = held;
    this.level = false;
    this.restartedAt = position;
    try {
      const show = await this.host.readAnew(position);
      if (generation !== this.generation) return;
      // What was asked for meanwhile belongs to what is shown no more.
      this.generation += 1;
      this.held = null;
      this.started = true;
      show();
      for (const frame of held) this.apply(frame);
      this.caughtUp();
    } catch (error) {
      if (generation === this.generation) this.host.failed(error);
    }
  }

  private apply(frame: Changes): void {
    if (frame.position > this.host.position()) this.host.apply(frame);
  }

  private caughtUp(): void {
    this.level = true;
    this.line.settled();
    this.host.caughtUp();
  }
}
