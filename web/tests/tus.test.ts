import { beforeEach, describe, expect, test, vi } from 'vitest';
import type { PreviousUpload, UploadOptions } from 'tus-js-client';
import { tusUploads } from '../src/live/tus';
import { FakeLocks } from './stage';

// The client as far as it remembers files, for all pages of a browser.
const remembered: { file: File; uploadUrl: string }[] = [];

class FakeUpload {
  url: string | null = null;
  constructor(
    private readonly file: File,
    private readonly options: UploadOptions,
  ) {}
  findPreviousUploads = async () => remembered.filter(({ file }) => file === this.file);
  resumeFromPreviousUpload({ uploadUrl }: PreviousUpload) {
    this.url = uploadUrl;
  }
  start() {
    if (this.url === null) {
      this.url = `/uploads/a${remembered.length + 1}`;
      remembered.push({ file: this.file, uploadUrl: this.url });
    }
    this.options.onUploadUrlAvailable?.();
  }
}

vi.mock('tus-js-client', () => ({ Upload: FakeUpload }));

const chosen = new File(['%PDF'], 'Presupuesto.pdf');
let locks: FakeLocks;

beforeEach(() => {
  remembered.length = 0;
  locks = new FakeLocks();
  vi.stubGlobal('fetch', async () => new Response());
  return () => vi.unstubAllGlobals();
});

// A page's way to begin an upload, or to go on with the one at `url`; resolves with its address.
function page(of: FakeLocks | null) {
  const start = tusUploads('/uploads', undefined, of);
  return (url: string | null = null) =>
    new Promise<string>((begun, reject) => {
      const source = { id: 'u1', file: chosen, url };
      start(source, { begun, refused: reject, progress() {}, waiting() {}, done() {} });
    });
}

describe('a file that is chosen again', () => {
  test('goes on where it was after a reload, in one window', async () => {
    expect(await page(locks)()).toBe('/uploads/a1');
    locks.end();
    const [second, third] = [locks.ofAnotherPage(), locks.ofAnotherPage()];
    expect(await page(second)()).toBe('/uploads/a1');
    expect(await page(third)()).toBe('/uploads/a2');
  });

  test('is another upload while any window has the first', async () => {
    const first = page(locks);
    const second = page(locks.ofAnotherPage());
    expect(await first()).toBe('/uploads/a1');
    expect(await second()).toBe('/uploads/a2');
    expect(await first()).toBe('/uploads/a3');
    expect(await second()).toBe('/uploads/a4');
  });

  test('is another upload while a window goes on with what an earlier one left to it', async () => {
    await page(locks)();
    expect(await page(locks.ofAnotherPage())('/uploads/a1')).toBe('/uploads/a1');
    locks.end();
    expect(await page(locks.ofAnotherPage())()).toBe('/uploads/a2');
  });

  test('is another upload where the browser has no locks', async () => {
    await page(null)();
    expect(await page(null)()).toBe('/uploads/a2');
    expect(await page(null)('/uploads/a1')).toBe('/uploads/a1');
  });
});
