// How much is loaded first, and how it is to work with very long conversations and lists. Times are
// printed and not judged: this machine is not the one that they are promised for. `bitacora bench`
// takes them from the file that $BITACORA_FIGURES names.

import { writeFileSync } from 'node:fs';
import type { Page } from 'playwright-core';
import { afterAll, describe, expect, test } from 'vitest';
import { bytesOnTheWire, useStage } from './stage';

const firstLoadMax = 200 * 1024;
const widgetMax = 8 * 1024;

const { server, person } = useStage();

const figures: Record<string, number> = {};

afterAll(() => {
  const file = process.env.BITACORA_FIGURES;
  if (file) writeFileSync(file, JSON.stringify(figures));
});

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}

function scriptsOf(page: Page): Set<string> {
  const scripts = new Set<string>();
  page.on('response', (response) => {
    if (/\.js$/.test(new URL(response.url()).pathname)) scripts.add(response.url());
  });
  return scripts;
}

async function sizeOf(urls: Iterable<string>): Promise<number> {
  const sizes = await Promise.all([...urls].map(bytesOnTheWire));
  return sizes.reduce((sum, size) => sum + size, 0);
}

describe('the first load', () => {
  test('is at most 200 KB of JavaScript, without emoji, recorder and uploads', async () => {
    const contact = await person();
    const inChat = scriptsOf(contact.page);
    await contact.openChat();
    await contact.write('Hola', 'Primera Carga');
    const ana = await person();
    const inConsole = scriptsOf(ana.page);
    await ana.signIn('ana', '#/servicios/espera');
    await ana.row('Primera Carga').click();
    await ana.bubble('Hola').waitFor();
    const [consoleBytes, chatBytes] = await Promise.all([sizeOf(inConsole), sizeOf(inChat)]);
    figures.console_bytes = consoleBytes;
    figures.console_bytes_max = firstLoadMax;
    figures.chat_bytes = chatBytes;
    say(`first load: console ${consoleBytes} bytes, chat ${chatBytes} bytes of JavaScript`);
    expect(inConsole.size).toBeGreaterThan(1);
    expect(consoleBytes).toBeLessThanOrEqual(firstLoadMax);
    expect(chatBytes).toBeLessThanOrEqual(firstLoadMax);

    const before = new Set(inConsole);
    await ana.page.getByRole('button', { name: 'Elegir un emoji' }).click();
    await ana.page.getByPlaceholder('Buscar emoji').waitFor();
    expect(inConsole.size).toBeGreaterThan(before.size);
    await Promise.all([ana.close(), contact.close()]);
  });

  test('of a site’s own page is a few KB for the widget', async () => {
    expect(await bytesOnTheWire(`${server.url}/widget.js`)).toBeLessThanOrEqual(widgetMax);
  });
});

// Clicks a row, and tells how long until that bubble is painted.
function timeToShow(page: Page, row: string, bubble: string): Promise<number> {
  return page.evaluate(
    async ([name, text]) => {
      const element = [...document.querySelectorAll<HTMLElement>('[role=option]')].find((option) =>
        option.textContent?.includes(name!),
      );
      if (!element) throw new Error(`there is no row of ${name}`);
      const began = performance.now();
      element.click();
      const shown = () => document.querySelector('[role=log]')?.textContent?.includes(text!);
      while (!shown()) {
        if (performance.now() - began > 10_000) throw new Error(`${text} is not shown in time`);
        await new Promise(requestAnimationFrame);
      }
      return performance.now() - began;
    },
    [row, bubble] as const,
  );
}

// The longest frame, and the middle one, of a scroll by many steps.
function scrollFrames(page: Page, selector: string, stepPx: number, steps: number) {
  return page.evaluate(
    async ([where, step, count]) => {
      const view = document.querySelector(where)!;
      const frames: number[] = [];
      let last = performance.now();
      for (let i = 0; i < count; i += 1) {
        view.scrollTop += step;
        await new Promise(requestAnimationFrame);
        const now = performance.now();
        frames.push(now - last);
        last = now;
      }
      frames.sort((a, b) => a - b);
      return { median: frames[Math.floor(count / 2)]!, longest: frames.at(-1)! };
    },
    [selector, stepPx, steps] as const,
  );
}

function medianOf(times: number[]): number {
  return [...times].sort((a, b) => a - b)[Math.floor(times.length / 2)]!;
}

const round = (ms: number) => `${ms.toFixed(0)} ms`;

describe('much of everything', () => {
  test('ten thousand messages and five thousand waiting', async () => {
    const long = Array.from({ length: 10_000 }, (_, i): [string, string] => [
      i % 2 === 0 ? 'contact' : 'operator',
      `Mensaje ${i} de una conversación muy larga`,
    ]);
    await server.import([
      { id: 'larga', name: 'Muy Larga', turns: long },
      { id: 'corta', name: 'Muy Corta', turns: [['contact', 'Hola'], ['operator', 'Buenas']] },
      ...Array.from({ length: 5_000 }, (_, i) => ({
        id: `espera-${i}`,
        name: `Contacto ${i}`,
        turns: [['contact', `Soy el ${i}`]] as [string, string][],
      })),
    ]);
    const ana = await person();
    await ana.signIn('ana', '#/servicios/atendiendo');
    await ana.row('Muy Corta').click();
    await ana.bubble('Buenas').waitFor();
    const end = 'Mensaje 9999 ';
    say(`10,000 messages: first shown after ${round(await timeToShow(ana.page, 'Muy Larga', end))}`);

    // Some of it is read, so that switching back finds more than one page.
    const log = ana.page.getByRole('log');
    await expect
      .poll(
        async () => {
          await log.evaluate((view) => (view.scrollTop = 0));
          return ana.bubble('Mensaje 9500 de una conversación muy larga').count();
        },
        { timeout: 30_000 },
      )
      .toBe(1);
    const up = await scrollFrames(ana.page, '[role=log]', 240, 60);
    say(`10,000 messages: a frame of scrolling takes ${round(up.median)}, at most ${round(up.longest)}`);
    // Back and forth: nothing is asked of the server for what was read already.
    const asked: string[] = [];
    ana.page.on('request', (request) => {
      if (request.method() === 'GET' && /\/messages/.test(request.url())) asked.push(request.url());
    });
    const toShort: number[] = [];
    const toLong: number[] = [];
    for (let i = 0; i < 9; i += 1) {
      toShort.push(await timeToShow(ana.page, 'Muy Corta', 'Buenas'));
      toLong.push(await timeToShow(ana.page, 'Muy Larga', end));
    }
    expect(asked).toEqual([]);
    const [median, longest] = [medianOf(toLong), Math.max(...toLong)];
    figures.switch_to_short_us = Math.round(medianOf(toShort) * 1000);
    figures.switch_to_long_us = Math.round(median * 1000);
    figures.switch_to_long_longest_us = Math.round(longest * 1000);
    say(`10,000 messages: switched back in ${round(median)}, at most ${round(longest)}`);
    // What is far out of sight is not drawn.
    expect(await ana.page.locator('[role=log] .bubble').count()).toBeLessThan(400);

    await ana.tab('Espera').click();
    await ana.row('Contacto 0 ').waitFor();
    const list = ana.page.getByRole('listbox');
    await expect
      .poll(
        async () => {
          await list.evaluate((view) => (view.scrollTop = view.scrollHeight));
          return list.evaluate((view) => view.scrollHeight);
        },
        { timeout: 60_000 },
      )
      .toBe(5_001 * 72);
    const down = await scrollFrames(ana.page, '[role=listbox]', -1_200, 100);
    say(`5,000 waiting: a frame of scrolling takes ${round(down.median)}, at most ${round(down.longest)}`);
    expect(await ana.page.getByRole('option').count()).toBeLessThan(60);
    await ana.close();
  });
});
