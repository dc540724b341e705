// Files on their way to the server: one after another, each with a caption, kept across a switch of
// conversation and lost with the page. A file is sent as a message once it is up and its writer has
// said so, in whichever order the two happen; files of one conversation keep their order.

import type { Attachment, Problem } from './wire';

export interface Upload {
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
  // 'waiting': the line was cut, and it goes on by itself.
  state: 'queued' | 'sending' | 'waiting' | 'done' | 'refused';
  sentBytes: number;
  attachmentId: string | null;
  caption: string;
  // The writer has said "send".
  released: boolean;
  problem?: Problem;
}

export type UploadedFile = Upload & { attachmentId: string };

export interface UploadListener {
  progress(sentBytes: number): void;
  waiting(): void;
  done(attachmentId: string): void;
  refused(problem: Problem): void;
}

// Begins to upload; the answer stops it, and takes what is there away again.
export type StartUpload = (file: File, listener: UploadListener) => () => void;

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

export class Uploads {
  private snapshot: readonly Upload[] = [];
  private readonly files = new Map<string, File>();
  private readonly stops = new Map<string, () => void>();
  private readonly listeners = new Set<() => void>();
  private readonly previews = new Map<string, string>();
  private ended = false;

  constructor(
    private readonly start: StartUpload,
    private readonly uuid: () => string,
    // Called for each file that is up and released.
    private readonly send: (upload: UploadedFile) => void,
    private readonly urlOf: (file: File) => string | null = previewUrl,
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
      this.files.set(id, file);
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
        ...(problem && { problem }),
      };
    });
    this.set([...this.snapshot, ...uploads]);
    this.next();
  }

  caption(id: string, caption: string): void {
    this.update(id, { caption });
  }

  // Sends what is chosen in a conversation, each as soon as it is up.
  release(conversationId: string): void {
    this.set(
      this.snapshot.map((upload) =>
        upload.conversationId === conversationId && upload.state !== 'refused'
          ? { ...upload, released: true }
          : upload,
      ),
    );
    this.sendReady();
  }

  cancel(id: string): void {
    this.stops.get(id)?.();
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

  // Takes files again, after end().
  begin(): void {
    this.ended = false;
  }

  // Nothing is taken or sent any more, or shown: what is on its way stops.
  end(): void {
    this.ended = true;
    const stops = [...this.stops.values()];
    this.stops.clear();
    for (const stop of stops) stop();
    for (const { preview } of this.snapshot) if (preview) URL.revokeObjectURL(preview);
    for (const url of this.previews.values()) URL.revokeObjectURL(url);
    this.previews.clear();
    this.files.clear();
    this.set([]);
  }

  retry(id: string): void {
    const upload = this.snapshot.find((each) => each.id === id);
    if (upload?.state !== 'refused') return;
    const { problem: _, ...rest } = upload;
    this.set(
      this.snapshot.map((each) => (each.id === id ? { ...rest, state: 'queued', sentBytes: 0 } : each)),
    );
    this.next();
  }

  private next(): void {
    if (this.stops.size > 0) return;
    const upload = this.snapshot.find(({ state }) => state === 'queued');
    const file = upload && this.files.get(upload.id);
    if (!upload || !file) return;
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
    const stop = this.start(file, {
      progress: (sentBytes) => here() && this.update(id, { state: 'sending', sentBytes }),
      waiting: () => here() && this.update(id, { state: 'waiting' }),
      done: (attachmentId) =>
        ended({ state: 'done', attachmentId, sentBytes: upload.sizeBytes }),
      refused: (problem) => ended({ state: 'refused', problem }),
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
    this.files.delete(id);
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
