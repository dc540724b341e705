// Who the contact is to the server: known by a token, which the browser keeps, and made when there
// is something to say.

import { isFinal, ProblemError, type CallServer } from './api';
import { waitAfter } from './commands';
import type { LineEnvironment } from './line';
import type { Storage } from './storage';
import type { Visitor } from './visit_wire';

export interface RegistrationEnvironment {
  call: CallServer;
  line: Pick<LineEnvironment, 'after'>;
  storage: Storage;
  uuid: () => string;
}

// 'none': there is no such department. 'foreign': this site may not show its chat. 'failed':
// anything else, which goes again by itself unless the server refused for good.
export type Trouble = 'none' | 'foreign' | 'failed';

export interface RegistrationListener {
  registered(visitor: Visitor): void;
  trouble(kind: Trouble): void;
}

// What a refusal for good means, by its name.
const finalTroubles: Record<string, Trouble> = { 'bad-origin': 'foreign', 'not-found': 'none' };

const againMs = 3_000;

export class Registration {
  visitor: Visitor | null;
  private readonly visitorKey: string;
  private readonly attemptKey: string;
  private underWay = false;
  private stopped = false;
  // Takes back the next try, while there is one to come.
  private cancelAgain: (() => void) | null = null;
  private waiting: (() => void)[] = [];

  constructor(
    private readonly department: string,
    private readonly environment: RegistrationEnvironment,
    private readonly listener: RegistrationListener,
  ) {
    this.visitorKey = `bitacora.visitor.${department}`;
    this.attemptKey = `bitacora.registration.${department}`;
    this.visitor = readVisitor(environment.storage.get(this.visitorKey));
  }

  get token(): string {
    return this.visitor?.token ?? '';
  }

  // Runs as soon as there is a contact.
  whenRegistered(run: () => void): void {
    if (this.visitor) run();
    else this.waiting.push(run);
  }

  // Whether it goes again by itself, when the server has had its time.
  get isWaiting(): boolean {
    return this.cancelAgain !== null;
  }

  // Tells of the contact that is known, or that came while nobody was to be told.
  start(): void {
    this.stopped = false;
    this.tell();
  }

  // Nobody is told anything from here on, and nothing goes again. The answer to a call under way is
  // kept: the server has made that contact.
  stop(): void {
    this.stopped = true;
    this.cancelAgain?.();
    this.cancelAgain = null;
  }

  // With a key that survives a reload, so that a retried registration is the same contact.
  async register(name: string): Promise<void> {
    if (this.stopped || this.underWay || this.isWaiting || this.visitor) return;
    const { call, storage, uuid } = this.environment;
    // Another window of the same browser may have made the contact meanwhile.
    this.visitor = readVisitor(storage.get(this.visitorKey));
    if (this.visitor) return this.tell();
    this.underWay = true;
    const key = storage.get(this.attemptKey) ?? uuid();
    storage.set(this.attemptKey, key);
    try {
      const { token, contact } = await call<Visitor>('/webchat/visitors', {
        method: 'POST',
        body: { ...(name !== '' && { name }), department: this.department },
        idempotencyKey: key,
      });
      this.visitor = { token, contact };
      storage.set(this.visitorKey, JSON.stringify(this.visitor));
      storage.remove(this.attemptKey);
      this.tell();
    } catch (error) {
      if (!(error instanceof ProblemError)) throw error;
      if (!this.stopped) this.refused(error, name);
    } finally {
      this.underWay = false;
    }
  }

  // The server does not know the contact any more; one that another window made since stays.
  forget(): void {
    const { storage } = this.environment;
    const kept = readVisitor(storage.get(this.visitorKey));
    if (kept?.token === this.token) storage.remove(this.visitorKey);
    this.visitor = null;
  }

  private tell(): void {
    if (this.stopped || !this.visitor) return;
    this.listener.registered(this.visitor);
    for (const run of this.waiting.splice(0)) run();
  }

  private refused(error: ProblemError, name: string): void {
    if (error.problemName === 'idempotency-key-reused') {
      // Another name was given at the first try; it is a new registration.
      this.environment.storage.remove(this.attemptKey);
      this.again(0, name);
    } else if (isFinal(error)) {
      this.listener.trouble(finalTroubles[error.problemName] ?? 'failed');
    } else {
      this.listener.trouble('failed');
      this.again(waitAfter(error.problem, againMs), name);
    }
  }

  private again(ms: number, name: string): void {
    this.cancelAgain = this.environment.line.after(ms, () => {
      this.cancelAgain = null;
      void this.register(name);
    });
  }
}

function readVisitor(stored: string | null): Visitor | null {
  try {
    return stored === null ? null : (JSON.parse(stored) as Visitor);
  } catch {
    return null;
  }
}
