// Two operators' browsers and a contact's page side by side, on the real program.

import type { Browser } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { launch, Person, Server } from './stage';

let browser: Browser;
let server: Server;
let people: Person[];

async function person(options = {}): Promise<Person> {
  const somebody = await Person.at(browser, server, options);
  people.push(somebody);
  return somebody;
}

beforeAll(async () => {
  browser = await launch();
});

afterAll(async () => {
  await browser.close();
});

beforeEach(async () => {
  server = new Server();
  people = [];
  await server.start();
});

afterEach(async ({ task }) => {
  const complaints = people.flatMap((each) => each.complaints);
  if (task.result?.state === 'fail') {
    await Promise.all(people.map((each, i) => each.keepPicture(`${task.id}-${i}`)));
  }
  await Promise.all(people.map((each) => each.close()));
  await server.end();
  expect(complaints).toEqual([]);
});

async function desks() {
  const [ana, bruno, contact] = await Promise.all([person(), person(), person()]);
  await Promise.all([ana.signIn('ana'), bruno.signIn('bruno'), contact.openChat()]);
  await Promise.all([ana.openServices(), bruno.openServices()]);
  return { ana, bruno, contact };
}

function focusComesTo({ page }: Person, id: string) {
  return page.waitForFunction((wanted) => document.activeElement?.id === wanted, id);
}

describe('the way of a conversation', () => {
  test('from the contact’s page to both Esperas, to one Atendiendo, and back', async () => {
    const { ana, bruno, contact } = await desks();
    await ana.page.getByText('Nadie espera').waitFor();

    await contact.write('Hola, ¿tienen el sillón en verde?', 'Martina Núñez');
    await Promise.all([ana.row('Martina Núñez').waitFor(), bruno.row('Martina Núñez').waitFor()]);
    expect(await ana.tab('Espera').textContent()).toContain('1');

    // Looking claims nothing.
    await bruno.row('Martina Núñez').click();
    await bruno.bubble('Hola, ¿tienen el sillón en verde?').waitFor();
    await ana.row('Martina Núñez').click();
    await ana.bubble('Hola, ¿tienen el sillón en verde?').waitFor();
    await bruno.page.getByRole('button', { name: 'Tomar' }).waitFor();

    await ana.say('¡Hola, Martina! Sí, en verde oliva.');
    await ana.page.getByRole('tab', { name: /Atendiendo/, selected: true }).waitFor();
    await ana.row('Martina Núñez').waitFor();
    await ana.page.getByRole('log').getByRole('img', { name: /Enviado|Entregado|Leído/ }).waitFor();

    await bruno.row('Martina Núñez').waitFor({ state: 'detached' });
    await bruno.page.getByText('Ana Ribas lo está atendiendo').waitFor();
    expect(await bruno.page.getByRole('log').count()).toBe(0);

    await contact.bubble('¡Hola, Martina! Sí, en verde oliva.').waitFor();
    await contact.page.getByText('Le atiende Ana Ribas').waitFor();
    // Who does not see the sides hears who wrote what.
    for (const [each, authors] of [
      [ana, ['Martina Núñez: Hola', 'Usted: ¡Hola, Martina!']],
      [contact, ['Usted: Hola', 'Ana Ribas¡Hola, Martina!']],
    ] as const) {
      const said = each.page.getByRole('log').getByRole('article');
      for (const words of authors) await said.filter({ hasText: words }).waitFor();
    }
    // What was answered was read, though the answer left nothing unread.
    const asked = contact.page.getByRole('article').filter({ hasText: 'Usted: Hola' });
    await asked.getByRole('img', { name: contact.t.delivery.read }).waitFor();
    await contact.write('¡Qué bueno!');
    await ana.bubble('¡Qué bueno!').waitFor();
    await contact.write('Lo quiero para el 28');
    await ana.bubble('Lo quiero para el 28').waitFor();
    expect(await bruno.page.getByText('Lo quiero para el 28').count()).toBe(0);
  });

  test('closed, undone, given back, transferred and reopened', async () => {
    const { ana, bruno, contact } = await desks();
    await contact.write('Necesito ayuda', 'Lucía Méndez');
    await ana.row('Lucía Méndez').click();
    await ana.page.getByRole('button', { name: 'Tomar' }).click();
    await ana.page.getByRole('button', { name: 'Devolver a Espera' }).waitFor();

    await ana.page.getByRole('button', { name: 'Cerrar', exact: true }).click();
    await ana.page.getByText('Conversación cerrada', { exact: true }).waitFor();
    await ana.page.getByRole('button', { name: 'Deshacer' }).click();
    await ana.page.getByRole('button', { name: 'Devolver a Espera' }).click();
    await bruno.row('Lucía Méndez').waitFor();

    await ana.page.getByRole('button', { name: 'Transferir' }).click();
    await ana.page.getByLabel('Buscar departamento o persona').fill('bru');
    await ana.page.getByRole('button', { name: /Bruno Díaz/ }).click();
    await ana.page.getByLabel('Nota para quien la reciba').fill('Pregunta por un envío');
    await ana.page.getByRole('button', { name: 'Transferir a Bruno Díaz' }).click();
    // Said once, in the pane, which the browser's way back does not lead to again.
    await ana.page.getByText('Transferida a Bruno Díaz.', { exact: true }).waitFor();
    expect(await ana.page.getByText(/ya no está/i).count()).toBe(0);
    await ana.button('Volver a la lista').last().click();
    await ana.page.getByText(ana.t.empty.paneTitle).waitFor();
    await ana.page.goBack();
    await ana.page.getByText(ana.t.empty.paneTitle).waitFor();
    expect(await ana.page.getByText(ana.t.empty.missingTitle).count()).toBe(0);

    await bruno.tab('Atendiendo').click();
    await bruno.row('Lucía Méndez').click();
    await bruno.bubble('Pregunta por un envío').waitFor();
    expect(await contact.page.getByText('Pregunta por un envío').count()).toBe(0);
    await bruno.page.getByRole('button', { name: 'Cerrar', exact: true }).click();
    await contact.page.getByText('La conversación terminó.', { exact: false }).waitFor();

    await contact.write('Una cosa más');
    await ana.tab('Espera').click();
    await ana.row('Lucía Méndez').waitFor();
  });

  test('both reply at the same time: one wins, the other keeps the words', async () => {
    const { ana, bruno, contact } = await desks();
    await contact.write('¿Hay alguien?', 'Joaquín Ferreyra');
    for (const each of [ana, bruno]) {
      await each.row('Joaquín Ferreyra').click();
      await each.bubble('¿Hay alguien?').waitFor();
      await each.page.getByLabel('Mensaje', { exact: true }).fill(`Yo, desde ${each === ana ? 'ana' : 'bruno'}`);
    }
    await Promise.all([ana, bruno].map((each) => each.page.keyboard.press('Enter')));
    const lost = await Promise.race(
      [ana, bruno].map(async (each) => {
        await each.page.getByText(/lo está atendiendo$/).waitFor({ timeout: 20_000 });
        return each;
      }),
    );
    const won = lost === ana ? bruno : ana;
    const [winner, loser] = won === ana ? ['ana', 'bruno'] : ['bruno', 'ana'];
    await won.bubble(`Yo, desde ${winner}`).waitFor();
    await lost.page
      .getByText(`${won === ana ? 'Ana Ribas' : 'Bruno Díaz'} lo está atendiendo`)
      .waitFor();
    expect(await lost.page.getByLabel('Su borrador, sin enviar').inputValue()).toBe(
      `Yo, desde ${loser}`,
    );
    await contact.bubble(`Yo, desde ${winner}`).waitFor();
    expect(await contact.page.getByText(`Yo, desde ${loser}`).count()).toBe(0);
  });

  test('a supervisor sees it with its owner, and takes it over', async () => {
    const { ana, contact } = await desks();
    const sofia = await person();
    await sofia.signIn('sofia', '#/servicios/atendiendo');
    await contact.write('Quiero hablar con un supervisor', 'Esteban Quiroga');
    await ana.row('Esteban Quiroga').click();
    await ana.say('Un momento, por favor');
    await sofia.row('Esteban Quiroga.*Ana Ribas').click();
    await sofia.bubble('Un momento, por favor').waitFor();
    expect(await sofia.page.getByLabel('Mensaje', { exact: true }).count()).toBe(0);
    const log = await sofia.page.getByRole('log').elementHandle();
    await sofia.page.getByRole('button', { name: 'Tomar el control' }).click();
    await sofia.say('Buenas, soy Sofía');
    await contact.bubble('Buenas, soy Sofía').waitFor();
    await ana.page.getByText('Sofía Herrera lo está atendiendo').waitFor();
    // Her text box has gone, with the focus.
    await focusComesTo(ana, 'conversation');
    await ana.keepPicture('taken, by the keyboard');
    const aldo = await person();
    await aldo.signIn('aldo', '#/servicios/atendiendo');
    await aldo.row('Esteban Quiroga').click();
    await aldo.bubble('Buenas, soy Sofía').waitFor();
    await aldo.page.getByText('Solo lectura').waitFor();
    expect(await aldo.page.getByRole('button', { name: 'Cerrar', exact: true }).count()).toBe(0);

    // The messages stay what they are, with their place, when one may write no more and again.
    await sofia.page.getByRole('button', { name: 'Cerrar', exact: true }).click();
    await sofia.page.getByText('La conversación está cerrada.').waitFor();
    await focusComesTo(sofia, 'conversation');
    await sofia.page.getByRole('button', { name: 'Reabrir' }).click();
    await focusComesTo(sofia, 'composer');
    expect(await log?.evaluate((element) => element.isConnected)).toBe(true);
  });

  test('shows a name that was changed at once, and leaves who writes at it', async () => {
    const { ana, contact } = await desks();
    await contact.write('Hola', 'Martina Núñez');
    await ana.row('Martina Núñez').click();
    await ana.say('Diga');
    await contact.page.getByText('Le atiende Ana Ribas').waitFor();
    await ana.box.fill('A medias');
    const box = (await ana.box.elementHandle())!;
    const admin = await person();
    await admin.signIn('admin');
    const status = await admin.page.evaluate(async () => {
      const list = await fetch('/api/v1/operators').then((answer) => answer.json());
      const account = list.items.find(({ username }: { username: string }) => username === 'ana');
      const departments = account.departments.map(({ slug }: { slug: string }) => slug);
      const change = await fetch(`/api/v1/operators/${account.id}`, {
        method: 'PUT',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ name: 'Ana Robles', role: account.role, departments }),
      });
      return change.status;
    });
    expect(status).toBe(200);
    for (const { page } of [ana, contact]) {
      await page.getByText('Ana Robles').first().waitFor();
      await page.getByText('Ana Ribas').waitFor({ state: 'detached' });
    }
    await ana.bubble('Diga').waitFor();
    expect(await box.evaluate((element) => element === document.activeElement)).toBe(true);
    expect(await ana.box.inputValue()).toBe('A medias');
  });
});

describe('when the line is cut', () => {
  test('what both sides write meanwhile waits visibly, and goes once', async () => {
    const { ana, contact } = await desks();
    await contact.write('Hola', 'Valentina Gómez');
    await ana.row('Valentina Gómez').click();
    await ana.say('Buenas tardes');
    await contact.bubble('Buenas tardes').waitFor();

    await server.kill();
    await Promise.all([
      ana.page.getByText(/Sin conexión/).waitFor(),
      contact.page.getByText(/Sin conexión|Reconectando/).waitFor(),
    ]);
    await ana.say('Le escribo sin línea');
    await ana.say('Y otra vez');
    await contact.write('¿Me lee?');
    await ana.page.getByRole('img', { name: ana.t.delivery.queued }).first().waitFor();

    await server.start();
    await ana.bubble('¿Me lee?').waitFor({ timeout: 40_000 });
    for (const text of ['Le escribo sin línea', 'Y otra vez']) await contact.bubble(text).waitFor();
    await ana.page.getByText(/Sin conexión/).waitFor({ state: 'detached' });
    for (const each of [ana, contact]) {
      for (const text of ['Le escribo sin línea', 'Y otra vez', '¿Me lee?']) {
        expect(await each.bubble(text).count()).toBe(1);
      }
    }
    // Once in the log, too.
    await ana.page.reload();
    await ana.bubble('Y otra vez').waitFor();
    expect(await ana.bubble('Y otra vez').count()).toBe(1);
  });

  test('by the browser, it comes back as soon as the network does', async () => {
    const { ana, contact } = await desks();
    await contact.write('Hola', 'Paula Iriarte');
    await ana.row('Paula Iriarte').click();
    await ana.context.setOffline(true);
    await ana.page.getByText(/Sin conexión/).waitFor();
    await ana.say('Escrito sin red');
    await contact.write('¿Están?');
    await ana.context.setOffline(false);
    await contact.bubble('Escrito sin red').waitFor();
    await ana.bubble('¿Están?').waitFor();
    expect(await contact.bubble('Escrito sin red').count()).toBe(1);
  });

  test('what waits survives a reload of the page, and goes once', async () => {
    const contact = await person();
    await contact.openChat();
    await contact.write('Hola', 'Nicolás Bravo');
    const ana = await person();
    // The pages stay within reach; the live line is cut when we say so.
    let cut = false;
    let close = () => {};
    await ana.page.routeWebSocket('**/api/v1/ws', (socket) => {
      close = () => void socket.close();
      if (cut) close();
      else socket.connectToServer();
    });
    await ana.signIn('ana');
    await ana.openServices();
    await ana.row('Nicolás Bravo').click();
    await ana.bubble('Hola').waitFor();
    cut = true;
    close();
    await ana.page.getByText(/Sin conexión/).waitFor();
    await ana.say('Escrito antes de recargar');
    await ana.page.reload();
    await ana.page.getByText(ana.t.banner.pending(1)).waitFor();
    expect(await contact.page.getByText('Escrito antes de recargar').count()).toBe(0);
    cut = false;
    await contact.bubble('Escrito antes de recargar').waitFor();
    await ana.page.getByRole('tab', { name: /Atendiendo/, selected: true }).waitFor();
    await ana.bubble('Escrito antes de recargar').waitFor();
    expect(await ana.bubble('Escrito antes de recargar').count()).toBe(1);
    expect(await contact.bubble('Escrito antes de recargar').count()).toBe(1);
  });
});

describe('drafts', () => {
  test('stay with their conversation, over switching and a reload', async () => {
    const { ana, contact } = await desks();
    const other = await person();
    await other.openChat();
    await contact.write('Soy la primera', 'Camila Souza');
    await other.write('Soy el segundo', 'Ricardo Álvarez');
    await ana.row('Camila Souza').click();
    await ana.page.getByLabel('Mensaje', { exact: true }).fill('Para Camila,\na medio escribir');
    await ana.row('Ricardo Álvarez').click();
    await ana.bubble('Soy el segundo').waitFor();
    expect(await ana.page.getByLabel('Mensaje', { exact: true }).inputValue()).toBe('');
    await ana.row('Camila Souza.*Borrador').waitFor();
    await ana.page.reload();
    await ana.bubble('Soy el segundo').waitFor();
    await ana.row('Camila Souza').click();
    expect(await ana.page.getByLabel('Mensaje', { exact: true }).inputValue()).toBe(
      'Para Camila,\na medio escribir',
    );
    expect(await other.page.getByText('Camila').count()).toBe(0);
  });

  test('of two windows stay apart: what one sends leaves the other’s text', async () => {
    const { ana, contact } = await desks();
    await contact.write('Hola', 'Irene Duarte');
    await ana.row('Irene Duarte').click();
    await ana.say('Buenas');
    await ana.bubble('Buenas').waitFor();
    await ana.page.getByRole('tab', { name: /Atendiendo/, selected: true }).waitFor();
    const other = await ana.context.newPage();
    await other.goto(ana.page.url());
    const otherBox = other.getByLabel('Mensaje', { exact: true });
    await ana.box.fill('Lo que escribo aquí');
    await otherBox.fill('Lo que sale de allá');
    await otherBox.press('Enter');
    await contact.bubble('Lo que sale de allá').waitFor();
    await ana.page.reload();
    await expect.poll(() => ana.box.inputValue()).toBe('Lo que escribo aquí');
  });
});

describe('the text box', () => {
  test('breaks lines by Shift and Enter, and sends a quick reply by its title', async () => {
    const { ana, contact } = await desks();
    await contact.write('Hola', 'Andrea Castro');
    await ana.row('Andrea Castro').click();
    const box = ana.page.getByLabel('Mensaje', { exact: true });
    await box.fill('uno');
    await ana.page.keyboard.press('Shift+Enter');
    await ana.page.keyboard.type('dos');
    await ana.page.getByRole('button', { name: 'Enviar' }).click();
    await contact.bubble('uno\ndos').waitFor();
    expect(await box.evaluate((element) => element === document.activeElement)).toBe(true);
    await ana.page.keyboard.type('/horar');
    await ana.page.getByRole('option', { name: /Horario de atención/ }).waitFor();
    await ana.page.keyboard.press('Enter');
    await contact.bubble('Atendemos de lunes a viernes de 9:00 a 18:00 y los sábados de 9:00 a 13:00.').waitFor();
    expect(await box.inputValue()).toBe('');
  });
});
