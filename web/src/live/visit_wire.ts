// The contact's side of the wire (rules W1 to W9 of docs/PROTOCOL.md).

import type { ConversationStatus, Message, Page, Problem } from './wire';

export interface Visitor {
  token: string;
  contact: { id: string; name: string };
}

export interface VisitConversation {
  id: string;
  state: ConversationStatus;
  attended_by: { name: string } | null;
}

export type VisitMessage = Omit<Message, 'author'> & { author: { name: string } | null };

export type VisitPage = Page<VisitMessage> & { conversation: VisitConversation | null };

export interface VisitChangesFrame {
  type: 'changes';
  position: number;
  changes: (
    | { type: 'conversation'; conversation: VisitConversation }
    | { type: 'message'; message: VisitMessage }
    | { type: 'conversation_gone' }
  )[];
}

export type VisitFrame =
  | { type: 'hello'; position: number; heartbeat_ms: number; conversation: VisitConversation | null }
  | VisitChangesFrame
  | { type: 'done'; id: string; result: { message: VisitMessage } }
  | { type: 'refused'; id: string | null; problem: Problem }
  | { type: 'caught_up'; position: number }
  | { type: 'resync'; position: number }
  | { type: 'typing'; from: 'operator' | 'contact'; author: { name: string } };

// The contact's side names authors without ids (rule W4).
export function asMessage(message: VisitMessage): Message {
  return { ...message, author: message.author && { id: '', name: message.author.name } };
}
