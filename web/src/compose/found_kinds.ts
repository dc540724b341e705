// What a file that is not accepted turned out to be, in words. The server tells libmagic's media
// types, which nobody has to know: one without words here is not named at all.

import type { FoundWords } from '../i18n/file_words';

const programs =
  /^application\/(?:x-(?:dosexec|msdownload|msi|executable|pie-executable|sharedlib|object|coredump|mach-binary|elf|java-applet)|vnd\.microsoft\.portable-executable|java-archive|vnd\.android\.package-archive)$/;
const archives: Record<string, string> = {
  zip: 'ZIP',
  'x-zip-compressed': 'ZIP',
  'x-rar': 'RAR',
  'vnd.rar': 'RAR',
  'x-7z-compressed': '7z',
  'x-tar': 'TAR',
  gzip: 'GZ',
  'x-gzip': 'GZ',
  'x-bzip2': 'BZ2',
  'x-xz': 'XZ',
  zstd: 'ZST',
};
// Of pictures and audio, where the second half of the type is not it.
const formatNames: Record<string, string> = {
  jpeg: 'JPG',
  webp: 'WebP',
  'svg+xml': 'SVG',
  'x-ms-bmp': 'BMP',
  'x-icon': 'ICO',
  'vnd.microsoft.icon': 'ICO',
  'vnd.adobe.photoshop': 'PSD',
  mpeg: 'MP3',
  mp4: 'M4A',
};

function formatName(subtype: string): string {
  const short = subtype.replace(/^x-/, '');
  return formatNames[subtype] ?? (/^[a-z0-9]{2,4}$/.test(short) ? short.toUpperCase() : '');
}

// '' for what has no words.
export function foundWords(found: string, t: FoundWords): string {
  const [family = '', subtype] = found.split('/');
  // By its name's end, where that alone was looked at: "EXE".
  if (subtype === undefined) return found;
  if (programs.test(found)) return t.program;
  if (found === 'text/html' || found === 'application/xhtml+xml') return t.webPage;
  if (found === 'text/rtf') return t.document;
  if (family === 'text' || subtype === 'json' || subtype === 'xml') return t.text;
  if (family === 'image') return t.picture(formatName(subtype));
  if (family === 'audio') return t.audio(formatName(subtype));
  if (family === 'video') return t.video;
  if (family !== 'application') return '';
  const archive = archives[subtype];
  if (archive) return t.archive(archive);
  if (subtype === 'pdf') return t.pdf;
  if (/spreadsheet|ms-excel/.test(subtype)) return t.sheet;
  if (/presentation|ms-powerpoint/.test(subtype)) return t.slides;
  if (/wordprocessing|msword|opendocument\.text/.test(subtype)) return t.document;
  return subtype === 'octet-stream' ? t.unknown : '';
}
