import { CircleAlert } from 'lucide-react';
import { useWords } from '../i18n';
import type { Pending } from '../live/outbox';
import { problemName } from '../live/wire';
import './compose.css';

// Why a message was refused, as the dictionary names it. A quick reply that was removed between the
// list and the click has a name of its own, whichever of its refusals the server chose.
function refusalName({ body, problem }: Pending): string {
  const name = problem ? problemName(problem) : 'other';
  const removed =
    body.kind === 'quick_reply' && ['invalid', 'not-found', 'no-such-quick-reply'].includes(name);
  return removed ? 'quick-reply-gone' : name;
}

// Under a message that was refused: why, and what to do with it.
export function Refusal({
  entry,
  onRetry,
  onTakeBack,
}: {
  entry: Pending;
  onRetry: () => void;
  onTakeBack: () => void;
}) {
  const { t } = useWords();
  return (
    <div className="refusal" role="alert">
      <p>
        <CircleAlert size={14} aria-hidden="true" />
        <span>
          {t.delivery.refused}. {t.problems[refusalName(entry)] ?? t.problems.other}
        </span>
      </p>
      <button onClick={onRetry}>{t.delivery.retry}</button>
      <button onClick={onTakeBack}>
        {entry.body.kind === 'text' ? t.delivery.takeBack : t.delivery.drop}
      </button>
    </div>
  );
}
