// Files that were sent and are not up yet, as the browser keeps them: in IndexedDB, so that a page
// that is loaded anew goes on with them. Each belongs to one page at a time, which holds its lock
// (Web Locks) for as long as it lives: two windows of one account never send the same file.
//
// What is kept is bounded in size and in age. A browser without either of the two, as of pages over
// plain HTTP, keeps nothing.

import { openDB, type DBSchema, type IDBPDatabase } from 'idb';
import type { Storage } from './storage';

export interface KeptUpload {
  id: string;
  conversationId: string;
  file: File;
  caption: string;
  voice: boolean;
  durationMs: number | null;
  waveform: number[] | null;
  // When its writer said "send"; of two, the earlier goes first.
  releasedAt: number;
  // Where the server has what came of it so far.
  url: string | null;
  // Once it is up.
  attachmentId: string | null;
}

// Nothing of it rejects; its calls take effect one after another.
export interface UploadShelf {
  // Whether it is kept.
  put(upload: KeptUpload): Promise<boolean>;
  note(id: string, change: Partial<Pick<KeptUpload, 'url' | 'attachmentId'>>): Promise<void>;
  remove(id: string): Promise<void>;
  // Hands over what earlier pages left, and what other pages leave, each as it becomes this page's.
  reclaim(take: (upload: KeptUpload) => void): Promise<void>;
  // Leaves what is kept to other pages, or to this one's next `reclaim`.
  letGo(): Promise<void>;
  // Removes everything of this account, whichever page has it.
  clear(): Promise<void>;
}

const done = () => Promise.resolve();
export const noShelf: UploadShelf = {
  put: () => Promise.resolve(false),
  note: done,
  remove: done,
  reclaim: done,
  letGo: done,
  clear: done,
};

const keptBytesMax = 256 * 1024 * 1024;
// As long as the server keeps an upload that no message has taken (rule A7 of docs/PROTOCOL.md).
const keptMs = 24 * 60 * 60 * 1000;

type Stored = Omit<KeptUpload, 'file'> & { who: string; name: string; bytes: Blob };

interface Schema extends DBSchema {
  uploads: { key: string; value: Stored };
}

type Database = IDBPDatabase<Schema>;
export type Locks = Pick<LockManager, 'request'>;

// Names of what is kept lie in storage, so that a page that has none opens nothing to look for it.
const mark = 'bitacora.upload.';

export class BrowserShelf implements UploadShelf {
  private opened: Promise<Database> | null = null;
  private tail: Promise<unknown> = Promise.resolve();
  // Ends the lock of each that is this page's.
  private readonly held = new Map<string, () => void>();
  private claims = new AbortController();

  // `who` is the operator or contact, as in Keepsakes.
  constructor(
    private readonly who: string,
    private readonly storage: Storage,
    private readonly locks: Locks | null = browserLocks(),
    private readonly now: () => number = Date.now,
    private readonly bytesMax = keptBytesMax,
  ) {}

  put({ file, ...upload }: KeptUpload): Promise<boolean> {
    const { locks } = this;
    if (!locks || typeof indexedDB === 'undefined') return Promise.resolve(false);
    return this.inOrder(async () => {
      let kept = false;
      try {
        await this.hold(locks, upload.id);
        kept = await this.write({ ...upload, who: this.who, name: file.name, bytes: file });
      } finally {
        if (!kept) this.release(upload.id);
      }
      if (kept) this.storage.set(this.markOf(upload.id), '');
      return kept;
    }, false);
  }

  note(id: string, change: Partial<Pick<KeptUpload, 'url' | 'attachmentId'>>): Promise<void> {
    return this.inOrder(async () => {
      if (!this.held.has(id)) return;
      const { store, done: written } = (await this.open()).transaction('uploads', 'readwrite');
      const known = await store.get(id);
      await Promise.all([known && store.put({ ...known, ...change }), written]);
    }, undefined);
  }

  remove(id: string): Promise<void> {
    return this.inOrder(async () => {
      if (!this.held.has(id)) return;
      await (await this.open()).delete('uploads', id);
      this.storage.remove(this.markOf(id));
      this.release(id);
    }, undefined);
  }

  reclaim(take: (upload: KeptUpload) => void): Promise<void> {
    const { locks } = this;
    if (!locks || !this.marks(mark).length) return Promise.resolve();
    return this.inOrder(async () => {
      const db = await this.open();
      const own: Stored[] = [];
      for (const stored of await db.getAll('uploads')) {
        if (this.now() - stored.releasedAt > keptMs) await db.delete('uploads', stored.id);
        else if (stored.who === this.who) own.push(stored);
      }
      const ids = new Set(own.map(({ id }) => this.markOf(id)));
      for (const key of this.marks(this.markOf(''))) if (!ids.has(key)) this.storage.remove(key);
      own.sort((a, b) => a.releasedAt - b.releasedAt);
      for (const { id } of own) if (!this.held.has(id)) void this.claim(locks, db, id, take);
    }, undefined);
  }

  letGo(): Promise<void> {
    this.claims.abort();
    this.claims = new AbortController();
    return this.inOrder(() => {
      for (const id of [...this.held.keys()]) this.release(id);
      return Promise.resolve();
    }, undefined);
  }

  clear(): Promise<void> {
    this.claims.abort();
    this.claims = new AbortController();
    return this.inOrder(async () => {
      const marks = this.marks(this.markOf(''));
      if (marks.length === 0) return;
      const db = await this.open();
      for (const { id, who } of await db.getAll('uploads')) {
        if (who === this.who) await db.delete('uploads', id);
      }
      for (const key of marks) this.storage.remove(key);
      for (const id of [...this.held.keys()]) this.release(id);
    }, undefined);
  }

  // False past the bound. What another page keeps meanwhile counts: both are in one transaction.
  private async write(stored: Stored): Promise<boolean> {
    const { store, done: written } = (await this.open()).transaction('uploads', 'readwrite');
    const others = (await store.getAll()).filter(({ id }) => id !== stored.id);
    const bytes = others.reduce((sum, other) => sum + other.bytes.size, stored.bytes.size);
    if (bytes > this.bytesMax) return false;
    await Promise.all([store.put(stored), written]);
    return true;
  }

  // Waits for the page that has it, and takes over what that one did not bring to an end.
  private async claim(
    locks: Locks,
    db: Database,
    id: string,
    take: (upload: KeptUpload) => void,
  ): Promise<void> {
    const { signal } = this.claims;
    const taken = locks.request(this.lockOf(id), { signal }, async () => {
      const stored = await db.get('uploads', id);
      if (!stored || signal.aborted) return;
      const { who: _, name, bytes, ...upload } = stored;
      const ended = new Promise<void>((end) => this.held.set(id, end));
      take({ ...upload, file: new File([bytes], name, { type: bytes.type }) });
      await ended;
    });
    await taken.catch(() => {
      // Not wanted any more, or the database was closed under it.
    });
  }

  // A lock that nobody else asks for until it is in the database.
  private hold(locks: Locks, id: string): Promise<void> {
    if (this.held.has(id)) return Promise.resolve();
    return new Promise((resolve, reject) => {
      const ended = new Promise<void>((end) => this.held.set(id, end));
      locks
        .request(this.lockOf(id), () => {
          resolve();
          return ended;
        })
        .catch(reject);
    });
  }

  private release(id: string): void {
    this.held.get(id)?.();
    this.held.delete(id);
  }

  private open(): Promise<Database> {
    if (this.opened) return this.opened;
    const forget = () => {
      this.opened = null;
    };
    const opened = openDB<Schema>('bitacora', 1, {
      upgrade: (db) => void db.createObjectStore('uploads', { keyPath: 'id' }),
      terminated: forget,
      // A page of a later version needs it otherwise.
      blocking: (_current, _wanted, event) => {
        forget();
        (event.target as IDBDatabase).close();
      },
    });
    this.opened = opened;
    opened.catch(forget);
    return opened;
  }

  private inOrder<T>(run: () => Promise<T>, otherwise: T): Promise<T> {
    // A database that is full, or closed to this page, keeps nothing; that is all.
    const result = this.tail.then(run).catch(() => otherwise);
    this.tail = result;
    return result;
  }

  private marks(prefix: string): string[] {
    return this.storage.keys().filter((key) => key.startsWith(prefix));
  }

  private markOf(id: string): string {
    return `${mark}${this.who}.${id}`;
  }

  private lockOf(id: string): string {
    return mark + id;
  }
}

export function browserLocks(): Locks | null {
  return typeof navigator !== 'undefined' && 'locks' in navigator ? navigator.locks : null;
}
