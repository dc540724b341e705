import { RotateCw, X } from 'lucide-react';
import { useWords } from '../i18n';
import type { Uploads } from '../live/uploads';
import { IconButton } from '../ui/IconButton';

// Beside a file that is not sent: sends it again, where that may help, and takes it away.
export function UploadButtons({
  id,
  name,
  uploads,
  mayRetry,
  className = 'icon-button',
}: {
  id: string;
  name: string;
  uploads: Uploads;
  mayRetry: boolean;
  className?: string;
}) {
  const { t } = useWords();
  return (
    <>
      {mayRetry && (
        <button
          className={className}
          aria-label={`${t.attach.retry}: ${name}`}
          title={t.attach.retry}
          onClick={() => uploads.retry(id)}
        >
          <RotateCw size={16} />
        </button>
      )}
      <IconButton
        className={className}
        label={t.attach.remove(name)}
        onClick={() => uploads.cancel(id)}
      >
        <X size={16} />
      </IconButton>
    </>
  );
}
