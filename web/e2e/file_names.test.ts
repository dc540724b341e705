// The names that people and attackers give to files, on telephones: in the window of 📎, in bubbles,
// in the viewer, in the list, and as what a download is called.

import type { Locator } from 'playwright-core';
import { beforeEach, expect, test } from 'vitest';
import { files } from './samples';
import { type Person, useStage } from './stage';
import { telephone, tooWide } from './telephone';

const { talk } = useStage();
let ana: Person;
let contact: Person;

beforeEach(async () => {
  const begun = await talk('Nadia Nombres', telephone);
  ({ ana, contact } = begun);
  return begun.end;
});

// As they are given, and as the server keeps them.
const pictures = [
  ['<img src=x onerror=hit()><b>oferta.png', '<img src=x onerror=hit()><b>oferta.png'],
  ['Familia 👩‍👩‍👧‍👦 🇦🇷 📎.png', 'Familia 👩‍👩‍👧‍👦 🇦🇷 📎.png'],
  ['foto\u202Egpj.exe.png', 'fotogpj.exe.png'],
  ['צילום של הבית.png', 'צילום של הבית.png'],
  [`${'ñ'.repeat(296)}.png`, `${'ñ'.repeat(251)}.png`],
] as const;
const documents = [
  ['../../etc/passwd.pdf', '.._.._etc_passwd.pdf'],
  ['la "carta"\r\nSet-Cookie: a=b.pdf', 'la "carta"  Set-Cookie: a=b.pdf'],
  ['<script>hit()</script>.pdf', '<script>hit()<_script>.pdf'],
  [`${'W'.repeat(296)}.pdf`, `${'W'.repeat(251)}.pdf`],
] as const;

// What Chromium makes of a name before it becomes one on a disk.
function asSaved(name: string): string {
  return name.replace(/^\.+/, '').replace(/["<>:\u200d]/gu, '_');
}

async function savedAs({ page }: Person, button: Locator): Promise<string> {
  const [download] = await Promise.all([page.waitForEvent('download'), button.click()]);
  return download.suggestedFilename();
}

// What of a bubble reaches beyond it.
function beyondBubbles({ page }: Person): Promise<string[]> {
  return page.getByRole('log').evaluate((log) =>
    [...log.querySelectorAll('.bubble--file, .chat-bubble--file')].flatMap((bubble) => {
      const box = bubble.getBoundingClientRect();
      return [...bubble.querySelectorAll('*')]
        .filter((element) => {
          const { left, right } = element.getBoundingClientRect();
          return !element.closest('.sr-only') && (left < box.left - 0.5 || right > box.right + 0.5);
        })
        .map((element) => `${element.className}: ${element.textContent}`);
    }),
  );
}

// What the server says that they are called, the oldest first.
function keptNames({ page }: Person): Promise<string[]> {
  const id = new URL(page.url()).hash.split(/[/?]/)[3];
  return page.evaluate(async (conversation) => {
    const answer = await fetch(`/api/v1/conversations/${conversation}/messages`);
    const { items } = (await answer.json()) as { items: { attachment: { name: string } | null }[] };
    return items.flatMap(({ attachment }) => attachment?.name ?? []).reverse();
  }, id);
}

test('a file’s name is words and no more, in its place and in the server’s writing', async () => {
  // What a name's markup would call.
  for (const { page } of [ana, contact]) {
    await page.evaluate(() => Object.assign(window, { hit: () => document.body.replaceChildren() }));
  }
  const kept = [...pictures, ...documents].map(([, name]) => name);
  const { page, t } = contact;
  await contact.choose(
    ...pictures.map(([name]) => files.picture(name)),
    ...documents.map(([name]) => files.pdf(name)),
  );
  const dialog = page.getByRole('dialog', { name: t.attach.title });
  await expect.poll(() => dialog.getByText(t.attach.done, { exact: false }).count()).toBe(kept.length);
  expect(await tooWide(page)).toEqual([]);
  await contact.keepPicture('file-names-window');
  await dialog.getByRole('button', { name: t.attach.sendMany(kept.length) }).click();

  for (const who of [ana, contact]) {
    const side = who === ana ? 'console' : 'chat';
    const log = who.page.getByRole('log');
    const thumbnails = log.locator('.thumbnail');
    await expect.poll(() => thumbnails.locator('img').count()).toBe(kept.length);
    expect(await keptNames(ana)).toEqual(kept);
    const labels = await thumbnails.evaluateAll((all) => all.map((each) => each.ariaLabel));
    expect(labels).toEqual(kept.map((name) => who.t.files.open(name)));
    expect(await tooWide(who.page)).toEqual([]);
    expect(await beyondBubbles(who)).toEqual([]);

    const cards = log.locator('.file-card');
    for (const [i, [, name]] of documents.entries()) {
      expect(await cards.nth(i).locator('.file-card__name').textContent()).toBe(name);
      expect(await savedAs(who, cards.nth(i))).toBe(asSaved(name));
    }
    await who.keepPicture(`file-names-${side}`);
    for (const [i, [, name]] of pictures.entries()) {
      await thumbnails.nth(i).click();
      const viewer = who.page.getByRole('dialog');
      await viewer.getByRole('img', { name, exact: true }).waitFor();
      expect(await viewer.locator('.viewer__name bdi').textContent()).toBe(name);
      expect(await tooWide(who.page)).toEqual([]);
      await who.keepPicture(`file-names-viewer-${side}-${i}`);
      const download = viewer.getByRole('button', { name: who.t.files.download(name), exact: true });
      expect(await savedAs(who, download)).toBe(asSaved(name));
      await who.page.keyboard.press('Escape');
      await viewer.waitFor({ state: 'detached' });
    }
    expect(await who.page.locator('b, img[src=x], script:not([src])').count()).toBe(0);
    expect(who.complaints).toEqual([]);
  }

  await ana.page.getByRole('button', { name: ana.t.pane.back }).click();
  await ana.row('Nadia Nombres').getByText('📎 WWWW', { exact: false }).waitFor();
  expect(await tooWide(ana.page)).toEqual([]);
  await ana.keepPicture('file-names-list');
});
