// How much is loaded first, and how it is to work with very long conversations and lists. Times are
// printed and not judged: this machine is not the one that they are promised for. `bitacora bench`
// takes them from the file that $BITACORA_FIGURES names.

import { writeFileSync } from 'node:fs';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
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

// Scrolls by a step a frame, and tells how long the frames took, in order of their length. It ends
// after so many frames, or when a bubble of the text is drawn.
function framesOfScrolling(
  page: Page,
  selector: string,
  { stepPx, framesMax, until = null }: { stepPx: number; framesMax: number; until?: string | null },
): Promise<number[]> {
  return page.evaluate(
    async ([where, step, most, text]) => {
      const view = document.querySelector(where)!;
      const reached = () =>
        text !== null &&
        [...view.querySelectorAll('.bubble')].some((bubble) => bubble.textContent?.includes(text));
      const frames: number[] = [];
      let last = performance.now();
      while (frames.length < most && !reached()) {
        view.scrollTop += step;
        await new Promise(requestAnimationFrame);
        const now = performance.now();
        frames.push(now - last);
        last = now;
      }
      return frames.sort((a, b) => a - b);
    },
    [selector, stepPx, framesMax, until] as const,
  );
}

// The same where there is nothing to draw: what this machine's browser gives at best.
async function framesOfNothing(page: Page, heightPx: number, stepPx: number, framesMax: number) {
  await page.setContent(
    `<div id="view" style="height: 700px; overflow: auto"><div style="height: ${heightPx}px">`,
  );
  return framesOfScrolling(page, '#view', { stepPx, framesMax });
}

const partOf = (sorted: number[], part: number) => sorted[Math.floor((sorted.length - 1) * part)]!;

function medianOf(times: number[]): number {
  return partOf([...times].sort((a, b) => a - b), 0.5);
}

const microseconds = (ms: number) => Math.round(ms * 1000);
const round = (ms: number) => `${ms.toFixed(0)} ms`;

function sayFrames(what: string, frames: number[]): void {
  const [median, most, longest] = [0.5, 0.95, 1].map((part) => round(partOf(frames, part)));
  say(`${what}: ${frames.length} frames of ${median}, p95 ${most}, at most ${longest}`);
}

// All of it when `bitacora bench` measures; a part does as well to see that it works.
const isMeasured = process.env.BITACORA_FIGURES !== undefined;
const messages = isMeasured ? 10_000 : 2_000;
const waiting = isMeasured ? 5_000 : 1_000;
const firstMessage = 'Mensaje 0 de una conversación muy larga';
const lastMessage = `Mensaje ${messages - 1} `;

// Scrolling takes half a minute by itself, and other tests may run beside it.
const scrollMs = 120_000;

describe('much of everything', () => {
  beforeAll(async () => {
    const long = Array.from({ length: messages }, (_, i): [string, string] => [
      i % 2 === 0 ? 'contact' : 'operator',
      `Mensaje ${i} de una conversación muy larga`,
    ]);
    await server.import([
      { id: 'larga', name: 'Muy Larga', turns: long },
      { id: 'corta', name: 'Muy Corta', turns: [['contact', 'Hola'], ['operator', 'Buenas']] },
      ...Array.from({ length: waiting }, (_, i) => ({
        id: `espera-${i}`,
        name: `Contacto ${i}`,
        turns: [['contact', `Soy el ${i}`]] as [string, string][],
      })),
    ]);
  });

  test('a conversation of thousands of messages is opened', async () => {
    const ana = await person();
    await ana.signIn('ana', '#/servicios/atendiendo');
    const times: Record<'Muy Corta' | 'Muy Larga', number[]> = { 'Muy Corta': [], 'Muy Larga': [] };
    const ends = { 'Muy Corta': 'Buenas', 'Muy Larga': lastMessage };
    for (let i = 0; i < 5; i += 1) {
      for (const name of ['Muy Corta', 'Muy Larga'] as const) {
        await ana.page.goto(`${server.url}/#/servicios/atendiendo`);
        await ana.page.reload();
        await ana.row(name).waitFor();
        times[name].push(await timeToShow(ana.page, name, ends[name]));
      }
    }
    figures.open_short_us = microseconds(medianOf(times['Muy Corta']));
    figures.open_long_us = microseconds(medianOf(times['Muy Larga']));
    figures.open_long_longest_us = microseconds(Math.max(...times['Muy Larga']));
    say(`${messages} messages: first shown after ${times['Muy Larga'].map(round).join(', ')}`);
    await ana.close();
  });

  test('thousands of messages are scrolled through, left and come back to', async () => {
    const ana = await person();
    const { page } = ana;
    await ana.signIn('ana', '#/servicios/atendiendo');
    await ana.row('Muy Corta').click();
    await ana.bubble('Buenas').waitFor();
    await ana.row('Muy Larga').click();
    await page.getByRole('log').getByText(lastMessage).waitFor();

    const read = await framesOfScrolling(page, '[role=log]', {
      stepPx: -600,
      framesMax: 3_000,
      until: firstMessage,
    });
    sayFrames(`${messages} messages, read to the first`, read);
    expect(await ana.bubble(firstMessage).count()).toBe(1);
    // What is far out of sight is not drawn.
    const drawn = page.locator('[role=log] .bubble');
    expect(await drawn.count()).toBeLessThan(400);
    const heightPx = await page.getByRole('log').evaluate((view) => view.scrollHeight);
    const scrolled = await framesOfScrolling(page, '[role=log]', { stepPx: 240, framesMax: 300 });
    sayFrames(`${messages} messages, scrolled`, scrolled);
    expect(await drawn.count()).toBeLessThan(400);
    const empty = await ana.context.newPage();
    const nothing = await framesOfNothing(empty, heightPx, 240, 300);
    sayFrames('nothing, scrolled', nothing);
    await empty.close();
    figures.read_frame_p95_us = microseconds(partOf(read, 0.95));
    figures.scroll_frame_p95_us = microseconds(partOf(scrolled, 0.95));
    figures.scroll_frame_longest_us = microseconds(partOf(scrolled, 1));
    figures.nothing_frame_p95_us = microseconds(partOf(nothing, 0.95));

    // Back and forth: nothing is asked of the server for what was read already.
    const asked: string[] = [];
    page.on('request', (request) => {
      if (request.method() === 'GET' && /\/messages/.test(request.url())) asked.push(request.url());
    });
    const toShort: number[] = [];
    const toLong: number[] = [];
    for (let i = 0; i < 9; i += 1) {
      toShort.push(await timeToShow(page, 'Muy Corta', 'Buenas'));
      toLong.push(await timeToShow(page, 'Muy Larga', lastMessage));
    }
    expect(asked).toEqual([]);
    const [median, longest] = [medianOf(toLong), Math.max(...toLong)];
    figures.switch_to_short_us = microseconds(medianOf(toShort));
    figures.switch_to_long_us = microseconds(median);
    figures.switch_to_long_longest_us = microseconds(longest);
    say(`${messages} messages: switched back in ${round(median)}, at most ${round(longest)}`);
    await ana.close();
  }, scrollMs);

  test('thousands waiting are scrolled through', async () => {
    const ana = await person();
    const { page } = ana;
    await ana.signIn('ana', '#/servicios/espera');
    // Those that were imported at the same time wait in any order.
    await ana.row('Contacto \\d').first().waitFor();
    const rows = page.getByRole('option');
    const list = page.getByRole('listbox');
    await expect
      .poll(
        async () => {
          await list.evaluate((view) => (view.scrollTop = view.scrollHeight));
          return rows.last().evaluate((row) => (row.ariaPosInSet === row.ariaSetSize ? row.ariaSetSize : ''));
        },
        { timeout: 60_000 },
      )
      // Those that came first of all count too.
      .toMatch(new RegExp(`^${waiting / 10}\\d$`));
    expect(await rows.count()).toBeLessThan(60);
    const frames = await framesOfScrolling(page, '[role=listbox]', {
      stepPx: -240,
      framesMax: 300,
    });
    sayFrames(`${waiting} waiting, scrolled`, frames);
    expect(await rows.count()).toBeLessThan(60);
    figures.list_frame_p95_us = microseconds(partOf(frames, 0.95));
    figures.list_frame_longest_us = microseconds(partOf(frames, 1));
    await ana.close();
  }, scrollMs);
});
