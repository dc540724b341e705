import { useState, type FormEvent } from 'react';
import { useWords } from '../../i18n';
import { ProblemError } from '../../live/api';
import { codePoints, limits } from '../../live/wire';
import { useExplain } from '../actions';
import { useRoom } from '../room_context';
import { useTell } from '../Toasts';

export function PasswordForm() {
  const { t } = useWords();
  const { desk, operator } = useRoom();
  const tell = useTell();
  const explain = useExplain();
  const [current, setCurrent] = useState('');
  const [wanted, setWanted] = useState('');
  const [repeated, setRepeated] = useState('');
  const [fault, setFault] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);

  const check = (): string | null => {
    if (codePoints(wanted) < limits.passwordCodePointsMin) {
      return t.profile.tooShort(limits.passwordCodePointsMin);
    }
    return wanted === repeated ? null : t.profile.different;
  };

  const faultOf = (error: unknown): string => {
    if (!(error instanceof ProblemError)) throw error;
    const { status, retry_after_s: seconds } = error.problem;
    if (status === 0) return t.profile.unanswered;
    // Wrong ones count as those of sign-in do.
    if (status === 429) return t.signIn.tooMany(seconds ?? 60);
    return error.problemName === 'bad-credentials' ? t.profile.wrong : explain(error);
  };

  const submit = async (event: FormEvent) => {
    event.preventDefault();
    const found = check();
    setFault(found);
    if (found !== null || busy) return;
    setBusy(true);
    try {
      await desk.changePassword(current, wanted);
      setCurrent('');
      setWanted('');
      setRepeated('');
      tell(t.profile.changed);
    } catch (error) {
      setFault(faultOf(error));
    } finally {
      setBusy(false);
    }
  };

  return (
    <form className="profile__form" onSubmit={(event) => void submit(event)}>
      {/* For the browser's keeper of passwords. */}
      <input type="hidden" name="username" autoComplete="username" value={operator.username} />
      <Password name={t.profile.current} value={current} autoComplete="current-password" onValue={setCurrent} />
      <Password name={t.profile.wanted} value={wanted} autoComplete="new-password" onValue={setWanted} />
      <Password name={t.profile.repeat} value={repeated} autoComplete="new-password" onValue={setRepeated} />
      {fault && (
        <p className="page__fault" role="alert">
          {fault}
        </p>
      )}
      <button
        className="button button--solid button--large"
        disabled={busy || current === '' || wanted === '' || repeated === ''}
      >
        {t.profile.change}
      </button>
    </form>
  );
}

function Password({
  name,
  value,
  autoComplete,
  onValue,
}: {
  name: string;
  value: string;
  autoComplete: string;
  onValue: (value: string) => void;
}) {
  return (
    <label className="form-field">
      <span>{name}</span>
      <input
        type="password"
        className="field"
        autoComplete={autoComplete}
        value={value}
        onChange={(event) => onValue(event.target.value)}
      />
    </label>
  );
}
