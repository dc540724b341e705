import { ImageOff } from 'lucide-react';
import { useState } from 'react';
import { useWords } from '../i18n';
import type { Attachment } from '../live/wire';
import { useFileSource, useFileUrl } from './file_source';
import { Viewer } from './Viewer';

// A picture's or a PDF's first page, in a place that is as large before it comes as after, so that
// nothing moves. It opens full size.
export function Thumbnail({ attachment }: { attachment: Attachment }) {
  const { t } = useWords();
  const source = useFileSource();
  const [open, setOpen] = useState(false);
  const [broken, setBroken] = useState(false);
  const [notOpened, setNotOpened] = useState(false);
  const { id, name, mime, thumbnail } = attachment;
  const fetched = useFileUrl(thumbnail ? `/attachments/${id}/thumbnail` : null);
  const url = fetched.url ?? source.preview(id);
  const pdf = mime === 'application/pdf';

  const show = () => {
    if (!pdf) setOpen(true);
    else if (source.address) window.open(source.address(`/attachments/${id}`), '_blank', 'noopener');
    else {
      setNotOpened(false);
      openFetched(source.fetch, `/attachments/${id}`).catch(() => setNotOpened(true));
    }
  };

  return (
    <>
      <button
        className={`thumbnail ${pdf ? 'thumbnail--pdf' : ''}`}
        aria-label={t.files.open(name)}
        onClick={show}
      >
        {fetched.failed || broken || notOpened ? (
          <span className="thumbnail__broken">
            <ImageOff size={24} aria-hidden="true" />
            {t.files.unavailable}
          </span>
        ) : url ? (
          <img src={url} alt="" loading="lazy" decoding="async" onError={() => setBroken(true)} />
        ) : (
          <span className="skeleton thumbnail__skeleton" />
        )}
      </button>
      {open && <Viewer attachment={attachment} onClose={() => setOpen(false)} />}
    </>
  );
}

const closedEveryMs = 5_000;

async function openFetched(fetch: (path: string) => Promise<Blob>, path: string): Promise<void> {
  // Opened at once, while the browser still knows that it was a click.
  const tab = window.open('', '_blank');
  if (!tab) return;
  try {
    const url = URL.createObjectURL(await fetch(path));
    tab.location.href = url;
    // Kept or loaded anew, the tab asks for it again for as long as it stands there.
    const watch = setInterval(() => {
      if (!tab.closed) return;
      clearInterval(watch);
      URL.revokeObjectURL(url);
    }, closedEveryMs);
  } catch (error) {
    tab.close();
    throw error;
  }
}
