import { X } from 'lucide-react';
import { useWords } from '../i18n';
import { Avatar } from '../ui/Avatar';
import { IconButton } from '../ui/IconButton';

// The company, and who of it is answering.
export function ChatHeader({
  company,
  attendedBy = null,
  status,
  onClose,
}: {
  company: string;
  attendedBy?: string | null;
  // Nothing where there is no chat.
  status?: string;
  onClose?: () => void;
}) {
  const { t } = useWords();
  return (
    <header className="chat-header">
      {attendedBy ? (
        <Avatar key={attendedBy} name={attendedBy} size={40} />
      ) : (
        <span className="chat-header__mark" aria-hidden="true">
          {[...company][0]?.toLocaleUpperCase()}
        </span>
      )}
      <div className="chat-header__words">
        <h1>{company}</h1>
        {status !== undefined && <p aria-live="polite">{status}</p>}
      </div>
      {onClose && (
        <IconButton className="chat-header__close" label={t.chat.close} onClick={onClose}>
          <X size={20} />
        </IconButton>
      )}
    </header>
  );
}
