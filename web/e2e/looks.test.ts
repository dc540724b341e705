// What stands still and what moves, and what is looked at: the text box, pictures, lists.

import type { Locator, Page } from 'playwright-core';
import { beforeAll, describe, expect, test } from 'vitest';
import { Looking } from './axe';
import { files, picture } from './samples';
import { HeldLine, type Person, useStage } from './stage';
import { swipe, telephone } from './telephone';

const { person, somebodyWaits } = useStage();

beforeAll(somebodyWaits);

// Where the conversation ends and its text box begins.
function endOfLog(page: Page): Promise<number> {
  return page.getByRole('log').evaluate((log) => log.getBoundingClientRect().bottom);
}

describe('the end of a conversation', () => {
  test.each([
    ['on a wide screen', {}],
    ['on a telephone', telephone],
  ])('stays where it is as one writes and records, %s', async (_, screen) => {
    const [ana, contact] = await Promise.all([person(screen), person(screen)]);
    await Promise.all([ana.signIn('ana', '#/servicios/espera'), contact.openChat()]);
    await ana.row('Martina Núñez').click();
    await ana.bubble('Hola, ¿tienen envíos a Rosario?').waitFor();
    for (const { box, page, t } of [ana, contact]) {
      const empty = await endOfLog(page);
      await box.fill('Una línea');
      expect(await endOfLog(page)).toBe(empty);
      await box.fill('Una línea\ny otra');
      expect(await endOfLog(page)).toBeLessThan(empty);
      await box.fill('');
      await page.getByRole('button', { name: t.voice.record, exact: true }).click();
      await page.getByRole('button', { name: t.voice.stop, exact: true }).waitFor();
      expect(await endOfLog(page)).toBe(empty);
      await page.getByRole('button', { name: t.voice.stop, exact: true }).click();
      await page.getByRole('button', { name: t.files.play, exact: true }).waitFor();
      expect(await endOfLog(page)).toBe(empty);
    }
    await Promise.all([ana.close(), contact.close()]);
  });
});

describe('a closed conversation', () => {
  test('says that it is closed, and that nobody attends it any more', async () => {
    const [ana, contact] = await Promise.all([person(), person()]);
    await Promise.all([ana.signIn('ana', '#/servicios/espera'), contact.openChat()]);
    await contact.write('Nada más, gracias', 'Carla Cerrada');
    await ana.row('Carla Cerrada').click();
    const { page, t } = ana;
    await ana.button(t.pane.claim).click();
    const facts = page.getByRole('complementary', { name: t.contact.title });
    await page.getByText(t.pane.ownedByYou, { exact: false }).waitFor();
    await ana.button(t.pane.close).click();
    await ana.button(t.pane.reopen).waitFor();
    const said = await page.getByRole('region', { name: 'Carla Cerrada' }).innerText();
    expect(said).toContain(t.states.closed);
    expect(said).toContain(t.pane.wasOwnedByYou);
    expect(said).not.toContain(t.pane.ownedByYou);
    expect(await facts.innerText()).toContain(t.contact.pastOwner);
    await Promise.all([ana.close(), contact.close()]);
  });
});

describe('an auditor’s home', () => {
  test('speaks of looking on, and offers no notices', async () => {
    const aldo = await person();
    const { page, t } = aldo;
    await page.addInitScript(() =>
      Object.defineProperty(Notification, 'permission', { value: 'default' }),
    );
    await aldo.signIn('aldo');
    await page.getByText(t.home.howAuditor[1]![0]).waitFor();
    expect(await page.getByText(t.home.how[1]![0]).count()).toBe(0);
    expect(await page.getByText(t.notices.ask).count()).toBe(0);
    await aldo.close();
  });
});

describe('a filter', () => {
  test('that is typed shows what it finds, also with the pointer over the list', async () => {
    const [ana, contact] = await Promise.all([person(), person()]);
    await Promise.all([ana.signIn('ana', '#/servicios/espera'), contact.openChat()]);
    await contact.write('Quisiera cambiar un pedido', 'Fermín Filtrado');
    await ana.row('Fermín Filtrado').waitFor();
    const { page, t } = ana;
    await ana.row('Martina Núñez').hover();
    const names = () => page.getByRole('option').locator('.row__name').allTextContents();
    const filter = page.getByPlaceholder(t.list.filter);
    await filter.focus();
    await page.keyboard.type('martina');
    await expect.poll(names).toEqual(['Martina Núñez']);
    // Its name is its own, not also that of the button that empties it.
    await page.getByRole('searchbox', { name: t.list.filterLabel, exact: true }).waitFor();
    await page.keyboard.press('Escape');
    await page.keyboard.type('pedido');
    await expect.poll(names).toEqual(['Fermín Filtrado']);
    await page.keyboard.press('Escape');
    await expect.poll(names).toContain('Martina Núñez');
    expect(await page.getByText(t.list.gone).count()).toBe(0);
    await Promise.all([ana.close(), contact.close()]);
  });
});

describe('a row of Espera', () => {
  test('warms with the wait, and tells the exact time on hover', async () => {
    const ana = await person();
    const { page, t } = ana;
    await ana.signIn('ana', '#/servicios/espera');
    const wait = ana.row('Martina Núñez').locator('time');
    const since = Date.parse((await wait.getAttribute('datetime'))!);
    const colours: string[] = [];
    for (const [minutes, said, told = said] of [
      [0, 'ahora', null],
      [1, '1 min'],
      [6, '6 min'],
      [20, '20 min'],
    ] as const) {
      await page.clock.setFixedTime(since + minutes * 60_000 + 1_000);
      await page.reload();
      await wait.getByText(said, { exact: true }).waitFor();
      expect(await wait.getAttribute('aria-label')).toBe(t.list.waitingFor(told));
      colours.push(await wait.evaluate((time) => getComputedStyle(time).color));
    }
    expect(new Set(colours).size).toBe(3);

    // On its row, on its message and in the contact's column.
    await ana.row('Martina Núñez').click();
    await ana.bubble('Hola, ¿tienen envíos a Rosario?').waitFor();
    const times = await page.locator('time').evaluateAll((all) => {
      const exact = new Intl.DateTimeFormat('es-AR', { dateStyle: 'full', timeStyle: 'medium' });
      return (all as HTMLTimeElement[]).map(({ dateTime, title }) => ({
        title: title.toLowerCase(),
        expected: exact.format(new Date(dateTime)),
      }));
    });
    expect(times.length).toBeGreaterThanOrEqual(4);
    for (const { title, expected } of times) expect(title).toBe(expected);
    await ana.close();
  });
});

describe('the line of a day', () => {
  test('passes midnight, at the desk and in the chat', async () => {
    const [ana, contact] = await Promise.all([person(), person()]);
    for (const { page } of [ana, contact]) await page.clock.install();
    await Promise.all([ana.signIn('ana', '#/servicios/espera'), contact.openChat()]);
    await contact.write('¿Todavía es hoy?', 'Delia Medianoche');
    await ana.row('Delia Medianoche').click();
    for (const { page, t } of [ana, contact]) {
      const line = page.locator('.day-line, .chat-day');
      await line.getByText(t.pane.today, { exact: true }).waitFor();
      await page.clock.fastForward('24:00:00');
      await line.getByText(t.pane.yesterday, { exact: true }).waitFor();
    }
    await Promise.all([ana.close(), contact.close()]);
  });
});

describe('what moves', () => {
  // Counts the rows that are drawn on their way out of the list.
  const watchLeaving = ({ page }: Person) =>
    page.evaluate(() => {
      const seen = { leaving: 0 };
      new MutationObserver((changes) => {
        for (const { addedNodes } of changes) {
          for (const node of addedNodes) {
            if ((node as Element).matches?.('.row--leaving')) seen.leaving += 1;
          }
        }
      }).observe(document.body, { childList: true, subtree: true });
      Object.assign(window, { seen });
    });
  const leavingSeen = ({ page }: Person) =>
    page.evaluate(() => (window as unknown as { seen: { leaving: number } }).seen.leaving);
  const movementOf = (thing: Locator) =>
    thing.evaluate((element) => getComputedStyle(element).animationDuration);

  test('is a row on its way and a drawer, and nothing for whoever asked for less', async () => {
    const tablet = { viewport: { width: 768, height: 1024 } };
    const [contact, ana, moving, still] = (await Promise.all([
      person(),
      person(),
      person(tablet),
      person({ ...tablet, reducedMotion: 'reduce' }),
    ])) as [Person, Person, Person, Person];
    await contact.openChat();
    await contact.write('¿Se mueve?', 'Mora Movida');
    await Promise.all([
      ana.signIn('ana', '#/servicios/espera'),
      moving.signIn('bruno', '#/servicios/espera'),
      still.signIn('bruno', '#/servicios/espera'),
    ]);
    for (const each of [moving, still]) {
      const { page, t } = each;
      await each.row('Martina Núñez').click();
      await each.button(t.pane.contact).click();
      const drawer = page.getByRole('complementary', { name: t.contact.title });
      expect(await movementOf(drawer)).toBe(each === moving ? '0.15s' : '0s');
      await each.button(t.contact.close).click();
      await each.row('Mora Movida').waitFor();
      await watchLeaving(each);
    }
    // The last row of the list, too.
    await ana.row('Mora Movida').click();
    await ana.say('Se mueve');
    for (const each of [moving, still]) {
      await expect.poll(() => each.row('Mora Movida').count()).toBe(0);
      expect(await leavingSeen(each)).toBe(each === moving ? 1 : 0);
    }
    await Promise.all([contact, ana, moving, still].map((each) => each.close()));
  });
});

function groundOf(thing: Locator): Promise<string> {
  return thing.evaluate((element) => getComputedStyle(element).backgroundColor);
}

describe('the window of 📎', () => {
  test.each([
    ['a computer', {}, true],
    ['a telephone', telephone, false],
  ])('speaks as one would on %s', async (_, screen, drags) => {
    const contact = await person(screen);
    const { page, t } = contact;
    await contact.openChat();
    await contact.write('Le mando una foto', 'Paula Clip');
    await contact.button(t.attach.open).click();
    const dialog = page.getByRole('dialog', { name: t.attach.title });
    await dialog.getByText('JPG · JPEG · PNG').waitFor();
    const said = await dialog.innerText();
    expect(said.includes(t.attach.drop)).toBe(drags);
    expect(said.includes(t.attach.browse)).toBe(drags);
    expect(said.includes(t.attach.browseTouch)).toBe(!drags);
    // What sends has the company's colour, as the chat around it.
    await dialog.locator('input[type=file]').setInputFiles(files.picture());
    const send = dialog.getByRole('button', { name: t.attach.send, exact: true });
    expect(await groundOf(send)).toBe(await groundOf(page.locator('.chat-bubble--mine')));
    await contact.close();
  });
});

describe('the pictures of a conversation', () => {
  test('are walked through with buttons and arrows, at the desk and in the chat', async () => {
    const [ana, contact] = await Promise.all([person(), person(telephone)]);
    const looking = new Looking();
    await Promise.all([ana.signIn('ana', '#/servicios/espera'), contact.openChat()]);
    await contact.write('Le mando tres fotos', 'Vera Vistas');
    const names = ['Una.png', 'Dos.png', 'Tres.png'];
    await contact.choose(...names.map((name) => files.picture(name)));
    await contact.page.getByText(contact.t.attach.done, { exact: false }).nth(2).waitFor();
    await contact.button(contact.t.attach.sendMany(3)).click();
    await ana.row('Vera Vistas').click();
    for (const { page, t } of [ana, contact]) {
      const thumbnail = page.getByRole('button', { name: t.files.open('Dos.png'), exact: true });
      await page.getByRole('button', { name: t.files.open('Tres.png'), exact: true }).waitFor();
      await thumbnail.focus();
      await page.keyboard.press('Enter');
      const viewer = page.getByRole('dialog');
      const next = viewer.getByRole('button', { name: t.files.next });
      const shows = (name: string, place: string) =>
        Promise.all([
          viewer.getByRole('img', { name, exact: true }).waitFor(),
          viewer.getByText(place, { exact: true }).waitFor(),
        ]);
      await shows('Dos.png', '2 / 3');
      await page.keyboard.press('ArrowLeft');
      await shows('Una.png', '1 / 3');
      // There is none before the first.
      await page.keyboard.press('ArrowLeft');
      await shows('Una.png', '1 / 3');
      await looking.at(page, 'the first of three pictures');
      await next.click();
      await shows('Dos.png', '2 / 3');
      await next.click();
      await shows('Tres.png', '3 / 3');
      // The keyboard stays where it was, though there is none after the last.
      expect(await next.getAttribute('aria-disabled')).toBe('true');
      expect(await next.evaluate((button) => button === document.activeElement)).toBe(true);
      await page.keyboard.press('Enter');
      await shows('Tres.png', '3 / 3');
      if (page === contact.page) {
        await swipe(page, [80, 400], [300, 430]);
        await shows('Dos.png', '2 / 3');
        await swipe(page, [200, 300], [240, 600]);
        await shows('Dos.png', '2 / 3');
        await swipe(page, [300, 400], [80, 400]);
        await shows('Tres.png', '3 / 3');
      }
      // What is larger than the window is moved by the arrows.
      await page.keyboard.press('+');
      await page.keyboard.press('ArrowLeft');
      await shows('Tres.png', '3 / 3');
      await page.keyboard.press('Escape');
      await viewer.waitFor({ state: 'detached' });
      expect(await thumbnail.evaluate((button) => button === document.activeElement)).toBe(true);
    }
    await Promise.all([ana.close(), contact.close()]);
    expect(looking.found).toEqual({});
  });

  test('stay open when the message that was being sent has arrived', async () => {
    const [ana, contact] = await Promise.all([person(), person(telephone)]);
    const lines = [await HeldLine.of(ana.page), await HeldLine.of(contact.page)];
    await Promise.all([ana.signIn('ana', '#/servicios/espera'), contact.openChat()]);
    await contact.write('Van fotos', 'Pía Postal');
    await ana.row('Pía Postal').click();
    await ana.bubble('Van fotos').waitFor();
    for (const [i, who] of [ana, contact].entries()) {
      const { page, t } = who;
      const name = `Postal ${i}.png`;
      const thumbnail = who.button(t.files.open(name));
      const arrived = page.locator('[data-message]').filter({ has: thumbnail });
      await who.choose(files.picture(name));
      lines[i]!.hold();
      await who.sendFiles();
      await thumbnail.click();
      const shown = page.getByRole('dialog').getByRole('img', { name });
      await shown.waitFor();
      expect(await arrived.count()).toBe(0);
      lines[i]!.release();
      await arrived.waitFor();
      expect(await shown.isVisible()).toBe(true);
      await page.keyboard.press('Escape');
      await shown.waitFor({ state: 'detached' });
      await expect.poll(() => thumbnail.evaluate((it) => it === document.activeElement)).toBe(true);
    }
    await Promise.all([ana.close(), contact.close()]);
  });

  test('tell how large they stand there, of their own pixels', async () => {
    const contact = await person();
    const { page, t } = contact;
    await contact.openChat();
    await contact.write('Una grande', 'Gran Foto');
    await contact.choose({ ...files.picture('Grande.png'), buffer: picture(2400, 1600) });
    await contact.sendFiles();
    await contact.button(t.files.open('Grande.png')).click();
    const viewer = page.getByRole('dialog');
    const shown = viewer.getByRole('img', { name: 'Grande.png' });
    const percent = () =>
      shown.evaluate((image: HTMLImageElement) => Math.round((image.clientWidth / image.naturalWidth) * 100));
    const told = async () => parseInt((await viewer.locator('.viewer__zoom').textContent())!, 10);
    await expect.poll(told).toBeLessThan(60);
    expect(await told()).toBe(await percent());
    await page.keyboard.press('+');
    await expect.poll(told).toBeGreaterThan(80);
    expect(await told()).toBe(await percent());
    await contact.close();
  });

  test('stand whole in the place kept for them, also the upright ones', async () => {
    const contact = await person();
    const { page, t } = contact;
    await contact.openChat();
    await contact.write('Dos fotos', 'Rita Retratos');
    await contact.choose(
      { ...files.picture('Alta.png'), buffer: picture(300, 400) },
      files.picture('Ancha.png'),
    );
    await page.getByText(t.attach.done, { exact: false }).nth(1).waitFor();
    await contact.button(t.attach.sendMany(2)).click();
    const shown = async (name: string) => {
      const thumbnail = contact.button(t.files.open(name));
      const fit = await thumbnail.locator('img').evaluate((img) => getComputedStyle(img).objectFit);
      const box = await thumbnail.boundingBox();
      return [fit, box?.width, box?.height];
    };
    await expect.poll(() => shown('Alta.png')).toEqual(['contain', 264, 198]);
    expect(await shown('Ancha.png')).toEqual(['cover', 264, 198]);
    await contact.close();
  });

  test('have no buttons to walk with where there is one', async () => {
    const contact = await person();
    const { page, t } = contact;
    await contact.openChat();
    await contact.write('Una sola', 'Sola Foto');
    await contact.choose(files.picture('Sola.png'));
    await contact.sendFiles();
    await contact.button(t.files.open('Sola.png')).click();
    const viewer = page.getByRole('dialog');
    await viewer.getByRole('img', { name: 'Sola.png' }).waitFor();
    expect(await viewer.getByRole('button', { name: t.files.next }).count()).toBe(0);
    expect(await viewer.getByText('1 / 1').count()).toBe(0);
    await contact.close();
  });
});

describe('emoji', () => {
  test('are coloured among words, and digits stay as they are', async () => {
    const contact = await person();
    const { page } = contact;
    await contact.openChat();
    const isColoured = (text: string) =>
      page.evaluate(async (drawn) => {
        const font = `32px ${getComputedStyle(document.body).fontFamily}`;
        await document.fonts.load(font, drawn);
        const context = document.createElement('canvas').getContext('2d')!;
        context.font = font;
        context.fillText(drawn, 0, 40);
        const { data } = context.getImageData(0, 0, 300, 150);
        return data.some((value, i) => i % 4 < 3 && value > 64);
      }, text);
    expect(await Promise.all(['😀', '👩‍🔧', '✅', '123 #*'].map(isColoured))).toEqual([
      true,
      true,
      true,
      false,
    ]);
    await contact.close();
  });
});

describe('the emoji picker', () => {
  test('finds by each of several words', async () => {
    const ana = await person();
    const { page, t, box } = ana;
    await ana.signIn('ana', '#/servicios/espera');
    await ana.row('Martina Núñez').click();
    await ana.button(t.emoji.open).click();
    const search = page.getByPlaceholder(t.emoji.search);
    await search.fill('pulgar bandera');
    await page.getByText(t.emoji.none).waitFor();
    await search.fill('Bandera arg');
    await page.getByRole('gridcell', { name: 'Bandera: Argentina' }).click();
    expect(await box.inputValue()).toBe('🇦🇷');
    await ana.close();
  });
});
