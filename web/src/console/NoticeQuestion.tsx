import { Bell } from 'lucide-react';
import { useWords } from '../i18n';
import { desktopPermission, useNoticeChoices } from './notices';

// Asked once, where it disturbs nobody; the browser's own question comes only after a yes.
export function NoticeQuestion() {
  const { t } = useWords();
  const { choices, choose, chooseDesktop } = useNoticeChoices();
  if (choices.asked || choices.desktop || desktopPermission() !== 'default') return null;
  return (
    <section className="home__notice" aria-label={t.notices.title}>
      <Bell size={18} aria-hidden="true" />
      <p>{t.notices.ask}</p>
      <button className="button" onClick={() => choose({ asked: true })}>
        {t.notices.no}
      </button>
      <button className="button button--solid" onClick={() => void chooseDesktop(true)}>
        {t.notices.yes}
      </button>
    </section>
  );
}
