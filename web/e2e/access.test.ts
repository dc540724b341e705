// Addresses, one's place, and long lists.

import type { Locator } from 'playwright-core';
import { beforeAll, describe, expect, test } from 'vitest';
import { HeldLine, type Person, useStage } from './stage';

const { server, person, somebodyWaits } = useStage();

beforeAll(somebodyWaits);

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

  test('stays while a session that has ended asks for the password alone', async () => {
    const ana = await person();
    const { page, t } = ana;
    await ana.signIn('ana', '#/servicios/espera');
    await ana.row('Martina Núñez').click();
    await ana.bubble('Hola, ¿tienen envíos a Rosario?').waitFor();
    await ana.context.clearCookies();
    await ana.context.setOffline(true);
    await page.getByText(/Sin conexión/).waitFor();
    await ana.context.setOffline(false);
    await page.getByRole('status').getByText(t.signIn.ended).waitFor();
    expect(await page.getByLabel(t.signIn.username).inputValue()).toBe('ana');
    await ana.keepPicture('session-ended');
    await page.keyboard.type('demo');
    await page.keyboard.press('Enter');
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

  test('is left to whoever moves, while nothing comes and before the browser has told', async () => {
    const { box, page, t } = ana;
    const log = page.getByRole('log');
    const toEnd = () => log.evaluate((view) => (view.scrollTop = view.scrollHeight));
    // As by a wheel, in the midst of what is drawn anew: the text box is written into at once.
    const moved = (up: number) =>
      log.evaluate(async (view, px) => {
        view.scrollTop -= px;
        const written = document.execCommand('insertText', false, 'Un');
        for (let i = 0; i < 2; i += 1) await new Promise(requestAnimationFrame);
        const below = view.scrollHeight - view.scrollTop - view.clientHeight;
        return written && Math.round(below);
      }, up);
    for (const up of [600, 30]) {
      await toEnd();
      await box.fill('');
      expect(await moved(up)).toBe(up);
    }
    await contact.box.pressSequentially('Espere un momento', { delay: 300 });
    await page.getByText(t.pane.typing('Lidia Lectora')).waitFor();
    expect(await log.evaluate((v) => Math.round(v.scrollHeight - v.scrollTop - v.clientHeight))).toBe(30);
    await Promise.all([box.fill(''), contact.box.fill('')]);
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
