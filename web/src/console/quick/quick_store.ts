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

// A key for each content of a form: what is saved once more, since the answer did not come, is stored
// once.
export function keysByContent(newKey = uuid): (draft: QuickReplyDraft) => string {
  const keys = new Map<string, string>();
  return (draft) => {
    const content = JSON.stringify(draft);
    const key = keys.get(content) ?? newKey();
    keys.set(content, key);
    return key;
  };
}

// The position from which on a read shows it.
export async function save(
  id: string | null,
  draft: QuickReplyDraft,
  idempotencyKey: string,
): Promise<number> {
  const { attachment, ...rest } = draft;
  const answer = await call<{ position: number }>(id ? `/quick-replies/${id}` : '/quick-replies', {
    method: id ? 'PUT' : 'POST',
    body: { ...rest, attachment_id: attachment?.id ?? null },
    ...(!id && { idempotencyKey }),
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
