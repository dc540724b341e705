// The chat on a company's own site, which is at another origin.

import { createServer, type Server as HttpServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Looking } from './axe';
import { files } from './samples';
import { useStage } from './stage';

const { server, person } = useStage();
// The site's button has its own words (src/widget/loader.ts).
const openChat = 'Abrir el chat';

describe('the widget', () => {
  let site: HttpServer;
  let origin: string;
  // Of the department that lists the site, and of one that does not.
  const pageOf = (
    department: string,
    attributes = 'data-company="Muebles del Sur"',
  ) => `<!doctype html><html lang="es"><title>Muebles del Sur</title>
    <meta name="viewport" content="width=device-width" />
    <style>* { color: red !important; font-size: 31px !important } body { font-family: serif }</style>
    <h1>Muebles del Sur</h1>
    <script src="${server.url}/widget.js" data-department="${department}" data-color="#0b7a5c"
      ${attributes} async></script>`;

  beforeAll(async () => {
    // A company's own site, at another origin.
    site = createServer(({ url }, response) => {
      response.setHeader('content-type', 'text/html; charset=utf-8');
      const theme = /^\/theme\/(\w+)$/.exec(url ?? '')?.[1];
      if (theme) response.end(pageOf('ventas', `data-theme="${theme}"`));
      else if (url === '/unnamed') response.end(pageOf('ventas', ''));
      else response.end(pageOf(url === '/soporte' ? 'soporte' : 'ventas'));
    });
    await new Promise<void>((resolve) => site.listen(0, '127.0.0.1', resolve));
    origin = `http://127.0.0.1:${(site.address() as AddressInfo).port}`;
    const admin = await person();
    await admin.signIn('admin');
    const status = await admin.page.evaluate(async (allowed) => {
      const list = await fetch('/api/v1/departments').then((answer) => answer.json());
      const { id, name } = list.items.find(({ slug }: { slug: string }) => slug === 'ventas');
      const change = await fetch(`/api/v1/departments/${id}`, {
        method: 'PUT',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ name, allowed_origins: [allowed] }),
      });
      return change.status;
    }, origin);
    expect(status).toBe(200);
    await admin.close();
  });
  afterAll(() => new Promise((resolve) => site.close(resolve)));

  test('opens a chat on another site, in its colours and untouched by its styles', async () => {
    const visitor = await person();
    const { page, t } = visitor;
    await page.goto(origin);
    const button = visitor.button(openChat);
    await button.click();
    await visitor.box.waitFor();
    expect(await button.count()).toBe(0);
    const colour = await page
      .locator('header')
      .evaluate((header) => getComputedStyle(header).backgroundColor);
    expect(colour).toBe('rgb(11, 122, 92)');
    expect(await visitor.box.evaluate((box) => getComputedStyle(box).fontSize)).toBe('16px');
    await visitor.say('¿Hacen envíos?');
    await page.getByText(t.chat.waiting).waitFor();

    const ana = await person();
    await ana.signIn('ana', '#/servicios/espera');
    await page.keyboard.press('Escape');
    await visitor.box.waitFor({ state: 'hidden' });
    await page.reload();
    await ana.page.getByRole('option').filter({ hasText: '¿Hacen envíos?' }).click();
    await ana.say('A todo el país');
    // Closed, it tells that an answer came.
    await page.getByRole('button', { name: `${openChat}, 1` }).click();
    await visitor.bubble('A todo el país').waitFor();
    await page.getByText(t.chat.attended('Ana Ribas')).waitFor();
    const looking = new Looking();
    await looking.at(page, 'widget');
    expect(looking.found).toEqual({});
    await visitor.keepPicture('widget');
    expect(visitor.complaints).toEqual([]);
    await Promise.all([visitor.close(), ana.close()]);
  });

  test.each([
    // The visitor prefers dark; the site declares no scheme, and then a dark one.
    ['/', 'light', 'dark'],
    ['/theme/light', 'light', 'light'],
    ['/theme/dark', 'dark', 'dark'],
    ['/theme/auto', 'dark', 'dark'],
  ])('has the scheme that its site has, or names: %s', async (path, undeclared, declared) => {
    const visitor = await person({ colorScheme: 'dark' });
    const { page } = visitor;
    await page.goto(`${origin}${path}`);
    await visitor.button(openChat).click();
    await visitor.box.waitFor();
    const scheme = () =>
      page.locator('.widget__panel').evaluate((panel) => {
        const ground = getComputedStyle(panel).backgroundColor;
        return { 'rgb(244, 244, 246)': 'light', 'rgb(14, 15, 18)': 'dark' }[ground];
      });
    expect(await scheme()).toBe(undeclared);
    await page.evaluate(() => {
      document.documentElement.style.colorScheme = 'dark';
    });
    expect(await scheme()).toBe(declared);
    await visitor.close();
  });

  test('says on a site that no department lists that it may not be shown there', async () => {
    const visitor = await person();
    const { page, t } = visitor;
    await page.goto(origin.replace('127.0.0.1', 'localhost'));
    await visitor.button(openChat).click();
    await visitor.box.waitFor();
    await visitor.say('¿Hay alguien?');
    await page.getByText(t.chat.foreignSite, { exact: true }).waitFor();
    await visitor.keepPicture('widget-foreign');
    await page.locator('header').getByRole('button', { name: t.chat.close }).click();
    await visitor.button(openChat).waitFor();
    await visitor.close();
  });

  test('leaves the company out where the site gives none', async () => {
    const visitor = await person();
    const { page, t } = visitor;
    await page.goto(`${origin}/unnamed`);
    await visitor.button(openChat).click();
    await page.getByText(t.chat.lead(''), { exact: true }).waitFor();
    await page.locator('header').getByRole('heading', { name: t.chat.unnamed }).waitFor();
    await visitor.close();
  });

  test.each(['js', 'css'])('says that it could not be loaded, and tries again: %s', async (kind) => {
    const visitor = await person();
    const { page, t } = visitor;
    await page.route(`**/widget-chat.${kind}`, (route) => route.abort('internetdisconnected'));
    await page.goto(origin);
    await visitor.button(openChat).click();
    await page.getByRole('alert').getByText('No se pudo cargar el chat', { exact: false }).waitFor();
    const looking = new Looking();
    await looking.at(page, 'not loaded');
    await visitor.keepPicture(`widget-not-loaded-${kind}`);
    await visitor.button('Reintentar').click();
    await expect.poll(() => visitor.button('Reintentar').evaluate((retry) => retry.matches(':focus'))).toBe(true);
    await page.unroute(`**/widget-chat.${kind}`);
    await visitor.button('Reintentar').click();
    await visitor.box.waitFor();
    expect(await page.getByRole('alert').count()).toBe(0);
    await visitor.say('Ahora sí');
    await page.getByText(t.chat.waiting).waitFor();
    expect(looking.found).toEqual({});
    expect(visitor.complaints).toEqual([]);
    await visitor.close();
  });

  test('tells on a later page that an answer came meanwhile, until it is looked at', async () => {
    const visitor = await person();
    const { page, t } = visitor;
    await page.goto(origin);
    await visitor.button(openChat).click();
    await visitor.box.waitFor();
    await visitor.say('¿Abren los domingos?');
    await page.getByText(t.chat.waiting).waitFor();
    await page.goto('about:blank');

    const ana = await person();
    await ana.signIn('ana', '#/servicios/espera');
    await ana.page.getByRole('option').filter({ hasText: '¿Abren los domingos?' }).click();
    await ana.say('De 10 a 14');
    await ana.page.getByRole('log').getByRole('img', { name: t.delivery.sent }).waitFor();

    await page.goto(origin);
    await page.getByRole('button', { name: `${openChat}, 1` }).click();
    await visitor.bubble('De 10 a 14').waitFor();
    await ana.page.getByRole('log').getByRole('img', { name: t.delivery.read }).waitFor();
    const told = page.waitForEvent('websocket');
    await page.reload();
    await (await told).waitForEvent('framereceived', ({ payload }) => /caught_up/.test(`${payload}`));
    await visitor.button(openChat).waitFor();
    expect(visitor.complaints).toEqual([]);
    await Promise.all([visitor.close(), ana.close()]);
  });

  test('sends a picture and a recording from there', async () => {
    const looking = new Looking();
    const [visitor, ana] = await Promise.all([person(), person()]);
    const { page, t } = visitor;
    await page.goto(origin);
    await visitor.button(openChat).click();
    await visitor.box.waitFor();
    await visitor.say('Miren esta foto');
    await visitor.bubble('Miren esta foto').waitFor();
    const picture = files.picture('Living.png');
    await visitor.choose(picture);
    await page.getByText(t.attach.done, { exact: false }).waitFor();
    await looking.at(page, 'files');
    await visitor.sendFiles();
    await visitor.button(t.files.open('Living.png')).locator('img').waitFor();
    await visitor.record();
    await looking.at(page, 'recording');
    await visitor.button(t.voice.send).click();
    await page.getByRole('log').locator('.player--voice').waitFor();
    await looking.at(page, 'chat');

    await ana.signIn('ana', '#/servicios/espera');
    await ana.page.getByRole('option').filter({ hasText: '🎙' }).click();
    const thumbnail = ana.button(t.files.open('Living.png'));
    await thumbnail.locator('img').waitFor();
    const [answer] = await Promise.all([
      ana.page.waitForResponse((response) => /\/attachments\/[^/]+$/.test(response.url())),
      thumbnail.click(),
    ]);
    expect((await answer.body()).equals(picture.buffer)).toBe(true);
    await ana.page.keyboard.press('Escape');
    const player = ana.page.getByRole('log').locator('.player--voice');
    await player.getByRole('button', { name: t.files.play }).click();
    await ana.page.waitForFunction(() => {
      const audio = document.querySelector<HTMLAudioElement>('[role=log] audio');
      return audio !== null && (audio.currentTime > 0 || audio.ended);
    });
    expect(visitor.complaints).toEqual([]);
    await Promise.all([visitor.close(), ana.close()]);
    expect(looking.found).toEqual({});
  });

  test('can be closed over a small screen where there is no chat to be shown', async () => {
    const visitor = await person({ viewport: { width: 390, height: 844 } });
    const { page, t } = visitor;
    await page.goto(`${origin}/soporte`);
    await visitor.button(openChat).click();
    await visitor.box.waitFor();
    await visitor.say('¿Hay alguien?');
    await page.getByText(t.chat.foreignSite).waitFor();
    const looking = new Looking();
    await looking.at(page, 'no chat');
    await visitor.keepPicture('widget-missing');
    await page.locator('header').getByRole('button', { name: t.chat.close }).click();
    await page.getByText(t.chat.foreignSite).waitFor({ state: 'hidden' });
    await visitor.button(openChat).waitFor();
    expect(looking.found).toEqual({});
    expect(visitor.complaints).toEqual([]);
    await visitor.close();
  });

  test('listens no more once it is closed, and keeps what was said', async () => {
    const visitor = await person();
    const { page, t } = visitor;
    await page.goto(origin);
    await visitor.button(openChat).click();
    await visitor.box.waitFor();
    await visitor.beginRecording();
    await page.locator('header').getByRole('button', { name: t.chat.close }).click();
    await page.getByRole('timer').waitFor({ state: 'detached' });
    await visitor.button(openChat).click();
    await visitor.button(t.files.play).waitFor();
    await visitor.button(t.voice.cancel).click();
    await visitor.box.waitFor();
    expect(visitor.complaints).toEqual([]);
    await visitor.close();
  });
});
