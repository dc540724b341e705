// Where the bytes of files come from. An operator's browser shows them by their address, with its
// cookie; a contact's token cannot go along with an address, so theirs are fetched and kept as
// object URLs.

import { createContext, useContext, useEffect, useRef, useState } from 'react';
import { OpenedTabs } from './opened_tabs';

export interface FileSource {
  // The address itself, where there is one that a browser can open.
  address: ((path: string) => string) | null;
  fetch: (path: string) => Promise<Blob>;
  // In a tab of its own. Rejects when the bytes could not be had.
  open: (path: string) => Promise<'opened' | 'blocked'>;
  // What was just sent from here, before the server has a thumbnail of it.
  preview: (attachmentId: string) => string | null;
}

export const FileSourceContext = createContext<FileSource | null>(null);

export function useFileSource(): FileSource {
  const source = useContext(FileSourceContext);
  if (!source) throw new Error('useFileSource outside of a FileSourceContext');
  return source;
}

// Whether the page stands level with the server: its line is there, and nothing is missing.
export const LevelContext = createContext(true);

// What failed while the line was cut may be had when it is level again.
export function useOnceLevel(again: () => void): void {
  const level = useContext(LevelContext);
  const before = useRef(level);
  useEffect(() => {
    if (level && !before.current) again();
    before.current = level;
  });
}

const keptMax = 60;

// Fetched once for as long as the page lives, so that scrolling back shows it at once; bounded.
export function fetchedSource(fetch: FileSource['fetch'], preview: FileSource['preview']): FileSource {
  const kept = new Map<string, Promise<Blob>>();
  const fetchOnce = (path: string) => {
    const known = kept.get(path);
    if (known) return known;
    const blob = fetch(path);
    blob.catch(() => kept.delete(path));
    kept.set(path, blob);
    const oldest = kept.keys().next().value;
    if (kept.size > keptMax && oldest !== undefined) kept.delete(oldest);
    return blob;
  };
  const tabs = new OpenedTabs(fetchOnce);
  return { address: null, preview, fetch: fetchOnce, open: (path) => tabs.open(path) };
}

export interface FileUrl {
  url: string | null;
  failed: boolean;
  // Asks once more for what failed.
  again: () => void;
}

const nothing = { path: null, url: null, failed: false };

// null asks for nothing yet.
export function useFileUrl(path: string | null): FileUrl {
  const source = useFileSource();
  const [fetched, setFetched] = useState<Omit<FileUrl, 'again'> & { path: string | null }>(nothing);
  const [tries, setTries] = useState(0);
  const direct = path !== null && source.address ? source.address(path) : null;
  useEffect(() => {
    if (path === null || source.address) return;
    let url: string | null = null;
    let here = true;
    source.fetch(path).then(
      (blob) => {
        if (!here) return;
        url = URL.createObjectURL(blob);
        setFetched({ path, url, failed: false });
      },
      () => here && setFetched({ path, url: null, failed: true }),
    );
    return () => {
      here = false;
      if (url) URL.revokeObjectURL(url);
    };
  }, [path, source, tries]);
  const again = () => {
    if (!fetched.failed) return;
    setFetched(nothing);
    setTries(tries + 1);
  };
  useOnceLevel(again);
  const { url, failed } = fetched.path === path ? fetched : nothing;
  return direct === null ? { url, failed, again } : { url: direct, failed: false, again };
}

interface Download {
  start: () => void;
  failed: boolean;
}

// Hands a file over under its own name, and tells when it could not be had.
export function useDownload(path: string, name: string): Download {
  const source = useFileSource();
  const [failed, setFailed] = useState(false);
  useOnceLevel(() => setFailed(false));
  const start = () => {
    setFailed(false);
    download(source, path, name).catch(() => setFailed(true));
  };
  return { start, failed };
}

async function download(source: FileSource, path: string, name: string): Promise<void> {
  const link = document.createElement('a');
  link.download = name;
  if (source.address) {
    link.href = source.address(path);
    link.click();
    return;
  }
  const url = URL.createObjectURL(await source.fetch(path));
  link.href = url;
  link.click();
  // After the browser has taken it.
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}
