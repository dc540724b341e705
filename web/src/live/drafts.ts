// What is written and not sent, a text for each conversation; the browser keeps it over a reload.

import type { Keepsakes, RemovedDraft } from './storage';

export class Drafts {
  private texts: ReadonlyMap<string, string>;
  // Whose text was written here; the others' lay in storage when the page came.
  private readonly edited = new Set<string>();

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
    if (text === '') this.edited.delete(conversationId);
    else this.edited.add(conversationId);
    this.keepsakes.saveDraft(conversationId, text, before, this.clock.now());
    this.changed(texts, conversationId);
  }

  // What was sent and did not go, before what was written since.
  putBack(conversationId: string, text: string): void {
    if (text === '') return;
    const draft = this.texts.get(conversationId) ?? '';
    this.write(conversationId, draft === '' ? text : `${text}\n${draft}`);
  }

  // Another window of the same person takes what it has sent out of storage. What was written here
  // goes back there in its place, if it is another text; what was only read from there is that
  // window's own words, half written, and goes as well.
  removedElsewhere({ conversationId, text: removed }: RemovedDraft): void {
    const text = this.texts.get(conversationId);
    if (text === undefined) return;
    if (this.edited.has(conversationId)) {
      if (text === removed) return;
      this.keepsakes.saveDraft(conversationId, text, removed, this.clock.now());
    } else {
      const texts = new Map(this.texts);
      texts.delete(conversationId);
      this.texts = texts;
      this.changed(texts, conversationId);
    }
  }
}
