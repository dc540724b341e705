import { useEffect, useMemo, useState, useSyncExternalStore } from 'react';
import { Drawing } from '../console/drawings';
import { useWords } from '../i18n';
import { pendingOf } from '../live/outbox';
import { Visit } from '../live/visit';
import { Avatar } from '../ui/Avatar';
import { hasFinePointer } from '../ui/media';
import { ChatBanner } from './ChatBanner';
import { ChatComposer } from './ChatComposer';
import { ChatTranscript } from './ChatTranscript';
import './chat.css';

// The server writes the company's name into the page.
function companyName(): string {
  const meta = document.querySelector<HTMLMetaElement>('meta[name="company"]');
  return meta?.content || 'Bitácora';
}

export function Chat() {
  const { t } = useWords();
  const company = companyName();
  const department = new URLSearchParams(window.location.search).get('department') ?? '';
  const visit = useMemo(() => new Visit(department), [department]);
  const snapshot = useSyncExternalStore(visit.subscribe, visit.read);
  const { contact, conversation, transcript, outbox, typing, trouble } = snapshot;
  const [name, setName] = useState('');

  useEffect(() => {
    document.title = t.chat.title(company);
  }, [t, company]);

  useEffect(() => {
    visit.start();
    const gone = () => visit.cut();
    const back = () => visit.retryNow();
    window.addEventListener('offline', gone);
    window.addEventListener('online', back);
    if (hasFinePointer()) document.getElementById('composer')?.focus();
    return () => {
      window.removeEventListener('offline', gone);
      window.removeEventListener('online', back);
      visit.stop();
    };
  }, [visit]);

  if (department === '' || trouble === 'none') {
    return (
      <main className="chat chat--missing">
        <div className="empty">
          <Drawing name="missing" />
          <h1 className="empty__title">{t.chat.noDepartment}</h1>
          <p className="empty__text">{t.chat.noDepartmentLead}</p>
        </div>
      </main>
    );
  }

  const attendedBy = conversation?.state === 'attending' ? conversation.attended_by?.name : null;
  const pending = pendingOf(outbox, '');
  const begun = contact !== null || pending.length > 0;
  const status = attendedBy
    ? t.chat.attended(attendedBy)
    : conversation?.state === 'closed'
      ? t.chat.idle
      : t.chat.online;

  return (
    <main className="chat">
      <header className="chat-header">
        <span className="chat-header__face">
          {attendedBy ? (
            <Avatar key={attendedBy} name={attendedBy} size={40} />
          ) : (
            <span className="chat-header__mark" aria-hidden="true">
              {[...company][0]?.toLocaleUpperCase()}
            </span>
          )}
          {attendedBy && <span className="chat-header__dot" aria-hidden="true" />}
        </span>
        <div>
          <h1>{company}</h1>
          <p aria-live="polite">{status}</p>
        </div>
      </header>
      <ChatBanner visit={visit} line={snapshot.line} synced={snapshot.synced} />
      <ChatTranscript
        visit={visit}
        company={company}
        transcript={transcript}
        pending={pending}
        keysOfMessages={snapshot.keysOfMessages}
        conversation={conversation}
        typing={typing}
        begun={begun}
        name={name}
        onName={setName}
      />
      {trouble === 'failed' && (
        <p className="chat-trouble" role="alert">
          {t.chat.failed}
        </p>
      )}
      <ChatComposer
        text={snapshot.draft}
        onText={(text) => visit.setDraft(text)}
        onSend={(text) => visit.write(text, name.trim())}
      />
    </main>
  );
}
