import { useCallback, useEffect, useRef, useState } from 'react';
import { AttachWindow } from '../compose/AttachWindow';
import { DropZone } from '../compose/DropZone';
import { useAttach, type Attach } from '../compose/use_attach';
import { useWords } from '../i18n';
import { unmarkedUpTo } from '../live/marks';
import { pendingOf } from '../live/outbox';
import { writerIn } from '../live/typing';
import { hasFinePointer, useNarrow } from '../ui/media';
import { mayReply, useActions } from './actions';
import { Composer } from './Composer';
import { ConversationHeader } from './ConversationHeader';
import { Empty } from './Empty';
import { KeptRecording } from './KeptRecording';
import { useDesk, useGivenAway, useRoom } from './room_context';
import { go } from './router';
import type { ServicesPlace } from './Services';
import { TakenPane } from './TakenPane';
import { Transcript } from './Transcript';
import './pane.css';

export function ConversationPane({
  place,
  onBack,
  onContact,
}: {
  place: ServicesPlace;
  onBack: () => void;
  // Opens the contact's drawer, where it is one.
  onContact: (() => void) | null;
}) {
  const { t } = useWords();
  const { operator, desk } = useRoom();
  const { desk: state, taken, missing } = useDesk();
  const narrow = useNarrow();
  const id = place.conversationId;
  const conversation = id ? state.conversations.get(id) : undefined;
  const contact = (conversation ?? taken.get(id ?? '')?.conversation)?.contact;
  // Here, since what was chosen stays when its conversation goes out of sight.
  const attach = useAttach(
    desk.uploads,
    id ?? '',
    contact?.name ?? '',
    desk.attachmentRules,
    useWhyNot(id ?? ''),
  );

  useLeftAlone(place, attach);
  const keptFocus = useKeptFocus(
    conversation ? `${conversation.state} ${conversation.owner?.id} ${attach.blocked}` : null,
  );

  // Back to the list, which on a narrow screen is another screen.
  const leave = useCallback(() => {
    if (narrow) onBack();
    else document.getElementById('conversation-list')?.focus();
  }, [narrow, onBack]);

  let content;
  if (!id) {
    content = (
      <Empty
        drawing="choose"
        title={t.empty.paneTitle}
        text={operator.role === 'auditor' ? t.empty.paneAuditor : t.empty.pane}
      />
    );
  } else if (conversation) {
    content = (
      <OpenConversation
        id={id}
        place={place}
        attach={attach}
        onBack={onBack}
        onContact={onContact}
      />
    );
  } else if (taken.has(id)) {
    content = <TakenPane id={id} taken={taken.get(id)!} attach={attach} onBack={onBack} />;
  } else if (missing.has(id)) {
    content = (
      <Empty drawing="missing" title={t.empty.missingTitle} text={t.empty.missing}>
        <button className="button" onClick={onBack}>
          {t.empty.backToList}
        </button>
      </Empty>
    );
  } else {
    content = <PaneSkeleton />;
  }
  return (
    <section
      className={`pane ${conversation ? '' : 'pane--empty'}`}
      id="conversation"
      tabIndex={-1}
      aria-label={conversation?.contact.name ?? t.empty.paneTitle}
      {...keptFocus}
      onKeyDown={(event) => {
        if (event.key === 'Escape') leave();
      }}
    >
      {content}
      {attach.isOpen && <AttachWindow attach={attach} returnTo={focusComposer} />}
    </section>
  );
}

// The browser's way back leads also to a conversation that has gone since. Where nothing of it is
// kept, that is the list.
function useLeftAlone(place: ServicesPlace, attach: Attach): void {
  const { desk, taken, drafts, recordings, outbox } = useDesk();
  const given = useGivenAway();
  const id = place.conversationId ?? '';
  const gone = !desk.conversations.has(id) && (taken.has(id) || given.has(id));
  const kept =
    drafts.has(id) ||
    recordings.has(id) ||
    pendingOf(outbox, id).length + attach.onTheirWay.length > 0;
  // As one comes here: what goes while one looks at it says so.
  const [leave] = useState(gone && !kept);
  useEffect(() => {
    if (leave) go({ ...place, conversationId: null }, 'replace');
  }, [leave, place]);
}

// What has the focus may go when one may do less here, or nothing: the text box, a button of the
// header. The pane has it then, or the next key would begin at the top of the page. `what`: what one
// may do here; null: nothing is open.
function useKeptFocus(what: string | null) {
  const isInside = useRef(false);
  const before = useRef(what);
  useEffect(() => {
    const changed = before.current !== null && before.current !== what;
    before.current = what;
    if (!changed || !isInside.current || document.activeElement !== document.body) return;
    document.getElementById('conversation')?.focus({ preventScroll: true });
  }, [what]);
  // What is taken away with its focus tells of no blur.
  return {
    onFocus: () => {
      isInside.current = true;
    },
    onBlur: () => {
      isInside.current = false;
    },
  };
}

function focusComposer(): void {
  // Where somebody else answers, there is none.
  (document.getElementById('composer') ?? document.getElementById('conversation'))?.focus();
}

// Why nothing may be sent in a conversation, as a sentence; null where it may, or while it is read.
function useWhyNot(id: string): string | null {
  const { t } = useWords();
  const { operator } = useRoom();
  const { desk, taken, missing } = useDesk();
  const conversation = desk.conversations.get(id);
  if (!conversation) {
    const by = taken.get(id)?.owner;
    if (by) return t.pane.attendedLine(by.name);
    return taken.has(id) || missing.has(id) ? `${t.pane.takenBySomebody}.` : null;
  }
  if (mayReply(operator, conversation)) return null;
  if (operator.role === 'auditor') return t.pane.readOnly;
  if (conversation.state === 'closed') return t.pane.closedLine;
  return conversation.owner ? t.pane.attendedLine(conversation.owner.name) : '';
}

function OpenConversation({
  id,
  place,
  attach,
  onBack,
  onContact,
}: {
  id: string;
  place: ServicesPlace;
  attach: Attach;
  onBack: () => void;
  onContact: (() => void) | null;
}) {
  const { desk, operator } = useRoom();
  const { desk: state, outbox, typing, loading } = useDesk();
  const actions = useActions();
  const composer = useRef<HTMLTextAreaElement>(null);
  const conversation = state.conversations.get(id)!;
  const { unread, version, owner } = conversation;
  const transcript = state.transcripts.get(id);
  const unmarked = unmarkedUpTo(transcript);
  const replying = attach.blocked === null;

  useEffect(() => {
    if (hasFinePointer()) composer.current?.focus();
  }, [id]);
  // After an action the text box has the focus again, also when it came with the action.
  useEffect(() => {
    const nowhere = [document.body, document.getElementById('conversation')];
    if (replying && hasFinePointer() && nowhere.includes(document.activeElement as HTMLElement)) {
      composer.current?.focus();
    }
  }, [replying, conversation.state]);

  useEffect(() => {
    const seen = () => {
      if (document.visibilityState === 'visible' && document.hasFocus()) desk.markRead(id);
    };
    seen();
    window.addEventListener('focus', seen);
    document.addEventListener('visibilitychange', seen);
    return () => {
      window.removeEventListener('focus', seen);
      document.removeEventListener('visibilitychange', seen);
    };
  }, [desk, id, unread, unmarked, version]);

  // One's own reply to a waiting conversation takes it to Atendiendo, and the list goes along.
  const before = useRef(conversation.state);
  useEffect(() => {
    const claimed = before.current === 'waiting' && conversation.state === 'attending';
    before.current = conversation.state;
    if (claimed && owner?.id === operator.id && place.tab === 'waiting') {
      go({ ...place, tab: 'attending' }, 'replace');
    }
  }, [conversation.state, owner, operator.id, place]);

  return (
    <DropZone to={conversation.contact.name} onFiles={replying ? attach.add : null}>
      <ConversationHeader
        conversation={conversation}
        actions={actions}
        onBack={onBack}
        onContact={onContact}
      />
      <Transcript
        conversation={conversation}
        transcript={transcript}
        pending={pendingOf(outbox, id)}
        uploads={attach.onTheirWay}
        typing={writerIn(typing.get(id), conversation.state, conversation.owner)}
        loadingOlder={loading.has(id)}
      />
      {replying ? (
        <Composer ref={composer} conversation={conversation} attach={attach} />
      ) : (
        <>
          <KeptRecording id={id} />
          <p className="pane__line">{attach.blocked}</p>
        </>
      )}
    </DropZone>
  );
}

function PaneSkeleton() {
  const { t } = useWords();
  return (
    <div className="pane-skeleton" aria-busy="true">
      <span className="sr-only">{t.loading}</span>
      <span className="skeleton pane-skeleton__bubble" />
      <span className="skeleton pane-skeleton__bubble pane-skeleton__bubble--mine" />
      <span className="skeleton pane-skeleton__bubble" />
    </div>
  );
}
