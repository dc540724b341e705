import { Drawing } from '../console/drawings';
import { useWords } from '../i18n';

// There is no such department, none is named, or it has its chat on other sites.
export function ChatMissing({ reason = 'none' }: { reason?: 'none' | 'foreign' }) {
  const { t } = useWords();
  const [title, text] =
    reason === 'none'
      ? [t.chat.noDepartment, t.chat.noDepartmentLead]
      : [t.chat.foreignSite, t.chat.foreignSiteLead];
  return (
    <main className="chat chat--missing">
      <div className="empty">
        <Drawing name="missing" />
        <h1 className="empty__title">{title}</h1>
        <p className="empty__text">{text}</p>
      </div>
    </main>
  );
}
