import { ImageOff } from 'lucide-react';
import { useState } from 'react';
import { useWords } from '../i18n';
import type { Attachment } from '../live/wire';
import { useFileSource, useFileUrl, useOnceLevel } from './file_source';
import { useGallery } from './Gallery';

// A picture's or a PDF's first page, in a place that is as large before it comes as after, so that
// nothing moves. It opens full size.
export function Thumbnail({ attachment }: { attachment: Attachment }) {
  const { t } = useWords();
  const source = useFileSource();
  const openPicture = useGallery();
  const [broken, setBroken] = useState(false);
  const [upright, setUpright] = useState(false);
  const [notOpened, setNotOpened] = useState<'blocked' | 'unavailable' | null>(null);
  const { id, name, mime, thumbnail } = attachment;
  const fetched = useFileUrl(thumbnail ? `/attachments/${id}/thumbnail` : null);
  const url = fetched.url ?? source.preview(id);
  const pdf = mime === 'application/pdf';
  useOnceLevel(() => {
    setBroken(false);
    setNotOpened(null);
  });

  const show = () => {
    if (!pdf) {
      openPicture(attachment);
      return;
    }
    setNotOpened(null);
    source.open(`/attachments/${id}`).then(
      (outcome) => outcome === 'blocked' && setNotOpened('blocked'),
      () => setNotOpened('unavailable'),
    );
  };

  return (
    <>
      <button
        className={`thumbnail ${pdf ? 'thumbnail--pdf' : upright ? 'thumbnail--upright' : ''}`}
        aria-label={t.files.open(name)}
        data-picture={id}
        onClick={show}
      >
        {fetched.failed || broken || notOpened ? (
          <span className="thumbnail__broken">
            <ImageOff size={24} aria-hidden="true" />
            {t.files[notOpened ?? 'unavailable']}
          </span>
        ) : url ? (
          <img
            src={url}
            alt=""
            loading="lazy"
            decoding="async"
            onLoad={({ currentTarget: { naturalWidth, naturalHeight } }) =>
              setUpright(naturalHeight > naturalWidth)
            }
            onError={() => setBroken(true)}
          />
        ) : (
          <span className="skeleton thumbnail__skeleton" />
        )}
      </button>
      {notOpened && (
        <span className="sr-only" role="alert">
          {t.files[notOpened]}
        </span>
      )}
    </>
  );
}
