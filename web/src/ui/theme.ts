import { useSyncExternalStore } from 'react';
import type { Theme } from '../i18n/dictionary';
import { browserStorage } from '../live/storage';

// public/theme.js reads the same key before the first paint.
const storageKey = 'bitacora.theme';
const listeners = new Set<() => void>();

function read(): Theme {
  const stored = browserStorage.get(storageKey);
  return stored === 'light' || stored === 'dark' ? stored : 'auto';
}

let theme = read();

function choose(chosen: Theme): void {
  theme = chosen;
  if (chosen === 'auto') {
    browserStorage.remove(storageKey);
    delete document.documentElement.dataset['theme'];
  } else {
    browserStorage.set(storageKey, chosen);
    document.documentElement.dataset['theme'] = chosen;
  }
  for (const listener of listeners) listener();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export function useTheme(): [Theme, (theme: Theme) => void] {
  return [useSyncExternalStore(subscribe, () => theme), choose];
}
