// Where one is, as the address says: #/ is the panel's overview, #/servicios/espera/<id> a
// conversation. After the hash, so that it needs nothing of the server and survives a reload.

import { useSyncExternalStore } from 'react';
import type { Conversation, Tab } from '../live/wire';

export type Place =
  | { name: 'home' }
  | { name: 'quickReplies' }
  | { name: 'profile' }
  | {
      name: 'services';
      tab: Tab;
      conversationId: string | null;
      department: string | null;
      mine: boolean;
    };

const tabWords: Record<Tab, string> = {
  waiting: 'espera',
  attending: 'atendiendo',
  closed: 'cerrados',
};

const pageWords = { quickReplies: 'respuestas', profile: 'perfil' } as const;

export function parsePlace(hash: string): Place {
  const [path = '', search = ''] = hash.replace(/^#/, '').split('?', 2);
  const parts = path.split('/').filter((part) => part !== '');
  const page = Object.entries(pageWords).find(([, word]) => word === parts[0]);
  if (page) return { name: page[0] as keyof typeof pageWords };
  if (parts[0] !== 'servicios') return { name: 'home' };
  const tab = (Object.keys(tabWords) as Tab[]).find((key) => tabWords[key] === parts[1]);
  const query = new URLSearchParams(search);
  return {
    name: 'services',
    tab: tab ?? 'waiting',
    conversationId: parts[2] ?? null,
    department: query.get('departamento'),
    mine: query.get('de') === 'mi',
  };
}

export function placeHash(place: Place): string {
  if (place.name === 'home') return '#/';
  if (place.name !== 'services') return `#/${pageWords[place.name]}`;
  const query = new URLSearchParams();
  if (place.department) query.set('departamento', place.department);
  if (place.mine) query.set('de', 'mi');
  const parts = ['servicios', tabWords[place.tab], ...(place.conversationId ?? '').split('/', 1)];
  const path = parts.filter((part) => part !== '').join('/');
  const asked = query.toString();
  return `#/${path}${asked && `?${asked}`}`;
}

function subscribe(listener: () => void): () => void {
  window.addEventListener('hashchange', listener);
  return () => window.removeEventListener('hashchange', listener);
}

let cached: { hash: string; place: Place } | null = null;

export function currentPlace(): Place {
  const { hash } = window.location;
  if (cached?.hash !== hash) cached = { hash, place: parsePlace(hash) };
  return cached.place;
}

export function usePlace(): Place {
  return useSyncExternalStore(subscribe, currentPlace);
}

// `replace` leaves no step to come back to.
export function go(place: Place, how: 'push' | 'replace' = 'push'): void {
  const hash = placeHash(place);
  if (hash === window.location.hash) return;
  if (how === 'push') window.location.hash = hash;
  else {
    window.history.replaceState(null, '', hash);
    window.dispatchEvent(new HashChangeEvent('hashchange'));
  }
}

// In the list in which it stands, with no filter that could hide it there.
export function openConversation({ id, state }: Pick<Conversation, 'id' | 'state'>): void {
  go({ name: 'services', tab: state, conversationId: id, department: null, mine: false });
}
