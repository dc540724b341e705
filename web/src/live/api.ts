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

export const offlineProblem: Problem = {
  type: '/problems/offline',
  title: 'Offline',
  status: 0,
  detail: 'The server could not be reached.',
};

export interface Call {
  method?: 'GET' | 'POST' | 'DELETE';
  body?: unknown;
  query?: Record<string, string | number | boolean | null | undefined>;
  idempotencyKey?: string;
  bearer?: string;
  signal?: AbortSignal;
}

export async function call<T>(path: string, options: Call = {}): Promise<T> {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(options.query ?? {})) {
    if (value !== null && value !== undefined && value !== '') query.set(name, String(value));
  }
  const headers: Record<string, string> = { accept: 'application/json' };
  if (options.body !== undefined) headers['content-type'] = 'application/json';
  if (options.idempotencyKey) headers['idempotency-key'] = options.idempotencyKey;
  if (options.bearer) headers['authorization'] = `Bearer ${options.bearer}`;
  let response: Response;
  try {
    response = await fetch(`/api/v1${path}${query.size > 0 ? `?${query}` : ''}`, {
      method: options.method ?? 'GET',
      headers,
      // Contacts are known by their token alone; an operator's cookie is nothing to them.
      credentials: options.bearer ? 'omit' : 'same-origin',
      ...(options.body !== undefined && { body: JSON.stringify(options.body) }),
      ...(options.signal && { signal: options.signal }),
    });
  } catch (error) {
    if (options.signal?.aborted) throw error;
    throw new ProblemError(offlineProblem);
  }
  if (response.ok) {
    return (response.status === 204 ? undefined : await response.json()) as T;
  }
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
  const { protocol, host } = window.location;
  return `${protocol === 'https:' ? 'wss' : 'ws'}://${host}/api/v1${path}`;
}
