// Every sentence that the console and the contact's page say. A language is a value of this type,
// so that a missing one does not compile.

import type { Role, Tab } from '../live/wire';
import type { FileWords } from './file_words';
import type { PageWords } from './page_words';

export type Theme = 'auto' | 'light' | 'dark';

export interface Dictionary extends FileWords, PageWords {
  signIn: {
    title: string;
    lead: string;
    username: string;
    password: string;
    show: string;
    hide: string;
    submit: string;
    ended: string;
    wrong: string;
    tooMany: (seconds: number) => string;
    offline: string;
    failed: string;
  };
  roles: Record<Role, string>;
  panel: {
    skip: string;
    home: string;
    services: string;
    search: string;
    account: string;
    language: string;
    theme: string;
    themes: Record<Theme, string>;
    signOut: string;
    departments: string;
  };
  home: {
    greeting: (hour: number, name: string) => string;
    lead: string;
    leadAuditor: string;
    leadAdmin: string;
    // null: less than a minute.
    oldest: (wait: string | null) => string;
    nobodyWaits: string;
    unread: (n: number) => string;
    handed: (n: number) => string;
    allRead: string;
    openHint: string;
    howTitle: string;
    how: [title: string, text: string][];
    howSupervisor: [title: string, text: string][];
    howAuditor: [title: string, text: string][];
    keysTitle: string;
    keys: [keys: string[], meaning: string][];
    pageTitle: string;
    pageLead: string;
    copy: string;
    copied: string;
    visit: string;
  };
  tabs: Record<Tab | 'label', string>;
  // One conversation's, where a tab's is of many.
  states: Record<Tab, string>;
  list: {
    filter: string;
    filterLabel: string;
    clear: string;
    allDepartments: string;
    department: string;
    mine: string;
    unread: (n: number) => string;
    handed: string;
    draft: string;
    waitingFor: (wait: string | null) => string;
    held: (n: number) => string;
    gone: string;
    filtering: (n: number) => string;
    filteredPart: (n: number) => string;
    you: string;
  };
  empty: Record<
    | 'waitingTitle'
    | 'waiting'
    | 'attendingTitle'
    | 'attending'
    | 'attendingOthers'
    | 'closedTitle'
    | 'closed'
    | 'filterTitle'
    | 'filter'
    | 'paneTitle'
    | 'pane'
    | 'paneAuditor'
    | 'missingTitle'
    | 'missing'
    | 'backToList'
    | 'adminTitle'
    | 'admin',
    string
  >;
  pane: {
    back: string;
    contact: string;
    channels: Record<string, string>;
    ownedBy: (name: string) => string;
    ownedByYou: string;
    // Until it was closed.
    wasOwnedBy: (name: string) => string;
    wasOwnedByYou: string;
    nobody: string;
    claim: string;
    takeOver: string;
    release: string;
    transfer: string;
    close: string;
    reopen: string;
    messages: (name: string) => string;
    older: string;
    beginning: string;
    newMessages: (n: number) => string;
    toEnd: string;
    typing: (name: string) => string;
    today: string;
    yesterday: string;
    note: string;
    takenBy: (name: string) => string;
    takenBySomebody: string;
    takenLead: string;
    takenDraft: string;
    draftLabel: string;
    copyDraft: string;
    copiedDraft: string;
    dropDraft: string;
    closedLine: string;
    attendedLine: (name: string) => string;
    readOnly: string;
  };
  composer: {
    label: string;
    placeholder: string;
    placeholderWaiting: string;
    send: string;
    tooLong: (n: string, max: string) => string;
    hint: string;
    quickReplies: string;
    quickHint: string;
    quickNone: string;
    quickOffline: string;
    quickFailed: string;
    quickSlash: string;
  };
  delivery: Record<
    | 'queued'
    | 'sending'
    | 'accepted'
    | 'sent'
    | 'delivered'
    | 'read'
    | 'failed'
    | 'refused'
    | 'retry'
    | 'takeBack'
    | 'drop',
    string
  >;
  contact: Record<
    | 'title'
    | 'close'
    | 'department'
    | 'state'
    | 'owner'
    | 'pastOwner'
    | 'since'
    | 'waitingSince'
    | 'lastMessage'
    | 'unread',
    string
  >;
  transfer: {
    title: string;
    toDepartment: string;
    toOperator: string;
    search: string;
    note: string;
    submit: (name: string) => string;
    choose: string;
    none: string;
  };
  toast: {
    closed: string;
    released: string;
    transferred: (name: string) => string;
    // What one attends now: given by somebody, or from an unknown hand, which may be one's own in
    // another browser.
    handedBy: (by: string, contact: string) => string;
    handed: (contact: string) => string;
    open: string;
    undo: string;
    dismiss: string;
  };
  banner: {
    waiting: (seconds: number) => string;
    // While everything comes for the first time.
    first: string;
    connecting: string;
    catchingUp: string;
    retry: string;
    pending: (n: number) => string;
  };
  palette: {
    title: string;
    placeholder: string;
    none: string;
    here: string;
    conversations: string;
    go: string;
    preferences: string;
    keys: string;
  };
  // By the problem's name; `other` for the rest.
  problems: { other: string } & Record<string, string>;
  chat: {
    title: (company: string) => string;
    // Over a chat whose company has no name here.
    unnamed: string;
    hello: string;
    // With '' for a company without a name.
    lead: (company: string) => string;
    name: string;
    optional: string;
    nameHint: string;
    placeholder: string;
    send: string;
    waiting: string;
    attended: (name: string) => string;
    closed: string;
    idle: string;
    online: string;
    messages: string;
    offline: (seconds: number) => string;
    connecting: string;
    retry: string;
    noDepartment: string;
    noDepartmentLead: string;
    foreignSite: string;
    foreignSiteLead: string;
    failed: string;
    close: string;
  };
  loading: string;
  // The server has a newer version than the page that is open; `files`: where one is to be uploaded.
  outdated: Record<'lead' | 'files' | 'reload', string>;
}

// "1 mensaje", "2 mensajes": the number in the language's digits, and the form that it asks for.
export function pluralOf(language: string) {
  const rules = new Intl.PluralRules(language);
  const numbers = new Intl.NumberFormat(language);
  return (n: number, one: string, other: string): string =>
    `${numbers.format(n)} ${rules.select(n) === 'one' ? one : other}`;
}
