import { Building2, Check } from 'lucide-react';
import { useEffect, useState, type FormEvent, type RefObject } from 'react';
import { useWords } from '../i18n';
import { allPages } from '../live/all_pages';
import { call, ProblemError } from '../live/api';
import {
  codePoints,
  limits,
  type Colleague,
  type Conversation,
  type Department,
} from '../live/wire';
import { Avatar } from '../ui/Avatar';
import { Popover } from '../ui/Popover';
import { useExplain, type Actions } from './actions';
import { fold } from './arrange';
import './transfer.css';

type Target =
  | { kind: 'department'; department: Department }
  | { kind: 'operator'; colleague: Colleague };

function targetId(target: Target): string {
  return target.kind === 'department' ? target.department.id : target.colleague.id;
}

function targetName(target: Target): string {
  return target.kind === 'department' ? target.department.name : target.colleague.name;
}

async function loadTargets(conversation: Conversation): Promise<Target[]> {
  const [departments, colleagues] = await Promise.all([
    allPages<Department>(call, '/departments'),
    allPages<Colleague>(call, '/operators'),
  ]);
  // Where it is already is nowhere to go, apart from giving it back to Espera.
  return [
    ...departments
      .filter(({ id }) => id !== conversation.department.id)
      .map((department): Target => ({ kind: 'department', department })),
    ...colleagues
      .filter(({ id, role }) => id !== conversation.owner?.id && (role === 'operator' || role === 'supervisor'))
      .map((colleague): Target => ({ kind: 'operator', colleague })),
  ];
}

export function TransferMenu({
  anchor,
  conversation,
  actions,
  onClose,
}: {
  anchor: RefObject<HTMLElement | null>;
  conversation: Conversation;
  actions: Actions;
  onClose: () => void;
}) {
  const { t } = useWords();
  const explain = useExplain();
  const [targets, setTargets] = useState<Target[] | null>(null);
  const [fault, setFault] = useState<string | null>(null);
  const [search, setSearch] = useState('');
  const [chosen, setChosen] = useState<Target | null>(null);
  const [note, setNote] = useState('');
  const [busy, setBusy] = useState(false);

  useEffect(() => {
    let here = true;
    loadTargets(conversation).then(
      (found) => here && setTargets(found),
      (error: unknown) => {
        if (here && error instanceof ProblemError) setFault(explain(error));
      },
    );
    return () => {
      here = false;
    };
    // Read once, when the menu opens.
  }, []);

  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (!chosen || busy) return;
    setBusy(true);
    const to =
      chosen.kind === 'department'
        ? { department: chosen.department.slug }
        : { operator_id: chosen.colleague.id };
    const body = note.trim() === '' ? to : { ...to, note: note.trim() };
    if (await actions.transfer(conversation, body, targetName(chosen))) onClose();
    else setBusy(false);
  };

  const folded = fold(search.trim());
  const found = (targets ?? []).filter((target) => fold(targetName(target)).includes(folded));
  const group = (kind: Target['kind'], title: string) => {
    const items = found.filter((target) => target.kind === kind);
    if (items.length === 0) return null;
    return (
      <div role="group" aria-label={title}>
        <p className="popover__title">{title}</p>
        {items.map((target) => (
          <TargetButton
            key={targetId(target)}
            target={target}
            chosen={chosen !== null && targetId(chosen) === targetId(target)}
            onChoose={() => setChosen(target)}
          />
        ))}
      </div>
    );
  };

  return (
    <Popover anchor={anchor} label={t.transfer.title} align="end" className="transfer" onClose={onClose}>
      <form onSubmit={(event) => void submit(event)}>
        <input
          className="field transfer__search"
          data-autofocus
          type="search"
          aria-label={t.transfer.search}
          placeholder={t.transfer.search}
          value={search}
          onChange={(event) => setSearch(event.target.value)}
          onKeyDown={(event) => {
            if (event.key !== 'Enter') return;
            event.preventDefault();
            if (found[0]) setChosen(found[0]);
          }}
        />
        <div className="transfer__targets">
          {fault && <p className="transfer__none">{fault}</p>}
          {!targets && !fault && <span className="skeleton transfer__skeleton" />}
          {targets && found.length === 0 && <p className="transfer__none">{t.transfer.none}</p>}
          {group('department', t.transfer.toDepartment)}
          {group('operator', t.transfer.toOperator)}
        </div>
        <textarea
          className="field transfer__note"
          rows={2}
          aria-label={t.transfer.note}
          placeholder={t.transfer.note}
          value={note}
          onChange={(event) => setNote(event.target.value)}
        />
        <button
          className="button button--solid transfer__submit"
          disabled={!chosen || busy || !actions.ready || codePoints(note) > limits.noteCodePoints}
        >
          <span>{chosen ? t.transfer.submit(targetName(chosen)) : t.transfer.choose}</span>
        </button>
      </form>
    </Popover>
  );
}

function TargetButton({
  target,
  chosen,
  onChoose,
}: {
  target: Target;
  chosen: boolean;
  onChoose: () => void;
}) {
  return (
    <button type="button" className="popover__item" aria-pressed={chosen} onClick={onChoose}>
      {target.kind === 'department' ? (
        <span className="transfer__icon">
          <Building2 size={14} aria-hidden="true" />
        </span>
      ) : (
        <Avatar name={target.colleague.name} size={24} />
      )}
      <span className="transfer__name">
        {targetName(target)}
        {target.kind === 'operator' && (
          <small>{target.colleague.departments.map(({ name }) => name).join(' · ')}</small>
        )}
      </span>
      {chosen && <Check className="popover__check" size={16} aria-hidden="true" />}
    </button>
  );
}
