import {
  ArchiveRestore,
  ArchiveX,
  ArrowLeft,
  ArrowRightLeft,
  Hand,
  PanelRight,
  Undo2,
} from 'lucide-react';
import { useRef, useState, type ReactNode } from 'react';
import { useWords } from '../i18n';
import type { Conversation } from '../live/wire';
import { Avatar } from '../ui/Avatar';
import { IconButton } from '../ui/IconButton';
import { allowedActions, type ActionName, type Actions } from './actions';
import { useRoom } from './room_context';
import { StateTag } from './StateTag';
import { TransferMenu } from './TransferMenu';

export const actionIcons: Record<ActionName, ReactNode> = {
  claim: <Hand size={16} aria-hidden="true" />,
  release: <Undo2 size={16} aria-hidden="true" />,
  transfer: <ArrowRightLeft size={16} aria-hidden="true" />,
  close: <ArchiveX size={16} aria-hidden="true" />,
  reopen: <ArchiveRestore size={16} aria-hidden="true" />,
};

export function useActionName(): (name: ActionName, conversation: Conversation) => string {
  const { t } = useWords();
  return (name, conversation) =>
    name === 'claim' && conversation.state === 'attending' ? t.pane.takeOver : t.pane[name];
}

// Who attends it, or did until it was closed.
function useOwnerWords(): (conversation: Conversation) => string | null {
  const { t } = useWords();
  const { operator } = useRoom();
  return ({ owner, state }) => {
    const closed = state === 'closed';
    if (!owner) return closed ? null : t.pane.nobody;
    if (owner.id === operator.id) return closed ? t.pane.wasOwnedByYou : t.pane.ownedByYou;
    return closed ? t.pane.wasOwnedBy(owner.name) : t.pane.ownedBy(owner.name);
  };
}

export function ConversationHeader({
  conversation,
  actions,
  onBack,
  onContact,
}: {
  conversation: Conversation;
  actions: Actions;
  onBack: () => void;
  onContact: (() => void) | null;
}) {
  const { t } = useWords();
  const { operator } = useRoom();
  const nameOf = useActionName();
  const ownerOf = useOwnerWords();
  const allowed = allowedActions(operator, conversation);
  const { contact, channel, department, state } = conversation;
  return (
    <header className="pane-header">
      <IconButton className="icon-button pane-header__back" label={t.pane.back} onClick={onBack}>
        <ArrowLeft size={18} />
      </IconButton>
      <span className="pane-header__face">
        <Avatar name={contact.name} size={40} />
      </span>
      <div className="pane-header__who">
        <h1>{contact.name}</h1>
        <p>
          <StateTag state={state} />
          <span className="pane-header__facts">
            {[t.pane.channels[channel] ?? channel, department.name, ownerOf(conversation)]
              .filter(Boolean)
              .join(' · ')}
          </span>
        </p>
      </div>
      <div
        className={`pane-header__actions ${allowed.length > 3 ? 'pane-header__actions--many' : ''}`}
      >
        {allowed.map((name) =>
          name === 'transfer' ? (
            <TransferButton key={name} conversation={conversation} actions={actions} />
          ) : (
            <button
              key={name}
              className={`button ${name === 'claim' || name === 'reopen' ? 'button--solid' : ''}`}
              disabled={!actions.ready}
              title={nameOf(name, conversation)}
              onClick={() => {
                actions.run(name, conversation);
                document.getElementById('composer')?.focus();
              }}
            >
              {actionIcons[name]}
              <span className="pane-header__label">{nameOf(name, conversation)}</span>
            </button>
          ),
        )}
        {onContact && (
          <IconButton label={t.pane.contact} onClick={onContact}>
            <PanelRight size={18} />
          </IconButton>
        )}
      </div>
    </header>
  );
}

function TransferButton({
  conversation,
  actions,
}: {
  conversation: Conversation;
  actions: Actions;
}) {
  const { t } = useWords();
  const [open, setOpen] = useState(false);
  const anchor = useRef<HTMLButtonElement>(null);
  return (
    <div className="pane-header__menu">
      <button
        ref={anchor}
        id="transfer"
        className="button"
        aria-expanded={open}
        aria-haspopup="dialog"
        disabled={!actions.ready}
        title={t.pane.transfer}
        onClick={() => setOpen(!open)}
      >
        {actionIcons.transfer}
        <span className="pane-header__label">{t.pane.transfer}</span>
      </button>
      {open && (
        <TransferMenu
          anchor={anchor}
          conversation={conversation}
          actions={actions}
          onClose={() => setOpen(false)}
        />
      )}
    </div>
  );
}
