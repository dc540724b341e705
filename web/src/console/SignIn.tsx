import { Eye, EyeOff, Info, Languages } from 'lucide-react';
import { useState, type FormEvent } from 'react';
import { languages, useWords, type Language } from '../i18n';
import { call, ProblemError } from '../live/api';
import type { Operator } from '../live/wire';
import { IconButton } from '../ui/IconButton';
import { Mark } from './drawings';
import { SignInScene } from './SignInScene';
import './sign_in.css';

export function SignIn({
  ended,
  onSignedIn,
}: {
  // Whose session has ended by itself; null: nobody's.
  ended: Operator | null;
  onSignedIn: (operator: Operator) => void;
}) {
  const { t, language, setLanguage } = useWords();
  const [username, setUsername] = useState(ended?.username ?? '');
  const [password, setPassword] = useState('');
  const [shown, setShown] = useState(false);
  const [busy, setBusy] = useState(false);
  const [fault, setFault] = useState<string | null>(null);

  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    if (busy) return;
    const blank = [...event.currentTarget.querySelectorAll('input')].find(({ value }) => !value.trim());
    if (blank) {
      blank.focus();
      return;
    }
    setBusy(true);
    setFault(null);
    try {
      const answer = await call<{ operator: Operator }>('/session', {
        method: 'POST',
        body: { username: username.trim().toLowerCase(), password },
      });
      onSignedIn(answer.operator);
    } catch (error) {
      setFault(explain(error));
      setBusy(false);
    }
  };

  const explain = (error: unknown): string => {
    if (!(error instanceof ProblemError)) throw error;
    if (error.problem.status === 0) return t.signIn.offline;
    if (error.problem.status === 429) return t.signIn.tooMany(error.problem.retry_after_s ?? 60);
    // A name that cannot be one, or no password at all: as wrong as any other.
    if (error.problem.status === 401 || error.problem.status === 422) return t.signIn.wrong;
    return t.signIn.failed;
  };

  return (
    <main className="sign-in">
      <SignInScene />
      <form className="sign-in__card" onSubmit={(event) => void submit(event)} noValidate>
        <Mark size={40} />
        <h1>{t.signIn.title}</h1>
        {ended ? (
          <p className="sign-in__ended" role="status">
            <Info size={16} aria-hidden="true" />
            {t.signIn.ended}
          </p>
        ) : (
          <p className="sign-in__lead">{t.signIn.lead}</p>
        )}
        <label className="sign-in__label">
          <span>{t.signIn.username}</span>
          <input
            className="field"
            name="username"
            autoComplete="username"
            autoCapitalize="none"
            spellCheck={false}
            autoFocus={!ended}
            value={username}
            aria-invalid={fault !== null}
            onChange={(event) => setUsername(event.target.value)}
          />
        </label>
        <div className="sign-in__label">
          <label htmlFor="password">{t.signIn.password}</label>
          <span className="sign-in__password">
            <input
              id="password"
              className="field"
              name="password"
              type={shown ? 'text' : 'password'}
              autoComplete="current-password"
              autoFocus={ended !== null}
              value={password}
              aria-invalid={fault !== null}
              onChange={(event) => setPassword(event.target.value)}
            />
            <IconButton
              type="button"
              label={shown ? t.signIn.hide : t.signIn.show}
              onClick={() => setShown(!shown)}
            >
              {shown ? <EyeOff size={16} /> : <Eye size={16} />}
            </IconButton>
          </span>
        </div>
        <p className="sign-in__fault" role="alert">
          {fault}
        </p>
        <button
          className="button button--solid button--large sign-in__submit"
          disabled={busy}
        >
          {t.signIn.submit}
        </button>
      </form>
      <label className="sign-in__language">
        <Languages size={16} aria-hidden="true" />
        <span className="sr-only">{t.panel.language}</span>
        <select
          value={language}
          onChange={(event) => setLanguage(event.target.value as Language)}
        >
          {Object.entries(languages).map(([tag, name]) => (
            <option key={tag} value={tag}>
              {name}
            </option>
          ))}
        </select>
      </label>
    </main>
  );
}
