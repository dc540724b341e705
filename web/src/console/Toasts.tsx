import { X } from 'lucide-react';
import {
  createContext,
  useCallback,
  useContext,
  useEffect,
  useMemo,
  useState,
  type ReactNode,
} from 'react';
import { useWords } from '../i18n';
import { IconButton } from '../ui/IconButton';
import './toasts.css';

interface Toast {
  id: number;
  text: string;
  danger: boolean;
  undo?: () => void;
}

type Tell = (text: string, options?: { danger?: boolean; undo?: () => void }) => void;

const ToastsContext = createContext<Tell>(() => {});
export const useTell = (): Tell => useContext(ToastsContext);

// Long enough to read and to reach Undo without haste.
const shownMs = 8_000;
let lastId = 0;

export function ToastsProvider({ children }: { children: ReactNode }) {
  const [toasts, setToasts] = useState<Toast[]>([]);
  const drop = useCallback((id: number) => {
    setToasts((known) => known.filter((toast) => toast.id !== id));
  }, []);
  const tell = useCallback<Tell>((text, { danger = false, undo } = {}) => {
    lastId += 1;
    const toast: Toast = { id: lastId, text, danger, ...(undo && { undo }) };
    // One at a time: the last thing that happened is what can be undone.
    setToasts([toast]);
  }, []);
  const value = useMemo(() => tell, [tell]);
  return (
    <ToastsContext value={value}>
      {children}
      <div className="toasts" role="status" aria-live="polite">
        {toasts.map((toast) => (
          <ToastCard key={toast.id} toast={toast} onDrop={drop} />
        ))}
      </div>
    </ToastsContext>
  );
}

function ToastCard({ toast, onDrop }: { toast: Toast; onDrop: (id: number) => void }) {
  const { t } = useWords();
  const [held, setHeld] = useState(false);
  useEffect(() => {
    if (held) return;
    const timer = setTimeout(() => onDrop(toast.id), shownMs);
    return () => clearTimeout(timer);
  }, [held, toast.id, onDrop]);
  return (
    <div
      className={`toast ${toast.danger ? 'toast--danger' : ''}`}
      onPointerEnter={() => setHeld(true)}
      onPointerLeave={() => setHeld(false)}
    >
      <span>{toast.text}</span>
      {toast.undo && (
        <button
          className="toast__undo"
          onClick={() => {
            toast.undo?.();
            onDrop(toast.id);
          }}
        >
          {t.toast.undo}
        </button>
      )}
      <IconButton className="toast__close" label={t.toast.dismiss} onClick={() => onDrop(toast.id)}>
        <X size={16} />
      </IconButton>
    </div>
  );
}
