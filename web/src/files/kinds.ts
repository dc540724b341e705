// What a file is shown as, by the kind that the server found.

export type FileKind = 'picture' | 'pdf' | 'audio' | 'voice' | 'text' | 'sheet' | 'file';

export function kindOf(mime: string, voice = false): FileKind {
  if (voice) return 'voice';
  if (mime.startsWith('image/')) return 'picture';
  if (mime.startsWith('audio/')) return 'audio';
  if (mime === 'application/pdf') return 'pdf';
  if (/sheet|excel/.test(mime)) return 'sheet';
  return /word/.test(mime) ? 'text' : 'file';
}

// The ending of a name, for a file's card: "XLSX".
export function endingOf(name: string): string {
  const dot = name.lastIndexOf('.');
  const ending = dot > 0 ? name.slice(dot + 1) : '';
  return /^[a-z0-9]{1,5}$/i.test(ending) ? ending.toUpperCase() : '';
}
