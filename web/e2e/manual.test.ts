// Every row of the manual, with two operators and a contact, in each of the three languages.

import { readFileSync } from 'node:fs';
import type { Locator } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import { files } from './samples';
import { type Person, useStage } from './stage';

const { person } = useStage();

async function bytesOf(person: Person, button: Locator): Promise<Buffer> {
  const [download] = await Promise.all([person.page.waitForEvent('download'), button.click()]);
  return readFileSync(await download.path());
}

describe.each([
  ['es-AR', 'Martina Núñez'],
  ['pt-BR', 'João Conceição'],
  ['en-GB', 'Zoë Brontë'],
])('the manual, in %s', (locale, name) => {
  test('from Espera to files, emoji and a recording, both ways', async () => {
    const [contact, ana, bruno] = await Promise.all(
      [1, 2, 3].map(() => person({ locale })),
    ) as [Person, Person, Person];
    const { t } = ana;
    const picture = files.picture();
    const pdf = files.pdf();

    // The contact stands in Espera for both; a click shows what they wrote and claims nothing.
    await contact.openChat();
    await contact.write('¿Tienen mesas de roble? 👨‍👩‍👧', name);
    // The panel, and from the icon at its top right the conversations.
    await Promise.all([ana.signIn('ana'), bruno.signIn('bruno')]);
    await Promise.all([ana.openServices(), bruno.openServices()]);
    await Promise.all([ana.row(name).click(), bruno.row(name).click()]);
    await Promise.all([ana, bruno].map((each) => each.bubble('¿Tienen mesas de roble? 👨‍👩‍👧').waitFor()));
    expect(await bruno.row(name).count()).toBe(1);

    // A reply claims it: it is in Ana's Atendiendo, and in nobody else's list.
    await ana.say('Sí, las tenemos 🇦🇷');
    await ana.page
      .getByRole('tab', { name: new RegExp(t.tabs.attending), selected: true })
      .waitFor();
    await bruno.row(name).waitFor({ state: 'detached' });
    await contact.bubble('Sí, las tenemos 🇦🇷').waitFor();
    // The tick is the contact's: it came, and it was seen.
    await ana.page.getByRole('log').getByRole('img', { name: t.delivery.read }).waitFor();

    // Shift and Enter break the line; the icon sends.
    await ana.box.fill(t.tabs.waiting);
    await ana.page.keyboard.press('Shift+Enter');
    await ana.page.keyboard.type(t.tabs.attending);
    await ana.button(t.composer.send).click();
    await contact.bubble(`${t.tabs.waiting}\n${t.tabs.attending}`).waitFor();

    // `/`: filtered without accents, whole on arrowing, left as typed by Escape, sent by Enter
    // or by a click.
    await ana.box.fill('');
    await ana.page.keyboard.type('/');
    await ana.page.getByRole('option', { name: /Horario de atención/ }).waitFor();
    await ana.page.keyboard.type('atencion');
    await ana.page.getByText('Atendemos de lunes a viernes', { exact: false }).first().waitFor();
    await ana.page.keyboard.press('Escape');
    expect(await ana.box.inputValue()).toBe('/atencion');
    await ana.box.fill('');
    await ana.page.keyboard.type('/despedida');
    await ana.page.getByRole('option', { name: /Despedida/ }).waitFor();
    await ana.page.keyboard.press('Enter');
    await contact.page.getByRole('log').getByText(`Gracias por escribirnos, ${name}.`, { exact: false }).waitFor();
    expect(await ana.box.inputValue()).toBe('');
    await ana.page.keyboard.type('/');
    await ana.page.getByRole('option', { name: /Horario de atención/ }).click();
    await contact.page
      .getByRole('log')
      .getByText('Atendemos de lunes a viernes', { exact: false })
      .waitFor();
    expect(await ana.box.inputValue()).toBe('');

    // ☺, by its search, into the text and on.
    await ana.button(t.emoji.open).click();
    const first = ana.page.getByRole('gridcell').first();
    const unsearched = await first.textContent();
    const word = { es: 'corazon', pt: 'coracao', en: 'heart' }[locale.slice(0, 2)]!;
    await ana.page.getByPlaceholder(t.emoji.search).fill(word);
    await expect.poll(() => first.textContent()).not.toBe(unsearched);
    await first.click();
    const emoji = await ana.box.inputValue();
    expect(emoji).toMatch(/\p{Emoji}/u);
    await ana.page.keyboard.press('Enter');
    await contact.bubble(emoji).waitFor();

    // 📎: the formats with their sizes, several files one after another, a text for each.
    await ana.choose(picture, pdf);
    const dialog = ana.page.getByRole('dialog', { name: t.attach.title });
    await dialog.getByText('JPG · JPEG · PNG').waitFor();
    expect(await dialog.getByText(/100/).count()).toBe(1);
    await dialog.getByText(t.attach.done, { exact: false }).nth(1).waitFor();
    const caption = dialog.getByLabel(t.attach.caption('Vidriera.png'));
    await caption.fill('😀'.repeat(161));
    expect(await dialog.getByRole('button', { name: t.attach.sendMany(2) }).isEnabled()).toBe(false);
    await caption.fill('La vidriera');
    await dialog.getByRole('button', { name: t.attach.sendMany(2) }).click();
    await contact.bubble('La vidriera').waitFor();
    const received = contact.page.getByRole('log').getByRole('button', {
      name: contact.t.files.download('Presupuesto 2026.pdf'),
    });
    expect((await bytesOf(contact, received)).equals(pdf.buffer)).toBe(true);
    await contact.page.locator('.thumbnail img').nth(1).waitFor();

    // 🎙: time, level, a chance to hear it, and off.
    await ana.record();
    await ana.button(t.files.play).click();
    await ana.button(t.voice.send).click();
    const player = contact.page.getByRole('log').locator('.player--voice');
    await player.waitFor();
    await expect.poll(() => player.locator('.player__facts').textContent()).toMatch(/^0:\d\d$/);
    await player.getByRole('button').first().click();
    await contact.page.waitForFunction(() => {
      const audio = document.querySelector<HTMLAudioElement>('[role=log] audio');
      return audio !== null && (audio.currentTime > 0 || audio.ended);
    });

    // The contact sends the same.
    await contact.choose(files.picture('Mi comedor.png'));
    await contact.page.getByText(contact.t.attach.done, { exact: false }).waitFor();
    await contact.sendFiles();
    const thumbnail = ana.page.getByRole('log').getByRole('button', { name: t.files.open('Mi comedor.png') });
    await thumbnail.locator('img').waitFor();
    await contact.record();
    await contact.button(contact.t.voice.send).click();
    await ana.page.getByRole('log').locator('.bubble:not(.bubble--mine) .player--voice').waitFor();

    // The picture opens full size; the keyboard zooms, hands it over and closes it.
    await thumbnail.click();
    const viewer = ana.page.getByRole('dialog', { name: new RegExp('Mi comedor.png') });
    await viewer.getByRole('img').waitFor();
    await viewer.getByText(/^100\s?%$/).waitFor();
    await ana.page.keyboard.press('+');
    await viewer.getByText(/^100\s?%$/).waitFor({ state: 'detached' });
    const original = await bytesOf(ana, viewer.getByRole('button', { name: t.files.download('Mi comedor.png') }));
    expect(original.equals(picture.buffer)).toBe(true);
    await ana.page.keyboard.press('Escape');
    await viewer.waitFor({ state: 'detached' });

    // Each sees the other write.
    await contact.box.pressSequentially('Voy');
    await ana.page.getByText(t.pane.typing(name)).waitFor();
    await ana.box.pressSequentially('Bien');
    await contact.page.getByText(contact.t.pane.typing('Ana Ribas')).waitFor();

    await ana.keepPicture(`manual-${locale}`);
    await contact.keepPicture(`manual-contact-${locale}`);
    for (const each of [ana, bruno, contact]) expect(each.complaints).toEqual([]);
    await Promise.all([ana, bruno, contact].map((each) => each.close()));
  });
});
