import { Paperclip, Pencil, Plus, Search, Trash2 } from 'lucide-react';
import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import { useWords } from '../../i18n';
import { hasStatus, ProblemError } from '../../live/api';
import type { QuickReply } from '../../live/wire';
import { IconButton } from '../../ui/IconButton';
import { useExplain } from '../actions';
import { Empty } from '../Empty';
import { useTell } from '../Toasts';
import { Placeholders } from './Placeholders';
import { filtered } from './quick_replies';
import { readAll, remove } from './quick_store';
import { QuickReplyForm } from './QuickReplyForm';
import '../page.css';

type Editing = { reply: QuickReply | null } | null;

// Where supervisors and admins keep what `/` offers.
export function QuickRepliesPage() {
  const { t } = useWords();
  const { replies, failed, reload, hidden, drop } = useReplies();
  const [words, setWords] = useState('');
  const [editing, setEditing] = useState<Editing>(null);
  const shown = useMemo(
    () => filtered((replies ?? []).filter(({ id }) => !hidden.has(id)), words),
    [replies, hidden, words],
  );

  return (
    <main className="page" id="conversation" tabIndex={-1}>
      <div className="page__inner">
        <header className="page__head">
          <div>
            <h1>{t.quickPage.title}</h1>
            <p>{t.quickPage.lead}</p>
          </div>
          <button
            className="button button--solid button--large"
            onClick={() => setEditing({ reply: null })}
          >
            <Plus size={18} aria-hidden="true" />
            {t.quickPage.add}
          </button>
        </header>
        <label className="page__search">
          <Search size={16} aria-hidden="true" />
          <span className="sr-only">{t.quickPage.search}</span>
          <input
            type="search"
            className="field"
            placeholder={t.quickPage.search}
            value={words}
            onChange={(event) => setWords(event.target.value)}
          />
        </label>
        {failed && (
          <p className="page__fault" role="alert">
            {failed}
          </p>
        )}
        {replies === null ? (
          !failed && <Skeleton />
        ) : shown.length === 0 ? (
          <Empty
            drawing={words === '' ? 'choose' : 'filter'}
            title={words === '' ? t.quickPage.emptyTitle : t.empty.filterTitle}
            text={words === '' ? t.quickPage.empty : t.empty.filter}
          />
        ) : (
          <ul className="quick-cards">
            {shown.map((reply) => (
              <Card
                key={reply.id}
                reply={reply}
                onEdit={() => setEditing({ reply })}
                onRemove={() => drop(reply)}
              />
            ))}
          </ul>
        )}
      </div>
      {editing && (
        <QuickReplyForm
          reply={editing.reply}
          onClose={() => setEditing(null)}
          onSaved={(position) => {
            setEditing(null);
            void reload(position);
          }}
        />
      )}
    </main>
  );
}

function Card({
  reply,
  onEdit,
  onRemove,
}: {
  reply: QuickReply;
  onEdit: () => void;
  onRemove: () => void;
}) {
  const { t } = useWords();
  return (
    <li className="quick-card">
      <div className="quick-card__words">
        <h2>{reply.title}</h2>
        <p>
          <Placeholders text={reply.text} />
        </p>
        <span className="quick-card__facts">
          <span className="chip">{reply.department?.name ?? t.quickPage.all}</span>
          {reply.attachment && (
            <span className="chip">
              <Paperclip size={12} aria-hidden="true" />
              <bdi>{reply.attachment.name}</bdi>
            </span>
          )}
        </span>
      </div>
      <IconButton label={t.quickPage.edit(reply.title)} onClick={onEdit}>
        <Pencil size={16} />
      </IconButton>
      <IconButton label={t.quickPage.remove(reply.title)} onClick={onRemove}>
        <Trash2 size={16} />
      </IconButton>
    </li>
  );
}

function Skeleton() {
  return (
    <div className="quick-cards" aria-busy="true">
      {[0, 1, 2].map((i) => (
        <span key={i} className="skeleton quick-cards__skeleton" />
      ))}
    </div>
  );
}

function useReplies() {
  const { t } = useWords();
  const tell = useTell();
  const explain = useExplain();
  const [replies, setReplies] = useState<QuickReply[] | null>(null);
  const [failed, setFailed] = useState<string | null>(null);
  // Removed here, and not yet on the server.
  const [hidden, setHidden] = useState<ReadonlySet<string>>(new Set());
  // Of those that can be brought back, what takes their toast away.
  const waiting = useRef(new Map<string, () => void>());

  const reload = useCallback(
    async (atLeast = 0) => {
      try {
        setReplies(await readAll(atLeast));
        setFailed(null);
      } catch (error) {
        if (error instanceof ProblemError) setFailed(explain(error));
        else throw error;
      }
    },
    [explain],
  );
  useEffect(() => void reload(), [reload]);

  const show = useCallback((id: string) => {
    setHidden((known) => new Set([...known].filter((each) => each !== id)));
  }, []);

  // Leaving the page leaves no time to undo.
  useEffect(() => {
    const all = waiting.current;
    const settle = () => [...all.values()].forEach((takeAway) => takeAway());
    window.addEventListener('pagehide', settle);
    return () => {
      window.removeEventListener('pagehide', settle);
      settle();
    };
  }, []);

  const commit = (id: string) => {
    remove(id).catch((error: unknown) => {
      show(id);
      tell(hasStatus(error, 0) ? t.quickPage.unanswered : explain(error), { danger: true });
    });
  };

  // The server hears of it once it cannot be undone any more, which is when its toast goes.
  const drop = ({ id, title }: QuickReply) => {
    setHidden((known) => new Set(known).add(id));
    const undo = () => {
      waiting.current.delete(id);
      show(id);
    };
    const gone = () => {
      if (waiting.current.delete(id)) commit(id);
    };
    const toast = { action: { label: t.toast.undo, run: undo }, gone };
    waiting.current.set(id, tell(t.quickPage.removed(title), toast));
  };

  return { replies, failed, reload, hidden, drop };
}
