// The files that are chosen in one conversation: the rules they are held to, and the window that is
// open as long as there are any.

import { useCallback, useEffect, useMemo, useState, useSyncExternalStore } from 'react';
import { checkFile, largestVoice } from '../live/attachment_rules';
import type { Upload, Uploads } from '../live/uploads';
import type { AttachmentRules } from '../live/wire';

const againMs = 3_000;

export interface Attach {
  uploads: Uploads;
  conversationId: string;
  // Who they will be sent to.
  to: string;
  // Why nothing may be sent there now; what was chosen stays. null: it may.
  blocked: string | null;
  isOpen: boolean;
  open: () => void;
  // Without sending what is chosen.
  close: () => void;
  send: () => void;
  add: (files: Iterable<File>) => void;
  // null while they are on their way.
  rules: AttachmentRules | null;
  rulesFailed: boolean;
  // How large a recording that begins now may be, in bytes.
  largestVoice: () => Promise<number>;
  chosen: Upload[];
  // Sent by their writer, and not up yet.
  onTheirWay: Upload[];
}

export function useAttach(
  uploads: Uploads,
  conversationId: string,
  to: string,
  loadRules: () => Promise<AttachmentRules>,
  blocked: string | null = null,
): Attach {
  const all = useSyncExternalStore(uploads.subscribe, uploads.read);
  const [asked, setAsked] = useState(false);
  const [rules, setRules] = useState<AttachmentRules | null>(null);
  const [failures, setFailures] = useState(0);
  const here = useMemo(
    () => all.filter((upload) => upload.conversationId === conversationId),
    [all, conversationId],
  );
  const chosen = here.filter(({ released }) => !released);
  const isOpen = asked || chosen.length > 0;
  const isBlocked = blocked !== null;

  useEffect(() => {
    if (isBlocked) setAsked(false);
  }, [isBlocked]);

  // Asked for again until they are there, as long as somebody looks.
  useEffect(() => {
    if (!isOpen || rules) return;
    let wanted = true;
    const ask = () =>
      loadRules().then(
        (read) => wanted && setRules(read),
        () => wanted && setFailures(failures + 1),
      );
    const timer = setTimeout(() => void ask(), failures === 0 ? 0 : againMs);
    return () => {
      wanted = false;
      clearTimeout(timer);
    };
  }, [isOpen, rules, failures, loadRules]);

  const add = useCallback(
    (files: Iterable<File>) => {
      setAsked(true);
      const added = [...files];
      const take = (read: AttachmentRules | null) =>
        uploads.add(
          conversationId,
          added.map((file) => ({ file, problem: checkFile(read, file) })),
        );
      // Without the rules they wait for the line like any other, and the server judges them.
      loadRules().then(take, () => take(null));
    },
    [uploads, conversationId, loadRules],
  );

  return {
    uploads,
    conversationId,
    to,
    blocked,
    isOpen,
    open: () => setAsked(true),
    close: () => {
      setAsked(false);
      uploads.cancelChosen(conversationId);
    },
    send: () => {
      setAsked(false);
      for (const { id, state } of chosen) if (state === 'refused') uploads.cancel(id);
      uploads.release(conversationId);
    },
    add,
    rules,
    rulesFailed: rules === null && failures > 0,
    largestVoice: () => largestVoice(loadRules),
    chosen,
    onTheirWay: here.filter(({ released }) => released),
  };
}

// Files on the clipboard. What was copied from a sheet or a text brings a picture of itself beside
// its words, and there the words are meant; a picture from a page has its HTML, and no words.
export function pastedFiles(data: DataTransfer | null): File[] {
  const isText = data?.types.includes('text/plain') && data.types.includes('text/html');
  return isText ? [] : [...(data?.files ?? [])];
}
