// Calls over HTTP. A refusal is a ProblemError with the server's problem document; a line that is
// cut is a ProblemError named "offline".

import type { Problem } from './wire';
import { problemName } from './wire';

export class ProblemError extends Error {
  constructor(readonly problem: Problem) {
    super(problem.detail || problem.title);
  }
  get problemName(): string {
    return problemName(this.problem);
  }
}

export function hasStatus(error: unknown, status: number): boolean {
  return error instanceof ProblemError && error.problem.status === status;
}

// A refusal that asking again will not change: those of 400 to 499, but for 401 (the session has
// ended), 408 (the request came too slowly) and 429 (there were too many).
export function isFinal(error: unknown): boolean {
  if (!(error instanceof ProblemError)) return false;
  const { status } = error.problem;
  return status >= 400 && status < 500 && ![401, 408, 429].includes(status);
}

export const offlineProblem: Problem = {
  type: '/problems/offline',
  title: 'Offline',
  status: 0,
  detail: 'The server could not be reached.',
};

// Where the server is: the page's own origin, or for the widget that of its script.
let base = '';

export function setServer(origin: string): void {
  base = origin;
}

export function apiUrl(path: string): string {
  return `${base}/api/v1${path}`;
}

export interface Call {
  method?: 'GET' | 'POST' | 'PUT' | 'DELETE';
  body?: unknown;
  query?: Record<string, string | number | boolean | null | undefined>;
  idempotencyKey?: string;
  bearer?: string;
  signal?: AbortSignal;
  // It goes also from a page that is on its way out.
  keepalive?: boolean;
}

export type CallServer = <T>(path: string, options?: Call) => Promise<T>;

export async function call<T>(path: string, options: Call = {}): Promise<T> {
  const response = await request(path, options);
  if (response.status === 204) return undefined as T;
  return overLine<T>(options, () => response.json());
}

// What lies behind an address that only its token opens.
export async function callForBytes(path: string, options: Call = {}): Promise<Blob> {
  const response = await request(path, options);
  return overLine(options, () => response.blob());
}

// What fails is the line's fault: also a body that is cut short, or that is no answer of the server's,
// as the sign-in page of a hotel's network.
async function overLine<T>({ signal }: Call, run: () => Promise<T>): Promise<T> {
  try {
    return await run();
  } catch (error) {
    if (signal?.aborted) throw error;
    throw new ProblemError(offlineProblem);
  }
}

async function request(path: string, options: Call): Promise<Response> {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(options.query ?? {})) {
    if (value !== null && value !== undefined && value !== '') query.set(name, String(value));
  }
  const asked = query.toString();
  const headers: Record<string, string> = { accept: 'application/json' };
  if (options.body !== undefined) headers['content-type'] = 'application/json';
  if (options.idempotencyKey) headers['idempotency-key'] = options.idempotencyKey;
  if (options.bearer) headers['authorization'] = `Bearer ${options.bearer}`;
  const response = await overLine(options, () =>
    fetch(`${apiUrl(path)}${asked && `?${asked}`}`, {
      method: options.method ?? 'GET',
      headers,
      // Contacts are known by their token alone; an operator's cookie is nothing to them.
      credentials: options.bearer ? 'omit' : 'same-origin',
      ...(options.body !== undefined && { body: JSON.stringify(options.body) }),
      ...(options.signal && { signal: options.signal }),
      ...(options.keepalive && { keepalive: true }),
    }),
  );
  if (response.ok) return response;
  throw new ProblemError(await readProblem(response));
}

async function readProblem(response: Response): Promise<Problem> {
  const retryAfter = Number(response.headers.get('retry-after') ?? NaN);
  const base: Problem = {
    type: '/problems/internal',
    title: response.statusText,
    status: response.status,
    detail: '',
  };
  try {
    Object.assign(base, await response.json());
  } catch {
    // A proxy's page rather than the server's document: the status has to do.
  }
  return Number.isFinite(retryAfter) ? { ...base, retry_after_s: retryAfter } : base;
}

export function socketUrl(path: string): string {
  const { protocol, host } = base === '' ? window.location : new URL(base);
  return `${protocol === 'https:' ? 'wss' : 'ws'}://${host}/api/v1${path}`;
}
