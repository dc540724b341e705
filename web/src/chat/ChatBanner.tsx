import { useLasting, useSecondsUntil } from '../console/Banner';
import { useWords } from '../i18n';
import type { LineState } from '../live/line';
import type { Visit } from '../live/visit';

export function ChatBanner({
  visit,
  line,
  synced,
}: {
  visit: Visit;
  line: LineState;
  synced: boolean;
}) {
  const { t } = useWords();
  const seconds = useSecondsUntil(line);
  const shown = useLasting(!synced && line.kind !== 'closed');
  return (
    <div role="status">
      {shown && (
        <div className="chat-banner">
          <span className="number">
            {line.kind === 'waiting' ? t.chat.offline(seconds) : t.chat.connecting}
          </span>
          {line.kind === 'waiting' && (
            <button onClick={() => visit.retryNow()}>{t.chat.retry}</button>
          )}
        </div>
      )}
    </div>
  );
}
