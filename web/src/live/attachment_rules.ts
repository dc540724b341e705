// Which files the server takes, as it says itself. What is plainly too large or of another kind is
// told before anything is sent; the server looks at the content and decides.

import type { AttachmentRules, Problem } from './wire';

function extensionOf(name: string): string {
  const dot = name.lastIndexOf('.');
  return dot < 0 ? '' : name.slice(dot + 1).toLowerCase();
}

function refusal(name: string, status: number, more: Partial<Problem> = {}): Problem {
  return { type: `/problems/${name}`, title: name, status, detail: '', ...more };
}

// `rules` null: they could not be read, and the server says the rest.
export function checkFile(
  rules: AttachmentRules | null,
  file: { name: string; size: number },
): Problem | null {
  if (!rules) return file.size === 0 ? refusal('empty-file', 422) : null;
  const extension = extensionOf(file.name);
  const format = rules.formats.find((each) => each.extension === extension);
  if (!format) return refusal('not-accepted', 415, { found: extension.toUpperCase() });
  if (file.size === 0) return refusal('empty-file', 422);
  const { size_bytes_max } = format;
  return file.size > size_bytes_max ? refusal('payload-too-large', 413, { size_bytes_max }) : null;
}

// Where the server has not said: the manual's 16 MB.
const voiceBytesMax = 16 * 1024 * 1024;

// How large a recording may be.
export async function largestVoice(loadRules: () => Promise<AttachmentRules>): Promise<number> {
  try {
    const { voice } = await loadRules();
    return voice?.size_bytes_max ?? voiceBytesMax;
  } catch {
    return voiceBytesMax;
  }
}

export interface FormatGroup {
  extensions: string[];
  sizeBytesMax: number;
}

// The formats by the largest size that each may have, the smallest first.
export function groupsOf(rules: AttachmentRules): FormatGroup[] {
  const groups = new Map<number, string[]>();
  for (const { extension, size_bytes_max } of rules.formats) {
    groups.set(size_bytes_max, [...(groups.get(size_bytes_max) ?? []), extension.toUpperCase()]);
  }
  return [...groups]
    .sort(([a], [b]) => a - b)
    .map(([sizeBytesMax, extensions]) => ({ sizeBytesMax, extensions }));
}

// What a file chooser is asked to show.
export function acceptOf(rules: AttachmentRules): string {
  const parts = rules.formats.flatMap(({ extension, mime }) => [`.${extension}`, mime]);
  return [...new Set(parts)].join(',');
}
