import { ListFilter, X } from 'lucide-react';
import { useEffect, useMemo, useState } from 'react';
import { useWords } from '../i18n';
import { rowsOf, windowKey, type ListQuery } from '../live/desk_state';
import type { Tab } from '../live/wire';
import { IconButton } from '../ui/IconButton';
import { fold, matches } from './arrange';
import { ConversationList } from './ConversationList';
import { useOwnDepartments } from './departments';
import { Empty } from './Empty';
import { useOwnNews } from './own_news';
import { useDesk, useRoom } from './room_context';
import { go } from './router';
import type { ServicesPlace } from './Services';
import { stateIcons } from './StateTag';
import './list.css';

const tabs: Tab[] = ['waiting', 'attending', 'closed'];
// Larger counts stand as "99+", so that both tabs fit however narrow the list is.
const shownCountMax = 99;
// A filter looks through this many rows at most before it says that nothing matches.
const filteredRowsMax = 2_000;

export function ListColumn({
  place,
  query,
  onSelect,
}: {
  place: ServicesPlace;
  query: ListQuery;
  onSelect: (id: string) => void;
}) {
  const { t } = useWords();
  const { desk, operator } = useRoom();
  const { desk: state, loading } = useDesk();
  const [filter, setFilter] = useState('');
  const folded = fold(filter.trim());

  const all = useMemo(() => rowsOf(state, query, operator.id), [state, query, operator.id]);
  const rows = useMemo(
    () => (folded === '' ? all : all.filter((conversation) => matches(conversation, folded))),
    [all, folded],
  );
  const list = state.windows.get(windowKey(query));
  const more = Boolean(list?.nextCursor);
  const searching = folded !== '' && more && all.length < filteredRowsMax;

  useEffect(() => {
    if (searching && !loading.has(windowKey(query))) void desk.loadMore(query);
  }, [searching, loading, desk, query]);

  return (
    <section className="list-column" aria-label={t.tabs.label}>
      <Tabs place={place} />
      <div className="list-tools">
        <div className="list-tools__filter">
          <ListFilter size={16} aria-hidden="true" />
          <input
            type="search"
            aria-label={t.list.filterLabel}
            placeholder={t.list.filter}
            value={filter}
            onChange={(event) => setFilter(event.target.value)}
            onKeyDown={(event) => {
              if (event.key === 'ArrowDown') {
                event.preventDefault();
                document.getElementById('conversation-list')?.focus();
              } else if (event.key === 'Escape' && filter !== '') {
                event.stopPropagation();
                setFilter('');
              }
            }}
          />
          {filter !== '' && (
            <IconButton
              className="list-tools__clear"
              label={t.list.clear}
              onClick={() => setFilter('')}
            >
              <X size={14} />
            </IconButton>
          )}
        </div>
        <DepartmentFilter place={place} />
        {operator.role === 'supervisor' && place.tab !== 'waiting' && (
          <button
            className="list-tools__mine"
            aria-pressed={place.mine}
            onClick={() => go({ ...place, mine: !place.mine }, 'replace')}
          >
            {t.list.mine}
          </button>
        )}
      </div>
      <div
        className="list-panel"
        role="tabpanel"
        id="tab-panel"
        aria-labelledby={`tab-${place.tab}`}
      >
        {list === undefined ? (
          <ListSkeleton />
        ) : rows.length === 0 && !searching ? (
          <EmptyList tab={place.tab} filtered={folded !== ''} />
        ) : (
          <ConversationList
            // What is filtered by other words is another list: no row of the last one stays.
            key={`${windowKey(query)} ${folded}`}
            rows={rows}
            tab={place.tab}
            selectedId={place.conversationId}
            more={more}
            onSelect={onSelect}
            onMore={() => void desk.loadMore(query)}
          />
        )}
        {folded !== '' && more && (
          <p className="list-panel__note" role="status">
            {searching ? t.list.filtering(all.length) : t.list.filteredPart(all.length)}
          </p>
        )}
      </div>
    </section>
  );
}

function Tabs({ place }: { place: ServicesPlace }) {
  const { t, formats } = useWords();
  const { desk, begun } = useDesk();
  const { counts } = desk;
  const news = useOwnNews(t.list.unread).join(', ');
  const step = (from: Tab, by: number) => {
    const tab = tabs[(tabs.indexOf(from) + by + tabs.length) % tabs.length]!;
    go({ ...place, tab });
    document.getElementById(`tab-${tab}`)?.focus();
  };
  return (
    <div className="tabs" role="tablist" aria-label={t.tabs.label}>
      {tabs.map((tab) => {
        const count = tab === 'closed' || !begun ? null : counts[tab];
        const exact = count === null ? null : formats.number(count);
        const many = count !== null && count > shownCountMax;
        return (
          <button
            key={tab}
            id={`tab-${tab}`}
            className={`tab tab--${tab}`}
            role="tab"
            aria-selected={tab === place.tab}
            aria-controls="tab-panel"
            aria-label={tab === 'closed' ? t.tabs.closed : undefined}
            title={tab === 'closed' ? t.tabs.closed : many ? `${t.tabs[tab]}: ${exact}` : undefined}
            tabIndex={tab === place.tab ? 0 : -1}
            onClick={() => go({ ...place, tab })}
            onKeyDown={(event) => {
              if (event.key === 'ArrowRight') step(tab, 1);
              else if (event.key === 'ArrowLeft') step(tab, -1);
              else if (event.key === 'ArrowDown') {
                event.preventDefault();
                document.getElementById('conversation-list')?.focus();
              }
            }}
          >
            <span className="tab__icon">
              {stateIcons[tab](16)}
              {tab === 'attending' && news !== '' && <span className="tab__unread" />}
            </span>
            {tab !== 'closed' && <span className="tab__name">{t.tabs[tab]}</span>}
            {tab !== 'closed' && !begun && <span className="skeleton tab__count" />}
            {many ? (
              <>
                <span className="tab__count tab__count--many number" aria-hidden="true">
                  {formats.number(shownCountMax)}+
                </span>
                <span className="sr-only">{exact}</span>
              </>
            ) : (
              exact && <span className="tab__count number">{exact}</span>
            )}
            {tab === 'attending' && news !== '' && <span className="sr-only">{news}</span>}
          </button>
        );
      })}
    </div>
  );
}

function DepartmentFilter({ place }: { place: ServicesPlace }) {
  const { t } = useWords();
  const departments = useOwnDepartments();
  const { department } = place;
  // In somebody else's link it may be none of one's own, and with one's only one there is no filter
  // by which to leave it.
  const foreign =
    department !== null &&
    departments.length > 0 &&
    !departments.some(({ slug }) => slug === department);
  useEffect(() => {
    if (foreign) go({ ...place, department: null }, 'replace');
  }, [foreign, place]);
  if (departments.length < 2) return null;
  return (
    <select
      className="list-tools__department"
      aria-label={t.list.department}
      value={department ?? ''}
      onChange={(event) => go({ ...place, department: event.target.value || null }, 'replace')}
    >
      <option value="">{t.list.allDepartments}</option>
      {departments.map(({ slug, name }) => (
        <option key={slug} value={slug}>
          {name}
        </option>
      ))}
    </select>
  );
}

function EmptyList({ tab, filtered }: { tab: Tab; filtered: boolean }) {
  const { t } = useWords();
  const { operator } = useRoom();
  if (filtered) {
    return <Empty drawing="filter" title={t.empty.filterTitle} text={t.empty.filter} />;
  }
  const others = tab === 'attending' && operator.role !== 'operator';
  return (
    <Empty
      drawing={tab}
      title={t.empty[`${tab}Title`]}
      text={others ? t.empty.attendingOthers : t.empty[tab]}
    />
  );
}

function ListSkeleton() {
  const { t } = useWords();
  return (
    <div className="list-skeleton" aria-busy="true">
      <span className="sr-only">{t.loading}</span>
      {[62, 48, 70, 40, 56, 66].map((width, i) => (
        <div key={i} className="list-skeleton__row">
          <span className="skeleton list-skeleton__face" />
          <span className="list-skeleton__lines">
            <span className={`skeleton list-skeleton__line list-skeleton__line--${width}`} />
            <span className="skeleton list-skeleton__line" />
          </span>
        </div>
      ))}
    </div>
  );
}
