// The chat of the widget: the contact's page, in a shadow root on somebody else's site.

import { StrictMode, useEffect, useState, useSyncExternalStore } from 'react';
import { createRoot } from 'react-dom/client';
import '../ui/tokens.css';
import '../ui/base.css';
import { Chat, useVisitLine } from '../chat/Chat';
import './chat.css';
import { WordsProvider } from '../i18n';
import { setServer } from '../live/api';
import { Visit } from '../live/visit';
import { ignoreStrayDrops } from '../ui/drop_guard';
import type { MountOptions } from './contract';
import { unreadOf } from './unread';

// Told to the chat when the site's button shows or hides it.
class Shown {
  private listeners = new Set<() => void>();
  private value = false;

  readonly read = () => this.value;
  readonly subscribe = (listener: () => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };
  set(value: boolean): void {
    this.value = value;
    for (const listener of this.listeners) listener();
  }
}

function WidgetChat({
  visit,
  shown,
  options,
}: {
  visit: Visit;
  shown: Shown;
  options: MountOptions;
}) {
  const isShown = useSyncExternalStore(shown.subscribe, shown.read);
  useVisitLine(visit);
  useUnread(visit, isShown, options.onUnread);
  return <Chat visit={visit} company={options.company} isShown={isShown} onClose={options.onClose} />;
}

// What came while the panel was closed, or the visitor away.
function useUnread(visit: Visit, isShown: boolean, tell: (count: number) => void): void {
  const { transcript, synced } = useSyncExternalStore(visit.subscribe, visit.read);
  const { messages } = transcript;
  const last = messages.at(-1)?.version ?? 0;
  const [seenUpTo, setSeenUpTo] = useState(0);
  useEffect(() => {
    if (synced && isShown) setSeenUpTo(last);
  }, [synced, isShown, last]);
  const count = isShown ? 0 : unreadOf(messages, seenUpTo);
  useEffect(() => tell(count), [tell, count]);
}

window.bitacoraChat = (into, options) => {
  setServer(options.server);
  const visit = new Visit(options.department);
  const shown = new Shown();
  const root = document.createElement('div');
  root.className = 'widget-chat';
  into.append(root);
  // The rest of the page is the site's.
  ignoreStrayDrops(into);
  createRoot(root).render(
    <StrictMode>
      <WordsProvider given={options.language}>
        <WidgetChat visit={visit} shown={shown} options={options} />
      </WordsProvider>
    </StrictMode>,
  );
  return { setShown: (value) => shown.set(value) };
};
