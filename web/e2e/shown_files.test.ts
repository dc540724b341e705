// How files stand before both sides of a talk: every format that is taken, and what could not be
// looked into.

import { readFileSync } from 'node:fs';
import type { Locator } from 'playwright-core';
import { beforeEach, describe, expect, test } from 'vitest';
import { attachment } from './samples';
import { type Person, useStage } from './stage';

const { talk } = useStage();
let count = 0;
let ana: Person;
let contact: Person;

// Ana before a conversation of a contact of her own.
beforeEach(async () => {
  const begun = await talk(`Contacto ${(count += 1)}`);
  ({ ana, contact } = begun);
  return begun.end;
});

const log = ({ page }: Person) => page.getByRole('log');

async function handedOver({ page }: Person, button: Locator) {
  const [download] = await Promise.all([page.waitForEvent('download'), button.click()]);
  return { name: download.suggestedFilename(), bytes: readFileSync(await download.path()) };
}

// Together, once the server has looked at each; until their messages stand where they were sent from,
// in the place of what was on its way.
async function send(writer: Person, chosen: Awaited<ReturnType<typeof attachment>>[]) {
  const { page, t } = writer;
  await writer.choose(...chosen);
  const dialog = page.getByRole('dialog', { name: t.attach.title });
  const done = dialog.getByText(t.attach.done, { exact: false });
  await expect.poll(() => done.count()).toBe(chosen.length);
  await dialog.getByRole('button', { name: t.attach.sendMany(chosen.length), exact: true }).click();
  const sent = log(writer).locator('[data-message] :is(.bubble--file, .chat-bubble--file)');
  await expect.poll(() => sent.count()).toBe(chosen.length);
}

// How tall a thumbnail is for its width, once it is there whole: before, it may not know how it is
// turned.
async function shapeOf(thumbnail: Locator): Promise<number> {
  let shape = 0;
  const look = async () => {
    await thumbnail.scrollIntoViewIfNeeded();
    shape = await thumbnail
      .locator('img')
      .evaluate((img: HTMLImageElement) => (img.complete ? img.naturalHeight / img.naturalWidth : 0));
    return shape;
  };
  await expect.poll(look).toBeGreaterThan(0);
  return shape;
}

describe.each([
  ['an operator', 'operator', () => ana],
  ['a contact', 'contact', () => contact],
])('every format, chosen by %s', (_, whose, writer) => {
  test('stands before both as what it is, and is handed over as it was', async () => {
    const pictures = ['photo-12mp-rotated-gps.jpg', 'comprobante.jpeg', 'captura-transparente.png'];
    const office = [
      ['carta.doc', 'text', 'DOC · 11 kB'],
      ['carta.docx', 'text', 'DOCX · 6 kB'],
      ['cuotas.xls', 'sheet', 'XLS · 6 kB'],
      ['cuotas.xlsx', 'sheet', 'XLSX · 5 kB'],
    ] as const;
    const names = [...pictures, 'carta.pdf', 'mensaje.mp3', ...office.map(([name]) => name)];
    const chosen = await Promise.all(names.map(attachment));
    await send(writer(), chosen);

    for (const who of [ana, contact]) {
      const { page, t } = who;
      const button = (label: string) => log(who).getByRole('button', { name: label });
      const isHandedOver = async (name: string, download: Locator) => {
        const file = chosen.find((each) => each.name === name);
        expect(await handedOver(who, download)).toEqual({ name, bytes: file?.buffer });
      };

      const shapes = await Promise.all(
        [...pictures, 'carta.pdf'].map((name) => shapeOf(button(t.files.open(name)))),
      );
      // The photograph was taken upright and is stored lying.
      expect(shapes.map((shape) => shape > 1)).toEqual([true, false, false, true]);
      await isHandedOver('carta.pdf', button(t.files.download('carta.pdf')));

      const player = log(who).locator('.player').filter({ hasText: 'mensaje.mp3' });
      await expect.poll(() => player.locator('.player__facts').textContent()).toBe('0:04');
      const heights = await player
        .locator('.waveform rect')
        .evaluateAll((bars) => bars.map((bar) => bar.getAttribute('height')));
      expect(new Set(heights).size).toBeGreaterThan(8);
      await player.getByRole('button', { name: t.files.play }).click();
      await page.waitForFunction(() => {
        const audio = document.querySelector<HTMLAudioElement>('[role=log] audio');
        return audio !== null && (audio.currentTime > 0 || audio.ended);
      });
      await isHandedOver('mensaje.mp3', player.getByRole('button', { name: t.files.download('') }));

      for (const [name, kind, facts] of office) {
        const card = button(`${t.files.download(name)} ${facts}`);
        expect(await card.locator('.file-card__name').textContent()).toBe(name);
        expect(await card.locator('.file-card__facts').textContent()).toBe(facts);
        expect(await card.locator(`.file-icon--${kind} svg`).count()).toBe(1);
        await isHandedOver(name, card);
      }
      await who.keepPicture(`shown-files-${whose}-${who === ana ? 'console' : 'chat'}`);
      expect(who.complaints).toEqual([]);
    }
  });
});

describe('what could not be looked into', () => {
  test('is a plain file to both, also to who sent it', async () => {
    const plain = [
      ['truncated.jpg', 'JPG · 11 kB'],
      ['broken-xref.pdf', 'PDF · 12 kB'],
    ] as const;
    const chosen = await Promise.all(plain.map(([name]) => attachment(`hostile/${name}`)));
    await send(ana, chosen);
    for (const who of [contact, ana]) {
      const cards = log(who).locator('.file-card');
      await expect.poll(() => cards.count()).toBe(2);
      await expect.poll(() => log(who).locator('.thumbnail').count()).toBe(0);
      for (const [i, [name, facts]] of plain.entries()) {
        const card = cards.nth(i);
        expect(await card.locator('.file-card__name').textContent()).toBe(name);
        expect(await card.locator('.file-card__facts').textContent()).toBe(facts);
        expect(await handedOver(who, card)).toEqual({ name, bytes: chosen[i]?.buffer });
      }
      await who.keepPicture(`shown-files-plain-${who === ana ? 'console' : 'chat'}`);
      expect(who.complaints).toEqual([]);
    }
  });
});

describe('a picture and sounds that could not be had while the line was cut', () => {
  test('are there again once it is back', async () => {
    let cut = true;
    for (const { context } of [ana, contact]) {
      await context.route('**/attachments/**', (route) =>
        cut ? route.abort('internetdisconnected') : route.fallback(),
      );
    }
    const names = ['comprobante.jpeg', 'mensaje.mp3', 'mensaje.mp3'];
    await send(contact, await Promise.all(names.map(attachment)));
    for (const who of [ana, contact]) {
      const { context, page, t } = who;
      const failures = log(who).getByText(t.files.unplayable);
      const [play, pause] = [t.files.play, t.files.pause].map((name) =>
        log(who).getByRole('button', { name }),
      );
      const sounds = (i: number) =>
        page.waitForFunction(
          (at) => document.querySelectorAll<HTMLAudioElement>('[role=log] audio')[at]!.currentTime > 0,
          i,
        );
      cut = true;
      await log(who).getByText(t.files.unavailable).waitFor();
      // One after the other: what is said of the first moves the second away from under the pointer.
      for (const i of [0, 1]) {
        await play!.nth(i).click();
        await expect.poll(() => failures.count()).toBe(i + 1);
      }
      await who.keepPicture(`shown-files-failed-${who === ana ? 'console' : 'chat'}`);
      cut = false;
      // By hand, before the line says that it is back.
      await play!.first().click();
      await sounds(0);
      await pause!.click();
      await expect.poll(() => failures.count()).toBe(1);
      await context.setOffline(true);
      await context.setOffline(false);
      await shapeOf(log(who).locator('.thumbnail'));
      expect(await failures.count()).toBe(0);
      expect(await log(who).getByText(t.files.unavailable).count()).toBe(0);
      // None begins by itself.
      expect(await pause!.count()).toBe(0);
      await play!.last().click();
      await sounds(1);
      expect(who.complaints).toEqual([]);
    }
  });
});
