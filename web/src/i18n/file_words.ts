// What is said about files, recordings and emoji, in the console and on the contact's page.

// What goes into notAccepted, with '' for a format without a name.
export interface FoundWords {
  program: string;
  webPage: string;
  text: string;
  picture: (name: string) => string;
  audio: (name: string) => string;
  video: string;
  archive: (name: string) => string;
  pdf: string;
  document: string;
  sheet: string;
  slides: string;
  unknown: string;
}

export interface FileWords {
  attach: {
    open: string;
    title: string;
    drop: string;
    browse: string;
    // Where nothing is dragged.
    what: string;
    browseTouch: string;
    paste: string;
    formats: string;
    upTo: (size: string) => string;
    more: string;
    caption: (name: string) => string;
    captionHint: string;
    count: (n: string, max: string) => string;
    send: string;
    sendMany: (n: number) => string;
    cancel: string;
    close: string;
    remove: (name: string) => string;
    retry: string;
    progress: (name: string) => string;
    queued: string;
    sending: (percent: string) => string;
    waiting: string;
    done: string;
    dropHere: (name: string) => string;
    notAccepted: (found: string) => string;
    found: FoundWords;
    tooLarge: (max: string) => string;
    empty: string;
    failed: string;
    rulesFailed: string;
    // After the sentence that says why nothing may be sent.
    blocked: string;
    discardTitle: (n: number) => string;
    discardLead: string;
  };
  question: { discard: string; keep: string };
  voice: {
    record: string;
    title: string;
    recording: string;
    recorded: string;
    level: string;
    cancel: string;
    stop: string;
    send: string;
    asking: string;
    denied: string;
    none: string;
    unsupported: string;
    empty: string;
    tooLong: (max: string) => string;
    // Where one may not send any more.
    kept: string;
    discardTitle: string;
    discardLead: string;
  };
  files: {
    kinds: Record<'picture' | 'pdf' | 'audio' | 'voice' | 'text' | 'sheet' | 'file', string>;
    open: (name: string) => string;
    download: (name: string) => string;
    play: string;
    pause: string;
    position: string;
    preparing: string;
    unplayable: string;
    unavailable: string;
    blocked: string;
    viewer: string;
    close: string;
    zoomIn: string;
    zoomOut: string;
    fit: string;
    previous: string;
    next: string;
    place: (n: string, max: string, name: string) => string;
  };
  emoji: {
    open: string;
    search: string;
    none: string;
    recent: string;
    skin: string;
  };
}
