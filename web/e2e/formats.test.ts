// Every format that is taken, from a contact to an operator and back; what is hostile, and the names
// that people and attackers give to files. Over HTTP, with the media processes at work.

import { readFile } from 'node:fs/promises';
import { Upload } from 'tus-js-client';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Attachment } from '../src/live/wire';
import { shared } from './shared';
import { Server } from './stage';

interface Sent {
  message: { id: string; attachment: Attachment };
  conversation_id: string;
  position: number;
}

const server = new Server();

beforeAll(() => server.start());
afterAll(() => server.end());

// One side of the talk: an operator's or a contact's.
class Side {
  private constructor(
    private readonly root: string,
    private readonly token: string,
  ) {}

  static async operator(username: string): Promise<Side> {
    const root = `${server.url}/api/v1`;
    const answer = await new Side(root, '').post('/session', { username, password: 'demo' });
    return new Side(root, ((await answer.json()) as { token: string }).token);
  }

  static async contact(): Promise<Side> {
    const root = `${server.url}/api/v1/webchat`;
    const answer = await new Side(root, '').post('/visitors', { department: 'ventas' });
    return new Side(root, ((await answer.json()) as { token: string }).token);
  }

  get(path: string): Promise<Response> {
    return fetch(this.root + path, { headers: { Authorization: `Bearer ${this.token}` } });
  }

  post(path: string, body: object): Promise<Response> {
    return fetch(this.root + path, {
      method: 'POST',
      headers: {
        'Content-Type': 'application/json',
        ...(this.token && { Authorization: `Bearer ${this.token}` }),
      },
      body: JSON.stringify(body),
    });
  }

  // The attachment's id; rejects with the server's refusal.
  upload(file: Buffer, filename: string, filetype = ''): Promise<string> {
    return new Promise((resolve, reject) => {
      const sending = new Upload(file, {
        endpoint: `${this.root}/uploads`,
        headers: { Authorization: `Bearer ${this.token}` },
        metadata: { filename, ...(filetype && { filetype }) },
        retryDelays: null,
        onError: reject,
        onSuccess: () => resolve(sending.url?.split('/').at(-1) ?? ''),
      });
      sending.start();
    });
  }

  async send(path: string, attachmentId: string, kind: string): Promise<Sent> {
    const answer = await this.post(path, { kind, attachment_id: attachmentId });
    expect(answer.status).toBe(201);
    return (await answer.json()) as Sent;
  }

  async bytes(id: string): Promise<Buffer> {
    const answer = await this.get(`/attachments/${id}`);
    expect(answer.status).toBe(200);
    expect(answer.headers.get('x-content-type-options')).toBe('nosniff');
    return Buffer.from(await answer.arrayBuffer());
  }

  // As it is once it has been looked into.
  async examined(messages: string, id: string, position: number): Promise<Attachment> {
    for (let attempt = 0; attempt < 300; ++attempt) {
      const page = (await (await this.get(`${messages}?at_least=${position}`)).json()) as {
        items: { attachment: Attachment | null }[];
      };
      const found = page.items.find(({ attachment }) => attachment?.id === id)?.attachment;
      if (found && found.examination !== 'pending') return found;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    throw new Error(`${id} is not looked into`);
  }
}

const sample = (name: string): Promise<Buffer> => shared(`data/attachments/${name}`);

// What a refused upload was told.
async function refusalOf(uploading: Promise<string>): Promise<Record<string, unknown>> {
  const failure: unknown = await uploading.then(
    () => null,
    (error: unknown) => error,
  );
  const body = (failure as { originalResponse?: { getBody: () => string } } | null)
    ?.originalResponse?.getBody();
  return JSON.parse(body ?? 'null') as Record<string, unknown>;
}

const picture = { thumbnail: true, duration_ms: null, waveform: null, examination: 'done' };
const sound = {
  thumbnail: false,
  duration_ms: expect.any(Number) as number,
  waveform: expect.any(Array) as number[],
  examination: 'done',
};
const document = { ...picture, thumbnail: false };
const openXml = 'application/vnd.openxmlformats-officedocument';

describe('every format goes both ways, byte for byte', () => {
  const formats: [string, string, string, object][] = [
    ['photo-12mp-rotated-gps.jpg', 'image/jpeg', 'attachment', picture],
    ['comprobante.jpeg', 'image/jpeg', 'attachment', picture],
    ['captura-transparente.png', 'image/png', 'attachment', picture],
    ['carta.pdf', 'application/pdf', 'attachment', picture],
    ['mensaje.mp3', 'audio/mpeg', 'attachment', sound],
    ['carta.doc', 'application/msword', 'attachment', document],
    ['carta.docx', `${openXml}.wordprocessingml.document`, 'attachment', document],
    ['cuotas.xls', 'application/vnd.ms-excel', 'attachment', document],
    ['cuotas.xlsx', `${openXml}.spreadsheetml.sheet`, 'attachment', document],
    ['nota-de-voz.webm', 'audio/webm', 'voice', sound],
    ['nota-de-voz.ogg', 'audio/ogg', 'voice', sound],
  ];
  test.each(formats)('%s', async (name, mime, kind, shown) => {
    const filetype = kind === 'voice' ? `${mime};codecs=opus` : '';
    await goesBothWays({ file: await sample(name), name, filetype, mime, kind, shown });
  });
});

// From a contact to an operator and back. Gives what the operator was told of it, and what the
// contact got when asking for it as others can hear it.
async function goesBothWays({
  file,
  name,
  filetype,
  mime,
  kind,
  shown,
}: {
  file: Buffer;
  name: string;
  filetype: string;
  mime: string;
  kind: string;
  shown: object;
}): Promise<{ told: Attachment; ogg: Response; mp3: Response }> {
  const contact = await Side.contact();
  const ana = await Side.operator('ana');

  const there = await contact.upload(file, name, filetype);
  const first = await contact.send('/messages', there, kind);
  const conversation = `/conversations/${first.conversation_id}/messages`;
  const told = await ana.examined(conversation, there, first.position);
  expect(told).toMatchObject({ name, mime, size_bytes: file.length, ...shown });
  expect((await ana.bytes(there)).equals(file)).toBe(true);

  const back = await ana.upload(file, name, filetype);
  const second = await ana.send(conversation, back, kind);
  expect(await contact.examined('/messages', back, second.position)).toMatchObject({ name, mime, ...shown });
  expect((await contact.bytes(back)).equals(file)).toBe(true);

  const thumbnail = await contact.get(`/attachments/${back}/thumbnail`);
  expect(thumbnail.status).toBe(told.thumbnail ? 200 : 404);
  const ogg = await contact.get(`/attachments/${back}/audio.ogg`);
  expect(ogg.status).toBe(kind === 'voice' ? 200 : 404);
  const mp3 = await contact.get(`/attachments/${back}/audio.mp3`);
  expect(mp3.status).toBe(told.duration_ms === null ? 404 : 200);
  return { told, ogg, mp3 };
}

// A second of a tone that grows from silence and falls back to it, made as those of
// tests/projections/media/safari_recording.cc are, of the 32 kbit/s that the console asks for.
describe('what Safari records is heard by everybody', () => {
  const asRecorded = 'safari-fragments.m4a';
  const asSaved = 'safari-whole.m4a';
  test.each([
    // As the console names it, as a page does that gives no name, and as files have them.
    [asRecorded, 'audio-2026-11-23-10-20-30.m4a', 'audio/mp4'],
    [asRecorded, 'blob', 'audio/mp4; codecs=mp4a.40.2'],
    [asSaved, 'Grabación.mp4', 'audio/mp4;codecs="mp4a.40.2"'],
    [asSaved, 'Nota de voz.m4a', 'audio/x-m4a'],
  ])('%s as %s, %s', async (recording, name, filetype) => {
    const file = await readFile(new URL(`recordings/${recording}`, import.meta.url));
    const { told, ogg, mp3 } = await goesBothWays({
      file,
      name,
      filetype,
      mime: 'audio/mp4',
      kind: 'voice',
      shown: sound,
    });
    expect(Math.abs(told.duration_ms! - 1000)).toBeLessThan(80);
    // Loudest half-way, and quiet at both ends.
    const peaks = told.waveform!;
    const place = peaks.indexOf(Math.max(...peaks)) / peaks.length;
    expect(Math.max(...peaks)).toBeGreaterThan(90);
    expect(Math.abs(place - 0.5)).toBeLessThan(0.1);
    expect(Math.max(peaks[0]!, peaks.at(-1)!)).toBeLessThan(20);
    // What others cannot play of it they hear in these.
    expect(ogg.headers.get('content-type')).toMatch(/^audio\/ogg/);
    expect(Buffer.from(await ogg.arrayBuffer()).subarray(0, 36).toString('latin1')).toMatch(/^OggS.*OpusHead/s);
    expect(mp3.headers.get('content-type')).toBe('audio/mpeg');
    expect(Buffer.from(await mp3.arrayBuffer()).readUInt16BE() & 0xffe0).toBe(0xffe0);
  });
});

describe('what is hostile', () => {
  test.each([
    ['html-named.pdf', 'text/html'],
    ['svg-named.png', 'image/svg+xml'],
    ['elf-named.pdf', 'application/x-executable'],
    ['zip-named.docx', 'application/zip'],
  ])('%s is refused by what it is', async (name, found) => {
    const ana = await Side.operator('ana');
    const refused = await refusalOf(ana.upload(await sample(`hostile/${name}`), name));
    expect(refused).toMatchObject({ type: '/problems/not-accepted', status: 415, found });
  });

  test('empty.pdf is refused', async () => {
    const ana = await Side.operator('ana');
    const refused = await refusalOf(ana.upload(await sample('hostile/empty.pdf'), 'empty.pdf'));
    expect(refused).toMatchObject({ type: '/problems/not-accepted', status: 415 });
  });

  test.each([
    ['bomb-50000x50000.png', 'image/png', 'failed'],
    ['truncated.jpg', 'image/jpeg', 'failed'],
    ['broken-xref.pdf', 'application/pdf', 'failed'],
    ['polyglot.jpg', 'image/jpeg', 'done'],
  ])('%s is kept and is only ever %s', async (name, mime, examination) => {
    const file = await sample(`hostile/${name}`);
    const contact = await Side.contact();
    const ana = await Side.operator('ana');
    const id = await contact.upload(file, name);
    const { conversation_id, position } = await contact.send('/messages', id, 'attachment');
    const told = await ana.examined(`/conversations/${conversation_id}/messages`, id, position);
    expect(told).toMatchObject({ name, mime, examination, thumbnail: examination === 'done' });
    expect((await ana.bytes(id)).equals(file)).toBe(true);
    const served = await ana.get(`/attachments/${id}`);
    await served.arrayBuffer();
    expect(served.headers.get('content-type')).toBe(mime);
  });
});

test('the name of a file is as it was written, and harmless', async () => {
  const file = await sample('carta.pdf');
  const contact = await Side.contact();
  const long = 'ñ'.repeat(296);
  const names: [string, RegExp][] = [
    ['Núñez 📎.pdf', /^Núñez 📎\.pdf$/u],
    ['../../etc/passwd.pdf', /^[^/\\]*passwd\.pdf$/u],
    [`${long}.pdf`, /^ñ{50,}\.pdf$/u],
    ['carta\u202Efdp.exe.pdf', /^[^\u202A-\u202E\u2066-\u2069]+\.pdf$/u],
    ['carta\0.exe.pdf', /^[^\0]+\.pdf$/u],
    ['la "carta"\r\nSet-Cookie: a=b.pdf', /^[^\r\n]+\.pdf$/u],
  ];
  for (const [name, kept] of names) {
    const id = await contact.upload(file, name);
    const { message } = await contact.send('/messages', id, 'attachment');
    expect(message.attachment.name).toMatch(kept);
    expect([...message.attachment.name].length).toBeLessThanOrEqual(255);
    const served = await contact.get(`/attachments/${id}`);
    expect((await served.arrayBuffer()).byteLength).toBe(file.length);
    expect(served.headers.get('set-cookie')).toBeNull();
    expect(served.headers.get('content-disposition')).toMatch(/^inline; filename="[^"/\\]*"; filename\*=UTF-8''[\w%.~-]+$/);
  }
});
