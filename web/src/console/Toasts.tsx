import { X } from 'lucide-react';
import {
  createContext,
  useCallback,
  useContext,
  useEffect,
  useState,
  useSyncExternalStore,
  type ReactNode,
} from 'react';
import { useWords } from '../i18n';
import { Store } from '../live/store';
import { IconButton } from '../ui/IconButton';
import './toasts.css';

interface ToastOptions {
  danger?: boolean;
  action?: { label: string; run: () => void };
  // What somebody else did: it does not take the place of what one can undo.
  news?: boolean;
  // It does not stand any more, whatever took it away; after the action, if that was taken.
  gone?: () => void;
}

interface Toast extends ToastOptions {
  id: number;
  text: string;
}

interface Toasts {
  shown: readonly Toast[];
}

// What is answered takes it away.
type Tell = (text: string, options?: ToastOptions) => () => void;

const ToastsContext = createContext<Tell>(() => () => {});
export const useTell = (): Tell => useContext(ToastsContext);

// Long enough to read and to reach Undo without haste.
const shownMs = 8_000;
let lastId = 0;

function tellThoseGone(before: Toasts, { shown }: Toasts): void {
  for (const toast of before.shown) if (!shown.includes(toast)) toast.gone?.();
}

export function ToastsProvider({ children }: { children: ReactNode }) {
  const [toasts] = useState(() => new Store<Toasts>({ shown: [] }, tellThoseGone));
  const { shown } = useSyncExternalStore(toasts.subscribe, toasts.read);
  const drop = useCallback(
    (id: number) => toasts.set({ shown: toasts.read().shown.filter((toast) => toast.id !== id) }),
    [toasts],
  );
  const tell = useCallback<Tell>(
    (text, options = {}) => {
      lastId += 1;
      const toast: Toast = { id: lastId, text, ...options };
      // One of a kind at a time: the last thing that one did is what can be undone.
      const others = toasts.read().shown.filter(({ news }) => news !== toast.news);
      toasts.set({ shown: [...others, toast] });
      return () => drop(toast.id);
    },
    [toasts, drop],
  );
  return (
    <ToastsContext value={tell}>
      {children}
      <div className="toasts" role="status" aria-live="polite">
        {shown.map((toast) => (
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
      {toast.action && (
        <button
          className="toast__action"
          onClick={() => {
            toast.action?.run();
            onDrop(toast.id);
          }}
        >
          {toast.action.label}
        </button>
      )}
      <IconButton className="toast__close" label={t.toast.dismiss} onClick={() => onDrop(toast.id)}>
        <X size={16} />
      </IconButton>
    </div>
  );
}
