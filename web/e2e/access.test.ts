// A telephone's width, addresses, and long lists.

import type { Locator } from 'playwright-core';
import { beforeAll, describe, expect, test } from 'vitest';
import { Looking } from './axe';
import { files } from './samples';
import { HeldLine, type Person, useStage } from './stage';
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
  ])('shows nothing wider than itself, and nothing that axe minds: %s', async (_, locale) => {
    const found: Record<string, string[]> = {};
    const looking = new Looking();
    const look = async ({ page }: Person, screen: string) => {
      for (const colorScheme of ['dark', 'light'] as const) {
        await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
        const here = await tooWide(page);
        if (here.length > 0) found[`${screen}, ${colorScheme}`] = here;
      }
      await looking.at(page, screen);
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

describe('the address', () => {
  test('leads back to where one was, after a reload and after signing in again', async () => {
    const ana = await person();
    await ana.signIn('ana');
    await ana.openServices();
    await ana.row('Martina Núñez').click();
    await ana.bubble('Hola, ¿tienen envíos a Rosario?').waitFor();
    const address = ana.page.url();
    await ana.page.reload();
    await ana.bubble('Hola, ¿tienen envíos a Rosario?').waitFor();
    await ana.context.clearCookies();
    await ana.page.reload();
    await ana.page.getByLabel('Usuario').waitFor();
    await ana.signIn('ana', new URL(address).hash);
    await ana.bubble('Hola, ¿tienen envíos a Rosario?').waitFor();
    await ana.close();
  });

  test('of a conversation that is somebody else’s says no more than that', async () => {
    const carla = await person();
    const ana = await person();
    await ana.signIn('ana');
    await ana.openServices();
    await ana.row('Martina Núñez').click();
    await ana.bubble('Hola, ¿tienen envíos a Rosario?').waitFor();
    await carla.signIn('carla', new URL(ana.page.url()).hash);
    await carla.page.getByText(carla.t.empty.missingTitle).waitFor();
    expect(await carla.page.getByText('Martina').count()).toBe(0);
    await Promise.all([ana.close(), carla.close()]);
  });

  test('with a department that is not one’s own shows all that is', async () => {
    const ana = await person();
    await ana.signIn('ana', '#/servicios/espera?departamento=soporte');
    await ana.row('Martina Núñez').waitFor();
    expect(new URL(ana.page.url()).hash).toBe('#/servicios/espera');
    await ana.close();
  });

  test('with a department past the first page of them keeps it', async () => {
    const aldo = await person();
    // The server's own departments, after a page of others.
    await aldo.page.route(/\/departments\?/, async (route) => {
      if (new URL(route.request().url()).searchParams.has('cursor')) {
        const own = new URL(route.request().url());
        own.searchParams.delete('cursor');
        await route.fulfill({ response: await route.fetch({ url: own.href }) });
      } else {
        const items = [{ id: 'otro', slug: 'otro', name: 'Otro' }];
        await route.fulfill({ json: { items, next_cursor: 'otro', position: 1 } });
      }
    });
    await aldo.signIn('aldo', '#/servicios/espera?departamento=ventas');
    await aldo.row('Martina Núñez').waitFor();
    const filter = aldo.page.getByLabel(aldo.t.list.department, { exact: true });
    await filter.getByText('Otro').waitFor({ state: 'attached' });
    expect(await filter.inputValue()).toBe('ventas');
    expect(new URL(aldo.page.url()).hash).toBe('#/servicios/espera?departamento=ventas');
    await aldo.close();
  });
});

// The first message in sight of a conversation, and where it stands there.
function inSight(log: Locator): Promise<{ text: string; offset: number }> {
  return log.evaluate((view) => {
    const top = view.getBoundingClientRect().top;
    const row = [...view.querySelectorAll('[data-message]')].find(
      (element) => element.getBoundingClientRect().top >= top,
    );
    return { text: row?.textContent ?? '', offset: (row?.getBoundingClientRect().top ?? 0) - top };
  });
}

// "Mensaje 1" and so on into the conversation that is open, by the same calls that any client has.
async function writeMany({ page }: Person, count: number): Promise<void> {
  const id = new URL(page.url()).hash.split(/[/?]/)[3];
  await page.evaluate(
    async ([conversation, last]) => {
      for (let i = 1; i <= last; i += 1) {
        await fetch(`/api/v1/conversations/${conversation}/messages`, {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify({ kind: 'text', text: `Mensaje ${i}` }),
        });
      }
    },
    [id, count] as const,
  );
}

describe('one’s place in a conversation', () => {
  let ana: Person;
  let contact: Person;

  beforeAll(async () => {
    [ana, contact] = await Promise.all([person(), person()]);
    await contact.openChat();
    await contact.write('Cuénteme', 'Lidia Lectora');
    await ana.signIn('ana', '#/servicios/espera');
    await ana.row('Lidia Lectora').click();
    await ana.say('Mensaje 0');
    await ana.bubble('Mensaje 0').waitFor();
    await writeMany(ana, 40);
    return () => Promise.all([ana.close(), contact.close()]);
  });

  test.each([
    ['an operator’s', () => [ana, contact] as const],
    ['a contact’s', () => [contact, ana] as const],
  ])('is the end while one is there, and further up stays where it is: %s', async (whose, who) => {
    const [reader, writer] = who();
    const { page, t } = reader;
    const log = page.getByRole('log');
    const belowPx = () =>
      log.evaluate((view) => view.scrollHeight - view.scrollTop - view.clientHeight);
    const line = await HeldLine.of(page);
    await page.reload();
    await reader.bubble('Mensaje 40').waitFor();
    await expect.poll(belowPx).toBeLessThan(1);
    await writer.say(`Una más, ${whose}`);
    await reader.bubble(`Una más, ${whose}`).waitFor();
    expect(await belowPx()).toBeLessThan(1);

    // What one writes is brought into sight; its acknowledgement moves nobody who has gone up since.
    line.hold();
    await reader.say(`Lo mío, ${whose}`);
    await reader.bubble(`Lo mío, ${whose}`).waitFor();
    const onItsWay = log.getByRole('img', { name: t.delivery.sending });
    await onItsWay.waitFor();
    expect(await belowPx()).toBeLessThan(1);
    await log.evaluate(async (view) => {
      view.scrollTop -= 600;
      // Until the page has been told of it.
      for (let i = 0; i < 2; i += 1) await new Promise(requestAnimationFrame);
    });
    const seen = await inSight(log);
    line.release();
    await onItsWay.waitFor({ state: 'detached' });
    expect(await inSight(log)).toEqual(seen);
    await writer.say(`Y otra, ${whose}`);
    await reader.bubble(`Y otra, ${whose}`).waitFor({ state: 'attached' });
    expect(await inSight(log)).toEqual(seen);
    expect(await belowPx()).toBeGreaterThan(500);
  });
});

describe('much of everything', () => {
  test('a long conversation loads as one scrolls up, and keeps its place', async () => {
    const sofia = await person();
    const contact = await person();
    await contact.openChat('soporte');
    await contact.write('Empezamos', 'Larga Conversación');
    await sofia.signIn('sofia', '#/servicios/espera');
    await sofia.row('Larga Conversación').click();
    await sofia.say('Mensaje 0');
    await sofia.bubble('Mensaje 0').waitFor();
    await writeMany(sofia, 220);
    await sofia.bubble('Mensaje 220').waitFor();
    await sofia.page.reload();
    await sofia.bubble('Mensaje 220').waitFor();
    const log = sofia.page.getByRole('log');
    expect(await sofia.bubble('Mensaje 100').count()).toBe(0);
    // What is in sight stays in sight while older messages come in above it.
    const before = await log.evaluate((view) => {
      view.scrollTop = 400;
      return view.scrollHeight;
    });
    const seen = await inSight(log);
    await sofia.page.waitForFunction(
      (height) => document.querySelector('[role=log]')!.scrollHeight > height,
      before,
    );
    expect(await inSight(log)).toEqual(seen);
    await expect
      .poll(
        async () => {
          await log.evaluate((view) => (view.scrollTop = 0));
          return sofia.bubble('Empezamos').count();
        },
        { timeout: 20_000 },
      )
      .toBe(1);
    await sofia.page.getByText('Aquí empieza la conversación.').waitFor();
    await Promise.all([sofia.close(), contact.close()]);
  });

  test('a long list draws what is in sight, and loads the rest as one scrolls', async () => {
    const carla = await person();
    await carla.page.goto(server.url);
    // A bounded number of contacts, registered as the contact's page does.
    await carla.page.evaluate(async (count) => {
      for (let i = 0; i < count; i += 1) {
        const visitor = await fetch('/api/v1/webchat/visitors', {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify({ name: `Contacto ${i}`, department: 'soporte' }),
        }).then((answer) => answer.json());
        await fetch('/api/v1/webchat/messages', {
          method: 'POST',
          headers: {
            'content-type': 'application/json',
            authorization: `Bearer ${visitor.token}`,
          },
          body: JSON.stringify({ kind: 'text', text: `Soy el ${i}` }),
        });
      }
    }, 150);
    await carla.signIn('carla', '#/servicios/espera');
    await carla.row('Contacto 0 ').waitFor();
    expect(await carla.page.getByRole('option').count()).toBeLessThan(40);
    await carla.page.getByRole('listbox').focus();
    await expect
      .poll(
        async () => {
          await carla.page.keyboard.press('End');
          return carla.row('Contacto 149').count();
        },
        { timeout: 20_000 },
      )
      .toBe(1);
    expect(await carla.page.getByRole('option').count()).toBeLessThan(40);
    await carla.page.getByLabel('Filtrar por nombre o último mensaje').fill('soy el 77');
    await carla.row('Contacto 77').waitFor();
    expect(await carla.page.getByRole('option').count()).toBe(1);
    await carla.close();
  });
});
