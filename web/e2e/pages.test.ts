// The pages beside the conversations, and notices.

import type { Route } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import { HeldLine, useStage } from './stage';

const { server, person } = useStage();

describe('one’s profile', () => {
  test('changes the password, and one stays signed in', async () => {
    const carla = await person();
    const { t, page } = carla;
    await carla.signIn('carla', '#/perfil');
    const fill = async (current: string, wanted: string, repeated: string) => {
      await page.getByLabel(t.profile.current, { exact: true }).fill(current);
      await page.getByLabel(t.profile.wanted, { exact: true }).fill(wanted);
      await page.getByLabel(t.profile.repeat, { exact: true }).fill(repeated);
      await carla.button(t.profile.change).click();
    };
    await fill('demo', 'una nueva', 'otra nueva');
    await page.getByText(t.profile.different).waitFor();
    await fill('no es', 'una nueva', 'una nueva');
    await page.getByText(t.profile.wrong).waitFor();
    // As after ten wrong ones, which would keep everybody here from signing in; then no answer.
    const tooMany = { type: '/problems/too-many-attempts', title: '', status: 429, detail: '' };
    const answers = [
      (route: Route) =>
        route.fulfill({ status: 429, headers: { 'retry-after': '840' }, json: tooMany }),
      (route: Route) => route.abort(),
    ];
    await page.route('**/me/password', (route) => answers.shift()?.(route) ?? route.fallback());
    await fill('no es', 'una nueva', 'una nueva');
    await page.getByText(t.signIn.tooMany(840)).waitFor();
    await fill('demo', 'una nueva', 'una nueva');
    await page.getByText(t.profile.unanswered).waitFor();
    await fill('demo', 'una nueva', 'una nueva');
    await page.getByText(t.profile.changed).waitFor();
    await page.reload();
    await page.getByRole('heading', { name: t.profile.title }).waitFor();
    const again = await person();
    await again.signIn('carla', '', 'una nueva');
    await Promise.all([carla.close(), again.close()]);
  });
});

describe('notices', () => {
  test('are asked for politely, and tell of what comes while one is elsewhere', async () => {
    const bruno = await person();
    const { t, page } = bruno;
    // The desktop is this test: it grants, and notes what it is shown.
    await page.addInitScript(() => {
      const shown: string[] = [];
      class Notice {
        static permission = 'default';
        static requestPermission = () => Promise.resolve((Notice.permission = 'granted'));
        onclick: (() => void) | null = null;
        constructor(title: string, options: { body: string }) {
          shown.push(`${title}: ${options.body}`);
        }
        close() {}
      }
      Object.assign(window, { Notification: Notice, shown });
    });
    await bruno.signIn('bruno');
    await page.getByText(t.notices.ask).waitFor();
    await bruno.button(t.notices.yes).click();
    await page.getByText(t.notices.ask).waitFor({ state: 'detached' });
    await page.evaluate(() => Object.assign(document, { hasFocus: () => false }));
    const contact = await person();
    await contact.openChat();
    await contact.write('¿Hay alguien?', 'Elsa Avisos');
    const shown = () => page.evaluate(() => (window as unknown as { shown: string[] }).shown);
    await expect.poll(shown).toEqual(['Elsa Avisos: ¿Hay alguien?']);
    await expect.poll(() => page.title()).toBe('(1) Bitácora');
    // Switched off in the profile, it is quiet.
    await page.goto(`${server.url}/#/perfil`);
    const toggle = page.getByRole('switch', { name: t.notices.desktop });
    expect(await toggle.getAttribute('aria-checked')).toBe('true');
    await toggle.click();
    expect(await toggle.getAttribute('aria-checked')).toBe('false');
    await contact.write('¿Sigue ahí?');
    await page.goto(`${server.url}/#/servicios/espera`);
    await bruno.row('Elsa Avisos').getByText(t.list.unread(2)).waitFor();
    expect(await shown()).toEqual(['Elsa Avisos: ¿Hay alguien?']);
    // Switched on again, it tells of the next one.
    await page.goto(`${server.url}/#/perfil`);
    await toggle.click();
    expect(await toggle.getAttribute('aria-checked')).toBe('true');
    await contact.write('Vuelvo mañana');
    await expect
      .poll(shown)
      .toEqual(['Elsa Avisos: ¿Hay alguien?', 'Elsa Avisos: Vuelvo mañana']);
    await Promise.all([bruno.close(), contact.close()]);
  });
});

describe('what comes while one is elsewhere', () => {
  test('sounds unless that is switched off, and stands unread on its row until it is read', async () => {
    const [bruno, contact] = await Promise.all([person(), person()]);
    const { t, page } = bruno;
    // The loudspeaker is this test: it counts the notes.
    await page.addInitScript(() => {
      const played = { notes: 0 };
      const to = { connect: (next: object) => next, gain: {}, frequency: { value: 0 } };
      const ramp = () => {};
      Object.assign(to.gain, {
        setValueAtTime: ramp,
        linearRampToValueAtTime: ramp,
        exponentialRampToValueAtTime: ramp,
      });
      class Loudspeaker {
        currentTime = 0;
        destination = to;
        createOscillator = () => ({ ...to, start: () => (played.notes += 1), stop: () => {} });
        createGain = () => to;
        close = () => Promise.resolve();
      }
      Object.assign(window, { AudioContext: Loudspeaker, played });
    });
    const notes = () =>
      page.evaluate(() => (window as unknown as { played: { notes: number } }).played.notes);
    await bruno.signIn('bruno', '#/perfil');
    const sound = page.getByRole('switch', { name: t.notices.sound });
    await sound.click();
    expect(await sound.getAttribute('aria-checked')).toBe('false');
    await contact.openChat();
    await contact.write('¿Se oye?', 'Clara Sonora');
    await page.goto(`${server.url}/#/servicios/espera`);
    const row = bruno.row('Clara Sonora');
    await row.getByText(t.list.unread(1)).waitFor();
    expect(await notes()).toBe(0);

    await page.goto(`${server.url}/#/perfil`);
    await sound.click();
    expect(await sound.getAttribute('aria-checked')).toBe('true');
    await contact.write('Ahora sí');
    await expect.poll(notes).toBe(2);

    // Answered, it is read; what comes while another page is open is not, until it is looked at.
    await page.goto(`${server.url}/#/servicios/espera`);
    await row.getByText(t.list.unread(2)).waitFor();
    await row.click();
    await bruno.say('Sí, se oye');
    await page.getByRole('tab', { name: t.tabs.attending, selected: true }).waitFor();
    const badge = row.locator('.row__unread');
    await badge.waitFor({ state: 'detached' });
    await page.goto(`${server.url}/#/servicios/atendiendo`);
    await contact.write('Gracias');
    await row.getByText(t.list.unread(1)).waitFor();
    await row.click();
    await bruno.bubble('Gracias').waitFor();
    await badge.waitFor({ state: 'detached' });
    await Promise.all([bruno.close(), contact.close()]);
  });
});

describe('the first load on a slow line', () => {
  test('says nothing of what waits, or of a cut, before it knows', async () => {
    const [ana, contact] = await Promise.all([person(), person()]);
    const { t, page } = ana;
    await contact.openChat();
    await contact.write('¿Tardan mucho?', 'Lena Lenta');
    await contact.page.getByText(t.chat.waiting).waitFor();
    const line = await HeldLine.of(page);
    line.hold();
    let listsCome = () => {};
    const lists = new Promise<void>((resolve) => (listsCome = resolve));
    await page.route('**/api/v1/conversations?*', async (route) => {
      await lists;
      await route.continue();
    });
    await ana.signIn('ana');
    const cards = page.locator('.home__cards');
    const tabs = page.getByRole('tab');
    const quiet = async () => {
      await page.goto(`${server.url}/#/servicios/espera`);
      await tabs.first().waitFor();
      expect(await tabs.count()).toBe(3);
      expect(await tabs.getByText(/\d/).count()).toBe(0);
      await page.goto(`${server.url}/#/`);
      await cards.waitFor();
      expect(await cards.innerText()).not.toMatch(/\d/);
      expect(await cards.getByText(t.home.nobodyWaits).count()).toBe(0);
      expect(await cards.getByText(t.home.allRead).count()).toBe(0);
      expect(await page.getByText(t.banner.connecting).count()).toBe(0);
      expect(await page.getByText(t.banner.catchingUp).count()).toBe(0);
      expect(await page.title()).toBe('Bitácora');
    };
    // A while, since a notice that is wrong takes its time too.
    await page.waitForTimeout(1_000);
    await quiet();
    await ana.keepPicture('home, before the first answer');
    line.release();
    await page.waitForTimeout(1_000);
    await quiet();
    await page.getByText(t.banner.first).waitFor();
    listsCome();
    await page.getByText(t.banner.first).waitFor({ state: 'detached' });
    // Who waits may have done so for a while by now.
    const since = t.home.oldest('?').split('?')[0]!;
    await cards.getByText(t.home.oldest(null)).or(cards.getByText(since)).waitFor();
    await Promise.all([ana.close(), contact.close()]);
  });
});

describe('a conversation that a colleague gives to one', () => {
  test('is told, marked on its row until it is opened, and opened from there', async () => {
    const [ana, bruno, contact] = await Promise.all([person(), person(), person()]);
    const { t, page } = ana;
    await contact.openChat();
    await contact.write('¿Quién me atiende?', 'Tere Transferida');
    await ana.signIn('ana', '#/servicios/atendiendo');
    await page.getByText(t.empty.attendingTitle).waitFor();
    await bruno.signIn('bruno', '#/servicios/espera');
    await bruno.row('Tere Transferida').click();
    await bruno.say('Ya le digo');
    await bruno.bubble('Ya le digo').waitFor();
    const give = async (note: string) => {
      await bruno.button(t.pane.transfer).click();
      await bruno.page.getByRole('button', { name: /Ana Ribas/ }).click();
      await bruno.page.getByLabel(t.transfer.note).fill(note);
      await bruno.button(t.transfer.submit('Ana Ribas')).click();
    };
    await bruno.page.getByRole('tab', { name: t.tabs.attending, selected: true }).waitFor();
    await give('Pregunta por los envíos');
    const toast = page.locator('.toast').getByText('Tere Transferida');
    await toast.waitFor();
    // It covers nothing of the list or the conversation.
    const [card, tabs] = await Promise.all([
      page.locator('.toast').boundingBox(),
      page.getByRole('tablist').boundingBox(),
    ]);
    expect(card!.y + card!.height).toBeLessThanOrEqual(tabs!.y);
    const row = ana.row('Tere Transferida');
    await row.getByText(t.list.handed).waitFor();
    await ana.tab('Atendiendo').getByText(t.home.handed(1)).waitFor();
    await ana.keepPicture('handed');
    await page.reload();
    await row.getByText(t.list.handed).waitFor();
    await row.click();
    await row.getByText(t.list.handed).waitFor({ state: 'detached' });

    // Given back, it is claimed in another tab, and no news in this one; then it comes without a note.
    const tab = await ana.context.newPage();
    await ana.button(t.pane.release).click();
    await page.goto(`${server.url}/#/servicios/espera`);
    await row.waitFor();
    await tab.goto(`${server.url}/#/servicios/espera`);
    await tab.getByRole('option', { name: /Tere Transferida/ }).click();
    await tab.getByRole('button', { name: t.pane.claim, exact: true }).click();
    await row.waitFor({ state: 'detached' });
    await tab.getByRole('button', { name: t.pane.release, exact: true }).click();
    await row.waitFor();
    expect(await toast.count()).toBe(0);
    await tab.close();
    await bruno.tab('Espera').click();
    await bruno.row('Tere Transferida').click();
    await give('');
    await page.getByText(t.toast.handed('Tere Transferida')).waitFor();
    await ana.button(t.toast.open).click();
    await ana.bubble('¿Quién me atiende?').waitFor();

    // Beside what she can undo, and over it where there is no room for both.
    await ana.button(t.pane.release).click();
    const own = page.locator('.toast').filter({ hasText: t.toast.released });
    await own.waitFor();
    await bruno.tab('Espera').click();
    await bruno.row('Tere Transferida').click();
    await give('Es suya');
    const news = page.locator('.toast').filter({ hasText: 'Tere Transferida' });
    await news.waitFor();
    // Its movement is over.
    await page.waitForTimeout(400);
    const [left, right, header] = await Promise.all([
      own.boundingBox(),
      news.boundingBox(),
      page.locator('.panel').boundingBox(),
    ]);
    const under = header!.y + header!.height;
    for (const box of [left, right]) expect(box!.y + box!.height).toBeLessThanOrEqual(under);
    expect(left!.x + left!.width).toBeLessThan(right!.x);
    await ana.keepPicture('two toasts');
    const { width, height } = page.viewportSize()!;
    await page.setViewportSize({ width: 390, height: 800 });
    expect(await own.isVisible()).toBe(false);
    const low = await news.boundingBox();
    expect(low!.y + low!.height).toBeLessThanOrEqual(under);
    await ana.keepPicture('two toasts, narrow');
    await page.setViewportSize({ width, height });
    await Promise.all([ana.close(), bruno.close(), contact.close()]);
  });
});

describe('the contact’s page', () => {
  test('takes a name of as many emoji as the server does, and no more', async () => {
    const contact = await person();
    const { page, t } = contact;
    await contact.openChat();
    const name = page.getByLabel(t.chat.name);
    await name.focus();
    await page.keyboard.insertText('🙂'.repeat(81));
    expect(await name.inputValue()).toBe('🙂'.repeat(80));
    await contact.write('Hola');
    await page.getByText(t.chat.waiting).waitFor();
    await contact.close();
  });

  test('of a department that does not exist says so kindly', async () => {
    const contact = await person();
    const answer = await contact.page.goto(`${server.url}/chat?department=nada`);
    expect(answer?.status()).toBe(404);
    await contact.page.getByText(contact.t.chat.noDepartment).waitFor();
    await contact.close();
  });
});
