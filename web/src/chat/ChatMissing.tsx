import type { ReactNode } from 'react';
import { Drawing } from '../console/drawings';
import { useWords } from '../i18n';

// There is no such department, none is named, or it has its chat on other sites.
export function ChatMissing({
  reason = 'none',
  header,
}: {
  reason?: 'none' | 'foreign';
  header?: ReactNode;
}) {
  const { t } = useWords();
  const Title = header ? 'h2' : 'h1';
  const [title, text] =
    reason === 'none'
      ? [t.chat.noDepartment, t.chat.noDepartmentLead]
      : [t.chat.foreignSite, t.chat.foreignSiteLead];
  return (
    <main className="chat chat--missing">
      {header}
      <div className="empty">
        <Drawing name="missing" />
        <Title className="empty__title">{title}</Title>
        <p className="empty__text">{text}</p>
      </div>
    </main>
  );
}
