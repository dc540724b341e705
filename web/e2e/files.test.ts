// Files beyond the straight way: refused, pasted, dropped, cut off, and quick replies that carry one.

import type { Route } from 'playwright-core';
import { beforeEach, describe, expect, test } from 'vitest';
import { attachment, dropped, files } from './samples';
import { HeldLine, type Person, useStage } from './stage';

const { server, person, talk } = useStage();
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

describe('the window of 📎', () => {
  test('says why a file is not taken and what it was found to be, and sends the others', async () => {
    await ana.choose(
      files.program(),
      await attachment('hostile/html-named.pdf'),
      { ...files.pdf('informe.exe') },
      { ...files.picture('enorme.png'), buffer: Buffer.alloc(5 * 1024 * 1024 + 1) },
      files.linuxProgram(),
      files.picture('bien.png'),
    );
    const dialog = ana.page.getByRole('dialog', { name: ana.t.attach.title });
    const row = (called: string) => dialog.getByRole('listitem').filter({ hasText: called });
    // By its name and size at once; by its content when the server has looked at it.
    const says = (called: string, words: string) =>
      row(called).getByRole('alert').getByText(words, { exact: false }).waitFor();
    await says('informe.exe', 'no se acepta: es EXE.');
    await says('enorme.png', 'el máximo es 5 MB');
    await says('foto.png', 'no se acepta: es un programa.');
    await says('html-named.pdf', 'no se acepta: es una página web.');
    await says('factura.pdf', 'no se acepta: es un programa.');
    await row('bien.png').getByText(ana.t.attach.done, { exact: false }).waitFor();
    await ana.keepPicture('files-refused');
    await ana.sendFiles();
    await contact.page.locator('.thumbnail img').waitFor();
    expect(await contact.page.locator('.thumbnail').count()).toBe(1);
  });

  test('takes what is pasted into the text box, or dropped onto the conversation', async () => {
    await ana.box.evaluate(
      (box, clipboardData) =>
        box.dispatchEvent(
          new ClipboardEvent('paste', { clipboardData, bubbles: true, cancelable: true }),
        ),
      await dropped(ana.page, files.picture('image.png')),
    );
    const dialog = ana.page.getByRole('dialog', { name: ana.t.attach.title });
    await dialog.getByText(ana.t.attach.done, { exact: false }).waitFor();
    await ana.button(ana.t.attach.cancel).click();
    await dialog.waitFor({ state: 'detached' });

    const log = ana.page.getByRole('log');
    const dataTransfer = await dropped(ana.page, files.pdf('Soltado.pdf'));
    await log.dispatchEvent('dragenter', { dataTransfer });
    await ana.page.getByText(ana.t.attach.dropHere(name)).waitFor();
    await ana.keepPicture('files-drop');
    await log.dispatchEvent('drop', { dataTransfer });
    await dialog.getByText('Soltado.pdf').waitFor();
    await dialog.getByText(ana.t.attach.done, { exact: false }).waitFor();
    await ana.sendFiles();
    await contact.page.getByText('Soltado.pdf').waitFor();
  });

  test('keeps what is chosen without a line, and judges and sends it when that is back', async () => {
    const { t, page } = ana;
    let cut = false;
    // Whatever is not loaded by then is behind the cut as well.
    await ana.context.route(/\/(?:assets|api\/v1)\//, (route) =>
      cut ? route.abort('internetdisconnected') : route.fallback(),
    );
    await page.reload();
    await ana.bubble('Hola').waitFor();
    cut = true;
    await ana.choose(files.pdf('Plano.pdf'), files.pdf('informe.exe'));
    const dialog = page.getByRole('dialog', { name: t.attach.title });
    const row = (called: string) => dialog.getByRole('listitem').filter({ hasText: called });
    await row('Plano.pdf').getByText(t.attach.waiting, { exact: false }).waitFor();
    await dialog.getByText(t.attach.rulesFailed).waitFor();
    await dialog.getByLabel(t.attach.caption('Plano.pdf')).fill('El de la planta alta');
    await ana.keepPicture('files-offline');
    cut = false;
    await dialog.getByText('JPG · JPEG · PNG').waitFor();
    expect(await dialog.getByText(t.attach.rulesFailed).count()).toBe(0);
    await row('Plano.pdf').getByText(t.attach.done, { exact: false }).waitFor();
    await row('informe.exe').getByText('no se acepta', { exact: false }).waitFor();
    await ana.sendFiles();
    await contact.bubble('El de la planta alta').waitFor();
    expect(ana.complaints).toEqual([]);
  });

  test('is what a file is dropped for, and elsewhere it is ignored', async () => {
    const dataTransfer = await dropped(ana.page, files.pdf('Perdido.pdf'));
    // Whether the browser would still open it.
    const opens = (where: string, kind: string) =>
      ana.page
        .locator(where)
        .evaluate(
          (element, [type, data]) =>
            element.dispatchEvent(
              new DragEvent(type, { dataTransfer: data, bubbles: true, cancelable: true }),
            ),
          [kind, dataTransfer] as const,
        );
    for (const where of ['.list-column', '.panel', '.contact', '.pane-header', '[role=log]']) {
      for (const kind of ['dragover', 'drop']) expect(await opens(where, kind), where).toBe(false);
    }
    const dialog = ana.page.getByRole('dialog', { name: ana.t.attach.title });
    await dialog.getByText('Perdido.pdf').first().waitFor();
    // The two places of the conversation took it.
    expect(await dialog.getByRole('listitem').filter({ hasText: 'Perdido.pdf' }).count()).toBe(2);
    const words = await ana.page.evaluateHandle(() => {
      const data = new DataTransfer();
      data.setData('text/plain', 'Hola');
      return data;
    });
    const isFree = await ana.page
      .locator('.list-column')
      .evaluate(
        (element, data) =>
          element.dispatchEvent(
            new DragEvent('drop', { dataTransfer: data, bubbles: true, cancelable: true }),
          ),
        words,
      );
    expect(isFree).toBe(true);
  });

  test('goes on after a cut, and what was sent meanwhile waits visibly and goes once', async () => {
    const file = files.pdf('Catálogo.pdf', 12 * 1024 * 1024);
    let cuts = 0;
    await ana.context.route('**/api/v1/uploads/**', async (route) => {
      // The first two tries break in the middle of the way.
      if (route.request().method() === 'PATCH' && cuts < 2) {
        cuts += 1;
        await route.abort('connectionreset');
      } else await route.fallback();
    });
    await ana.choose(file);
    await ana.sendFiles();
    await ana.page.getByRole('log').getByText('Catálogo.pdf').waitFor();
    await contact.page.getByText('Catálogo.pdf').waitFor();
    expect(cuts).toBe(2);
    await expect.poll(() => ana.page.getByRole('log').locator('.file-card').count()).toBe(1);
  });
});

describe('a PDF', () => {
  test('says that the browser did not let it open', async () => {
    await ana.choose(files.pdf('Plano.pdf'));
    await ana.page.getByText(ana.t.attach.done, { exact: false }).waitFor();
    await ana.sendFiles();
    const { page, t } = contact;
    await page.evaluate(() => Object.assign(window, { open: () => null }));
    await contact.button(t.files.open('Plano.pdf')).click();
    await page.getByRole('alert').getByText(t.files.blocked).waitFor();
  });
});

describe('a recording', () => {
  test('is sent however short it is, and may be thrown away', async () => {
    await ana.button(ana.t.voice.record).click();
    await ana.button(ana.t.voice.cancel).click();
    await ana.box.waitFor();
    await ana.button(ana.t.voice.record).click();
    await ana.button(ana.t.voice.send).click();
    await contact.page.getByRole('log').locator('.player--voice').waitFor();
    expect(await contact.page.locator('.player--voice').count()).toBe(1);
    // The text box has the focus again.
    await ana.page.waitForFunction(() => document.activeElement?.id === 'composer');
  });

  test.each([
    ['while it is recorded', () => ana.beginRecording()],
    ['once it can be heard', () => ana.record()],
  ])('that is sent by two clicks at once is sent once, %s', async (_, record) => {
    const { t } = ana;
    await record();
    await ana.button(t.voice.send).evaluate((button: HTMLButtonElement) => {
      button.click();
      button.click();
    });
    await contact.page.getByRole('log').locator('.player--voice').waitFor();
    // What is said next comes after everything that could have been sent before.
    await ana.say('Eso es todo');
    await contact.bubble('Eso es todo').waitFor();
    expect(await contact.page.locator('.player--voice').count()).toBe(1);
  });
});

describe('files for a conversation that somebody else takes meanwhile', () => {
  test('stay in their window with their texts, and are sent once it is back', async () => {
    const { t, page } = ana;
    const bruno = await person();
    await bruno.signIn('bruno', '#/servicios/espera');
    await bruno.row(`${name} `).click();
    await bruno.bubble('Hola').waitFor();
    await ana.choose(files.picture('Frente.png'), files.pdf('Plano.pdf'));
    const dialog = page.getByRole('dialog', { name: t.attach.title });
    const caption = dialog.getByLabel(t.attach.caption('Plano.pdf'));
    await caption.fill('El de la planta alta');
    await bruno.say('Le atiendo yo');
    const reason = dialog.getByText(t.attach.blocked, { exact: false });
    await reason.waitFor();
    await dialog.getByText(t.pane.attendedLine('Bruno Díaz'), { exact: false }).waitFor();
    const send = dialog.getByRole('button', { name: t.attach.sendMany(2) });
    expect(await send.isDisabled()).toBe(true);
    await ana.keepPicture('files-blocked');
    await caption.press('Enter');
    expect(await caption.inputValue()).toBe('El de la planta alta');
    expect(await dialog.locator('input[type=file]').count()).toBe(0);

    await bruno.button(t.pane.release).click();
    await reason.waitFor({ state: 'detached' });
    await dialog.getByText(t.attach.done, { exact: false }).nth(1).waitFor();
    await send.click();
    await contact.bubble('El de la planta alta').waitFor();
    await contact.page.locator('.thumbnail img').nth(1).waitFor();
    expect(ana.complaints).toEqual([]);
    await bruno.close();
  });

  test('go when their writer closes the window', async () => {
    const { t, page } = ana;
    const bruno = await person();
    await bruno.signIn('bruno', '#/servicios/espera');
    await bruno.row(`${name} `).click();
    await bruno.bubble('Hola').waitFor();
    await ana.choose(files.picture('Frente.png'));
    await bruno.say('Le atiendo yo');
    const dialog = page.getByRole('dialog', { name: t.attach.title });
    await dialog.getByText(t.attach.blocked, { exact: false }).waitFor();
    await ana.button(t.attach.cancel).click();
    await dialog.waitFor({ state: 'detached' });
    await page.getByText(t.pane.takenBy('Bruno Díaz')).waitFor();
    await page.waitForFunction(() => document.activeElement?.id === 'conversation');
    expect(ana.complaints).toEqual([]);
    await bruno.close();
  });
});

describe('a recording for a conversation that somebody else has meanwhile', () => {
  test('stays there with the reason, and may be removed', async () => {
    const { t, page } = ana;
    const bruno = await person();
    await bruno.signIn('bruno', '#/servicios/espera');
    await bruno.row(`${name} `).click();
    await bruno.bubble('Hola').waitFor();
    const line = await HeldLine.of(page);
    await page.reload();
    await ana.bubble('Hola').waitFor();
    await ana.record();
    line.hold();
    await bruno.say('Le atiendo yo');
    await contact.bubble('Le atiendo yo').waitFor();
    await ana.button(t.voice.send).click();
    const recording = page.locator('.player--voice');
    await recording.waitFor();
    line.release();
    await page.getByText(t.pane.takenBy('Bruno Díaz')).waitFor();
    await page.getByRole('alert').getByText(t.problems['already-claimed']!, { exact: false }).waitFor();
    expect(await recording.count()).toBe(1);
    await ana.keepPicture('files-taken');
    await ana.button(t.delivery.drop).click();
    await recording.waitFor({ state: 'detached' });
    expect(await contact.page.locator('.player--voice').count()).toBe(0);
    await bruno.close();
  });
});

describe('quick replies', () => {
  test('are kept on their page, with a file, found by `/`, removed and brought back', async () => {
    const sofia = await person();
    const { t, page } = sofia;
    await page.clock.install();
    await sofia.signIn('sofia', '#/respuestas');
    await page.getByRole('heading', { name: 'Presupuesto' }).waitFor();
    await sofia.button(t.quickPage.add).click();
    await page.getByLabel(t.quickPage.name, { exact: true }).fill('Lista de precios');
    await page.getByLabel(t.quickPage.text, { exact: true }).fill('Aquí está, ');
    await page.getByRole('button', { name: t.quickPage.contactName }).click();
    await page.getByRole('dialog').locator('input[type=file]').setInputFiles(files.pdf('Precios.pdf'));
    await expect.poll(() => sofia.button(t.quickPage.save).isEnabled()).toBe(true);
    // The first answer is lost on its way; pressed again, it is stored once.
    const lost = async (route: Route) => {
      await route.fetch();
      await route.abort('connectionreset');
    };
    await page.route('**/api/v1/quick-replies', lost, { times: 1 });
    await sofia.button(t.quickPage.save).click();
    await page.getByRole('alert').getByText(t.quickPage.unanswered).waitFor();
    await sofia.keepPicture('quick-unanswered');
    await sofia.button(t.quickPage.save).click();
    const card = page.getByRole('listitem').filter({ hasText: 'Lista de precios' });
    await card.getByText('Precios.pdf').waitFor();

    await ana.box.focus();
    await ana.page.keyboard.type('/precios');
    await ana.page.getByRole('option', { name: /Lista de precios/ }).click();
    await contact.bubble(`Aquí está, ${name}`).waitFor();
    await contact.page.getByText('Precios.pdf').waitFor();

    // Edited, it says the new words.
    await sofia.button(t.quickPage.edit('Lista de precios')).click();
    await page.getByLabel(t.quickPage.text, { exact: true }).fill('La lista nueva');
    await sofia.button(t.quickPage.save).click();
    await card.getByText('La lista nueva').waitFor();

    // Removed and brought back, it was never gone, however long the pointer has kept the toast.
    const found = (words: string) =>
      page.evaluate(async (asked) => {
        const answer = await fetch(`/api/v1/quick-replies?q=${asked}`);
        return ((await answer.json()) as { items: unknown[] }).items.length;
      }, words);
    await sofia.button(t.quickPage.remove('Lista de precios')).click();
    await card.waitFor({ state: 'detached' });
    await sofia.button(t.toast.undo).hover();
    await page.clock.runFor(60_000);
    await sofia.button(t.toast.undo).click();
    await card.waitFor();
    expect(await found('lista')).toBe(1);

    // Removed between the list and the click: nothing is sent, and it says so.
    await ana.page.keyboard.type('/lista');
    await ana.page.getByRole('option', { name: /Lista de precios/ }).waitFor();
    await sofia.button(t.quickPage.remove('Lista de precios')).click();
    await card.waitFor({ state: 'detached' });
    await sofia.page.getByRole('link', { name: t.panel.services }).click();
    await expect.poll(() => found('lista')).toBe(0);
    expect(await sofia.button(t.toast.undo).count()).toBe(0);
    await ana.page.keyboard.press('Enter');
    await ana.page
      .getByRole('alert')
      .getByText(ana.t.problems['no-such-quick-reply']!, { exact: false })
      .waitFor();
    expect(await contact.bubble('La lista nueva').count()).toBe(0);

    // A page that goes altogether leaves no time to undo either.
    await page.goto(`${server.url}/#/respuestas`);
    await sofia.button(t.quickPage.remove('Presupuesto')).click();
    await sofia.button(t.toast.undo).waitFor();
    await page.reload();
    await expect.poll(() => found('presupuesto')).toBe(0);
    await sofia.close();
  });
});
