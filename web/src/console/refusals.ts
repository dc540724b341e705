import type { Pending } from '../live/outbox';
import { problemName } from '../live/wire';

// Why a message was refused, as the dictionary names it. A quick reply that was removed between the
// list and the click has a name of its own, whichever of its refusals the server chose.
export function refusalName({ body, problem }: Pending): string {
  const name = problem ? problemName(problem) : 'other';
  const removed =
    body.kind === 'quick_reply' && ['invalid', 'not-found', 'no-such-quick-reply'].includes(name);
  return removed ? 'quick-reply-gone' : name;
}
