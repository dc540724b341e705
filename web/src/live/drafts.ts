// What is written and not sent, a text for each conversation; the browser keeps it over a reload.

import type { Keepsakes } from './storage';

export class Drafts {
  private texts: ReadonlyMap<string, string>;

  constructor(
    private readonly keepsakes: Keepsakes,
    private readonly clock: { now(): number },
    // Called with each change, and the conversation whose text it is.
    private readonly changed: (texts: ReadonlyMap<string, string>, conversationId: string) => void,
  ) {
    this.texts = keepsakes.loadDrafts(clock.now());
  }

  read(): ReadonlyMap<string, string> {
    return this.texts;
  }

  write(conversationId: string, text: string): void {
    const before = this.texts.get(conversationId) ?? '';
    if (before === text) return;
    const texts = new Map(this.texts);
    if (text === '') texts.delete(conversationId);
    else texts.set(conversationId, text);
    this.texts = texts;
    this.keepsakes.saveDraft(conversationId, text, before, this.clock.now());
    this.changed(texts, conversationId);
  }

  // What was sent and did not go, before what was written since.
  putBack(conversationId: string, text: string): void {
    if (text === '') return;
    const draft = this.texts.get(conversationId) ?? '';
    this.write(conversationId, draft === '' ? text : `${text}\n${draft}`);
  }
}

// Another window of the same person takes what it has sent out of storage. What this one still shows
// in its place, if it is another text, goes back there.
export function keepShown(
  keepsakes: Keepsakes,
  shown: () => ReadonlyMap<string, string>,
  page: Window = window,
): () => void {
  const look = (event: StorageEvent) => {
    const removed = keepsakes.removedDraft(event);
    const text = removed ? (shown().get(removed.conversationId) ?? '') : '';
    if (!removed || text === '' || text === removed.text) return;
    keepsakes.saveDraft(removed.conversationId, text, removed.text, Date.now());
  };
  page.addEventListener('storage', look);
  return () => page.removeEventListener('storage', look);
}
