// What was recorded and is neither sent nor thrown away stays with its conversation, one for each,
// for as long as the page lives.

export interface Recorded {
  file: File;
  durationMs: number;
  // 0 to 100.
  peaks: number[];
  // It ended by itself at this size, the largest that may be sent.
  fullAtBytes: number | null;
}

export type Recordings = ReadonlyMap<string, Recorded>;

// `recorded` null: it was sent or thrown away.
export function withRecording(
  recordings: Recordings,
  conversationId: string,
  recorded: Recorded | null,
): Recordings {
  const changed = new Map(recordings);
  if (recorded) changed.set(conversationId, recorded);
  else changed.delete(conversationId);
  return changed;
}
