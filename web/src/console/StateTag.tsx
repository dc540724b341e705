import { Archive, Clock, MessageCircle } from 'lucide-react';
import type { ReactNode } from 'react';
import { useWords } from '../i18n';
import type { Tab } from '../live/wire';

export const stateIcons: Record<Tab, (size: number) => ReactNode> = {
  waiting: (size) => <Clock size={size} aria-hidden="true" />,
  attending: (size) => <MessageCircle size={size} aria-hidden="true" />,
  closed: (size) => <Archive size={size} aria-hidden="true" />,
};

// A state by its word, its icon and its colour.
export function StateTag({ state }: { state: Tab }) {
  const { t } = useWords();
  return (
    <span className={`state-tag state-tag--${state}`}>
      {stateIcons[state](14)}
      <span className="state-tag__word">{t.states[state]}</span>
    </span>
  );
}
