// Drafts and the outbox as the browser keeps them. One entry a conversation or message, so that two
// windows of one operator never overwrite each other's; a browser that keeps nothing costs only
// what a reload loses.

import type { Outbox, Pending } from './outbox';

export interface Storage {
  keys(): string[];
  get(key: string): string | null;
  set(key: string, value: string): void;
  remove(key: string): void;
}

export const browserStorage: Storage = {
  keys() {
    try {
      return Object.keys(localStorage);
    } catch {
      return [];
    }
  },
  get(key) {
    try {
      return localStorage.getItem(key);
    } catch {
      return null;
    }
  },
  set(key, value) {
    try {
      localStorage.setItem(key, value);
    } catch {
      // Full or closed: what was written lives as long as the page.
    }
  },
  remove(key) {
    try {
      localStorage.removeItem(key);
    } catch {
      // As above.
    }
  },
};

// A draft that nobody came back to is forgotten after this long.
const draftKeptMs = 30 * 24 * 60 * 60 * 1000;

interface StoredDraft {
  text: string;
  at: number;
}

export interface RemovedDraft {
  conversationId: string;
  text: string;
}

function parse<T>(text: string | null): T | null {
  try {
    return text === null ? null : (JSON.parse(text) as T);
  } catch {
    return null;
  }
}

// `who` is the operator's or contact's id: two people at one browser do not see each other's words.
export class Keepsakes {
  private readonly drafts: string;
  private readonly outbox: string;
  private readonly handed: string;

  constructor(
    private readonly storage: Storage,
    who: string,
  ) {
    this.drafts = `bitacora.draft.${who}.`;
    this.outbox = `bitacora.outbox.${who}.`;
    this.handed = `bitacora.handed.${who}.`;
  }

  loadDrafts(now: number): Map<string, string> {
    const drafts = new Map<string, string>();
    for (const key of this.below(this.drafts)) {
      const draft = parse<StoredDraft>(this.storage.get(key));
      if (!draft || now - draft.at > draftKeptMs) this.storage.remove(key);
      else drafts.set(key.slice(this.drafts.length), draft.text);
    }
    return drafts;
  }

  // In the place of `before`: what another window has written meanwhile does not go with it.
  saveDraft(conversationId: string, text: string, before: string, now: number): void {
    const key = this.drafts + conversationId;
    if (text !== '') this.storage.set(key, JSON.stringify({ text, at: now } satisfies StoredDraft));
    else if (this.textOf(this.storage.get(key)) === before) this.storage.remove(key);
  }

  // The draft that another window has taken out of storage, if that is what happened.
  removedDraft({ key, oldValue, newValue }: StorageEvent): RemovedDraft | null {
    if (!key?.startsWith(this.drafts) || newValue !== null) return null;
    return { conversationId: key.slice(this.drafts.length), text: this.textOf(oldValue) };
  }

  // In the order of writing. Those that were under way when the page went wait again.
  loadOutbox(): Outbox {
    const entries: Pending[] = [];
    for (const key of this.below(this.outbox)) {
      const entry = parse<Pending>(this.storage.get(key));
      if (!entry) continue;
      const { matched: _, ...rest } = entry;
      entries.push(rest.state === 'refused' ? rest : { ...rest, state: 'queued' });
    }
    return entries.sort((a, b) => (a.writtenAt < b.writtenAt ? -1 : 1));
  }

  // Brings storage from one outbox to the next.
  saveOutbox(before: Outbox, after: Outbox): void {
    if (before === after) return;
    const kept = new Map(after.map((entry) => [entry.key, entry]));
    for (const { key } of before) if (!kept.has(key)) this.storage.remove(this.outbox + key);
    for (const entry of after) {
      if (!before.includes(entry)) this.storage.set(this.outbox + entry.key, JSON.stringify(entry));
    }
  }

  private textOf(stored: string | null): string {
    return parse<StoredDraft>(stored)?.text ?? '';
  }

  // Conversations that others gave to the operator, and that were not looked at.
  loadHanded(): ReadonlySet<string> {
    return new Set(this.below(this.handed).map((key) => key.slice(this.handed.length)));
  }

  saveHanded(before: ReadonlySet<string>, after: ReadonlySet<string>): void {
    for (const id of before) if (!after.has(id)) this.storage.remove(this.handed + id);
    for (const id of after) if (!before.has(id)) this.storage.set(this.handed + id, '');
  }

  // The one that another window has taken the mark from, if that is what happened.
  removedHanded({ key, newValue }: StorageEvent): string | null {
    return key?.startsWith(this.handed) && newValue === null ? key.slice(this.handed.length) : null;
  }

  private below(prefix: string): string[] {
    return this.storage.keys().filter((key) => key.startsWith(prefix));
  }
}
