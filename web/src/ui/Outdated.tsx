import { useWords } from '../i18n';

export function reload(): void {
  window.location.reload();
}

// In the place of what this page cannot have any more, as the server has a newer one.
export function Outdated({ className }: { className: string }) {
  const { t } = useWords();
  return (
    <span className={className} role="alert">
      {t.outdated.lead}{' '}
      <button type="button" className="button" onClick={reload}>
        {t.outdated.reload}
      </button>
    </span>
  );
}
