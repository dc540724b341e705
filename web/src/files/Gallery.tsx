import { createContext, useContext, useEffect, useMemo, useState, type ReactNode } from 'react';
import type { Attachment, Message } from '../live/wire';
import { picturesOf } from './pictures';
import { Viewer } from './Viewer';

const GalleryContext = createContext<(picture: Attachment) => void>(() => {});

// Opens a picture over everything, from anywhere in a conversation.
export function useGallery(): (picture: Attachment) => void {
  return useContext(GalleryContext);
}

// A conversation's messages with the viewer of their pictures. It stands beside the rows, which come
// and go under it: what is being sent gives its place to the message, older ones are put away.
export function Gallery({
  messages,
  children,
}: {
  messages: readonly Message[];
  children: ReactNode;
}) {
  const pictures = useMemo(() => picturesOf(messages), [messages]);
  const [opened, setOpened] = useState<Attachment | null>(null);
  useEffect(() => {
    if (!opened) return;
    return () => {
      // Where it was opened from has the focus again, unless another row stands there now.
      if (document.activeElement !== document.body) return;
      document.querySelector<HTMLElement>(`[data-picture="${CSS.escape(opened.id)}"]`)?.focus();
    };
  }, [opened]);
  return (
    <GalleryContext value={setOpened}>
      {children}
      {opened && (
        <Viewer attachment={opened} pictures={pictures} onClose={() => setOpened(null)} />
      )}
    </GalleryContext>
  );
}
