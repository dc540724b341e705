import { describe, expect, test } from 'vitest';
import { foundWords } from '../src/compose/found_kinds';
import { en } from '../src/i18n/en';
import { es } from '../src/i18n/es';
import { pt } from '../src/i18n/pt';

describe('what a file turned out to be', () => {
  test.each([
    ['application/x-executable', 'un programa'],
    ['application/x-pie-executable', 'un programa'],
    ['application/x-sharedlib', 'un programa'],
    ['application/x-dosexec', 'un programa'],
    ['text/html', 'una página web'],
    ['text/plain', 'texto sin formato'],
    ['text/x-shellscript', 'texto sin formato'],
    ['image/svg+xml', 'una imagen SVG'],
    ['image/gif', 'una imagen GIF'],
    ['image/heic', 'una imagen HEIC'],
    ['image/vnd.djvu', 'una imagen'],
    ['audio/x-wav', 'un audio WAV'],
    ['audio/x-hx-aac-adts', 'un audio'],
    ['video/webm', 'un video'],
    ['application/zip', 'un archivo ZIP'],
    ['application/x-rar', 'un archivo RAR'],
    ['application/x-7z-compressed', 'un archivo 7z'],
    ['application/pdf', 'un PDF'],
    ['application/vnd.ms-powerpoint', 'una presentación'],
    ['application/vnd.oasis.opendocument.text', 'un documento de texto'],
    ['application/octet-stream', 'un archivo desconocido'],
    ['application/x-sqlite3', ''],
    ['font/sfnt', ''],
    ['EXE', 'EXE'],
    ['', ''],
  ])('%s: %s', (found, expected) => expect(foundWords(found, es.attach.found)).toBe(expected));

  test.each([es, pt, en])('is left out where it has no words', ({ attach }) => {
    for (const found of ['application/x-executable', 'application/x-sqlite3', 'inode/x-empty']) {
      expect(attach.notAccepted(foundWords(found, attach.found))).not.toContain('/');
    }
  });
});
