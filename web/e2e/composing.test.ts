// What stands around the text box: quick replies, emoji, the window of 📎, the recorder.

import type { Page } from 'playwright-core';
import { beforeAll, describe, expect, test } from 'vitest';
import { dropped, files } from './samples';
import { type Person, useStage } from './stage';

const { talk } = useStage();
let ana: Person;
let contact: Person;

beforeAll(async () => {
  const begun = await talk('Elvira Paz');
  ({ ana, contact } = begun);
  return begun.end;
});

describe('the list of quick replies', () => {
  const titles = () =>
    ana.page.getByRole('option').filter({ has: ana.page.locator('strong') }).locator('strong').allTextContents();

  test('shows the whole text of the one that the arrows or the pointer are on', async () => {
    const full = ana.page.locator('.quick__full');
    await ana.box.focus();
    await ana.page.keyboard.type('/');
    await full.waitFor();
    const first = await full.textContent();
    await ana.page.keyboard.press('ArrowDown');
    await expect.poll(() => full.textContent()).not.toBe(first);
    await ana.page.getByRole('option', { name: /Despedida/ }).hover();
    await full.getByText('Gracias por escribirnos, Elvira Paz.', { exact: false }).waitFor();
    await ana.page.keyboard.press('ArrowUp');
    await expect.poll(() => full.textContent()).not.toContain('Gracias por escribirnos');
    await ana.box.fill('');
  });

  test('is filtered by title and by text, whatever the accents and the case', async () => {
    await ana.box.focus();
    await ana.page.keyboard.type('/HORARIO DE ATENCION');
    await expect.poll(titles).toEqual(['Horario de atención']);
    await ana.box.fill('');
    // In a text, and in no title.
    await ana.page.keyboard.type('/sabados');
    await expect.poll(titles).toEqual(['Horario de atención']);
    await ana.box.fill('');
    await ana.page.keyboard.type('/nada de eso');
    await ana.page.getByText(ana.t.composer.quickNone).waitFor();
    await ana.box.fill('');
  });

  test('that finds nothing is sent as text only after Escape', async () => {
    await ana.box.focus();
    await ana.page.keyboard.type('/zzz');
    await ana.page.getByText(ana.t.composer.quickNone).waitFor();
    await ana.page.keyboard.press('Enter');
    expect(await ana.box.inputValue()).toBe('/zzz');
    await ana.page.keyboard.press('Escape');
    await ana.page.getByText(ana.t.composer.quickNone).waitFor({ state: 'detached' });
    await ana.page.keyboard.press('Enter');
    await contact.bubble('/zzz').waitFor();
    // Behind other words it is a part of the message.
    await ana.page.keyboard.type('Precio por kg: 3 /zzz');
    await ana.page.getByText(ana.t.composer.quickNone).waitFor();
    await ana.page.keyboard.press('Enter');
    await contact.bubble('Precio por kg: 3 /zzz').waitFor();
  });

  test('has all of them, however many pages they fill, and names the file that goes along', async () => {
    const reply = (i: number, more = {}) => ({
      id: `00000000-0000-7000-8000-${String(i).padStart(12, '0')}`,
      title: `Respuesta ${i}`,
      text: 'Como siempre',
      department: null,
      ...more,
    });
    const attachment = { id: 'a1', name: 'Tarifas.pdf', mime: 'application/pdf', size_bytes: 9 };
    await ana.page.route('**/api/v1/quick-replies?*', (route) => {
      const first = !new URL(route.request().url()).searchParams.has('cursor');
      return route.fulfill({
        json: first
          ? { items: Array.from({ length: 200 }, (_, i) => reply(i)), next_cursor: 'c', position: 1 }
          : { items: [reply(200, { title: 'La última', attachment })], next_cursor: null, position: 1 },
      });
    });
    await ana.box.focus();
    await ana.page.keyboard.type('/la ultima');
    await expect.poll(titles).toEqual(['La última']);
    await ana.page.getByRole('option', { name: /La última.*Tarifas\.pdf/ }).waitFor();
    await ana.page.locator('.quick__full').getByText('Tarifas.pdf').waitFor();
    await ana.box.fill('');
    await ana.page.unroute('**/api/v1/quick-replies?*');
  });

  test.each([
    ['without a line', 'quickOffline', null],
    ['when the server fails', 'quickFailed', 503],
  ] as const)('says %s why it has none', async (_, words, status) => {
    // Anew, so that none are known from before.
    await ana.page.reload();
    await ana.box.waitFor();
    await ana.page.route('**/api/v1/quick-replies?*', (route) =>
      status ? route.fulfill({ status, json: {} }) : route.abort('internetdisconnected'),
    );
    await ana.box.focus();
    await ana.page.keyboard.type('/horario');
    await ana.page.getByText(ana.t.composer[words]).waitFor();
    expect(await ana.page.getByText(ana.t.composer.quickNone).count()).toBe(0);
    await ana.page.unroute('**/api/v1/quick-replies?*');
    await ana.box.fill('');
    await ana.page.keyboard.type('/horario');
    await expect.poll(titles).toEqual(['Horario de atención']);
    await ana.box.fill('');
  });

  test('is not asked for by a slash that divides', async () => {
    await ana.box.focus();
    await ana.page.keyboard.type('Puede pagar en efectivo / con tarjeta');
    expect(await ana.page.locator('.quick').count()).toBe(0);
    await ana.page.keyboard.press('Enter');
    await contact.bubble('Puede pagar en efectivo / con tarjeta').waitFor();
  });
});

describe('☺', () => {
  test('takes a skin tone through to the contact, and offers it again', async () => {
    const { t, page, box } = ana;
    await ana.button(t.emoji.open).click();
    const search = page.getByPlaceholder(t.emoji.search);
    await search.fill('pulgar');
    const first = page.getByRole('gridcell').first();
    await first.waitFor();
    await page.getByRole('button', { name: t.emoji.skin }).click();
    await expect.poll(() => first.textContent()).toMatch(/^\p{Emoji_Presentation}\p{Emoji_Modifier}$/u);
    const thumb = (await first.textContent())!;
    await first.click();
    await expect.poll(() => box.inputValue()).toBe(thumb);
    await page.keyboard.press('Enter');
    await contact.bubble(thumb).waitFor();
    await ana.bubble(thumb).waitFor();

    await ana.button(t.emoji.open).click();
    const recent = page.getByRole('group', { name: t.emoji.recent }).getByRole('button');
    await recent.first().waitFor();
    expect(await recent.allTextContents()).toEqual([thumb]);
    await recent.first().click();
    expect(await box.inputValue()).toBe(thumb);
    expect(await box.evaluate((element) => element === document.activeElement)).toBe(true);
    await box.fill('');
  });
});

describe('the window of 📎', () => {
  test('takes what is dropped onto its grey area', async () => {
    await ana.button(ana.t.attach.open).click();
    const dialog = ana.page.getByRole('dialog', { name: ana.t.attach.title });
    const area = dialog.locator('label').filter({ hasText: ana.t.attach.drop });
    const dataTransfer = await dropped(ana.page, files.picture('Al área.png'));
    const ground = () => area.evaluate((element) => getComputedStyle(element).backgroundColor);
    const before = await ground();
    await area.dispatchEvent('dragenter', { dataTransfer });
    await expect.poll(ground).not.toBe(before);
    await area.dispatchEvent('drop', { dataTransfer });
    await dialog.getByText('Al área.png').waitFor();
    await dialog.getByText(ana.t.attach.done, { exact: false }).waitFor();
    await ana.sendFiles();
    await contact.button(contact.t.files.open('Al área.png')).waitFor();
  });

  test('stays with what is in it when the browser’s question for another file is cancelled', async () => {
    await ana.choose(files.picture('Primera.png'), files.picture('Segunda.png'));
    const dialog = ana.page.getByRole('dialog', { name: ana.t.attach.title });
    await dialog.getByLabel(ana.t.attach.caption('Primera.png')).fill('La de antes');
    await dialog
      .locator('input[type=file]')
      .evaluate((input) => input.dispatchEvent(new Event('cancel', { bubbles: true })));
    expect(await dialog.getByText('Segunda.png').count()).toBe(1);
    expect(await dialog.getByLabel(ana.t.attach.caption('Primera.png')).inputValue()).toBe('La de antes');
    await ana.button(ana.t.attach.close).click();
    await dialog.waitFor({ state: 'detached' });
  });

  test('asks before Escape throws away what is in it', async () => {
    const { t, page } = ana;
    await ana.choose(files.picture('Cara.png'));
    const dialog = page.getByRole('dialog', { name: t.attach.title });
    const caption = dialog.getByLabel(t.attach.caption('Cara.png'));
    await caption.fill('Una hora de trabajo');
    const question = page.getByRole('alertdialog', { name: t.attach.discardTitle(1) });
    // As often as one likes, with nothing else in between.
    for (let i = 0; i < 3; i += 1) {
      await page.keyboard.press('Escape');
      await question.waitFor();
      await page.keyboard.press('Escape');
      await question.waitFor({ state: 'detached' });
    }
    expect(await caption.inputValue()).toBe('Una hora de trabajo');
    expect(await dialog.isVisible()).toBe(true);
    await page.keyboard.press('Escape');
    await question.waitFor();
    await ana.keepPicture('question');
    await page.keyboard.press('Enter');
    await question.waitFor({ state: 'detached' });
    expect(await caption.inputValue()).toBe('Una hora de trabajo');
    await page.keyboard.press('Escape');
    await question.getByRole('button', { name: t.question.discard }).click();
    await dialog.waitFor({ state: 'detached' });
    await page.waitForFunction(() => document.activeElement?.id === 'composer');

    // With nothing to lose, it closes.
    await ana.button(t.attach.open).click();
    await dialog.waitFor();
    await page.keyboard.press('Escape');
    await dialog.waitFor({ state: 'detached' });
    expect(await question.count()).toBe(0);
  });

  test('shows how far a large file is, and cancelled leaves nothing', async () => {
    const { t, page } = ana;
    const slow = await page.context().newCDPSession(page);
    await slow.send('Network.enable');
    const throttle = (uploadThroughput: number) =>
      slow.send('Network.emulateNetworkConditions', {
        offline: false,
        latency: 0,
        downloadThroughput: -1,
        uploadThroughput,
      });
    await throttle(1024 * 1024);
    const made = page.waitForResponse(
      (response) => response.request().method() === 'POST' && response.url().endsWith('/uploads'),
    );
    await ana.choose(files.pdf('Muy grande.pdf', 12 * 1024 * 1024));
    const dialog = page.getByRole('dialog', { name: t.attach.title });
    const progress = dialog.getByRole('progressbar', { name: t.attach.progress('Muy grande.pdf') });
    const part = () => progress.evaluate((bar: HTMLProgressElement) => bar.position);
    await expect.poll(part).toBeGreaterThan(0);
    const early = await part();
    expect(early).toBeLessThan(1);
    await expect.poll(part).toBeGreaterThan(early);
    await dialog.getByText(t.attach.sending(''), { exact: false }).waitFor();

    const upload = new URL((await (await made).headerValue('location'))!, page.url()).href;
    const isThere = () =>
      page.evaluate(
        (url) =>
          fetch(url, { method: 'HEAD', headers: { 'tus-resumable': '1.0.0' } }).then(({ ok }) => ok),
        upload,
      );
    expect(await isThere()).toBe(true);
    await ana.button(t.attach.remove('Muy grande.pdf')).click();
    await progress.waitFor({ state: 'detached' });
    await expect.poll(isThere).toBe(false);
    await throttle(-1);
    await ana.button(t.attach.close).click();
    await dialog.waitFor({ state: 'detached' });
    // What is said next comes after everything that could have been sent before.
    await ana.say('Sin el archivo');
    await contact.bubble('Sin el archivo').waitFor();
    for (const each of [ana, contact]) {
      expect(await each.page.getByText('Muy grande.pdf').count()).toBe(0);
    }
  });
});

describe('what is loaded when it is first used', () => {
  test('is waited for without a line, and the rest of the page stays', async () => {
    const { t, page } = ana;
    let cut = false;
    await page.route('**/assets/**', (route) => (cut ? route.abort() : route.fallback()));
    // Anew, so that nothing of it is there.
    await page.reload();
    await ana.box.fill('A medio escribir');
    cut = true;
    await ana.button(t.emoji.open).click();
    const waiting = page.getByRole('alert').getByText(t.attach.waiting);
    await waiting.waitFor();
    await page.keyboard.press('Escape');
    await waiting.waitFor({ state: 'detached' });
    await ana.button(t.voice.record).click();
    await waiting.waitFor();
    await ana.button(t.voice.cancel).click();
    expect(await ana.box.inputValue()).toBe('A medio escribir');
    await ana.button(t.voice.record).click();
    await waiting.waitFor();
    cut = false;
    await page.getByRole('timer').waitFor();
    await ana.button(t.voice.cancel).click();
    await ana.box.fill('');
    await page.unroute('**/assets/**');
    expect(ana.complaints).toEqual([]);
  });
});

describe('what the server has not any more, as it was replaced by a newer one', () => {
  test('asks for a reload, which loses nothing that is written or sent', async () => {
    const { t, page } = ana;
    await page.reload();
    await ana.box.fill('A medio escribir');
    await page.route('**/assets/**', (route) => route.fulfill({ status: 404 }));
    const told = page.getByRole('alert').getByText(t.outdated.lead);
    await ana.button(t.emoji.open).click();
    await told.waitFor();
    await ana.keepPicture('outdated, emoji');
    await page.keyboard.press('Escape');
    await ana.button(t.voice.record).click();
    await told.waitFor();
    await ana.keepPicture('outdated, recorder');
    await ana.button(t.voice.cancel).click();
    await ana.choose(files.pdf('Para después.pdf'));
    const state = page.getByText(t.outdated.files, { exact: false });
    await page.getByRole('dialog').locator(state).waitFor();
    await ana.keepPicture('outdated, window');
    await ana.sendFiles();
    await page.getByRole('log').locator(state).waitFor();
    await ana.keepPicture('outdated, bubble');
    await page.unroute('**/assets/**');
    await ana.button(t.outdated.reload).click();
    await contact.page.getByText('Para después.pdf').waitFor();
    expect(await ana.box.inputValue()).toBe('A medio escribir');
    await ana.box.fill('');
    expect(ana.complaints).toEqual([]);
  });
});

describe('the recorder', () => {
  test('shows how loud it is while one speaks', async () => {
    await ana.button(ana.t.voice.record).click();
    const meter = ana.page.getByRole('meter', { name: ana.t.voice.level });
    const seen = new Set<number>();
    // The browser's microphone beeps, and is silent in between.
    await expect
      .poll(
        async () => {
          seen.add(Number(await meter.getAttribute('aria-valuenow')));
          return seen.size > 2 && Math.max(...seen) > 10;
        },
        { interval: 20 },
      )
      .toBe(true);
    await ana.button(ana.t.voice.cancel).click();
    await meter.waitFor({ state: 'detached' });
    await ana.box.waitFor();
  });

  // The rules of the server, with another largest size.
  const sizeMax = (page: Page, size_bytes_max: number) =>
    page.route('**/attachment-rules', async (route) => {
      const rules = await (await route.fetch()).json();
      await route.fulfill({ json: { ...rules, voice: { ...rules.voice, size_bytes_max } } });
    });

  test('asks before Escape throws away what was said', async () => {
    const { t, page } = ana;
    const question = page.getByRole('alertdialog', { name: t.voice.discardTitle });
    await ana.beginRecording();
    await page.keyboard.press('Escape');
    await question.waitFor();
    await question.getByRole('button', { name: t.question.keep }).click();
    await question.waitFor({ state: 'detached' });
    await ana.button(t.voice.stop).click();
    await ana.button(t.files.play).waitFor();
    await page.keyboard.press('Escape');
    await question.waitFor();
    await page.keyboard.press('Escape');
    await question.waitFor({ state: 'detached' });
    await ana.button(t.files.play).waitFor();
    await page.keyboard.press('Escape');
    await question.getByRole('button', { name: t.question.discard }).click();
    await ana.box.waitFor();
    await page.waitForFunction(() => document.activeElement?.id === 'composer');
  });

  test.each([
    ['the operator’s', () => ana],
    ['the contact’s', () => contact],
  ])('stops at the largest size, and says so: %s', async (_, whose) => {
    const recording = whose();
    const { page, t } = recording;
    await sizeMax(page, 8192);
    await page.reload();
    await recording.button(t.voice.record).click();
    await page.getByText(t.voice.tooLong('8 kB')).waitFor();
    await recording.button(t.voice.send).waitFor();
    await recording.button(t.voice.cancel).click();
    await recording.box.waitFor();
    await page.unroute('**/attachment-rules');
  });

  test('goes on while files are dropped beside it', async () => {
    const { page, t } = contact;
    await sizeMax(page, 1024 * 1024);
    await page.reload();
    await page.evaluate(() => {
      const devices = navigator.mediaDevices;
      const listen = devices.getUserMedia.bind(devices);
      const counted = { begun: 0 };
      devices.getUserMedia = (wanted) => {
        counted.begun += 1;
        return listen(wanted);
      };
      Object.assign(window, { counted });
    });
    await contact.beginRecording();
    const dataTransfer = await dropped(page, files.picture('Al lado.png'));
    await page.getByRole('log').dispatchEvent('drop', { dataTransfer });
    await page.getByRole('dialog').getByText(t.attach.done, { exact: false }).waitFor();
    await contact.button(t.attach.cancel).click();
    await contact.button(t.voice.stop).waitFor();
    const begun = () => (window as unknown as { counted: { begun: number } }).counted.begun;
    expect(await page.evaluate(begun)).toBe(1);
    await contact.button(t.voice.cancel).click();
    await contact.box.waitFor();
    await page.unroute('**/attachment-rules');
  });
});
