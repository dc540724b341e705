import { useEffect, useMemo, useState } from 'react';
import { useWords } from '../i18n';
import { handedOf, unreadOf } from '../live/desk_state';
import type { Tab } from '../live/wire';
import { keepsQuickReplies } from './actions';
import { Banner } from './Banner';
import { Empty } from './Empty';
import { Home } from './Home';
import { useNotices } from './notices';
import { Palette } from './Palette';
import { Panel } from './Panel';
import { ProfilePage } from './profile/ProfilePage';
import { QuickRepliesPage } from './quick/QuickRepliesPage';
import { useDesk, useRoom } from './room_context';
import { go, placeHash, usePlace } from './router';
import { Services } from './Services';
import { tabOf, takesText } from './tab_keys';
import './room.css';

export function RoomFrame() {
  const place = usePlace();
  const { operator } = useRoom();
  const { t } = useWords();
  const [palette, setPalette] = useState(false);

  useEffect(() => {
    const pressed = (event: KeyboardEvent) => {
      if ((event.metaKey || event.ctrlKey) && event.key.toLowerCase() === 'k') {
        event.preventDefault();
        setPalette((open) => !open);
        return;
      }
      const tab = tabOf(event, takesText(event.target));
      if (!tab) return;
      event.preventDefault();
      go(toTab(place, tab));
    };
    window.addEventListener('keydown', pressed);
    return () => window.removeEventListener('keydown', pressed);
  }, [place]);

  useNotices(place);
  useTitleCount();

  const page = useMemo(() => {
    switch (place.name) {
      case 'home':
        return <Home />;
      case 'profile':
        return <ProfilePage />;
      case 'quickReplies':
        return keepsQuickReplies(operator) ? <QuickRepliesPage /> : <Home />;
      case 'services':
        return operator.role === 'admin' ? (
          <main className="room__empty" id="conversation" tabIndex={-1}>
            <Empty drawing="closed" title={t.empty.adminTitle} text={t.empty.admin}>
              <a className="button" href={placeHash({ name: 'quickReplies' })}>
                {t.quickPage.title}
              </a>
            </Empty>
          </main>
        ) : (
          <Services place={place} />
        );
    }
  }, [place, operator, t]);

  return (
    <div className="room">
      <a
        className="skip"
        href="#conversation"
        onClick={(event) => {
          event.preventDefault();
          document.getElementById('conversation')?.focus();
        }}
      >
        {t.panel.skip}
      </a>
      <Panel onPalette={() => setPalette(true)} place={place} />
      <Banner />
      {page}
      {palette && <Palette place={place} onClose={() => setPalette(false)} />}
    </div>
  );
}

const untold = 'Bitácora';

// What waits, what one has not read and what one was given, before the name in the browser's tab.
function useTitleCount(): void {
  const { formats } = useWords();
  const { operator } = useRoom();
  const { desk, handed, begun } = useDesk();
  // One with unread messages counts by those.
  const given = handedOf(desk, handed, operator.id).filter(({ unread }) => unread === 0);
  const waiting = begun ? desk.counts.waiting : 0;
  const count = waiting + unreadOf(desk, operator.id) + given.length;
  useEffect(() => {
    document.title = count > 0 ? `(${formats.number(count)}) ${untold}` : untold;
    // Who has signed out has nothing waiting.
    return () => {
      document.title = untold;
    };
  }, [count, formats]);
}

// The other tab, with the filters that stand; the open conversation stays open.
export function toTab(place: ReturnType<typeof usePlace>, tab: Tab) {
  return place.name === 'services'
    ? { ...place, tab }
    : { name: 'services' as const, tab, conversationId: null, department: null, mine: false };
}
