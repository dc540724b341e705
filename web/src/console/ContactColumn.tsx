import { Globe, X } from 'lucide-react';
import { useEffect, useRef, type ReactNode } from 'react';
import { useWords } from '../i18n';
import type { Conversation } from '../live/wire';
import { Avatar } from '../ui/Avatar';
import { IconButton } from '../ui/IconButton';
import { Ago } from '../ui/Time';
import { StateTag } from './StateTag';
import './contact.css';

// Who one is talking to. A column where there is room, else a drawer (`onClose` is set).
export function ContactColumn({
  conversation,
  onClose,
}: {
  conversation: Conversation;
  onClose: (() => void) | null;
}) {
  const { t, formats } = useWords();
  const closeButton = useRef<HTMLButtonElement>(null);
  const isDrawer = onClose !== null;
  useEffect(() => {
    if (!isDrawer) return;
    const opener = document.activeElement;
    closeButton.current?.focus();
    return () => {
      const isLost = document.activeElement === document.body;
      if (isLost && opener instanceof HTMLElement) opener.focus();
    };
  }, [isDrawer]);
  const { contact, channel, owner, state } = conversation;

  const column = (
    <aside
      className={`contact ${onClose ? 'contact--drawer' : ''}`}
      aria-label={t.contact.title}
      onKeyDown={(event) => {
        if (event.key === 'Escape' && onClose) {
          event.stopPropagation();
          onClose();
        }
      }}
    >
      {onClose && (
        <IconButton
          ref={closeButton}
          className="icon-button contact__close"
          label={t.contact.close}
          onClick={onClose}
        >
          <X size={18} />
        </IconButton>
      )}
      <div className="contact__face">
        <Avatar name={contact.name} size={56} />
        <h2>{contact.name}</h2>
        <p>
          <Globe size={14} aria-hidden="true" />
          {t.pane.channels[channel] ?? channel}
        </p>
      </div>
      <dl className="contact__facts">
        <Fact name={t.contact.state}>
          <StateTag state={state} />
        </Fact>
        <Fact name={t.contact.department}>{conversation.department.name}</Fact>
        {owner && (
          <Fact name={state === 'closed' ? t.contact.pastOwner : t.contact.owner}>{owner.name}</Fact>
        )}
        {conversation.waiting_since && (
          <Fact name={t.contact.waitingSince}>
            <Ago at={conversation.waiting_since} />
          </Fact>
        )}
        <Fact name={t.contact.lastMessage}>
          <Ago at={conversation.last_message_at} />
        </Fact>
        <Fact name={t.contact.since}>
          <Ago at={conversation.opened_at} />
        </Fact>
        {conversation.unread > 0 && (
          <Fact name={t.contact.unread}>{formats.number(conversation.unread)}</Fact>
        )}
      </dl>
    </aside>
  );
  if (!onClose) return column;
  return (
    <>
      <div className="contact__veil" onClick={onClose} />
      {column}
    </>
  );
}

function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}
