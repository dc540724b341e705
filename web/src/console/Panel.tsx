import {
  ChevronDown,
  Languages,
  LogOut,
  MessagesSquare,
  Search,
  UserRound,
  Zap,
} from 'lucide-react';
import { useRef, useState } from 'react';
import { languages, useWords } from '../i18n';
import { Avatar } from '../ui/Avatar';
import { Popover } from '../ui/Popover';
import { useTheme } from '../ui/theme';
import { Mark } from './drawings';
import { LanguageChoices, ThemeChoices, themeIcons } from './Preferences';
import { useRoom } from './room_context';
import { placeHash, type Place } from './router';
import { keepsQuickReplies, useSignOut } from './actions';

// ⌘ on Apple's keyboards, Ctrl elsewhere.
const shortcut = /Mac|iPhone|iPad/.test(navigator.platform) ? '⌘K' : 'Ctrl K';

export function Panel({ place, onPalette }: { place: Place; onPalette: () => void }) {
  const { t } = useWords();
  const services = place.name === 'services';
  return (
    <header className="panel">
      <a className="panel__home" href="#/" title={t.panel.home} aria-label={`Bitácora: ${t.panel.home}`}>
        <Mark size={28} />
        <span className="panel__word">Bitácora</span>
      </a>
      <span className="panel__rule" aria-hidden="true" />
      <AccountMenu />
      <LanguageMenu />
      <ThemeMenu />
      <span className="panel__gap" />
      <button
        className="panel__search"
        onClick={onPalette}
        aria-label={`${t.panel.search} ${shortcut}`}
        aria-keyshortcuts="Control+K Meta+K"
        title={t.panel.search}
      >
        <Search size={16} aria-hidden="true" />
        <span>{t.panel.search}</span>
        <kbd>{shortcut}</kbd>
      </button>
      <a
        className="panel__services"
        href={placeHash(
          services
            ? place
            : {
                name: 'services',
                tab: 'waiting',
                conversationId: null,
                department: null,
                mine: false,
              },
        )}
        aria-current={services ? 'page' : undefined}
      >
        <MessagesSquare size={18} aria-hidden="true" />
        {t.panel.services}
      </a>
    </header>
  );
}

function AccountMenu() {
  const { t } = useWords();
  const { operator } = useRoom();
  const [open, setOpen] = useState(false);
  const anchor = useRef<HTMLButtonElement>(null);
  const signOut = useSignOut();
  return (
    <div className="panel__menu">
      <button
        ref={anchor}
        className="panel__who"
        aria-expanded={open}
        aria-haspopup="dialog"
        onClick={() => setOpen(!open)}
      >
        <Avatar name={operator.name} size={32} />
        <span className="panel__name">
          <strong>{operator.name}</strong>
          <small>{t.roles[operator.role]}</small>
        </span>
        <ChevronDown className="panel__chevron" size={16} aria-hidden="true" />
      </button>
      {open && (
        <Popover anchor={anchor} label={t.panel.account} onClose={() => setOpen(false)}>
          {operator.departments.length > 0 && (
            <>
              <p className="popover__title">{t.panel.departments}</p>
              <p className="panel__departments">
                {operator.departments.map(({ name }) => name).join(' · ')}
              </p>
              <div className="popover__rule" />
            </>
          )}
          <div className="narrow-only">
            <LanguageChoices />
            <div className="popover__rule" />
            <ThemeChoices />
            <div className="popover__rule" />
          </div>
          <a className="popover__item" href={placeHash({ name: 'profile' })} onClick={() => setOpen(false)}>
            <UserRound size={16} aria-hidden="true" />
            {t.profile.open}
          </a>
          {keepsQuickReplies(operator) && (
            <a
              className="popover__item"
              href={placeHash({ name: 'quickReplies' })}
              onClick={() => setOpen(false)}
            >
              <Zap size={16} aria-hidden="true" />
              {t.quickPage.title}
            </a>
          )}
          <div className="popover__rule" />
          <button className="popover__item" onClick={signOut}>
            <LogOut size={16} aria-hidden="true" />
            {t.panel.signOut}
          </button>
        </Popover>
      )}
    </div>
  );
}

function LanguageMenu() {
  const { t, language } = useWords();
  const [open, setOpen] = useState(false);
  const anchor = useRef<HTMLButtonElement>(null);
  return (
    <div className="panel__menu wide-only">
      <button
        ref={anchor}
        className="panel__small"
        aria-expanded={open}
        aria-haspopup="dialog"
        aria-label={`${language.toUpperCase()}, ${t.panel.language}: ${languages[language]}`}
        title={t.panel.language}
        onClick={() => setOpen(!open)}
      >
        <Languages size={16} aria-hidden="true" />
        {language.toUpperCase()}
      </button>
      {open && (
        <Popover anchor={anchor} label={t.panel.language} onClose={() => setOpen(false)}>
          <LanguageChoices onChosen={() => setOpen(false)} />
        </Popover>
      )}
    </div>
  );
}

function ThemeMenu() {
  const { t } = useWords();
  const [theme] = useTheme();
  const [open, setOpen] = useState(false);
  const anchor = useRef<HTMLButtonElement>(null);
  return (
    <div className="panel__menu wide-only">
      <button
        ref={anchor}
        className="panel__small"
        aria-expanded={open}
        aria-haspopup="dialog"
        aria-label={`${t.panel.theme}: ${t.panel.themes[theme]}`}
        title={t.panel.theme}
        onClick={() => setOpen(!open)}
      >
        {themeIcons[theme]}
      </button>
      {open && (
        <Popover anchor={anchor} label={t.panel.theme} onClose={() => setOpen(false)}>
          <ThemeChoices onChosen={() => setOpen(false)} />
        </Popover>
      )}
    </div>
  );
}
