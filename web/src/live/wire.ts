// The wire's objects, as docs/PROTOCOL.md and /openapi.json name them. Times are RFC 3339 in UTC,
// positions grow by whole numbers and stay far below 2^53.

export type Role = 'operator' | 'supervisor' | 'auditor' | 'admin';
export type ConversationStatus = 'waiting' | 'attending' | 'closed';
export type Tab = ConversationStatus;

export interface Department {
  id: string;
  slug: string;
  name: string;
}

export interface Operator {
  id: string;
  username: string;
  name: string;
  role: Role;
  departments: Department[];
}

// Auditors look on, and admins keep the house.
export function answersContacts({ role }: Pick<Operator, 'role'>): boolean {
  return role === 'operator' || role === 'supervisor';
}

export interface Person {
  id: string;
  name: string;
}

export interface Conversation {
  id: string;
  state: ConversationStatus;
  contact: Person;
  channel: string;
  department: Department;
  owner: Person | null;
  preview: string;
  unread: number;
  opened_at: string;
  waiting_since: string | null;
  last_message_at: string;
  version: number;
  // Of its last change.
  position: number;
}

export interface Attachment {
  id: string;
  name: string;
  mime: string;
  size_bytes: number;
  // Whether there is a thumbnail to be had now.
  thumbnail: boolean;
  duration_ms: number | null;
  // Peaks of 0 to 100, at most 64.
  waveform: number[] | null;
  // How far the server is with looking into it.
  examination?: 'pending' | 'done' | 'failed';
}

export interface Message {
  id: string;
  conversation_id: string;
  version: number;
  at: string;
  from: 'contact' | 'operator' | 'system';
  author: Person | null;
  kind: 'text' | 'attachment' | 'voice' | 'system';
  text: string | null;
  caption: string | null;
  attachment: Attachment | null;
  delivery: 'accepted' | 'sent' | 'delivered' | 'read' | 'failed';
}

export interface Counts {
  waiting: number;
  attending: number;
}

export interface Page<T> {
  items: T[];
  next_cursor: string | null;
  position: number;
}

export interface Problem {
  type: string;
  title: string;
  status: number;
  detail: string;
  request_id?: string;
  owner?: Person;
  retry_after_s?: number;
  // What a file turned out to be, and how large one may be.
  found?: string;
  size_bytes_max?: number;
}

// "/problems/already-claimed" is the problem "already-claimed".
export function problemName(problem: Problem): string {
  return problem.type.slice(problem.type.lastIndexOf('/') + 1);
}

export type Change =
  | { type: 'conversation'; conversation: Conversation }
  | { type: 'conversation_gone'; conversation_id: string; owner?: Person | null }
  | { type: 'message'; message: Message };

export interface ChangesFrame {
  type: 'changes';
  position: number;
  changes: Change[];
  counts?: Counts;
}

export interface HelloFrame {
  type: 'hello';
  position: number;
  heartbeat_ms: number;
  operator?: Operator;
  counts?: Counts;
}

export interface CommandResult {
  message?: Message;
  conversation?: Conversation;
  conversation_id?: string;
  position?: number;
}

export type ServerFrame =
  | HelloFrame
  | ChangesFrame
  | { type: 'done'; id: string; position: number; result: CommandResult; replayed?: boolean }
  | { type: 'refused'; id: string | null; problem: Problem }
  | { type: 'caught_up'; position: number; counts?: Counts }
  | { type: 'resync'; position: number }
  | TypingFrame;

export interface TypingFrame {
  type: 'typing';
  conversation_id: string;
  from: 'operator' | 'contact';
  author: { id?: string; name: string };
}

// Who a conversation can be handed to, of GET /operators.
export interface Colleague {
  id: string;
  name: string;
  role: Role;
  departments: Department[];
}

export type CommandName =
  | 'send_message'
  | 'claim'
  | 'release'
  | 'close'
  | 'reopen'
  | 'transfer'
  | 'read';

export type MessageBody =
  | { kind: 'text'; text: string }
  | { kind: 'quick_reply'; quick_reply_id: string }
  | { kind: 'attachment'; attachment_id: string; caption?: string }
  | { kind: 'voice'; attachment_id: string };

export type TransferBody = ({ department: string } | { operator_id: string }) & { note?: string };

export interface CommandFrame {
  type: 'command';
  id: string;
  name: CommandName;
  conversation_id?: string;
  body?: MessageBody | TransferBody;
}

export type ClientFrame =
  | { type: 'resume'; position: number }
  | { type: 'typing'; conversation_id?: string }
  // The contact's: has them up to that version, has seen them.
  | { type: 'received' | 'read'; version: number }
  | CommandFrame;

export interface QuickReply {
  id: string;
  title: string;
  text: string;
  department: Department | null;
  attachment?: AttachedFile | null;
}

// A file as far as its name says.
export type AttachedFile = Pick<Attachment, 'id' | 'name' | 'mime' | 'size_bytes'>;

export interface AttachmentRules {
  formats: { extension: string; mime: string; size_bytes_max: number }[];
  caption_code_points_max: number;
  voice?: { mimes: string[]; size_bytes_max: number };
}

// The bounds of the server's events/limits.h that a form has to know.
export const limits = {
  messageCodePoints: 4096,
  nameCodePoints: 80,
  noteCodePoints: 1000,
  captionCodePoints: 160,
  quickReplyTitleCodePoints: 80,
  passwordCodePointsMin: 4,
} as const;

export function codePoints(text: string): number {
  let count = 0;
  for (const _ of text) count += 1;
  return count;
}

// What `maxLength` would keep if it counted code points.
export function upToCodePoints(text: string, max: number): string {
  return text.length <= max ? text : [...text].slice(0, max).join('');
}
