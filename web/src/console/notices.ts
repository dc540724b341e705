// What tells an operator that somebody wrote, or gave them a conversation, while they look elsewhere:
// a short sound, and the desktop's own notice. Both are a choice of this browser's, and the second
// needs its permission.

import { useEffect, useSyncExternalStore } from 'react';
import { useWords } from '../i18n';
import type { Arrival } from '../live/pushed';
import { browserStorage } from '../live/storage';
import { useRoom } from './room_context';
import { openConversation, type Place } from './router';
import { useTell } from './Toasts';

export interface NoticeChoices {
  sound: boolean;
  desktop: boolean;
  // The question was answered, one way or the other.
  asked: boolean;
}

const storageKey = 'bitacora.notices';
const listeners = new Set<() => void>();

function stored(): NoticeChoices {
  const choices: NoticeChoices = { sound: true, desktop: false, asked: false };
  try {
    return { ...choices, ...JSON.parse(browserStorage.get(storageKey) ?? '{}') };
  } catch {
    return choices;
  }
}

let choices = stored();

function choose(change: Partial<NoticeChoices>): void {
  choices = { ...choices, ...change };
  browserStorage.set(storageKey, JSON.stringify(choices));
  for (const listener of listeners) listener();
}

export type DesktopPermission = NotificationPermission | 'unsupported';

export function desktopPermission(): DesktopPermission {
  // Browsers give notices to safe origins alone.
  return 'Notification' in window && window.isSecureContext
    ? Notification.permission
    : 'unsupported';
}

// Asks the browser only after the person has said yes to us.
async function chooseDesktop(wanted: boolean): Promise<void> {
  if (wanted && desktopPermission() === 'default') await Notification.requestPermission();
  choose({ desktop: wanted && desktopPermission() === 'granted', asked: true });
}

export function useNoticeChoices() {
  const current = useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => choices,
  );
  return { choices: current, choose, chooseDesktop };
}

// Two soft notes, made on the spot rather than loaded.
function chime(context: AudioContext): void {
  const at = context.currentTime;
  for (const [frequency, begins] of [
    [660, 0],
    [880, 0.12],
  ] as const) {
    const note = context.createOscillator();
    const loudness = context.createGain();
    note.frequency.value = frequency;
    loudness.gain.setValueAtTime(0, at + begins);
    loudness.gain.linearRampToValueAtTime(0.12, at + begins + 0.02);
    loudness.gain.exponentialRampToValueAtTime(0.001, at + begins + 0.35);
    note.connect(loudness).connect(context.destination);
    note.start(at + begins);
    note.stop(at + begins + 0.4);
  }
}

// Several that come at once are one sound.
const quietMs = 2_000;

// Tells of what arrives, unless it is before one's eyes already.
export function useNotices(place: Place): void {
  const { t } = useWords();
  const { desk } = useRoom();
  const tell = useTell();
  useEffect(() => {
    let context: AudioContext | null = null;
    let soundedAt = -quietMs;
    const inSight = (id: string) =>
      document.visibilityState === 'visible' &&
      document.hasFocus() &&
      place.name === 'services' &&
      place.conversationId === id;
    const arrived = (arrival: Arrival) => {
      const { conversation } = arrival;
      const seen = inSight(conversation.id);
      const { name } = conversation.contact;
      let body = conversation.preview || t.notices.newMessage;
      if (arrival.kind === 'transfer') {
        body = arrival.by ? t.toast.handedBy(arrival.by.name, name) : t.toast.handed(name);
        const open = { label: t.toast.open, run: () => openConversation(conversation) };
        tell(body, { news: true, ...(!seen && { action: open }) });
      }
      if (seen) return;
      const now = performance.now();
      if (choices.sound && now - soundedAt > quietMs) {
        soundedAt = now;
        context ??= new AudioContext();
        chime(context);
      }
      if (!choices.desktop || desktopPermission() !== 'granted' || document.hasFocus()) return;
      const notice = new Notification(name, {
        body,
        // One a conversation: the newest stands for those before it.
        tag: conversation.id,
        icon: '/favicon.svg',
      });
      notice.onclick = () => {
        window.focus();
        notice.close();
        openConversation(conversation);
      };
    };
    const stop = desk.onArrival(arrived);
    return () => {
      stop();
      void context?.close();
    };
  }, [desk, place, t, tell]);
}
