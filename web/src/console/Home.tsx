import { ArrowRight, Check, Clock, Copy, ExternalLink, MessageCircle, Zap } from 'lucide-react';
import { useEffect, useState, type ReactNode } from 'react';
import { useWords } from '../i18n';
import { rowsOf, windowKey, type ListQuery } from '../live/desk_state';
import { answersContacts, type Department, type Tab } from '../live/wire';
import { useNow } from '../ui/Time';
import { keepsQuickReplies } from './actions';
import { useOwnDepartments } from './departments';
import { NoticeQuestion } from './NoticeQuestion';
import { useOwnNews } from './own_news';
import { useDesk, useRoom } from './room_context';
import { placeHash } from './router';
import './home.css';

const waitingQuery: ListQuery = { tab: 'waiting', department: null, mine: false };
const attendingQuery: ListQuery = { tab: 'attending', department: null, mine: false };

function tabHash(tab: Tab): string {
  return placeHash({ name: 'services', tab, conversationId: null, department: null, mine: false });
}

// The panel's overview: what is going on, and for newcomers how the work goes.
export function Home() {
  const { t } = useWords();
  const { desk, operator } = useRoom();
  const sees = operator.role !== 'admin';
  const answers = answersContacts(operator);
  const departments = useOwnDepartments();

  useEffect(() => {
    if (sees) desk.watch([waitingQuery, attendingQuery]);
    desk.open(null);
  }, [desk, sees]);

  const how = {
    operator: t.home.how,
    supervisor: t.home.howSupervisor,
    auditor: t.home.howAuditor,
    admin: [],
  }[operator.role];
  const lead =
    operator.role === 'auditor'
      ? t.home.leadAuditor
      : operator.role === 'admin'
        ? t.home.leadAdmin
        : t.home.lead;

  return (
    <main className="home" id="conversation" tabIndex={-1}>
      <div className="home__inner">
        <h1>{t.home.greeting(new Date().getHours(), operator.name.split(' ')[0] ?? '')}</h1>
        <p className="home__lead">{lead}</p>
        {answers && <NoticeQuestion />}
        {sees && <Overview />}
        {sees && (
          <div className="home__columns">
            <section className="home__section">
              <h2>{t.home.howTitle}</h2>
              <ol className="home__steps">
                {how.map(([title, text], i) => (
                  <li key={title}>
                    <span className="home__step number" aria-hidden="true">
                      {i + 1}
                    </span>
                    <div>
                      <strong>{title}</strong>
                      <p>{text}</p>
                    </div>
                  </li>
                ))}
              </ol>
            </section>
            <section className="home__section home__section--keys">
              <h2>{t.home.keysTitle}</h2>
              <dl className="home__keys">
                {t.home.keys.map(([keys, meaning]) => (
                  <div key={meaning}>
                    <dt>
                      {keys.map((key) => (
                        <kbd key={key}>{key}</kbd>
                      ))}
                    </dt>
                    <dd>{meaning}</dd>
                  </div>
                ))}
              </dl>
            </section>
          </div>
        )}
        {keepsQuickReplies(operator) && <QuickRepliesCard />}
        {operator.role !== 'auditor' && departments.length > 0 && (
          <ContactPages departments={departments} />
        )}
      </div>
    </main>
  );
}

function Overview() {
  const { t, formats } = useWords();
  const { operator } = useRoom();
  const { desk } = useDesk();
  const now = useNow();
  const { waiting, attending } = desk.counts;
  const oldest = rowsOf(desk, waitingQuery, operator.id)[0];
  const wait = oldest?.waiting_since ? now - Date.parse(oldest.waiting_since) : null;
  const news = useOwnNews(t.home.unread);
  const read = attending === 0 || desk.windows.has(windowKey(attendingQuery));
  return (
    <div className="home__cards">
      <Card
        tab="waiting"
        count={waiting}
        text={
          wait !== null
            ? t.home.oldest(formats.duration(wait))
            : waiting === 0
              ? t.home.nobodyWaits
              : null
        }
      >
        <Clock size={18} aria-hidden="true" />
      </Card>
      <Card
        tab="attending"
        count={attending}
        text={news.join(' · ') || (read ? t.home.allRead : null)}
      >
        <MessageCircle size={18} aria-hidden="true" />
      </Card>
      <p className="home__hint">{t.home.openHint}</p>
    </div>
  );
}

// `text` is null while what it would say is not known yet.
function Card({
  tab,
  count,
  text,
  children,
}: {
  tab: 'waiting' | 'attending';
  count: number;
  text: string | null;
  children: ReactNode;
}) {
  const { t, formats } = useWords();
  const { begun } = useDesk();
  return (
    <a className={`home__card home__card--${tab}`} href={tabHash(tab)}>
      <span className="home__card-name">
        {children}
        {t.tabs[tab]}
      </span>
      {begun ? (
        <strong className="number">{formats.number(count)}</strong>
      ) : (
        <span className="skeleton home__card-count" />
      )}
      <span className="home__card-text">
        {begun && text !== null ? (
          text
        ) : (
          <>
            <span className="sr-only">{t.loading}</span>
            <span className="skeleton home__card-skeleton" />
          </>
        )}
      </span>
      <ArrowRight className="home__card-arrow" size={18} aria-hidden="true" />
    </a>
  );
}

function QuickRepliesCard() {
  const { t } = useWords();
  return (
    <a className="home__card home__card--plain" href={placeHash({ name: 'quickReplies' })}>
      <span className="home__card-name">
        <Zap size={18} aria-hidden="true" />
        {t.quickPage.title}
      </span>
      <span className="home__card-text">{t.quickPage.lead}</span>
      <ArrowRight className="home__card-arrow" size={18} aria-hidden="true" />
    </a>
  );
}

function ContactPages({ departments }: { departments: readonly Department[] }) {
  const { t } = useWords();
  return (
    <section className="home__section">
      <h2>{t.home.pageTitle}</h2>
      <p className="home__section-lead">{t.home.pageLead}</p>
      <ul className="home__pages">
        {departments.map(({ id, name, slug }) => (
          <ContactPage
            key={id}
            name={name}
            url={`${window.location.origin}/chat?department=${encodeURIComponent(slug)}`}
          />
        ))}
      </ul>
    </section>
  );
}

const copiedShownMs = 2_000;

function ContactPage({ name, url }: { name: string; url: string }) {
  const { t } = useWords();
  const [copied, setCopied] = useState(false);
  useEffect(() => {
    if (!copied) return;
    const timer = setTimeout(() => setCopied(false), copiedShownMs);
    return () => clearTimeout(timer);
  }, [copied]);
  return (
    <li className="home__page">
      <strong>{name}</strong>
      <code>{url.replace(/^https?:\/\//, '')}</code>
      {/* Browsers give the clipboard to safe origins alone. */}
      {window.isSecureContext && (
        <button
          className="button button--plain"
          aria-label={`${t.home.copy}: ${name}`}
          onClick={() => void navigator.clipboard.writeText(url).then(() => setCopied(true))}
        >
          {copied ? <Check size={16} aria-hidden="true" /> : <Copy size={16} aria-hidden="true" />}
          <span aria-live="polite">{copied ? t.home.copied : t.home.copy}</span>
        </button>
      )}
      <a
        className="icon-button"
        href={url}
        target="_blank"
        rel="noreferrer"
        aria-label={`${t.home.visit}: ${name}`}
        title={t.home.visit}
      >
        <ExternalLink size={16} aria-hidden="true" />
      </a>
    </li>
  );
}
