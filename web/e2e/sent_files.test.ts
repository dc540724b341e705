// Files that were sent and are not up yet, when the page goes.

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeEach, describe, expect, test } from 'vitest';
import { files } from './samples';
import { type Person, useStage } from './stage';

const { talk } = useStage();
const folder = mkdtempSync(join(tmpdir(), 'bitacora-e2e-'));
afterAll(() => rmSync(folder, { recursive: true }));
let count = 0;
let ana: Person;
let contact: Person;
let name: string;

beforeEach(async () => {
  name = `Contacto ${(count += 1)}`;
  const begun = await talk(name);
  ({ ana, contact } = begun);
  return begun.end;
});

// How fast a page's uploads are, bytes a second; -1: as fast as they can be.
async function throttle({ page }: Pick<Person, 'page'>) {
  const session = await page.context().newCDPSession(page);
  await session.send('Network.enable');
  return (uploadThroughput: number) =>
    session.send('Network.emulateNetworkConditions', {
      offline: false,
      latency: 0,
      downloadThroughput: -1,
      uploadThroughput,
    });
}

const cards = ({ page }: Person) => page.getByRole('log').locator('.file-card');
const onTheirWay = ({ page }: Person) => page.getByRole('log').locator('.sending');
// How many files the browser keeps.
const kept = ({ page }: Person) =>
  page.evaluate(async () => {
    // To open one that is not there would make it.
    const known = await indexedDB.databases();
    if (!known.some(({ name }) => name === 'bitacora')) return 0;
    return new Promise<number>((resolve) => {
      const opening = indexedDB.open('bitacora');
      opening.onsuccess = () => {
        const db = opening.result;
        const counting = db.transaction('uploads').objectStore('uploads').count();
        counting.onsuccess = () => {
          db.close();
          resolve(counting.result);
        };
      };
    });
  });

async function sendTwo(who: Person, sizeBytes: number): Promise<void> {
  await who.choose(
    files.pdf('Presupuesto.pdf', sizeBytes),
    files.pdf('Catálogo.pdf', 64 * 1024),
  );
  const dialog = who.page.getByRole('dialog', { name: who.t.attach.title });
  await dialog.getByLabel(who.t.attach.caption('Catálogo.pdf')).fill('El de este año');
  await dialog.getByRole('button', { name: who.t.attach.sendMany(2) }).click();
}

describe.each([
  ['an operator', () => ({ writer: ana, reader: contact })],
  ['a contact', () => ({ writer: contact, reader: ana })],
])('what %s sent', (_, roles) => {
  test('goes on after a reload where it was, and comes once', async () => {
    const { writer, reader } = roles();
    const speed = await throttle(writer);
    await speed(1024 * 1024);
    await sendTwo(writer, 12 * 1024 * 1024);
    const sending = onTheirWay(writer);
    await expect.poll(() => sending.count()).toBe(2);
    const part = () => sending.getByRole('progressbar').first().evaluate((bar: HTMLProgressElement) => bar.position);
    await expect.poll(part).toBeGreaterThan(0.2);
    await expect.poll(() => kept(writer)).toBe(2);

    const offsets: number[] = [];
    writer.page.on('request', (request) => {
      if (request.method() === 'PATCH') offsets.push(Number(request.headers()['upload-offset']));
    });
    const questions: string[] = [];
    writer.page.on('dialog', (dialog) => {
      questions.push(dialog.type());
      void dialog.accept();
    });
    await writer.page.reload();
    await expect.poll(() => sending.count()).toBe(2);
    await expect.poll(() => offsets.length).toBeGreaterThan(0);
    await writer.keepPicture(`sent-files-${writer === ana ? 'operator' : 'contact'}`);
    await speed(-1);
    await reader.page.getByRole('log').getByText('El de este año').waitFor();
    await expect.poll(() => sending.count()).toBe(0);
    expect(offsets[0]).toBeGreaterThan(0);
    for (const each of [writer, reader]) await expect.poll(() => cards(each).count()).toBe(2);
    // In the order in which they were sent.
    expect((await cards(reader).allTextContents())[0]).toContain('Presupuesto.pdf');
    await expect.poll(() => kept(writer)).toBe(0);
    expect(questions).toEqual([]);

    await writer.page.reload();
    await expect.poll(() => cards(writer).count()).toBe(2);
    expect(await sending.count()).toBe(0);
    for (const each of [writer, reader]) expect(each.complaints).toEqual([]);
  });
});

describe('a recording', () => {
  test('that was sent goes on after a reload', async () => {
    let held = true;
    await ana.context.route('**/api/v1/uploads', (route) => (held ? route.abort() : route.fallback()));
    await ana.record();
    await ana.button(ana.t.voice.send).click();
    await onTheirWay(ana).waitFor();
    await expect.poll(() => kept(ana)).toBe(1);
    await ana.page.reload();
    await onTheirWay(ana).waitFor();
    held = false;
    await contact.page.getByRole('log').locator('.player--voice').waitFor();
    await expect.poll(() => kept(ana)).toBe(0);
    expect(await ana.page.locator('.player--voice').count()).toBe(1);
  });
});

describe('a file that is chosen again before it was sent', () => {
  test('goes on after a reload, and is an upload of its own in a second window', async () => {
    // The browser knows it again by its name, its size and its time.
    const path = join(folder, 'Plano.pdf');
    writeFileSync(path, files.pdf('Plano.pdf', 12 * 1024 * 1024).buffer);
    const patches = (page: Page) => {
      const made: { url: string; offset: number }[] = [];
      page.on('request', (request) => {
        if (request.method() !== 'PATCH') return;
        made.push({ url: request.url(), offset: Number(request.headers()['upload-offset']) });
      });
      return made;
    };
    const choose = async (page: Page) => {
      await page.getByRole('button', { name: ana.t.attach.open, exact: true }).click();
      const dialog = page.getByRole('dialog', { name: ana.t.attach.title });
      await dialog.locator('input[type=file]').setInputFiles(path);
      return dialog.getByRole('progressbar');
    };
    const other = await ana.context.newPage();
    await other.goto(ana.page.url());
    const [here, there] = [patches(ana.page), patches(other)];
    for (const page of [ana.page, other]) await (await throttle({ page }))(1024 * 1024);

    const bar = await choose(ana.page);
    await expect.poll(() => bar.evaluate((each: HTMLProgressElement) => each.position)).toBeGreaterThan(0.2);
    await choose(other);
    await expect.poll(() => there.length).toBe(1);
    await ana.page.reload();
    await choose(ana.page);
    await expect.poll(() => here.length).toBe(2);
    expect(here[1]!.url).toBe(here[0]!.url);
    expect(here[1]!.offset).toBeGreaterThan(0);
    expect(there[0]).toMatchObject({ offset: 0 });
    expect(there[0]!.url).not.toBe(here[0]!.url);
  });
});

describe('what is on its way', () => {
  const hold = () => ana.context.route('**/api/v1/uploads', (route) => route.abort());

  test('is carried on by one window, and by another when that one is closed', async () => {
    let held = true;
    await ana.context.route('**/api/v1/uploads', (route) => (held ? route.abort() : route.fallback()));
    await sendTwo(ana, 1024);
    await expect.poll(() => kept(ana)).toBe(2);
    const other = await ana.context.newPage();
    await other.goto(ana.page.url());
    const there = other.getByRole('log');
    await there.getByText('Hola', { exact: true }).waitFor();
    expect(await there.locator('.sending').count()).toBe(0);
    await ana.page.close();
    await expect.poll(() => there.locator('.sending').count()).toBe(2);
    held = false;
    await contact.page.getByRole('log').getByText('El de este año').waitFor();
    await expect.poll(() => there.locator('.file-card').count()).toBe(2);
    expect(await cards(contact).count()).toBe(2);
  });

  test('is taken back for good', async () => {
    await hold();
    await sendTwo(ana, 1024);
    await expect.poll(() => kept(ana)).toBe(2);
    await ana.button(ana.t.attach.remove('Presupuesto.pdf')).click();
    await ana.button(ana.t.attach.remove('Catálogo.pdf')).click();
    await expect.poll(() => kept(ana)).toBe(0);
    await ana.page.reload();
    await ana.bubble('Hola').waitFor();
    expect(await onTheirWay(ana).count()).toBe(0);
  });

  test('is gone after signing out', async () => {
    await hold();
    await sendTwo(ana, 1024);
    await expect.poll(() => kept(ana)).toBe(2);
    await ana.page.locator('.panel__who').click();
    await ana.page.getByRole('button', { name: ana.t.panel.signOut }).click();
    await ana.page.getByLabel(ana.t.signIn.username).waitFor();
    await expect.poll(() => kept(ana)).toBe(0);
  });

  test('is asked about before the page goes where the browser keeps nothing', async () => {
    await ana.page.addInitScript(() => {
      Object.defineProperty(window, 'indexedDB', { value: undefined });
    });
    await ana.page.reload();
    await ana.bubble('Hola').waitFor();
    await hold();
    const questions: string[] = [];
    ana.page.on('dialog', (dialog) => {
      questions.push(dialog.type());
      void dialog.accept();
    });
    await ana.page.reload();
    await ana.bubble('Hola').waitFor();
    expect(questions).toEqual([]);
    await sendTwo(ana, 1024);
    await expect.poll(() => onTheirWay(ana).count()).toBe(2);
    await ana.page.reload();
    expect(questions).toEqual(['beforeunload']);
    await ana.bubble('Hola').waitFor();
    expect(await onTheirWay(ana).count()).toBe(0);
  });
});
