import { CircleAlert } from 'lucide-react';
import { useWords } from '../i18n';
import type { Pending } from '../live/outbox';
import { codePoints, limits, problemName } from '../live/wire';
import './compose.css';

// Why a message was refused, as the dictionary names it. The server checks a quick reply with the
// names filled in, which may make it longer than what was kept.
function refusalName({ body, text, problem }: Pending): string {
  const name = problem ? problemName(problem) : 'other';
  const outgrown = body.kind === 'quick_reply' && codePoints(text) > limits.messageCodePoints;
  return name === 'invalid' && outgrown ? 'quick-reply-too-long' : name;
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
