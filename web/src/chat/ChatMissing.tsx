import { Drawing } from '../console/drawings';
import { useWords } from '../i18n';

// There is no such department, or none is named.
export function ChatMissing() {
  const { t } = useWords();
  return (
    <main className="chat chat--missing">
      <div className="empty">
        <Drawing name="missing" />
        <h1 className="empty__title">{t.chat.noDepartment}</h1>
        <p className="empty__text">{t.chat.noDepartmentLead}</p>
      </div>
    </main>
  );
}
