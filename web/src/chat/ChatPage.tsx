import { useEffect, useMemo } from 'react';
import { useWords } from '../i18n';
import { Visit } from '../live/visit';
import { Chat, useVisitLine } from './Chat';
import { ChatMissing } from './ChatMissing';

// The server writes the company's name into the page.
function companyName(): string {
  const meta = document.querySelector<HTMLMetaElement>('meta[name="company"]');
  return meta?.content || 'Bitácora';
}

// The page of a department that does not exist comes with this status.
function isNotFound(): boolean {
  const [navigation] = performance.getEntriesByType('navigation');
  return (navigation as PerformanceNavigationTiming | undefined)?.responseStatus === 404;
}

export function ChatPage() {
  const department = new URLSearchParams(window.location.search).get('department') ?? '';
  const missing = department === '' || isNotFound();
  return missing ? <ChatMissing /> : <OpenPage department={department} />;
}

function OpenPage({ department }: { department: string }) {
  const { t } = useWords();
  const company = companyName();
  const visit = useMemo(() => new Visit(department), [department]);
  useVisitLine(visit);
  useEffect(() => {
    document.title = t.chat.title(company);
  }, [t, company]);
  return <Chat visit={visit} company={company} />;
}
