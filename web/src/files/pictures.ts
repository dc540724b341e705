// The pictures of a conversation, as far as its messages are loaded: what the viewer walks through.

import type { Attachment, Message } from '../live/wire';
import { kindOf } from './kinds';

// What could not be looked into is shown as a plain file, whatever its kind.
export function isPicture({ mime, examination }: Attachment): boolean {
  return kindOf(mime) === 'picture' && examination !== 'failed';
}

export function picturesOf(messages: readonly Message[]): Attachment[] {
  return messages.flatMap(({ attachment }) =>
    attachment && isPicture(attachment) ? [attachment] : [],
  );
}
