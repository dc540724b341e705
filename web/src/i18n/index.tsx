import { createContext, useContext, useEffect, useMemo, useState, type ReactNode } from 'react';
import { browserStorage } from '../live/storage';
import type { Dictionary } from './dictionary';
import { en } from './en';
import { es } from './es';
import { formats, type Formats } from './formats';
import { pt } from './pt';

export const languages = { es: 'Español', pt: 'Português', en: 'English' } as const;
export type Language = keyof typeof languages;

const dictionaries: Record<Language, Dictionary> = { es, pt, en };
const storageKey = 'bitacora.language';

function isLanguage(value: string | null): value is Language {
  return value !== null && value in dictionaries;
}

// What was chosen here before; else the first of the browser's languages that we speak; else Spanish.
export function preferredLanguage(stored: string | null, browser: readonly string[]): Language {
  if (isLanguage(stored)) return stored;
  for (const tag of browser) {
    const language = tag.slice(0, 2).toLowerCase();
    if (isLanguage(language)) return language;
  }
  return 'es';
}

interface Words {
  t: Dictionary;
  formats: Formats;
  language: Language;
  setLanguage: (language: Language) => void;
}

const WordsContext = createContext<Words | null>(null);

// `given`: the language of a page that is not ours, and whose own is left alone.
export function WordsProvider({ given, children }: { given?: Language; children: ReactNode }) {
  const [language, setLanguage] = useState(
    () => given ?? preferredLanguage(browserStorage.get(storageKey), navigator.languages),
  );
  useEffect(() => {
    if (!given) document.documentElement.lang = language;
  }, [given, language]);
  const words = useMemo<Words>(() => {
    const region = navigator.languages.find((tag) => tag.toLowerCase().startsWith(`${language}-`));
    return {
      t: dictionaries[language],
      formats: formats(region ?? language),
      language,
      setLanguage: (chosen) => {
        browserStorage.set(storageKey, chosen);
        setLanguage(chosen);
      },
    };
  }, [language]);
  return <WordsContext value={words}>{children}</WordsContext>;
}

export function useWords(): Words {
  const words = useContext(WordsContext);
  if (!words) throw new Error('useWords outside of WordsProvider');
  return words;
}
