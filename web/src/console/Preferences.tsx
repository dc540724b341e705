import { Check, Monitor, Moon, Sun } from 'lucide-react';
import type { ReactNode } from 'react';
import { languages, useWords, type Language } from '../i18n';
import type { Theme } from '../i18n/dictionary';
import { useTheme } from '../ui/theme';

export const themeIcons: Record<Theme, ReactNode> = {
  auto: <Monitor size={16} />,
  light: <Sun size={16} />,
  dark: <Moon size={16} />,
};

export function LanguageChoices({ onChosen }: { onChosen?: () => void }) {
  const { t, language, setLanguage } = useWords();
  return (
    <div role="radiogroup" aria-label={t.panel.language}>
      {(Object.keys(languages) as Language[]).map((tag) => (
        <button
          key={tag}
          className="popover__item"
          role="radio"
          aria-checked={tag === language}
          lang={tag}
          onClick={() => {
            setLanguage(tag);
            onChosen?.();
          }}
        >
          {languages[tag]}
          {tag === language && <Check className="popover__check" size={16} aria-hidden="true" />}
        </button>
      ))}
    </div>
  );
}

export function ThemeChoices({ onChosen }: { onChosen?: () => void }) {
  const { t } = useWords();
  const [theme, setTheme] = useTheme();
  return (
    <div role="radiogroup" aria-label={t.panel.theme}>
      {(Object.keys(themeIcons) as Theme[]).map((name) => (
        <button
          key={name}
          className="popover__item"
          role="radio"
          aria-checked={name === theme}
          onClick={() => {
            setTheme(name);
            onChosen?.();
          }}
        >
          <span aria-hidden="true">{themeIcons[name]}</span>
          {t.panel.themes[name]}
          {name === theme && <Check className="popover__check" size={16} aria-hidden="true" />}
        </button>
      ))}
    </div>
  );
}
