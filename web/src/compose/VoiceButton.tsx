import { Mic } from 'lucide-react';
import { useWords } from '../i18n';

export function VoiceButton({ onClick, className }: { onClick: () => void; className: string }) {
  const { t } = useWords();
  return (
    <button
      type="button"
      className={className}
      aria-label={t.voice.record}
      title={t.voice.record}
      onClick={onClick}
    >
      <Mic size={20} aria-hidden="true" />
    </button>
  );
}
