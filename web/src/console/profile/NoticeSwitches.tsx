import { useWords } from '../../i18n';
import { desktopPermission, useNoticeChoices } from '../notices';

export function NoticeSwitches() {
  const { t } = useWords();
  const { choices, choose, chooseDesktop } = useNoticeChoices();
  const permission = desktopPermission();
  const hint =
    permission === 'denied'
      ? t.notices.denied
      : permission === 'unsupported'
        ? t.notices.unsupported
        : t.notices.desktopHint;
  return (
    <>
      <Switch
        name={t.notices.sound}
        hint={t.notices.soundHint}
        on={choices.sound}
        onChange={(sound) => choose({ sound })}
      />
      <Switch
        name={t.notices.desktop}
        hint={hint}
        on={choices.desktop && permission === 'granted'}
        disabled={permission === 'denied' || permission === 'unsupported'}
        onChange={(on) => void chooseDesktop(on)}
      />
    </>
  );
}

function Switch({
  name,
  hint,
  on,
  disabled = false,
  onChange,
}: {
  name: string;
  hint: string;
  on: boolean;
  disabled?: boolean;
  onChange: (on: boolean) => void;
}) {
  return (
    <button
      className="switch"
      role="switch"
      aria-checked={on}
      disabled={disabled}
      onClick={() => onChange(!on)}
    >
      <span className="switch__track" aria-hidden="true" />
      <span className="switch__words">
        <span>{name}</span>
        <small>{hint}</small>
      </span>
    </button>
  );
}
