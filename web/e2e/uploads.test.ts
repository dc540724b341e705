// Uploads by tus-js-client in Node, apart from the console: over a line that is cut again and again,
// and over a server that dies meanwhile.

import { randomBytes } from 'node:crypto';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { Upload } from 'tus-js-client';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Server } from './stage';

const server = new Server();
let token = '';

beforeAll(async () => {
  await server.start();
  const answer = await fetch(`${server.url}/api/v1/session`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ username: 'ana', password: 'demo' }),
  });
  token = ((await answer.json()) as { token: string }).token;
});

afterAll(() => server.end());

// Who learns first that the line has broken: with the client it may be back before the server has
// read what was on its way.
type FirstToKnow = 'server' | 'client';

// A line to the server that breaks after so many bytes to it, so many times.
async function cuttingLine(everyBytes: number, times: number, firstToKnow: FirstToKnow) {
  let cuts = 0;
  const sockets = new Set<Socket>();
  const line = createServer((client) => {
    let passed = 0;
    const onward = connect(server.port, '127.0.0.1');
    for (const socket of [client, onward]) {
      sockets.add(socket);
      socket.on('error', () => undefined);
      socket.on('close', () => {
        sockets.delete(socket);
        client.destroy();
        if (!onward.writableEnded) onward.destroy();
      });
    }
    onward.pipe(client);
    client.pipe(onward);
    client.on('data', (bytes: Buffer) => {
      passed += bytes.length;
      if (passed < everyBytes || cuts >= times || onward.writableEnded) return;
      cuts += 1;
      // What has passed arrives, though the line to the server may have to be made first.
      client.unpipe(onward);
      onward.unpipe(client);
      onward.end();
      onward.resume();
      if (firstToKnow === 'client') client.destroy();
    });
  });
  await new Promise<void>((resolve) => line.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(line.address() as AddressInfo).port}`,
    cuts: () => cuts,
    end: () => {
      for (const socket of sockets) socket.destroy();
      line.close();
    },
  };
}

function pdf(bytes: number): Buffer {
  return Buffer.concat([Buffer.from('%PDF-1.7\n'), randomBytes(bytes - 9)]);
}

// Where an upload went on after a break, and how much of it had been acknowledged before.
interface Resumption {
  offset: number;
  acknowledged: number;
}

interface Uploaded {
  // The attachment's.
  id: string;
  resumptions: Resumption[];
}

// In pieces of so many bytes, each acknowledged by itself; a break is followed by a HEAD.
function upload(
  file: Buffer,
  url: string,
  chunkSize = Infinity,
  onProgress: (sent: number) => void = () => undefined,
): Promise<Uploaded> {
  const resumptions: Resumption[] = [];
  let acknowledged = 0;
  return new Promise((resolve, reject) => {
    const sending = new Upload(file, {
      endpoint: `${url}/api/v1/uploads`,
      headers: { Authorization: `Bearer ${token}` },
      metadata: { filename: 'Núñez 📎.pdf', filetype: 'application/pdf' },
      retryDelays: [0, 100, 200, 400, 800, 1600, 3200],
      chunkSize,
      onProgress,
      onAfterResponse: (request, answer) => {
        const offset = answer.getHeader('Upload-Offset');
        if (offset === undefined) return;
        if (request.getMethod() === 'HEAD') resumptions.push({ offset: Number(offset), acknowledged });
        acknowledged = Number(offset);
      },
      onError: reject,
      onSuccess: () => resolve({ id: sending.url?.split('/').at(-1) ?? '', resumptions }),
    });
    sending.start();
  });
}

async function stored(id: string): Promise<Buffer> {
  const answer = await fetch(`${server.url}/api/v1/attachments/${id}`, {
    headers: { Authorization: `Bearer ${token}` },
  });
  expect(answer.status).toBe(200);
  return Buffer.from(await answer.arrayBuffer());
}

// What has come stays, though nothing of it had been acknowledged: each cut costs what was on its way.
test('a line that is cut five times goes on each time where it was cut, and brings the same bytes', async () => {
  const line = await cuttingLine(1_000_000, 5, 'server');
  try {
    const file = pdf(8_000_000);
    const { id, resumptions } = await upload(file, line.url);
    expect(line.cuts()).toBe(5);
    expect(resumptions).toHaveLength(5);
    for (const { offset, acknowledged } of resumptions) expect(offset).toBeGreaterThan(acknowledged);
    expect((await stored(id)).equals(file)).toBe(true);
  } finally {
    line.end();
  }
});

test('whoever is back at once, while the server still reads what was cut, brings the same bytes', async () => {
  const line = await cuttingLine(1_000_000, 5, 'client');
  try {
    const file = pdf(8_000_000);
    const { id, resumptions } = await upload(file, line.url);
    expect(line.cuts()).toBe(5);
    for (const { offset, acknowledged } of resumptions) {
      expect(offset).toBeGreaterThanOrEqual(acknowledged);
    }
    expect((await stored(id)).equals(file)).toBe(true);
  } finally {
    line.end();
  }
});

// Rule A3: an offset that was answered is on the disk.
test('a server that is killed half-way goes on where it was', async () => {
  const file = pdf(40_000_000);
  let restarted: Promise<void> | null = null;
  const { id, resumptions } = await upload(file, server.url, 4_000_000, (sent) => {
    if (sent > 10_000_000) restarted ??= server.kill().then(() => server.start());
  });
  expect(restarted).not.toBeNull();
  await restarted;
  expect(resumptions).toHaveLength(1);
  const { offset, acknowledged } = resumptions[0]!;
  expect(acknowledged).toBeGreaterThanOrEqual(8_000_000);
  expect(offset).toBeGreaterThanOrEqual(acknowledged);
  expect((await stored(id)).equals(file)).toBe(true);
});
