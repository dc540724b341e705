// Files on their way to the server: one after another, each with a caption, kept across a switch of
// conversation. A file is sent as a message once it is up and its writer has said so, in whichever
// order the two happen; files of one conversation keep their order. What its writer has sent goes on
// after a reload, and is the same message then; what was only chosen is lost with the page.

import { noShelf, type KeptUpload, type UploadShelf } from './upload_shelf';
import type { Attachment, Problem } from './wire';

export interface Upload {
  // The Idempotency-Key of the upload, and of its message.
  id: string;
  conversationId: string;
  name: string;
  mime: string;
  sizeBytes: number;
  voice: boolean;
  // An object URL of what can be shown or heard before it is on the server.
  preview: string | null;
  // As recorded, until the server has measured it.
  durationMs: number | null;
  waveform: number[] | null;
  // 'waiting': the line was cut, and it goes on by itself; with a problem, once the page is loaded anew.
  state: 'queued' | 'sending' | 'waiting' | 'done' | 'refused';
  sentBytes: number;
  attachmentId: string | null;
  caption: string;
  // The writer has said "send".
  released: boolean;
  // It goes on after a reload.
  kept: boolean;
  problem?: Problem;
}

export type UploadedFile = Upload & { attachmentId: string };

export interface UploadSource {
  id: string;
  file: File;
  // Where the server has a part of it.
  url: string | null;
}

export interface UploadListener {
  begun(url: string): void;
  progress(sentBytes: number): void;
  waiting(problem?: Problem): void;
  done(attachmentId: string): void;
  refused(problem: Problem): void;
}

// Begins to upload, or goes on. The answer stops it, and may take away again what is there.
export type StartUpload = (
  source: UploadSource,
  listener: UploadListener,
) => (takeAway: boolean) => void;

export interface NewFile {
  file: File;
  voice?: boolean;
  durationMs?: number;
  waveform?: number[];
  // Known to be refused before anything is sent.
  problem?: Problem | null;
}

// Pictures of what was just sent, for as long as the server has no thumbnail.
const previewsKept = 24;

// Refusals after which the same file may be taken later.
const passing = new Set([401, 408, 409, 423, 429]);

function isForGood({ status }: Problem): boolean {
  return status >= 400 && status < 500 && !passing.has(status);
}

interface Source extends UploadSource {
  // 0 before; no two are released at the same time.
  releasedAt: number;
}

export class Uploads {
  private snapshot: readonly Upload[] = [];
  private readonly sources = new Map<string, Source>();
  private readonly stops = new Map<string, (takeAway: boolean) => void>();
  private readonly listeners = new Set<() => void>();
  private readonly previews = new Map<string, string>();
  private ended = false;
  private lastReleasedAt = 0;

  constructor(
    private readonly start: StartUpload,
    private readonly uuid: () => string,
    // Called for each file that is up and released.
    private readonly send: (upload: UploadedFile) => void,
    private readonly urlOf: (file: File) => string | null = previewUrl,
    private readonly shelf: UploadShelf = noShelf,
    private readonly now: () => number = Date.now,
  ) {}

  readonly subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  readonly read = (): readonly Upload[] => this.snapshot;

  preview(attachmentId: string): string | null {
    return this.previews.get(attachmentId) ?? null;
  }

  add(conversationId: string, added: readonly NewFile[], released = false): void {
    if (this.ended) return;
    const uploads = added.map(({ file, voice, durationMs, waveform, problem }): Upload => {
      const id = this.uuid();
      this.sources.set(id, { id, file, url: null, releasedAt: 0 });
      return {
        id,
        conversationId,
        name: file.name,
        mime: file.type,
        sizeBytes: file.size,
        voice: voice ?? false,
        preview: this.urlOf(file),
        durationMs: durationMs ?? null,
        waveform: waveform ?? null,
        state: problem ? 'refused' : 'queued',
        sentBytes: 0,
        attachmentId: null,
        caption: '',
        released,
        kept: false,
        ...(problem && { problem }),
      };
    });
    this.set([...this.snapshot, ...uploads]);
    if (released) this.keep(uploads);
    this.next();
  }

  // What would be gone with the page, though its writer has sent it.
  wouldLose(): boolean {
    return this.snapshot.some(({ released, kept, state }) => released && !kept && state !== 'refused');
  }

  caption(id: string, caption: string): void {
    this.update(id, { caption });
  }

  // Sends what is chosen in a conversation, each as soon as it is up.
  release(conversationId: string): void {
    const chosen = this.snapshot.filter(
      (upload) =>
        upload.conversationId === conversationId && !upload.released && upload.state !== 'refused',
    );
    for (const { id } of chosen) this.update(id, { released: true });
    this.sendReady();
    this.keep(chosen);
  }

  cancel(id: string): void {
    this.stops.get(id)?.(true);
    this.stops.delete(id);
    this.forget(id);
    // What it held back may go now.
    this.sendReady();
    this.next();
  }

  // All that were chosen and not yet sent.
  cancelChosen(conversationId: string): void {
    for (const { id } of this.snapshot.filter(
      (upload) => upload.conversationId === conversationId && !upload.released,
    )) {
      this.cancel(id);
    }
  }

  // Takes files, also after end(), and goes on with what is kept.
  begin(): void {
    this.ended = false;
    void this.shelf.reclaim((kept) => this.restore(kept));
  }

  // Nothing is taken or sent any more, or shown: what is on its way stops.
  end(): void {
    this.ended = true;
    const stops = [...this.stops].map(([id, stop]) => ({ stop, kept: this.isKept(id) }));
    this.stops.clear();
    for (const { stop, kept } of stops) stop(!kept);
    void this.shelf.letGo();
    for (const { preview } of this.snapshot) if (preview) URL.revokeObjectURL(preview);
    for (const url of this.previews.values()) URL.revokeObjectURL(url);
    this.previews.clear();
    this.sources.clear();
    this.set([]);
  }

  // Its writer is signed out: the files that were kept go, also those of other windows.
  async forgetKept(): Promise<void> {
    await this.shelf.clear();
  }

  retry(id: string): void {
    const upload = this.snapshot.find((each) => each.id === id);
    if (upload?.state !== 'refused') return;
    const { problem: _, ...rest } = upload;
    this.set(
      this.snapshot.map((each) => (each.id === id ? { ...rest, state: 'queued', sentBytes: 0 } : each)),
    );
    if (upload.released && !upload.kept) this.keep([upload]);
    this.next();
  }

  private restore(kept: KeptUpload): void {
    const { id, file, releasedAt, url, attachmentId } = kept;
    if (this.ended || this.sources.has(id)) return;
    this.sources.set(id, { id, file, url, releasedAt });
    this.lastReleasedAt = Math.max(this.lastReleasedAt, releasedAt);
    const upload: Upload = {
      id,
      conversationId: kept.conversationId,
      name: file.name,
      mime: file.type,
      sizeBytes: file.size,
      voice: kept.voice,
      preview: this.urlOf(file),
      durationMs: kept.durationMs,
      waveform: kept.waveform,
      state: attachmentId === null ? 'queued' : 'done',
      sentBytes: attachmentId === null ? 0 : file.size,
      attachmentId,
      caption: kept.caption,
      released: true,
      kept: true,
    };
    // What was sent since goes after it.
    const isEarlier = ({ id: other }: Upload) => {
      const at = this.sources.get(other)?.releasedAt ?? 0;
      return at > 0 && at < releasedAt;
    };
    const earlier = this.snapshot.filter(isEarlier);
    const later = this.snapshot.filter((each) => !isEarlier(each));
    this.set([...earlier, upload, ...later]);
    this.sendReady();
    this.next();
  }

  // What is sent outlives the page, where the browser can keep it.
  private keep(uploads: readonly Upload[]): void {
    for (const { id } of uploads) {
      const upload = this.snapshot.find((each) => each.id === id);
      const source = this.sources.get(id);
      if (!upload || !source || upload.state === 'refused') continue;
      source.releasedAt ||= Math.max(this.now(), this.lastReleasedAt + 1);
      this.lastReleasedAt = Math.max(this.lastReleasedAt, source.releasedAt);
      const { conversationId, caption, voice, durationMs, waveform, attachmentId } = upload;
      const { file, url, releasedAt } = source;
      void this.shelf
        .put({
          ...{ id, conversationId, file, caption, voice, durationMs, waveform },
          ...{ releasedAt, url, attachmentId },
        })
        .then((kept) => kept && this.update(id, { kept }));
    }
  }

  private isKept(id: string): boolean {
    return this.snapshot.some((each) => each.id === id && each.kept);
  }

  private next(): void {
    if (this.stops.size > 0) return;
    const upload = this.snapshot.find(({ state }) => state === 'queued');
    const source = upload && this.sources.get(upload.id);
    if (!upload || !source) return;
    const { id } = upload;
    this.update(id, { state: 'sending' });
    const here = () => this.stops.has(id);
    const ended = (change: Partial<Upload>) => {
      if (!here()) return;
      this.stops.delete(id);
      this.update(id, change);
      this.sendReady();
      this.next();
    };
    this.stops.set(id, () => {});
    const stop = this.start(source, {
      begun: (url) => {
        if (!here()) return;
        source.url = url;
        void this.shelf.note(id, { url });
      },
      progress: (sentBytes) => here() && this.update(id, { state: 'sending', sentBytes }),
      waiting: (problem) =>
        here() && this.update(id, { state: 'waiting', ...(problem && { problem }) }),
      done: (attachmentId) => {
        const isUp = () => ended({ state: 'done', attachmentId, sentBytes: upload.sizeBytes });
        // Known before its message is: after a reload it is never uploaded as another.
        if (this.isKept(id)) void this.shelf.note(id, { attachmentId }).then(isUp);
        else isUp();
      },
      refused: (problem) => {
        if (isForGood(problem)) void this.shelf.remove(id);
        ended({ state: 'refused', problem, ...(isForGood(problem) && { kept: false }) });
      },
    });
    // It may have ended while it began.
    if (here()) this.stops.set(id, stop);
  }

  private sendReady(): void {
    const held = new Set<string>();
    for (const upload of this.snapshot) {
      if (!upload.released || upload.state === 'refused' || held.has(upload.conversationId)) continue;
      const { attachmentId } = upload;
      if (upload.state !== 'done' || attachmentId === null) {
        held.add(upload.conversationId);
        continue;
      }
      this.keepPreview(attachmentId, upload.preview);
      this.update(upload.id, { preview: null });
      this.forget(upload.id);
      this.send({ ...upload, attachmentId });
    }
  }

  private keepPreview(attachmentId: string, url: string | null): void {
    if (url === null) return;
    this.previews.set(attachmentId, url);
    const oldest = this.previews.keys().next().value;
    if (this.previews.size <= previewsKept || oldest === undefined) return;
    URL.revokeObjectURL(this.previews.get(oldest) ?? '');
    this.previews.delete(oldest);
  }

  private forget(id: string): void {
    const upload = this.snapshot.find((each) => each.id === id);
    if (upload?.preview) URL.revokeObjectURL(upload.preview);
    this.sources.delete(id);
    void this.shelf.remove(id);
    this.set(this.snapshot.filter((each) => each.id !== id));
  }

  private update(id: string, change: Partial<Upload>): void {
    this.set(this.snapshot.map((each) => (each.id === id ? { ...each, ...change } : each)));
  }

  private set(snapshot: readonly Upload[]): void {
    this.snapshot = snapshot;
    for (const listener of this.listeners) listener();
  }
}

function previewUrl(file: File): string | null {
  return /^(?:image|audio)\//.test(file.type) ? URL.createObjectURL(file) : null;
}

// As the bubble shows it until the server's message is there.
export function asAttachment(upload: UploadedFile): Attachment {
  return {
    id: upload.attachmentId,
    name: upload.name,
    mime: upload.mime,
    size_bytes: upload.sizeBytes,
    thumbnail: false,
    duration_ms: upload.durationMs,
    waveform: upload.waveform,
    examination: 'pending',
  };
}
