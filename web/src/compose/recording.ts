// A recording by MediaRecorder, in whatever the browser gives: WebM or Ogg with Opus, MP4 with AAC.

import type { Recorded } from '../live/recorded';
import { Peaks } from './peaks';

// The first that the browser can; the server takes each.
const kinds = ['audio/webm;codecs=opus', 'audio/ogg;codecs=opus', 'audio/mp4'];
// Speech: an hour of it stays below the 16 MB that a recording may have.
const bitsPerSecond = 32_000;
// What is recorded is handed over this often, so that little is lost if the browser stops.
const sliceMs = 250;
const levelEveryMs = 60;
// A shorter one goes on until it has its first piece, or until nothing is to be had.
const firstPieceMsMax = 2_000;

export type RecordingFault = 'denied' | 'none' | 'unsupported' | 'empty';

export interface RecordingListener {
  // How long it is, and how loud the last moments were, 0 to 100.
  level(elapsedMs: number, newest: readonly number[]): void;
  // It has stopped: by itself when it was full or lost its microphone.
  stopped(): void;
}

function canRecord(): boolean {
  return typeof MediaRecorder !== 'undefined' && navigator.mediaDevices !== undefined;
}

function faultOf(error: unknown): RecordingFault {
  const name = error instanceof DOMException ? error.name : '';
  return name === 'NotFoundError' || name === 'NotReadableError' ? 'none' : 'denied';
}

function free(stream: MediaStream, context: AudioContext | null): void {
  for (const track of stream.getTracks()) track.stop();
  if (context && context.state !== 'closed') void context.close();
}

// "2026-11-22-15-04-05", as the clock on the wall has it.
function wallClock(at: Date): string {
  const shifted = new Date(at.getTime() - at.getTimezoneOffset() * 60_000);
  return shifted.toISOString().slice(0, 19).replace(/[T:]/g, '-');
}

export class Recording {
  private readonly pieces: Blob[] = [];
  private readonly peaks = new Peaks();
  private sizeBytes = 0;
  private isFull = false;
  private readonly startedAt = performance.now();
  private endedAt: number | null = null;
  private readonly timer: ReturnType<typeof setInterval>;
  private readonly finished: Promise<void>;
  private readonly begun: Promise<void>;
  private hasBegun: () => void = () => {};

  private constructor(
    private readonly stream: MediaStream,
    private readonly recorder: MediaRecorder,
    private readonly context: AudioContext,
    listener: RecordingListener,
    private readonly sizeBytesMax: number,
  ) {
    this.begun = new Promise((resolve) => {
      this.hasBegun = resolve;
      setTimeout(resolve, firstPieceMsMax);
    });
    this.finished = new Promise((resolve) => {
      recorder.onstop = () => {
        this.endedAt ??= performance.now();
        resolve();
        this.release();
        listener.stopped();
      };
    });
    recorder.ondataavailable = ({ data }) => this.take(data);
    const analyser = this.context.createAnalyser();
    this.context.createMediaStreamSource(stream).connect(analyser);
    const samples = new Float32Array(analyser.fftSize);
    recorder.start(sliceMs);
    this.timer = setInterval(() => {
      analyser.getFloatTimeDomainData(samples);
      let peak = 0;
      for (const sample of samples) peak = Math.max(peak, Math.abs(sample));
      // Quiet speech is far below full scale; its root shows it.
      this.peaks.take(Math.round(Math.sqrt(Math.min(1, peak)) * 100));
      listener.level(this.elapsedMs, this.peaks.newest);
    }, levelEveryMs);
  }

  static async begin(
    listener: RecordingListener,
    sizeBytesMax: number,
  ): Promise<Recording | RecordingFault> {
    if (!canRecord()) return 'unsupported';
    let stream: MediaStream;
    try {
      stream = await navigator.mediaDevices.getUserMedia({ audio: true });
    } catch (error) {
      return faultOf(error);
    }
    let context: AudioContext | null = null;
    try {
      context = new AudioContext();
      const mimeType = kinds.find((kind) => MediaRecorder.isTypeSupported(kind));
      const recorder = new MediaRecorder(stream, {
        ...(mimeType && { mimeType }),
        audioBitsPerSecond: bitsPerSecond,
      });
      return new Recording(stream, recorder, context, listener, sizeBytesMax);
    } catch {
      // Or the microphone would stay on.
      free(stream, context);
      return 'unsupported';
    }
  }

  get elapsedMs(): number {
    return (this.endedAt ?? performance.now()) - this.startedAt;
  }

  private take(data: Blob): void {
    if (data.size === 0) return;
    this.pieces.push(data);
    this.sizeBytes += data.size;
    this.hasBegun();
    // The next piece would be as large at most.
    if (this.endedAt === null && this.sizeBytes + 2 * data.size > this.sizeBytesMax) {
      this.isFull = true;
      void this.end();
    }
  }

  // However short it is, what was recorded is there; 'empty' when the microphone gave nothing.
  async end(): Promise<Recorded | 'empty'> {
    // Stopped before its first piece, a recorder may give none at all.
    if (this.recorder.state !== 'inactive') await this.begun;
    this.endedAt ??= performance.now();
    if (this.recorder.state !== 'inactive') this.recorder.stop();
    await this.finished;
    if (this.sizeBytes === 0) return 'empty';
    const mime = (this.recorder.mimeType || this.pieces[0]!.type).split(';')[0]!;
    const ending = mime === 'audio/mp4' ? 'm4a' : mime === 'audio/ogg' ? 'ogg' : 'webm';
    return {
      file: new File(this.pieces, `audio-${wallClock(new Date())}.${ending}`, { type: mime }),
      durationMs: this.elapsedMs,
      peaks: this.peaks.whole,
      fullAtBytes: this.isFull ? this.sizeBytesMax : null,
    };
  }

  cancel(): void {
    this.recorder.onstop = null;
    this.recorder.ondataavailable = null;
    if (this.recorder.state !== 'inactive') this.recorder.stop();
    this.release();
  }

  private release(): void {
    clearInterval(this.timer);
    free(this.stream, this.context);
  }
}
