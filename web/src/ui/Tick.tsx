import { Check, CheckCheck, CircleAlert } from 'lucide-react';
import type { ReactNode } from 'react';
import { useWords } from '../i18n';
import type { Message } from '../live/wire';
import './tick.css';

const icons: Record<Message['delivery'], ReactNode> = {
  accepted: <Check size={14} />,
  sent: <Check size={14} />,
  delivered: <CheckCheck size={14} />,
  read: <FilledChecks />,
  failed: <CircleAlert size={14} />,
};

// How far a message has come. Each step has a shape of its own, so that none is known by its colour
// alone: one check, two, two in a filled field.
export function Tick({ delivery }: { delivery: Message['delivery'] }) {
  const { t } = useWords();
  const label = t.delivery[delivery];
  return (
    <span className={`tick tick--${delivery}`} role="img" aria-label={label} title={label}>
      {icons[delivery]}
    </span>
  );
}

function FilledChecks() {
  return (
    <svg viewBox="-3 1 30 21" width={20} height={14} aria-hidden="true">
      <rect x={-3} y={1} width={30} height={21} rx={10.5} fill="currentcolor" />
      <path className="tick__checks" d="M18 6 7 17l-5-5M22 10l-7.5 7.5L13 16" />
    </svg>
  );
}
