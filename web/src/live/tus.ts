// Uploads by the tus protocol: they go on where they were after a cut or a reload, and also when the
// same file is chosen again after one. The client is loaded with the first file.
//
// The client's memory of files is that of all windows. Each upload belongs to one of them, which holds
// its lock (Web Locks) for as long as it lives; or two messages would be of one attachment. Where there
// are no locks, as on plain HTTP, a file that is chosen again begins anew.

import type { DetailedError, HttpRequest, Upload } from 'tus-js-client';
import { apiUrl, offlineProblem } from './api';
import { loadPart, OutdatedPage } from './load_part';
import type { Storage } from './storage';
import { browserLocks, type Locks } from './upload_shelf';
import type { StartUpload } from './uploads';
import type { Problem } from './wire';

// Waits after a cut; they start anew with each byte that gets through. Some ten minutes in all.
const retryDelaysMs = [300, 1_000, 2_000, 4_000, 8_000, ...Array<number>(36).fill(15_000)];

function problemOf(error: Error | DetailedError): Problem {
  const response = 'originalResponse' in error ? error.originalResponse : null;
  if (!response) return offlineProblem;
  const problem: Problem = {
    type: '/problems/other',
    title: 'Not accepted',
    status: response.getStatus(),
    detail: '',
  };
  try {
    return Object.assign(problem, JSON.parse(response.getBody()));
  } catch {
    // A proxy's page, or no body at all: the status has to do.
    return problem;
  }
}

// Whether going on later can help: the line was cut, or the server is busy or starting.
function passes(error: DetailedError): boolean {
  const status = error.originalResponse?.getStatus() ?? 0;
  return status === 0 || status >= 500 || status === 409 || status === 423 || status === 429;
}

// This page has no client any more: what was sent goes on in the next one.
const outdatedProblem: Problem = {
  type: '/problems/outdated',
  title: 'Outdated',
  status: 0,
  detail: 'The server has a newer version of this page.',
};

const loadTus = () => loadPart(() => import('tus-js-client'), import.meta.url);

// What uploads has to come over the line first.
async function loadClient(waiting: () => void) {
  for (const delayMs of retryDelaysMs) {
    try {
      return await loadTus();
    } catch (error) {
      if (error instanceof OutdatedPage) throw error;
      waiting();
      await new Promise((resolve) => setTimeout(resolve, delayMs));
    }
  }
  return loadTus();
}

function idOf(url: string | null): string {
  return url?.slice(url.lastIndexOf('/') + 1) ?? '';
}

// Forgets what the client remembers of files that went there, whoever sent them: their names, and
// where they are.
export function forgetUploads(path: string, storage: Storage): void {
  // As its WebStorageUrlStorage names them: tus::tus-br-<of the file>-<endpoint>::<random>.
  const ofThere = `-${apiUrl(path)}::`;
  for (const key of storage.keys()) {
    if (key.startsWith('tus::') && key.includes(ofThere)) storage.remove(key);
  }
}

// Holds it until the page goes. Resolves with whether it is held, at once if `ifAvailable`.
function hold(locks: Locks, url: string, options: LockOptions): Promise<boolean> {
  return new Promise((resolve, reject) => {
    locks
      .request(`bitacora.tus.${url}`, options, (lock) => {
        resolve(lock !== null);
        return lock && new Promise<never>(() => {});
      })
      .catch(reject);
  });
}

// `token`: a contact's; operators are known by their cookie.
export function tusUploads(
  path: string,
  token?: () => string,
  locks: Locks | null = browserLocks(),
): StartUpload {
  // Those of this page: a file that is chosen once more is another message, and an upload of its own.
  const own = new Set<string>();
  const take = async (url: string, options: LockOptions = {}): Promise<boolean> => {
    if (!locks || own.has(url)) return false;
    const isHeld = await hold(locks, url, options).catch(() => false);
    if (isHeld) own.add(url);
    return isHeld;
  };
  return ({ id, file, url }, listener) => {
    let stopped = false;
    let upload: Upload | null = null;
    const begin = async () => {
      const tus = await loadClient(() => !stopped && listener.waiting());
      if (stopped) return;
      const running = new tus.Upload(file, {
        endpoint: apiUrl(path),
        metadata: { filename: file.name, filetype: file.type },
        retryDelays: retryDelaysMs,
        removeFingerprintOnSuccess: true,
        onBeforeRequest: (request: HttpRequest) => {
          if (token) request.setHeader('authorization', `Bearer ${token()}`);
          // Asked for again, since the answer did not come, it is the same upload (rule A2).
          if (request.getMethod() === 'POST') request.setHeader('idempotency-key', id);
        },
        onUploadUrlAvailable: () => {
          if (running.url === null || stopped) return;
          // Its earlier window may be about to go.
          void take(running.url);
          listener.begun(running.url);
        },
        onShouldRetry: (error) => {
          const again = !stopped && passes(error as DetailedError);
          if (again) listener.waiting();
          return again;
        },
        onProgress: (sent) => listener.progress(sent),
        onSuccess: () => listener.done(idOf(running.url)),
        onError: (error) => !stopped && listener.refused(problemOf(error)),
      });
      upload = running;
      running.url = url;
      for (const earlier of await running.findPreviousUploads()) {
        const { uploadUrl } = earlier;
        if (uploadUrl === null) continue;
        if (url === null ? await take(uploadUrl, { ifAvailable: true }) : uploadUrl === url) {
          running.resumeFromPreviousUpload(earlier);
          break;
        }
      }
      if (!stopped) running.start();
    };
    begin().catch((error: unknown) => {
      if (stopped) return;
      if (error instanceof OutdatedPage) listener.waiting(outdatedProblem);
      else listener.refused(offlineProblem);
    });
    return (takeAway) => {
      stopped = true;
      // What is on the server already expires by itself where this does not reach it.
      upload?.abort(takeAway).catch(() => {});
    };
  };
}
