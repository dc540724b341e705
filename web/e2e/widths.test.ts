// What stands on a telephone's and a tablet's width.

import type { Locator } from 'playwright-core';
import { beforeAll, describe, expect, test } from 'vitest';
import { Looking } from './axe';
import { files } from './samples';
import { type Person, useStage } from './stage';
import { telephone, tooWide } from './telephone';

const { server, person, somebodyWaits } = useStage();

beforeAll(somebodyWaits);

describe('a telephone', () => {
  test('shows one column at a time, with a way back, and nothing wider than itself', async () => {
    const ana = await person(telephone);
    const { page } = ana;
    await ana.signIn('ana');
    expect(await tooWide(page)).toEqual([]);
    await ana.openServices();
    await ana.row('Martina Núñez').tap();
    await ana.bubble('Hola, ¿tienen envíos a Rosario?').waitFor();
    expect(await ana.row('Martina Núñez').isVisible()).toBe(false);
    expect(await tooWide(page)).toEqual([]);
    await page.getByRole('button', { name: 'Datos del contacto' }).tap();
    await page.getByRole('complementary', { name: 'Contacto' }).waitFor();
    await page.getByRole('button', { name: 'Cerrar los datos del contacto' }).tap();
    await page.getByRole('button', { name: 'Volver a la lista' }).tap();
    await ana.row('Martina Núñez').waitFor();
    expect(await page.getByLabel('Mensaje', { exact: true }).isVisible()).toBe(false);
    await ana.close();
  });
});

describe('a tablet', () => {
  test('shows list and conversation, and the contact in a drawer', async () => {
    const ana = await person({ viewport: { width: 768, height: 1024 }, reducedMotion: 'reduce' });
    const { page, t } = ana;
    const sides = page.getByRole('complementary', { name: t.contact.title });
    const button = ana.button(t.pane.contact);
    await ana.signIn('ana', '#/servicios/espera');
    await ana.row('Martina Núñez').click();
    await ana.bubble('Hola, ¿tienen envíos a Rosario?').waitFor();
    expect(await ana.row('Martina Núñez').isVisible()).toBe(true);
    expect(await sides.count()).toBe(0);
    expect(await tooWide(page)).toEqual([]);

    // Opened and closed: by its own button, by Esc, and by a click beside it.
    for (const close of [
      () => ana.button(t.contact.close).click(),
      () => page.keyboard.press('Escape'),
      () => page.mouse.click(100, 500),
    ]) {
      await button.click();
      await sides.waitFor();
      expect(await tooWide(page)).toEqual([]);
      const closing = ana.button(t.contact.close);
      expect(await closing.evaluate((it) => it === document.activeElement)).toBe(true);
      await close();
      await sides.waitFor({ state: 'detached' });
      await expect.poll(() => button.evaluate((it) => it === document.activeElement)).toBe(true);
      expect(await ana.bubble('Hola, ¿tienen envíos a Rosario?').isVisible()).toBe(true);
    }

    // The widths at which the room changes, each with another room than the one before it.
    const shown = async (width: number) => {
      await page.setViewportSize({ width, height: 1024 });
      const things = [ana.row('Martina Núñez'), page.getByRole('log'), button, sides];
      return Promise.all(things.map((thing) => thing.isVisible()));
    };
    await expect.poll(() => shown(599)).toEqual([false, true, true, false]);
    await expect.poll(() => shown(600)).toEqual([true, true, true, false]);
    await expect.poll(() => shown(900)).toEqual([true, true, false, true]);
    await expect.poll(() => shown(899)).toEqual([true, true, true, false]);
    await ana.close();
  });
});

describe('the tabs', () => {
  test('hold their words and counts, however many wait and are attended', async () => {
    const sofia = await person();
    const { page, t } = sofia;
    await page.routeWebSocket(/\/api\/v1\/ws/, (socket) => {
      socket.connectToServer().onMessage((frame) => {
        const many = '"counts":{"waiting":1119,"attending":234}';
        socket.send(String(frame).replace(/"counts":{[^}]*}/, many));
      });
    });
    await sofia.signIn('sofia', '#/servicios/espera');
    // What a tab shows that reaches over its edges.
    const outside = () =>
      page.getByRole('tab').evaluateAll((tabs) =>
        tabs.flatMap((tab) => {
          const edges = tab.getBoundingClientRect();
          const shown = [...tab.querySelectorAll(':scope > :not(.sr-only), svg')];
          return shown
            .filter((part) => part.getClientRects().length > 0)
            .map((part) => [part.className, part.getBoundingClientRect()] as const)
            .filter(([, { left, right }]) => left < edges.left || right > edges.right)
            .map(([name]) => `${tab.id}: ${name}`);
        }),
      );
    for (const width of [1440, 1280, 768, 640, 600, 390, 320]) {
      await page.setViewportSize({ width, height: 720 });
      for (const tab of ['Espera', 'Atendiendo'] as const) {
        await sofia.tab(tab).click();
        await page.getByRole('tab', { name: tab, selected: true }).waitFor();
        expect(await outside(), `${tab}, ${width} px`).toEqual([]);
      }
    }
    const name = `${t.tabs.waiting} 1.119`;
    await page.getByRole('tab', { name, exact: true }).getByText('99+').waitFor();
    expect(await sofia.tab('Espera').getAttribute('title')).toBe(`${t.tabs.waiting}: 1.119`);
    await sofia.close();
  });
});

describe('a conversation’s header', () => {
  test('says its actions in words where they fit, and never runs over the state', async () => {
    const sofia = await person();
    const { page, t } = sofia;
    await sofia.signIn('sofia', '#/servicios/espera');
    await sofia.row('Martina Núñez').click();
    await sofia.bubble('Hola, ¿tienen envíos a Rosario?').waitFor();
    const wide = async (name: string) => (await sofia.button(name).boundingBox())!.width > 60;
    const inWords = () => Promise.all([t.pane.claim, t.pane.transfer, t.pane.close].map(wide));
    for (const [width, words] of [
      [1280, [true, true, true]],
      [1140, [true, false, false]],
      [768, [false, false, false]],
      [320, [false, false, false]],
    ] as const) {
      await page.setViewportSize({ width, height: 720 });
      await expect.poll(inWords, { message: `${width} px` }).toEqual(words);
      const [tag, actions] = await Promise.all(
        ['.pane-header .state-tag', '.pane-header__actions'].map((part) =>
          page.locator(part).boundingBox(),
        ),
      );
      expect(tag!.x + tag!.width, `${width} px`).toBeLessThanOrEqual(actions!.x);
      expect(await tooWide(page)).toEqual([]);
    }
    // Nothing of the rest is too wide for the smallest of telephones.
    await sofia.button(t.pane.back).click();
    await sofia.row('Martina Núñez').waitFor();
    expect(await tooWide(page)).toEqual([]);
    await page.goto(`${server.url}/#/`);
    await page.getByText(t.home.howTitle).waitFor();
    expect(await tooWide(page)).toEqual([]);
    await sofia.close();
  });
});

describe('a low or narrow window', () => {
  test('holds every panel whole, with the button of a transfer in sight, and does not scroll', async () => {
    const ana = await person({ reducedMotion: 'reduce' });
    const { page, t } = ana;
    await ana.signIn('ana', '#/servicios/espera');
    await ana.row('Martina Núñez').click();
    await ana.bubble('Hola, ¿tienen envíos a Rosario?').waitFor();
    const outside = (panel: Locator) =>
      panel.evaluate((element) => {
        const { left, top, right, bottom } = element.getBoundingClientRect();
        const { scrollWidth, scrollHeight } = document.documentElement;
        return {
          beyond: left < 0 || top < 0 || right > innerWidth || bottom > innerHeight,
          scrolls: scrollWidth > innerWidth || scrollHeight > innerHeight,
        };
      });
    const whole = { beyond: false, scrolls: false };
    const transfer = page.getByRole('dialog', { name: t.transfer.title });
    const emoji = page.getByRole('dialog', { name: t.emoji.open });
    const account = page.getByRole('dialog', { name: t.panel.account });
    const sizes = [[640, 360], [900, 450], [610, 700], [1280, 400], [320, 256]] as const;
    for (const [width, height] of sizes) {
      const size = `${width}x${height}`;
      await page.setViewportSize({ width, height });
      await ana.button(t.pane.transfer).click();
      await page.getByRole('button', { name: /Bruno Díaz/ }).waitFor();
      expect(await outside(transfer), `transfer, ${size}`).toEqual(whole);
      const submit = transfer.getByRole('button', { name: t.transfer.choose });
      expect(await outside(submit), `its button, ${size}`).toEqual(whole);
      await page.keyboard.press('Escape');
      await ana.button(t.emoji.open).click();
      await page.getByRole('gridcell').first().waitFor();
      expect(await outside(emoji), `emoji, ${size}`).toEqual(whole);
      await page.keyboard.press('Escape');
      await page.getByRole('button', { name: 'Ana Ribas' }).click();
      await account.waitFor();
      expect(await outside(account), `account, ${size}`).toEqual(whole);
      await page.keyboard.press('Escape');
    }
    await ana.close();
  });

  test('leaves a panel’s list where it was scrolled to when one chooses in it', async () => {
    const ana = await person({ reducedMotion: 'reduce', viewport: { width: 640, height: 360 } });
    const { page, t } = ana;
    await ana.signIn('ana', '#/servicios/espera');
    await ana.row('Martina Núñez').click();
    await ana.button(t.pane.transfer).click();
    const last = page.locator('.transfer__targets button').last();
    await page.getByRole('button', { name: /Bruno Díaz/ }).waitFor();
    await last.scrollIntoViewIfNeeded();
    const places = () =>
      page.evaluate(() =>
        ['.transfer', '.transfer__targets'].map((name) => document.querySelector(name)!.scrollTop),
      );
    const before = await places();
    expect(Math.max(...before)).toBeGreaterThan(0);
    await last.evaluate((button: HTMLElement) => button.click());
    await page.locator('.transfer .popover__check').waitFor();
    expect(await places()).toEqual(before);
    await ana.close();
  });
});

describe('a telephone’s windows', () => {
  test('are no wider than it: files, recorder, emoji, quick replies, a picture', async () => {
    const found: Record<string, string[]> = {};
    const look = async ({ page }: Person, window: string) => {
      const here = await tooWide(page);
      if (here.length > 0) found[window] = here;
    };
    const contact = await person(telephone);
    const { t } = contact;
    const name = 'Maximiliano de la Fuente y Ortiz de Zárate';
    await contact.openChat();
    await contact.write(`https://ejemplo.com/${'y-sigue/'.repeat(12)}`, name);
    await contact.choose(files.picture(`foto-${'larga-'.repeat(12)}.png`), files.pdf());
    await contact.page.getByText(t.attach.done, { exact: false }).nth(1).waitFor();
    await look(contact, 'chat, files');
    await contact.button(t.attach.sendMany(2)).click();
    await contact.page.locator('.thumbnail img').nth(1).waitFor();
    await contact.button(t.voice.record).click();
    await contact.button(t.voice.stop).waitFor();
    await look(contact, 'chat, recording');
    await contact.button(t.voice.send).click();
    await contact.page.getByRole('log').locator('.player--voice').waitFor();
    await look(contact, 'chat');

    const ana = await person(telephone);
    const { page } = ana;
    await ana.signIn('ana', '#/servicios/espera');
    await ana.row(name).click();
    await page.locator('.thumbnail img').nth(1).waitFor();
    await page.getByRole('log').locator('.player--voice').waitFor();
    await look(ana, 'bubbles');
    await ana.choose(files.picture(), files.program());
    await page.getByRole('dialog').getByRole('alert').waitFor();
    await look(ana, 'files');
    await ana.button(t.attach.close).click();
    await ana.button(t.voice.record).click();
    await ana.button(t.voice.stop).waitFor();
    await look(ana, 'recording');
    await ana.button(t.voice.stop).click();
    await ana.button(t.files.play).waitFor();
    await look(ana, 'recorded');
    await ana.button(t.voice.cancel).click();
    await ana.button(t.emoji.open).click();
    await page.getByRole('gridcell').first().waitFor();
    await look(ana, 'emoji');
    await ana.button(t.emoji.open).click();
    await ana.box.fill('/');
    await page.getByRole('option', { name: /Horario de atención/ }).waitFor();
    await look(ana, 'quick replies');
    await ana.box.fill('');
    await page.locator('.thumbnail').first().click();
    await page.getByRole('dialog').getByRole('img').waitFor();
    await look(ana, 'lightbox');
    await page.getByRole('dialog').getByRole('button', { name: t.files.close }).click();
    await ana.button(t.pane.transfer).click();
    await page.getByRole('button', { name: /Bruno Díaz/ }).waitFor();
    await look(ana, 'transfer');
    await page.goto(`${server.url}/#/perfil`);
    await page.getByRole('heading', { name: t.profile.title }).waitFor();
    await look(ana, 'profile');

    const sofia = await person(telephone);
    await sofia.signIn('sofia', '#/respuestas');
    await sofia.page.getByRole('heading', { name: 'Horario de atención' }).waitFor();
    await look(sofia, 'quick replies kept');
    await sofia.button(t.quickPage.add).click();
    await sofia.page.getByLabel(t.quickPage.text, { exact: true }).fill('Hola {{contact.name}}');
    await sofia.page.getByText(t.quickPage.preview).waitFor();
    await look(sofia, 'quick reply');
    await Promise.all([ana.close(), contact.close(), sofia.close()]);
    expect(found).toEqual({});
  });
});

describe('a telephone in each language', () => {
  test.each([
    ['Spanish', 'es-AR'],
    ['Portuguese', 'pt-BR'],
    ['English', 'en-US'],
  ])('shows nothing wider than itself: %s', async (_, locale) => {
    const found: Record<string, string[]> = {};
    const looking = new Looking();
    const look = async ({ page }: Person, screen: string) => {
      for (const colorScheme of ['dark', 'light'] as const) {
        await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
        const here = await tooWide(page);
        if (here.length > 0) found[`${screen}, ${colorScheme}`] = here;
      }
      // The words alone are others in other languages, which is nothing to axe.
      if (locale === 'es-AR') await looking.at(page, screen);
    };
    const [contact, sofia] = await Promise.all([
      person({ ...telephone, locale }),
      person({ ...telephone, locale }),
    ]);
    const { page, t } = sofia;
    await contact.openChat();
    await contact.page.getByText(t.chat.hello).waitFor();
    await look(contact, 'chat before the first message');
    const name = `Ximena ${locale}`;
    await contact.write('Bom dia / good morning', name);
    await contact.page.getByText(t.chat.waiting).waitFor();
    await look(contact, 'chat');
    await contact.page.goto(`${server.url}/chat?department=nada`);
    await contact.page.getByText(t.chat.noDepartment).waitFor();
    await look(contact, 'chat of no department');
    await contact.close();

    await page.goto(server.url);
    await page.getByLabel(t.signIn.username).waitFor();
    await look(sofia, 'sign-in');
    await sofia.signIn('sofia');
    await page.getByText(t.home.howTitle).waitFor();
    await look(sofia, 'home');
    await sofia.openServices();
    await sofia.row(name).waitFor();
    await look(sofia, 'list');
    await page.getByRole('button', { name: t.panel.search }).tap();
    await page.getByRole('dialog').waitFor();
    await look(sofia, 'palette');
    await page.keyboard.press('Escape');
    await sofia.row(name).tap();
    await sofia.bubble('Bom dia / good morning').waitFor();
    await look(sofia, 'conversation');
    await sofia.button(t.pane.contact).tap();
    await page.getByRole('complementary', { name: t.contact.title }).waitFor();
    await look(sofia, 'contact');
    await sofia.button(t.contact.close).tap();
    await sofia.button(t.pane.transfer).tap();
    await page.getByRole('button', { name: /Bruno Díaz/ }).waitFor();
    await look(sofia, 'transfer');
    await page.goto(`${server.url}/#/perfil`);
    await page.getByRole('heading', { name: t.profile.title }).waitFor();
    await look(sofia, 'profile');
    await page.goto(`${server.url}/#/respuestas`);
    await page.getByRole('heading', { name: 'Horario de atención' }).waitFor();
    await look(sofia, 'quick replies kept');
    await sofia.button(t.quickPage.add).tap();
    await page.getByLabel(t.quickPage.text, { exact: true }).fill('Hola {{contact.name}}');
    await page.getByText(t.quickPage.preview).waitFor();
    await look(sofia, 'quick reply');
    await sofia.close();
    expect({ tooWide: found, axe: looking.found }).toEqual({ tooWide: {}, axe: {} });
  });
});
