import { useEffect, useMemo, useState } from 'react';
import { useWords } from '../i18n';
import type { Tab } from '../live/wire';
import { Banner } from './Banner';
import { Empty } from './Empty';
import { Home } from './Home';
import { Palette } from './Palette';
import { Panel } from './Panel';
import { useDesk, useRoom } from './room_context';
import { go, usePlace } from './router';
import { Services } from './Services';
import './room.css';

export function RoomFrame() {
  const place = usePlace();
  const { operator } = useRoom();
  const { t, formats } = useWords();
  const { counts } = useDesk().desk;
  const [palette, setPalette] = useState(false);

  useEffect(() => {
    const pressed = (event: KeyboardEvent) => {
      if ((event.metaKey || event.ctrlKey) && event.key.toLowerCase() === 'k') {
        event.preventDefault();
        setPalette((open) => !open);
      } else if (event.altKey && !event.ctrlKey && !event.metaKey) {
        // By the key's place, since Alt makes other letters of it on some layouts.
        const tab: Tab | undefined = { Digit1: 'waiting', Digit2: 'attending' }[event.code] as Tab;
        if (!tab) return;
        event.preventDefault();
        go(toTab(place, tab));
      }
    };
    window.addEventListener('keydown', pressed);
    return () => window.removeEventListener('keydown', pressed);
  }, [place]);

  useEffect(() => {
    document.title = counts.waiting > 0 ? `(${formats.number(counts.waiting)}) Bitácora` : 'Bitácora';
  }, [counts.waiting, formats]);

  const services = useMemo(() => {
    if (place.name !== 'services') return null;
    if (operator.role === 'admin') {
      return <Empty drawing="closed" title={t.empty.adminTitle} text={t.empty.admin} />;
    }
    return <Services place={place} />;
  }, [place, operator.role, t]);

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
      {services ?? <Home />}
      {palette && <Palette place={place} onClose={() => setPalette(false)} />}
    </div>
  );
}

// The other tab, with the filters that stand; the open conversation stays open.
export function toTab(place: ReturnType<typeof usePlace>, tab: Tab) {
  return place.name === 'services'
    ? { ...place, tab }
    : { name: 'services' as const, tab, conversationId: null, department: null, mine: false };
}
