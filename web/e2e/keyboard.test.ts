// The keyboard alone.

import type { Locator } from 'playwright-core';
import { beforeAll, describe, expect, test } from 'vitest';
import { files } from './samples';
import { type Person, useStage } from './stage';

const { server, person, somebodyWaits } = useStage();

beforeAll(somebodyWaits);

// More stops than any screen has.
const stopsMax = 60;

const hasFocus = (element: Locator) =>
  element.evaluate((it) => it === (it.getRootNode() as Document).activeElement);

// Goes to an element as a person does, stop by stop.
async function goTo(person: Person, element: Locator, key: 'Tab' | 'Shift+Tab' = 'Tab') {
  await element.waitFor({ state: 'attached' });
  for (let stop = 0; stop < stopsMax; stop += 1) {
    if (await hasFocus(element)) return;
    await person.page.keyboard.press(key);
  }
  throw new Error(`${key} does not lead to ${element}`);
}

async function focusComesTo(element: Locator) {
  await expect.poll(() => hasFocus(element)).toBe(true);
}

describe('the keyboard alone', () => {
  test('signs in, finds, answers, gives back, changes the language and signs out', async () => {
    const bruno = await person();
    const { page } = bruno;
    const { keyboard } = page;
    await page.goto(server.url);
    await page.getByLabel('Usuario').waitFor();
    await keyboard.type('bruno');
    await keyboard.press('Tab');
    await keyboard.type('demo');
    await keyboard.press('Enter');
    await page.getByText('Cómo se trabaja').waitFor();

    await keyboard.press('Alt+1');
    await bruno.row('Martina Núñez').waitFor();
    await bruno.tab('Espera').focus();
    await keyboard.press('ArrowDown');
    await keyboard.press('Enter');
    await bruno.bubble('Hola, ¿tienen envíos a Rosario?').waitFor();
    await page.waitForFunction(() => document.activeElement?.id === 'composer');
    await keyboard.type('Sí, todos los días');
    await keyboard.press('Enter');
    await page.getByRole('tab', { name: /Atendiendo/, selected: true }).waitFor();
    await page.getByRole('log').getByRole('img', { name: /Enviado|Entregado|Leído/ }).waitFor();
    expect(await page.evaluate(() => document.activeElement?.id)).toBe('composer');

    // What Alt makes of a digit, on a Spanish keyboard of Apple's, is written.
    const isWritten = await bruno.box.evaluate((box) => {
      const key = { code: 'Digit1', key: '|', altKey: true, bubbles: true, cancelable: true };
      return box.dispatchEvent(new KeyboardEvent('keydown', key));
    });
    expect(isWritten).toBe(true);
    await page.getByRole('tab', { name: /Atendiendo/, selected: true }).waitFor();

    await keyboard.press('Escape');
    expect(await page.evaluate(() => document.activeElement?.id)).toBe('conversation-list');
    await keyboard.press('Enter');
    await page.waitForFunction(() => document.activeElement?.id === 'composer');

    await keyboard.press('Control+k');
    await keyboard.type('devolver');
    await keyboard.press('Enter');
    await page.getByText('Devuelta a Espera').waitFor();
    await page.waitForFunction(() => document.activeElement?.id === 'composer');

    await keyboard.press('Control+k');
    await keyboard.type('português');
    await keyboard.press('Enter');
    await page.getByRole('link', { name: 'Serviços' }).waitFor();
    await keyboard.press('Control+k');
    await keyboard.type('escuro');
    await keyboard.press('Enter');
    expect(await page.evaluate(() => document.documentElement.dataset['theme'])).toBe('dark');
    await expect.poll(() => page.title()).toBe('(1) Bitácora');
    await keyboard.press('Control+k');
    await keyboard.type('sair');
    await keyboard.press('Enter');
    await page.getByLabel('Usuário').waitFor();
    await expect.poll(() => page.title()).toBe('Bitácora');
    await bruno.close();
  });

  test('keeps quick replies: a new one, its change and its removal', async () => {
    const sofia = await person();
    const { t, page } = sofia;
    const { keyboard } = page;
    await sofia.signIn('sofia');
    await keyboard.press('Control+k');
    await keyboard.type('respuestas');
    await keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Horario de atención' }).waitFor();

    await goTo(sofia, sofia.button(t.quickPage.add));
    await keyboard.press('Enter');
    await focusComesTo(page.getByLabel(t.quickPage.name, { exact: true }));
    await keyboard.type('Garantía');
    await keyboard.press('Tab');
    await keyboard.type('Dos años, ');
    await goTo(sofia, sofia.button(t.quickPage.contactName));
    await keyboard.press('Space');
    await focusComesTo(page.getByLabel(t.quickPage.text, { exact: true }));
    await goTo(sofia, page.getByRole('dialog').getByRole('combobox'));
    await keyboard.press('ArrowDown');
    await goTo(sofia, sofia.button(t.quickPage.save));
    await keyboard.press('Enter');
    const card = page.getByRole('listitem').filter({ hasText: 'Garantía' });
    await card.getByText('Dos años, Nombre del contacto').waitFor();
    await focusComesTo(sofia.button(t.quickPage.add));

    const edit = sofia.button(t.quickPage.edit('Garantía'));
    await goTo(sofia, edit);
    await keyboard.press('Enter');
    await goTo(sofia, page.getByLabel(t.quickPage.name, { exact: true }));
    await keyboard.press('End');
    await keyboard.type(' de fábrica');
    await keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Garantía de fábrica' }).waitFor();
    await goTo(sofia, sofia.button(t.quickPage.edit('Garantía de fábrica')));
    await keyboard.press('Enter');
    await page.getByRole('dialog').waitFor();
    await keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    await focusComesTo(sofia.button(t.quickPage.edit('Garantía de fábrica')));

    await keyboard.press('Tab');
    expect(await hasFocus(sofia.button(t.quickPage.remove('Garantía de fábrica')))).toBe(true);
    await keyboard.press('Enter');
    await card.waitFor({ state: 'detached' });
    await goTo(sofia, sofia.button(t.toast.undo));
    await keyboard.press('Enter');
    await card.waitFor();
    await sofia.close();
  });

  test('sends a file, emoji and a recording, looks at a picture, and hands over', async () => {
    const contact = await person();
    await contact.openChat();
    await contact.write('Mire esto', 'Solo Teclas');
    await contact.choose(files.picture('Foto.png'));
    await contact.sendFiles();
    const bruno = await person();
    const { t, page, box } = bruno;
    const { keyboard } = page;
    const log = page.getByRole('log');
    await bruno.signIn('bruno', '#/servicios/espera');
    await bruno.row('Solo Teclas').waitFor();
    await keyboard.press('Control+k');
    await keyboard.type('solo teclas');
    await keyboard.press('Enter');
    await log.locator('.thumbnail img').waitFor();
    await focusComesTo(box);

    // 📎: the browser's own question for files, then a caption, sent by Enter.
    await goTo(bruno, bruno.button(t.attach.open), 'Shift+Tab');
    await keyboard.press('Enter');
    // Asked for well before: the browser is told first that it is to ask us instead of the person.
    const question = page.waitForEvent('filechooser');
    await goTo(bruno, page.getByLabel(t.attach.browse, { exact: true }));
    await keyboard.press('Space');
    await (await question).setFiles(files.pdf('Plano.pdf'));
    await goTo(bruno, page.getByLabel(t.attach.caption('Plano.pdf')));
    await keyboard.type('El plano');
    await keyboard.press('Enter');
    await contact.bubble('El plano').waitFor();
    await focusComesTo(box);
    expect(await box.inputValue()).toBe('');

    // ☺: opened, walked and taken.
    await goTo(bruno, bruno.button(t.emoji.open), 'Shift+Tab');
    await keyboard.press('Enter');
    await focusComesTo(page.getByPlaceholder(t.emoji.search));
    await page.getByRole('gridcell').first().waitFor();
    await keyboard.press('ArrowDown');
    await keyboard.press('ArrowRight');
    await keyboard.press('Enter');
    await focusComesTo(box);
    const emoji = await box.inputValue();
    expect(emoji).toMatch(/^\p{Emoji}/u);
    await keyboard.press('Enter');
    await contact.bubble(emoji).waitFor();

    // 🎙: thrown away, then sent.
    await goTo(bruno, bruno.button(t.voice.record));
    await keyboard.press('Enter');
    await focusComesTo(bruno.button(t.voice.stop));
    await goTo(bruno, bruno.button(t.voice.cancel), 'Shift+Tab');
    await keyboard.press('Enter');
    await focusComesTo(box);
    await goTo(bruno, bruno.button(t.voice.record));
    await keyboard.press('Enter');
    await focusComesTo(bruno.button(t.voice.stop));
    await goTo(bruno, bruno.button(t.voice.send));
    await keyboard.press('Enter');
    await contact.page.getByRole('log').locator('.player--voice').waitFor();
    await focusComesTo(box);

    // A picture in the whole window, and back to where one was.
    const thumbnail = bruno.button(t.files.open('Foto.png'));
    await goTo(bruno, thumbnail, 'Shift+Tab');
    await keyboard.press('Enter');
    const viewer = page.getByRole('dialog', { name: /Foto.png/ });
    await viewer.getByRole('img').waitFor();
    await viewer.getByText('100%').waitFor();
    await keyboard.press('+');
    await viewer.getByText('100%').waitFor({ state: 'detached' });
    await keyboard.press('Escape');
    await viewer.waitFor({ state: 'detached' });
    await focusComesTo(thumbnail);

    const transfer = bruno.button(t.pane.transfer);
    await goTo(bruno, transfer, 'Shift+Tab');
    await keyboard.press('Enter');
    await focusComesTo(page.getByLabel(t.transfer.search));
    await page.getByRole('button', { name: /Ana Ribas/ }).waitFor();
    await keyboard.press('Escape');
    await focusComesTo(transfer);
    await keyboard.press('Enter');
    await page.getByRole('button', { name: /Ana Ribas/ }).waitFor();
    await keyboard.type('ana');
    await keyboard.press('Enter');
    await goTo(bruno, page.getByLabel(t.transfer.note));
    await keyboard.type('Pide un plano');
    await goTo(bruno, bruno.button(t.transfer.submit('Ana Ribas')));
    await keyboard.press('Enter');
    await page.getByText(t.toast.transferred('Ana Ribas')).waitFor();
    await Promise.all([bruno.close(), contact.close()]);
  });

  test('keeps one’s profile: notices, the password, language and theme', async () => {
    const carla = await person();
    const { t, page } = carla;
    const { keyboard } = page;
    await carla.signIn('carla');
    await keyboard.press('Control+k');
    await keyboard.type('perfil');
    await keyboard.press('Enter');
    await page.getByRole('heading', { name: t.profile.title }).waitFor();
    const sound = page.getByRole('switch', { name: t.notices.sound });
    await goTo(carla, sound);
    await keyboard.press('Space');
    expect(await sound.getAttribute('aria-checked')).toBe('false');
    await goTo(carla, page.getByLabel(t.profile.current, { exact: true }));
    await keyboard.type('demo');
    await keyboard.press('Tab');
    await keyboard.type('una nueva');
    await keyboard.press('Tab');
    await keyboard.type('una nueva');
    await keyboard.press('Enter');
    await page.getByText(t.profile.changed).waitFor();
    await goTo(carla, page.getByRole('radio', { name: t.panel.themes.dark }));
    await keyboard.press('Enter');
    expect(await page.evaluate(() => document.documentElement.dataset['theme'])).toBe('dark');
    await carla.close();
  });

  test('writes to the company: a name, a message, files and a recording', async () => {
    const contact = await person();
    const { t, page, box } = contact;
    const { keyboard } = page;
    const log = page.getByRole('log');
    await contact.openChat();
    await focusComesTo(box);
    await goTo(contact, page.getByLabel(t.chat.name), 'Shift+Tab');
    await keyboard.type('Nadia Teclas');
    await keyboard.press('Enter');
    await focusComesTo(box);
    await keyboard.type('Buenas tardes');
    await keyboard.press('Enter');
    await contact.bubble('Buenas tardes').waitFor();
    await page.getByText(t.chat.waiting).waitFor();
    await focusComesTo(box);

    // With ➤ as well as by Enter.
    await keyboard.type('¿Tienen planos?');
    await goTo(contact, contact.button(t.chat.send));
    await keyboard.press('Space');
    await contact.bubble('¿Tienen planos?').waitFor();
    await focusComesTo(box);

    // 📎: opened and left, then the browser's own question for files, a caption, and Enter.
    const window = page.getByRole('dialog', { name: t.attach.title });
    await goTo(contact, contact.button(t.attach.open), 'Shift+Tab');
    await keyboard.press('Enter');
    await window.waitFor();
    await keyboard.press('Escape');
    await window.waitFor({ state: 'detached' });
    await focusComesTo(box);
    await goTo(contact, contact.button(t.attach.open), 'Shift+Tab');
    await keyboard.press('Enter');
    const question = page.waitForEvent('filechooser');
    await goTo(contact, page.getByLabel(t.attach.browse, { exact: true }));
    await keyboard.press('Space');
    await (await question).setFiles(files.picture('Terreno.png'));
    await goTo(contact, page.getByLabel(t.attach.caption('Terreno.png')));
    await keyboard.type('El terreno');
    await keyboard.press('Enter');
    // The message itself: what is on its way gives its place to it.
    await log.locator('[data-message]').getByText('El terreno').waitFor();
    await focusComesTo(box);

    const thumbnail = contact.button(t.files.open('Terreno.png'));
    await goTo(contact, thumbnail, 'Shift+Tab');
    await keyboard.press('Enter');
    const viewer = page.getByRole('dialog', { name: /Terreno.png/ });
    await viewer.getByRole('img').waitFor();
    await keyboard.press('Escape');
    await viewer.waitFor({ state: 'detached' });
    await focusComesTo(thumbnail);

    await goTo(contact, contact.button(t.voice.record));
    await keyboard.press('Enter');
    await focusComesTo(contact.button(t.voice.stop));
    await goTo(contact, contact.button(t.voice.send));
    await keyboard.press('Enter');
    await log.locator('.player--voice').waitFor();
    await focusComesTo(box);
    await contact.close();
  });
});
