import type { Uploads } from './uploads';

// The browser's own question before a page is left that would take files along which were sent. The
// answer ends it. Without such files nothing listens: a page may go and come back as it is.
export function askBeforeLeaving(uploads: Uploads, page: Window = window): () => void {
  const ask = (event: BeforeUnloadEvent) => event.preventDefault();
  const look = () => {
    if (uploads.wouldLose()) page.addEventListener('beforeunload', ask);
    else page.removeEventListener('beforeunload', ask);
  };
  look();
  const end = uploads.subscribe(look);
  return () => {
    end();
    page.removeEventListener('beforeunload', ask);
  };
}
