import { Mic } from 'lucide-react';
import { useWords } from '../i18n';
import { IconButton } from '../ui/IconButton';

export function VoiceButton({ onClick, className }: { onClick: () => void; className: string }) {
  const { t } = useWords();
  return (
    <IconButton type="button" className={className} label={t.voice.record} onClick={onClick}>
      <Mic size={20} aria-hidden="true" />
    </IconButton>
  );
}
