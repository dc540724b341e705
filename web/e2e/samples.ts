// Files to send: small ones of the accepted kinds, made of bytes, and the real ones.

import { basename, extname } from 'node:path';
import { deflateSync } from 'node:zlib';
import type { Page } from 'playwright-core';
import { shared } from './shared';

function chunk(kind: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(kind, 'latin1'), data]);
  const whole = Buffer.alloc(body.length + 8);
  whole.writeUInt32BE(data.length, 0);
  body.copy(whole, 4);
  whole.writeUInt32BE(crcOf(body), whole.length - 4);
  return whole;
}

// As PNG's specification gives it.
function crcOf(bytes: Buffer): number {
  let crc = 0xffffffff;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit += 1) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1;
  }
  return (crc ^ 0xffffffff) >>> 0;
}

// A picture of a sunset over a plain, so that a screenshot shows something.
export function picture(width = 640, height = 480): Buffer {
  const rows = Buffer.alloc(height * (1 + width * 3));
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) {
      const at = y * (1 + width * 3) + 1 + x * 3;
      const sky = y / height;
      const sun = Math.hypot(x - width * 0.62, y - height * 0.5) < height * 0.14;
      const ground = y > height * (0.7 + 0.03 * Math.sin(x / 60));
      const [red, green, blue] = ground
        ? [46, 74 - 30 * sky, 62]
        : sun
          ? [255, 221, 148]
          : [90 + 160 * sky, 120 + 40 * sky, 190 - 90 * sky];
      rows[at] = red;
      rows[at + 1] = green;
      rows[at + 2] = blue;
    }
  }
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, 2, 0, 0, 0], 8);
  return Buffer.concat([
    Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]),
    chunk('IHDR', header),
    chunk('IDAT', deflateSync(rows)),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

// One page with a few lines; `padding` bytes more of comment make it as large as wanted.
export function pdf(title: string, padding = 0): Buffer {
  const text = `BT /F1 28 Tf 72 700 Td (${title}) Tj /F1 14 Tf 0 -40 Td (Mesa de roble, 2 x 1 m) Tj 0 -22 Td (Seis sillas tapizadas) Tj ET`;
  const objects = [
    '<< /Type /Catalog /Pages 2 0 R >>',
    '<< /Type /Pages /Kids [3 0 R] /Count 1 >>',
    '<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>',
    `<< /Length ${text.length} >>\nstream\n${text}\nendstream`,
    '<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>',
  ];
  let body = '%PDF-1.4\n';
  const offsets = objects.map((object, i) => {
    const offset = body.length;
    body += `${i + 1} 0 obj\n${object}\nendobj\n`;
    return offset;
  });
  if (padding > 0) body += `%${'-'.repeat(padding)}\n`;
  const start = body.length;
  const entries = offsets.map((offset) => `${String(offset).padStart(10, '0')} 00000 n \n`).join('');
  body += `xref\n0 6\n0000000000 65535 f \n${entries}trailer\n<< /Size 6 /Root 1 0 R >>\nstartxref\n${start}\n%%EOF\n`;
  return Buffer.from(body, 'latin1');
}

export const files = {
  picture: (name = 'Vidriera.png') => ({ name, mimeType: 'image/png', buffer: picture() }),
  pdf: (name = 'Presupuesto 2026.pdf', padding = 0) => ({
    name,
    mimeType: 'application/pdf',
    buffer: pdf('Presupuesto', padding),
  }),
  program: () => ({
    name: 'foto.png',
    mimeType: 'image/png',
    buffer: Buffer.from('MZ\u0090\u0000 this is no picture'.padEnd(400, 'x'), 'latin1'),
  }),
  linuxProgram: () => ({
    name: 'factura.pdf',
    mimeType: 'application/pdf',
    // 64 bits, little-endian, with a fixed address.
    buffer: Buffer.from('\u007fELF\u0002\u0001\u0001'.padEnd(16, '\0') + '\u0002\0\u003e\0'.padEnd(384, '\0'), 'latin1'),
  }),
};

const openXml = 'application/vnd.openxmlformats-officedocument';
// What a browser takes a file for, by the ending of its name.
const mimes: Record<string, string> = {
  '.jpg': 'image/jpeg',
  '.jpeg': 'image/jpeg',
  '.png': 'image/png',
  '.pdf': 'application/pdf',
  '.mp3': 'audio/mpeg',
  '.doc': 'application/msword',
  '.docx': `${openXml}.wordprocessingml.document`,
  '.xls': 'application/vnd.ms-excel',
  '.xlsx': `${openXml}.spreadsheetml.sheet`,
};

// One of the real files that lie outside the repository, as it is chosen in a browser.
export async function attachment(path: string) {
  const mimeType = mimes[extname(path)];
  if (mimeType === undefined) throw new Error(`what is ${path}?`);
  return { name: basename(path), mimeType, buffer: await shared(`data/attachments/${path}`) };
}

// As the browser hands it over when a file is dropped or pasted.
export function dropped(page: Page, file: { name: string; mimeType: string; buffer: Buffer }) {
  return page.evaluateHandle(
    ({ name: called, mimeType, bytes }) => {
      const data = new DataTransfer();
      data.items.add(new File([new Uint8Array(bytes)], called, { type: mimeType }));
      return data;
    },
    { name: file.name, mimeType: file.mimeType, bytes: [...file.buffer] },
  );
}
