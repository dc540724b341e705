import {
  Archive,
  Check,
  Clock,
  Globe,
  Home,
  Languages,
  LogOut,
  MessageCircle,
  Monitor,
  Moon,
  Search,
  Sun,
  UserRound,
  Zap,
} from 'lucide-react';
import { useEffect, useId, useMemo, useRef, useState, type ReactNode } from 'react';
import { languages, useWords, type Language } from '../i18n';
import type { Theme } from '../i18n/dictionary';
import type { Tab } from '../live/wire';
import { Avatar } from '../ui/Avatar';
import { useTheme } from '../ui/theme';
import { allowedActions, keepsQuickReplies, useActions, useSignOut } from './actions';
import { fold } from './arrange';
import { actionIcons, useActionName } from './ConversationHeader';
import { useDesk, useRoom } from './room_context';
import { go, openConversation, type Place } from './router';
import { toTab } from './RoomFrame';
import './palette.css';

interface Choice {
  id: string;
  group: string;
  name: string;
  detail?: string;
  icon: ReactNode;
  on?: boolean;
  run: () => void;
}

// Conversations named without anything typed; a search finds all that are loaded.
const recentShown = 6;
const foundShown = 40;

// ⌘K: everything, by its name.
export function Palette({ place, onClose }: { place: Place; onClose: () => void }) {
  const { t } = useWords();
  const choices = useChoices(place);
  const [words, setWords] = useState('');
  const [at, setAt] = useState(0);
  const input = useRef<HTMLInputElement>(null);
  const before = useRef(document.activeElement as HTMLElement | null);
  const listId = useId();

  const found = useMemo(() => {
    const wanted = fold(words.trim()).split(/\s+/u).filter(Boolean);
    if (wanted.length === 0) {
      let conversations = 0;
      return choices.filter(({ id }) => !id.startsWith('c:') || ++conversations <= recentShown);
    }
    return choices
      .filter(({ group, name, detail }) => {
        const folded = fold(`${group} ${name} ${detail ?? ''}`);
        return wanted.every((word) => folded.includes(word));
      })
      .slice(0, foundShown);
  }, [choices, words]);
  const pointed = Math.min(at, Math.max(0, found.length - 1));

  useEffect(() => input.current?.focus(), []);
  useEffect(() => {
    document.getElementById(`${listId}-${pointed}`)?.scrollIntoView({ block: 'nearest' });
  }, [listId, pointed]);

  const close = () => {
    onClose();
    before.current?.focus();
  };
  const choose = (choice: Choice | undefined) => {
    if (!choice) return;
    onClose();
    choice.run();
    // The focus goes to the text box where there is one, else back to where it was.
    (document.getElementById('composer') ?? before.current)?.focus();
  };

  let group = '';
  return (
    <div className="palette-veil" onPointerDown={(event) => event.target === event.currentTarget && close()}>
      <div
        className="palette"
        role="dialog"
        aria-modal="true"
        aria-label={t.palette.title}
        onKeyDown={(event) => {
          const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
          if (event.key === 'Escape') {
            event.stopPropagation();
            close();
          } else if (step && found.length > 0) {
            event.preventDefault();
            setAt((pointed + step + found.length) % found.length);
          } else if (event.key === 'Enter') {
            event.preventDefault();
            choose(found[pointed]);
          } else if (event.key === 'Tab') {
            event.preventDefault();
          }
        }}
      >
        <label className="palette__search">
          <Search size={18} aria-hidden="true" />
          <input
            ref={input}
            role="combobox"
            aria-expanded="true"
            aria-controls={listId}
            aria-activedescendant={found.length > 0 ? `${listId}-${pointed}` : undefined}
            aria-label={t.palette.placeholder}
            placeholder={t.palette.placeholder}
            value={words}
            onChange={(event) => {
              setWords(event.target.value);
              setAt(0);
            }}
          />
        </label>
        <div className="palette__list" role="listbox" id={listId} aria-label={t.palette.title}>
          {found.map((choice, i) => {
            const heading = choice.group !== group ? choice.group : null;
            group = choice.group;
            return (
              <div key={choice.id} role="presentation">
                {heading && (
                  <p className="palette__group" role="presentation">
                    {heading}
                  </p>
                )}
                <div
                  id={`${listId}-${i}`}
                  className={`palette__item ${i === pointed ? 'palette__item--pointed' : ''}`}
                  role="option"
                  aria-selected={i === pointed}
                  onPointerMove={() => i !== at && setAt(i)}
                  onClick={() => choose(choice)}
                >
                  <span className="palette__icon">{choice.icon}</span>
                  <span className="palette__name">{choice.name}</span>
                  {choice.detail && <span className="palette__detail">{choice.detail}</span>}
                  {choice.on && <Check size={16} aria-hidden="true" />}
                </div>
              </div>
            );
          })}
        </div>
        {found.length === 0 && <p className="palette__none">{t.palette.none}</p>}
        <p className="palette__foot">{t.palette.keys}</p>
      </div>
    </div>
  );
}

function useChoices(place: Place): Choice[] {
  const { t, language, setLanguage } = useWords();
  const { operator } = useRoom();
  const { desk } = useDesk();
  const actions = useActions();
  const nameOf = useActionName();
  const signOut = useSignOut();
  const [theme, setTheme] = useTheme();

  const choices: Choice[] = [];
  const here =
    place.name === 'services' && place.conversationId
      ? desk.conversations.get(place.conversationId)
      : undefined;
  if (here && actions.ready) {
    for (const name of allowedActions(operator, here)) {
      choices.push({
        id: `here:${name}`,
        group: `${t.palette.here}: ${here.contact.name}`,
        name: nameOf(name, here),
        icon: actionIcons[name],
        run: () => {
          if (name === 'transfer') document.getElementById('transfer')?.click();
          else actions.run(name, here);
        },
      });
    }
  }
  const icons: Record<Tab, ReactNode> = {
    waiting: <Clock size={16} />,
    attending: <MessageCircle size={16} />,
    closed: <Archive size={16} />,
  };
  const order: Record<Tab, number> = { attending: 0, waiting: 1, closed: 2 };
  const conversations = [...desk.conversations.values()].sort(
    (a, b) =>
      order[a.state] - order[b.state] || (a.last_message_at < b.last_message_at ? 1 : -1),
  );
  for (const conversation of conversations) {
    choices.push({
      id: `c:${conversation.id}`,
      group: t.palette.conversations,
      name: conversation.contact.name,
      detail: `${t.states[conversation.state]} · ${conversation.department.name}`,
      icon: <Avatar name={conversation.contact.name} size={24} />,
      run: () => openConversation(conversation),
    });
  }
  if (operator.role !== 'admin') {
    for (const tab of ['waiting', 'attending', 'closed'] as const) {
      choices.push({
        id: `go:${tab}`,
        group: t.palette.go,
        name: t.tabs[tab],
        icon: icons[tab],
        run: () => go(toTab(place, tab)),
      });
    }
  }
  choices.push({
    id: 'go:home',
    group: t.palette.go,
    name: t.panel.home,
    icon: <Home size={16} />,
    run: () => go({ name: 'home' }),
  });
  choices.push({
    id: 'go:profile',
    group: t.palette.go,
    name: t.profile.open,
    icon: <UserRound size={16} />,
    run: () => go({ name: 'profile' }),
  });
  if (keepsQuickReplies(operator)) {
    choices.push({
      id: 'go:quick-replies',
      group: t.palette.go,
      name: t.quickPage.title,
      icon: <Zap size={16} />,
      run: () => go({ name: 'quickReplies' }),
    });
  }
  for (const tag of Object.keys(languages) as Language[]) {
    choices.push({
      id: `language:${tag}`,
      group: t.palette.preferences,
      name: `${t.panel.language}: ${languages[tag]}`,
      icon: tag === language ? <Languages size={16} /> : <Globe size={16} />,
      on: tag === language,
      run: () => setLanguage(tag),
    });
  }
  const themes: [Theme, ReactNode][] = [
    ['auto', <Monitor key="auto" size={16} />],
    ['light', <Sun key="light" size={16} />],
    ['dark', <Moon key="dark" size={16} />],
  ];
  for (const [name, icon] of themes) {
    choices.push({
      id: `theme:${name}`,
      group: t.palette.preferences,
      name: `${t.panel.theme}: ${t.panel.themes[name]}`,
      icon,
      on: name === theme,
      run: () => setTheme(name),
    });
  }
  choices.push({
    id: 'sign-out',
    group: t.palette.preferences,
    name: t.panel.signOut,
    icon: <LogOut size={16} />,
    run: signOut,
  });
  return choices;
}
