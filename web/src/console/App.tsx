import { useCallback, useEffect, useMemo, useState, useSyncExternalStore } from 'react';
import { FileSourceContext, LevelContext, type FileSource } from '../files/file_source';
import { apiUrl, call, callForBytes, hasStatus } from '../live/api';
import { Desk } from '../live/desk';
import { askBeforeLeaving } from '../live/leaving';
import { Store } from '../live/store';
import type { Operator } from '../live/wire';
import { withoutReturned, type GivenAway } from './given_away';
import { RoomContext, type Room } from './room_context';
import { RoomFrame } from './RoomFrame';
import { SignIn } from './SignIn';
import { ToastsProvider } from './Toasts';

type Session =
  | { kind: 'asking' }
  // With whose session has ended by itself.
  | { kind: 'none'; ended: Operator | null }
  | { kind: 'open'; operator: Operator };

export function App() {
  const [session, setSession] = useState<Session>({ kind: 'asking' });
  const ended = useCallback(
    (operator: Operator) => setSession({ kind: 'none', ended: operator }),
    [],
  );

  useEffect(() => {
    const asking = new AbortController();
    const ask = async (): Promise<void> => {
      try {
        const operator = await call<Operator>('/me', { signal: asking.signal });
        setSession({ kind: 'open', operator });
      } catch (error) {
        if (asking.signal.aborted) return;
        if (hasStatus(error, 401)) {
          setSession({ kind: 'none', ended: null });
        } else {
          // The server is not there yet: the room stays a skeleton, and asks again.
          setTimeout(() => !asking.signal.aborted && void ask(), 2_000);
        }
      }
    };
    void ask();
    return () => asking.abort();
  }, []);

  if (session.kind === 'asking') return <RoomSkeleton />;
  if (session.kind === 'none') {
    return (
      <SignIn
        ended={session.ended}
        onSignedIn={(operator) => setSession({ kind: 'open', operator })}
      />
    );
  }
  return (
    <SignedIn
      key={session.operator.id}
      operator={session.operator}
      onEnded={ended}
      onSignedOut={() => setSession({ kind: 'none', ended: null })}
    />
  );
}

function SignedIn({
  operator: signedIn,
  onEnded,
  onSignedOut,
}: {
  operator: Operator;
  onEnded: (operator: Operator) => void;
  onSignedOut: () => void;
}) {
  const desk = useMemo(() => new Desk(signedIn, () => onEnded(signedIn)), [signedIn, onEnded]);
  // An administrator may change it meanwhile.
  const [operator, setOperator] = useState(signedIn);
  useEffect(() => desk.onAccount(setOperator), [desk]);
  useEffect(() => {
    desk.start();
    const endAsking = askBeforeLeaving(desk.uploads);
    const gone = () => desk.cut();
    const back = () => desk.retryNow();
    const looked = () => document.visibilityState === 'visible' && desk.wake();
    const kept = (event: StorageEvent) => desk.keptElsewhere(event);
    window.addEventListener('offline', gone);
    window.addEventListener('online', back);
    window.addEventListener('storage', kept);
    document.addEventListener('visibilitychange', looked);
    // The cookie is everybody's in this browser: who signs in tells the other windows.
    const signIns = new BroadcastChannel('bitacora.sign-ins');
    signIns.onmessage = () => void desk.checkSession();
    signIns.postMessage(null);
    return () => {
      window.removeEventListener('offline', gone);
      window.removeEventListener('online', back);
      window.removeEventListener('storage', kept);
      document.removeEventListener('visibilitychange', looked);
      signIns.close();
      endAsking();
      desk.stop();
    };
  }, [desk]);
  const given = useMemo(() => new Store<{ away: GivenAway }>({ away: new Map() }), []);
  useEffect(
    () =>
      desk.subscribe(() => {
        const { away } = given.read();
        const still = withoutReturned(away, desk.read().desk.conversations);
        if (still !== away) given.set({ away: still });
      }),
    [desk, given],
  );
  const room = useMemo<Room>(
    () => ({
      desk,
      operator,
      given,
      signOut: async () => {
        try {
          await call('/session', { method: 'DELETE' });
        } catch (error) {
          // Already ended is signed out as well; a line that is cut is not.
          if (!hasStatus(error, 401)) throw error;
        }
        void desk.forgetFiles();
        onSignedOut();
      },
    }),
    [desk, operator, given, onSignedOut],
  );
  const files = useMemo<FileSource>(
    () => ({
      address: apiUrl,
      fetch: callForBytes,
      open: (path) => {
        // Without an opener the browser does not tell whether it gave a tab.
        window.open(apiUrl(path), '_blank', 'noopener');
        return Promise.resolve('opened');
      },
      preview: (attachmentId) => desk.uploads.preview(attachmentId),
    }),
    [desk],
  );
  const level = useSyncExternalStore(desk.subscribe, () => desk.read().synced);
  return (
    <RoomContext value={room}>
      <FileSourceContext value={files}>
        <LevelContext value={level}>
          <ToastsProvider>
            <RoomFrame />
          </ToastsProvider>
        </LevelContext>
      </FileSourceContext>
    </RoomContext>
  );
}

function RoomSkeleton() {
  return (
    <div className="room" aria-busy="true">
      <div className="panel" />
    </div>
  );
}
