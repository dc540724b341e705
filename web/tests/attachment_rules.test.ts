import { describe, expect, test } from 'vitest';
import { pastedFiles } from '../src/compose/use_attach';
import { endingOf, kindOf } from '../src/files/kinds';
import { resample } from '../src/files/Waveform';
import { formats } from '../src/i18n/formats';
import { acceptOf, checkFile, groupsOf, largestVoice } from '../src/live/attachment_rules';
import { problemName, type AttachmentRules } from '../src/live/wire';

const mb = 1024 * 1024;
const rules: AttachmentRules = {
  formats: [
    { extension: 'pdf', mime: 'application/pdf', size_bytes_max: 100 * mb },
    { extension: 'jpg', mime: 'image/jpeg', size_bytes_max: 5 * mb },
    { extension: 'jpeg', mime: 'image/jpeg', size_bytes_max: 5 * mb },
    { extension: 'mp3', mime: 'audio/mpeg', size_bytes_max: 16 * mb },
  ],
  caption_code_points_max: 160,
};

describe('the rules for files', () => {
  test.each([
    ['foto.JPG', 5 * mb, null],
    ['foto.jpg', 5 * mb + 1, 'payload-too-large'],
    ['virus.exe', 10, 'not-accepted'],
    ['sin ending', 10, 'not-accepted'],
    ['vacío.pdf', 0, 'empty-file'],
  ])('%s of %d bytes: %s', (name, size, refusal) => {
    const found = checkFile(rules, { name, size });
    expect(found && problemName(found)).toBe(refusal);
  });

  test.each([
    ['virus.exe', 10, null],
    ['vacío.pdf', 0, 'empty-file'],
  ])('are the server’s alone where they could not be read: %s of %d bytes', (name, size, refusal) => {
    const found = checkFile(null, { name, size });
    expect(found && problemName(found)).toBe(refusal);
  });

  test('say the largest size that a file may have', () => {
    expect(checkFile(rules, { name: 'a.mp3', size: 17 * mb })?.size_bytes_max).toBe(16 * mb);
  });

  test('stand by size, and name each kind once to the file chooser', () => {
    expect(groupsOf(rules)).toEqual([
      { extensions: ['JPG', 'JPEG'], sizeBytesMax: 5 * mb },
      { extensions: ['MP3'], sizeBytesMax: 16 * mb },
      { extensions: ['PDF'], sizeBytesMax: 100 * mb },
    ]);
    expect(acceptOf(rules).split(',').filter((each) => each === 'image/jpeg')).toHaveLength(1);
  });
});

describe('the largest recording', () => {
  const voice = { mimes: ['audio/webm'], size_bytes_max: 4 * mb };
  test.each([
    ['is what the server says', () => Promise.resolve({ ...rules, voice }), 4 * mb],
    ['is the manual’s where it says nothing', () => Promise.resolve(rules), 16 * mb],
    ['is the manual’s where it is not reached', () => Promise.reject(new Error('cut')), 16 * mb],
  ])('%s', async (_, loadRules, expected) => {
    expect(await largestVoice(loadRules)).toBe(expected);
  });
});

describe('a file', () => {
  test.each([
    ['image/png', false, 'picture'],
    ['application/pdf', false, 'pdf'],
    ['audio/mpeg', false, 'audio'],
    ['audio/webm', true, 'voice'],
    ['application/vnd.ms-excel', false, 'sheet'],
    ['application/vnd.openxmlformats-officedocument.wordprocessingml.document', false, 'text'],
    ['application/zip', false, 'file'],
  ] as const)('of %s (voice: %s) is shown as %s', (mime, voice, kind) => {
    expect(kindOf(mime, voice)).toBe(kind);
  });

  test('shows the ending of its name, when it is one', () => {
    expect(endingOf('Presupuesto.final.xlsx')).toBe('XLSX');
    expect(endingOf('.bashrc')).toBe('');
    expect(endingOf('a.<script>')).toBe('');
  });
});

describe('what is pasted', () => {
  test.each([
    ['a picture of the screen', ['Files'], 1],
    ['a picture from a page', ['text/html', 'Files'], 1],
    ['a file by its name', ['text/plain', 'Files'], 1],
    ['cells of a sheet', ['text/plain', 'text/html', 'text/rtf', 'Files'], 0],
  ])('%s', (_, types, taken) => {
    const data = { types, files: [new File(['x'], 'image.png')] };
    expect(pastedFiles(data as unknown as DataTransfer)).toHaveLength(taken);
  });
});

describe('a waveform', () => {
  test('keeps its highest peaks when it is drawn with fewer bars', () => {
    expect(resample([10, 90, 20, 30], 2)).toEqual([90, 30]);
    expect(resample([50], 4)).toEqual([50, 50, 50, 50]);
    expect(resample([], 2)).toHaveLength(2);
  });
});

describe('lengths and sizes', () => {
  test('are told as people read them', () => {
    const { time, bytes } = formats('es');
    expect([0, 12_300, 61_000, 3_723_000].map(time)).toEqual(['0:00', '0:12', '1:01', '1:02:03']);
    expect([1, 640 * 1024, 5 * mb, 1.5 * mb].map(bytes)).toEqual(['1 kB', '640 kB', '5 MB', '1,5 MB']);
  });
});
