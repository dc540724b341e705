// What the two scripts of the widget know of each other: the small one on every page of a site, and
// the chat that it fetches when the chat is first opened.

export interface MountOptions {
  // The server's origin.
  server: string;
  department: string;
  // '' where the site gives none.
  company: string;
  language: 'es' | 'pt' | 'en';
  onClose: () => void;
  // How many messages came that were not looked at.
  onUnread: (count: number) => void;
}

export interface MountedChat {
  setShown: (shown: boolean) => void;
}

export type MountChat = (into: HTMLElement, options: MountOptions) => MountedChat;

declare global {
  interface Window {
    bitacoraChat?: MountChat;
  }
}
