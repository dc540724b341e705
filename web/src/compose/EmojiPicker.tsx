import { EmojiPicker as Picker, type EmojiData, type EmojiPickerListComponents } from 'frimousse';
import { useLayoutEffect, useRef, useState } from 'react';
import { useWords, type Language } from '../i18n';
import { browserStorage } from '../live/storage';
import { searched } from './emoji_search';
import { recentEmoji, rememberEmoji } from './recent_emoji';

// Names and words to search by, each language in a file of its own.
const data: Record<Language, () => Promise<{ default: EmojiData }>> = {
  es: () => import('virtual:emoji/es'),
  pt: () => import('virtual:emoji/pt'),
  en: () => import('virtual:emoji/en'),
};

const components: Partial<EmojiPickerListComponents> = {
  CategoryHeader: ({ category, ...props }) => (
    <div className="emoji__category" {...props}>
      {category.label}
    </div>
  ),
  Row: ({ children, ...props }) => (
    <div className="emoji__row" {...props} aria-rowindex={(props['aria-rowindex'] ?? 0) + 1}>
      {children}
    </div>
  ),
  Emoji: ({ emoji, ...props }) => (
    <button
      className="emoji__one"
      title={emoji.label}
      {...props}
      // ARIA counts columns from 1.
      aria-colindex={(props['aria-colindex'] ?? 0) + 1}
    >
      {emoji.emoji}
    </button>
  ),
};

const columnsMax = 9;
// An emoji with the room around it, and what of a row is padding and scroll bar.
const emojiPx = 35;
const besidePx = 36;

export default function EmojiPicker({ onPick }: { onPick: (emoji: string) => void }) {
  const { t, language } = useWords();
  const [recent] = useState(() => recentEmoji(browserStorage));
  const [words, setWords] = useState('');
  const root = useRef<HTMLDivElement>(null);
  const [columns, setColumns] = useState(columnsMax);
  useLayoutEffect(() => {
    const fitting = Math.floor((root.current!.clientWidth - besidePx) / emojiPx);
    setColumns(Math.min(columnsMax, fitting));
  }, []);
  const pick = (emoji: string) => {
    rememberEmoji(browserStorage, emoji);
    onPick(emoji);
  };
  return (
    <Picker.Root
      ref={root}
      className="emoji__root"
      columns={columns}
      // The picker asks for its emoji anew when this changes.
      locale={`${language} ${words}`}
      resolveEmojiData={async () => searched((await data[language]()).default, words)}
      onEmojiSelect={({ emoji }) => pick(emoji)}
    >
      <div className="emoji__head">
        <Picker.Search
          className="field"
          autoFocus
          aria-label={t.emoji.search}
          placeholder={t.emoji.search}
          value={words}
          onChange={(event) => setWords(event.target.value)}
        />
        <Picker.SkinToneSelector className="icon-button emoji__skin" aria-label={t.emoji.skin} />
      </div>
      {recent.length > 0 && words === '' && (
        <div className="emoji__recent" role="group" aria-label={t.emoji.recent}>
          <p className="emoji__category">{t.emoji.recent}</p>
          {recent.map((emoji) => (
            <button key={emoji} type="button" className="emoji__one" onClick={() => pick(emoji)}>
              {emoji}
            </button>
          ))}
        </div>
      )}
      <Picker.Viewport className="emoji__viewport">
        <Picker.Loading>
          <span className="skeleton emoji__skeleton" />
        </Picker.Loading>
        <Picker.Empty className="emoji__none">{t.emoji.none}</Picker.Empty>
        <Picker.List className="emoji__list" components={components} />
      </Picker.Viewport>
    </Picker.Root>
  );
}
