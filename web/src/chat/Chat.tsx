import { useCallback, useEffect, useMemo, useRef, useState, useSyncExternalStore } from 'react';
import { DropZone } from '../compose/DropZone';
import { useAttach } from '../compose/use_attach';
import { fetchedSource, FileSourceContext, LevelContext } from '../files/file_source';
import { useWords } from '../i18n';
import { askBeforeLeaving } from '../live/leaving';
import { pendingOf } from '../live/outbox';
import { writerIn } from '../live/typing';
import type { Visit } from '../live/visit';
import { hasFinePointer } from '../ui/media';
import { ChatBanner } from './ChatBanner';
import { ChatComposer } from './ChatComposer';
import { ChatHeader } from './ChatHeader';
import { ChatMissing } from './ChatMissing';
import { ChatTranscript } from './ChatTranscript';
import './chat.css';

// One contact's chat with the company: a page of its own, or a panel on another site.
export function Chat({
  visit,
  company,
  isShown = true,
  onClose,
}: {
  visit: Visit;
  // '': it has no name here.
  company: string;
  // False while the widget's panel is closed: what comes then is not seen.
  isShown?: boolean;
  onClose?: () => void;
}) {
  const { t } = useWords();
  const snapshot = useSyncExternalStore(visit.subscribe, visit.read);
  const { contact, conversation, transcript, outbox, typing, trouble } = snapshot;
  const [name, setName] = useState('');
  const box = useRef<HTMLTextAreaElement>(null);
  const attach = useAttach(visit.uploads, '', company, visit.attachmentRules);
  const files = useMemo(
    () =>
      fetchedSource(
        (path) => visit.fileBytes(path),
        (id) => visit.uploads.preview(id),
      ),
    [visit],
  );
  const onEndInSight = useSeeing(visit, isShown);

  useEffect(() => {
    if (isShown && hasFinePointer()) box.current?.focus();
  }, [isShown]);

  if (trouble === 'none' || trouble === 'foreign') {
    // On a small screen a panel covers all of it, and this is the only way out.
    const header = onClose && <ChatHeader company={company || t.chat.unnamed} onClose={onClose} />;
    return <ChatMissing reason={trouble} header={header} />;
  }

  const attendedBy =
    conversation?.state === 'attending' ? (conversation.attended_by?.name ?? null) : null;
  const pending = pendingOf(outbox, '');
  const begun = contact !== null || pending.length > 0 || attach.onTheirWay.length > 0;
  const status = attendedBy
    ? t.chat.attended(attendedBy)
    : conversation?.state === 'closed'
      ? t.chat.idle
      : t.chat.online;

  return (
    <FileSourceContext value={files}>
      <LevelContext value={snapshot.synced}>
        <main className="chat">
          <ChatHeader
            company={company || t.chat.unnamed}
            attendedBy={attendedBy}
            status={status}
            {...(onClose && { onClose })}
          />
          <DropZone to={company} onFiles={attach.add}>
            <ChatBanner visit={visit} line={snapshot.line} synced={snapshot.synced} />
            <ChatTranscript
              visit={visit}
              company={company}
              transcript={transcript}
              pending={pending}
              uploads={attach.onTheirWay}
              conversation={conversation}
              typing={
                conversation &&
                writerIn(typing.get(''), conversation.state, conversation.attended_by)
              }
              begun={begun}
              name={name}
              onName={(given) => {
                setName(given);
                visit.setName(given);
              }}
              onNamed={() => box.current?.focus()}
              onEndInSight={onEndInSight}
            />
            {trouble === 'failed' && (
              <p className="chat-trouble" role="alert">
                {t.chat.failed}
              </p>
            )}
            <ChatComposer
              box={box}
              text={snapshot.draft}
              attach={attach}
              isShown={isShown}
              onText={(text) => visit.setDraft(text)}
              onSend={(text) => visit.write(text)}
            />
          </DropZone>
        </main>
      </LevelContext>
    </FileSourceContext>
  );
}

// Runs the visit's line for as long as the page lives.
export function useVisitLine(visit: Visit): void {
  useEffect(() => {
    visit.start();
    const endAsking = askBeforeLeaving(visit.uploads);
    const gone = () => visit.cut();
    const back = () => visit.retryNow();
    const looked = () => document.visibilityState === 'visible' && visit.wake();
    window.addEventListener('offline', gone);
    window.addEventListener('online', back);
    document.addEventListener('visibilitychange', looked);
    return () => {
      window.removeEventListener('offline', gone);
      window.removeEventListener('online', back);
      document.removeEventListener('visibilitychange', looked);
      endAsking();
      visit.stop();
    };
  }, [visit]);
}

// What is at the end of the list, in a page that is looked at, counts as read.
function useSeeing(visit: Visit, isShown: boolean): (atEnd: boolean) => void {
  const [atEnd, setAtEnd] = useState(true);
  useEffect(() => {
    const look = () => visit.setSeeing(isShown && atEnd && document.visibilityState === 'visible');
    look();
    document.addEventListener('visibilitychange', look);
    return () => document.removeEventListener('visibilitychange', look);
  }, [visit, isShown, atEnd]);
  return useCallback((now: boolean) => setAtEnd(now), []);
}
