import { useCallback, useEffect, useMemo, useState } from 'react';
import type { ListQuery } from '../live/desk_state';
import { useDrawer } from '../ui/media';
import { ContactColumn } from './ContactColumn';
import { ConversationPane } from './ConversationPane';
import { ListColumn } from './ListColumn';
import { useDesk, useRoom } from './room_context';
import { go, type Place } from './router';
import './services.css';

export type ServicesPlace = Extract<Place, { name: 'services' }>;

export function Services({ place }: { place: ServicesPlace }) {
  const { desk } = useRoom();
  const { desk: state } = useDesk();
  const { tab, conversationId, department, mine } = place;
  const drawer = useDrawer();
  const [drawerOpen, setDrawerOpen] = useState(false);

  const query = useMemo<ListQuery>(() => ({ tab, department, mine }), [tab, department, mine]);

  useEffect(() => {
    // Both tabs, so that going from one to the other shows it at once.
    const beside: ListQuery = { ...query, tab: tab === 'waiting' ? 'attending' : 'waiting' };
    desk.watch([query, beside]);
  }, [desk, query, tab]);

  useEffect(() => desk.open(conversationId), [desk, conversationId]);
  useEffect(() => setDrawerOpen(false), [conversationId]);

  const select = useCallback(
    (id: string | null) => {
      const from = place.conversationId;
      const next = { ...place, conversationId: id };
      // Stepping from one conversation to the next leaves no trail; "back" leads to the list. Nor
      // does one that has gone: there is nothing to come back to.
      const gone = from !== null && !desk.read().desk.conversations.has(from);
      go(next, gone || (id !== null && from !== null) ? 'replace' : 'push');
    },
    [place, desk],
  );

  const conversation = conversationId ? state.conversations.get(conversationId) : undefined;

  return (
    <main className={`services ${conversationId ? 'services--open' : ''}`}>
      <ListColumn place={place} query={query} onSelect={select} />
      <ConversationPane
        key={conversationId ?? 'none'}
        place={place}
        onBack={() => select(null)}
        onContact={drawer ? () => setDrawerOpen(true) : null}
      />
      {conversation && (!drawer || drawerOpen) && (
        <ContactColumn
          conversation={conversation}
          onClose={drawer ? () => setDrawerOpen(false) : null}
        />
      )}
    </main>
  );
}
