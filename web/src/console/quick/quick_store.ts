// The quick replies as their page keeps them: read whole, changed one by one, and a removal that can
// be undone for a while before the server hears of it.

import { allPages } from '../../live/all_pages';
import { call, ProblemError } from '../../live/api';
import type { AttachedFile, QuickReply } from '../../live/wire';
import { uuid } from '../../live/uuid';

export interface QuickReplyDraft {
  title: string;
  text: string;
  // A slug; null: for all.
  department: string | null;
  attachment: AttachedFile | null;
}

export function readAll(atLeast: number): Promise<QuickReply[]> {
  return allPages(call, '/quick-replies', { at_least: atLeast });
}

// The position from which on a read shows it.
export async function save(id: string | null, draft: QuickReplyDraft): Promise<number> {
  const { attachment, ...rest } = draft;
  const answer = await call<{ position: number }>(id ? `/quick-replies/${id}` : '/quick-replies', {
    method: id ? 'PUT' : 'POST',
    body: { ...rest, attachment_id: attachment?.id ?? null },
    ...(!id && { idempotencyKey: uuid() }),
  });
  return answer.position;
}

export async function remove(id: string): Promise<void> {
  try {
    await call(`/quick-replies/${id}`, { method: 'DELETE', keepalive: true });
  } catch (error) {
    // Somebody else was quicker.
    if (!(error instanceof ProblemError) || error.problem.status !== 404) throw error;
  }
}
