import { Upload } from 'lucide-react';
import { useRef, useState, type DragEvent, type ReactNode } from 'react';
import { useWords } from '../i18n';
import './compose.css';

export function carriesFiles(event: DragEvent): boolean {
  return event.dataTransfer.types.includes('Files');
}

// A whole conversation onto which files may be dropped.
export function DropZone({
  to,
  onFiles,
  children,
}: {
  to: string;
  // null: nobody may send here.
  onFiles: ((files: Iterable<File>) => void) | null;
  children: ReactNode;
}) {
  const { t } = useWords();
  // Entering a child leaves its parent: only the difference tells whether it is still over us.
  const depth = useRef(0);
  const [over, setOver] = useState(false);
  const move = (by: number) => {
    depth.current = Math.max(0, depth.current + by);
    setOver(depth.current > 0);
  };
  // Drawn alike whether one may send or not, so that what is in it stays what it is.
  return (
    <div
      className="drop-zone"
      onDragEnter={(event) => carriesFiles(event) && move(1)}
      onDragLeave={(event) => carriesFiles(event) && move(-1)}
      onDragOver={(event) => onFiles && carriesFiles(event) && event.preventDefault()}
      onDrop={(event) => {
        if (!carriesFiles(event)) return;
        depth.current = 0;
        setOver(false);
        if (!onFiles) return;
        event.preventDefault();
        onFiles(event.dataTransfer.files);
      }}
    >
      {children}
      {onFiles && over && (
        <div className="drop-zone__veil">
          <p>
            <Upload size={28} aria-hidden="true" />
            {t.attach.dropHere(to)}
          </p>
        </div>
      )}
    </div>
  );
}
