// Commands under way. Each goes until it is answered, over cuts and a server that is busy, and
// always with the same key, so that it counts once (rules I2 and F6 of docs/PROTOCOL.md).

import { ProblemError } from './api';
import type { Line } from './line';
import { problemName, type CommandFrame, type CommandResult, type Problem } from './wire';

// A command that has no answer by then: the line is dead, whatever TCP says.
const answerMs = 15_000;
// A command that found the server too busy goes again after this.
const busyMs = 2_000;
// Refusals after which the same command may simply go again.
const passing = new Set(['unavailable', 'overloaded', 'lagging', 'too-many-attempts']);

export function isPassing(problem: Problem): boolean {
  return passing.has(problemName(problem));
}

// How long until the same may go again; `otherwiseMs` where the server does not say.
export function waitAfter(problem: Problem, otherwiseMs = busyMs): number {
  return problem.retry_after_s ? problem.retry_after_s * 1000 : otherwiseMs;
}

export type CommandLine = Pick<Line, 'send' | 'later' | 'cut'>;

// Each time that a command goes it has its own time for an answer: "later" is an answer as well,
// and a command that goes again has the whole of its time anew.
export class Transmissions {
  private last = 0;
  // By the command's key, its newest transmission, as long as that has no answer.
  private readonly unanswered = new Map<string, number>();

  constructor(private readonly line: CommandLine) {}

  send(frame: CommandFrame): void {
    const transmission = ++this.last;
    this.unanswered.set(frame.id, transmission);
    this.line.send(frame);
    this.line.later(answerMs, () => {
      if (this.unanswered.get(frame.id) === transmission) this.line.cut();
    });
  }

  answered(key: string): void {
    this.unanswered.delete(key);
  }
}

interface UnderWay {
  frame: CommandFrame;
  resolve: (result: CommandResult) => void;
  reject: (problem: ProblemError) => void;
}

export class Commands {
  private readonly underWay = new Map<string, UnderWay>();
  private readonly transmissions: Transmissions;

  constructor(private readonly line: CommandLine) {
    this.transmissions = new Transmissions(line);
  }

  // Rejects with a ProblemError when the server refuses for good.
  run(frame: CommandFrame): Promise<CommandResult> {
    return new Promise((resolve, reject) => {
      this.underWay.set(frame.id, { frame, resolve, reject });
      this.transmissions.send(frame);
    });
  }

  // The line is back, and nobody knows what became of those that were under way.
  sendAgain(): void {
    for (const { frame } of this.underWay.values()) this.transmissions.send(frame);
  }

  done(key: string, result: CommandResult): void {
    this.transmissions.answered(key);
    const command = this.underWay.get(key);
    this.underWay.delete(key);
    command?.resolve(result);
  }

  refused(key: string, problem: Problem): void {
    const command = this.underWay.get(key);
    if (!command) return;
    this.transmissions.answered(key);
    if (isPassing(problem)) {
      this.line.later(waitAfter(problem), () => {
        if (this.underWay.has(key)) this.transmissions.send(command.frame);
      });
    } else {
      this.underWay.delete(key);
      command.reject(new ProblemError(problem));
    }
  }
}
