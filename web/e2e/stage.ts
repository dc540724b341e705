// The real program in a temporary folder, and browsers before it.

import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { get } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  chromium,
  type Browser,
  type BrowserContext,
  type BrowserContextOptions,
  type Page,
  type WebSocketRoute,
} from 'playwright-core';
import { afterAll, beforeAll, expect } from 'vitest';
import type { Dictionary } from '../src/i18n/dictionary';
import { en } from '../src/i18n/en';
import { es } from '../src/i18n/es';
import { pt } from '../src/i18n/pt';

const program = process.env['BITACORA_BIN'] ?? '';
const startMs = 30_000;
// A folder with a built console to try instead of the one in the program: quicker while at work.
const dist = process.env['BITACORA_DIST'] ?? '';

async function serveFromFolder(context: BrowserContext, origin: string): Promise<void> {
  const types: Record<string, string> = {
    html: 'text/html; charset=utf-8',
    js: 'text/javascript',
    css: 'text/css',
    svg: 'image/svg+xml',
  };
  const ours = /\/(?:|chat|theme\.js|widget(?:-chat)?\.(?:js|css)|favicon\.svg|assets\/.*)(?:\?.*)?$/;
  await context.route((url) => url.origin === origin && ours.test(url.href), async (route) => {
    const { pathname } = new URL(route.request().url());
    const file = { '/': '/index.html', '/chat': '/chat.html' }[pathname] ?? pathname;
    // The page's status is the program's to say, if it carries one.
    const own = pathname === '/chat' ? await route.fetch() : null;
    await route.fulfill({
      status: own?.headers()['content-type']?.startsWith('text/html') ? own.status() : 200,
      path: join(dist, file),
      contentType: types[file.slice(file.lastIndexOf('.') + 1)] ?? 'application/octet-stream',
    });
  });
}

export class Server {
  private readonly folder = mkdtempSync(join(tmpdir(), 'bitacora-e2e-'));
  private child: ChildProcess | null = null;
  port = 0;

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  // The first time on a port that the system picks, afterwards on the same one.
  async start(): Promise<void> {
    if (program === '') throw new Error('BITACORA_BIN must name the program to test');
    const child = spawn(
      program,
      ['serve', '--demo', '--data', join(this.folder, 'data'), '--listen', `127.0.0.1:${this.port}`],
      { stdio: ['ignore', 'pipe', 'pipe'] },
    );
    this.child = child;
    let told = '';
    await new Promise<void>((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error(`not ready in time:\n${told}`)), startMs);
      const read = (bytes: Buffer) => {
        told += bytes.toString();
        const match = /listening on http:\/\/[^\s:]+:(\d+)/.exec(told);
        if (!match?.[1]) return;
        clearTimeout(timer);
        this.port = Number(match[1]);
        resolve();
      };
      child.stdout.on('data', read);
      child.stderr.on('data', read);
      child.once('exit', (code) => {
        clearTimeout(timer);
        reject(new Error(`ended with ${code} before it was ready:\n${told}`));
      });
    });
  }

  // Plays conversations into the stopped server's folder, and starts it again. Ana answers them.
  async import(dialogues: { id: string; name: string; turns: [from: string, text: string][] }[]) {
    await this.kill('SIGTERM');
    const file = join(this.folder, 'dialogues.jsonl');
    writeFileSync(file, dialogues.map((dialogue) => JSON.stringify(dialogue)).join('\n'));
    execFileSync(program, ['import', file, '--data', join(this.folder, 'data'), '--open'], {
      stdio: 'ignore',
    });
    await this.start();
  }

  async kill(signal: 'SIGTERM' | 'SIGKILL' = 'SIGKILL'): Promise<void> {
    const { child } = this;
    this.child = null;
    if (!child || child.exitCode !== null) return;
    const ended = new Promise((resolve) => child.once('exit', resolve));
    child.kill(signal);
    await ended;
  }

  async end(): Promise<void> {
    await this.kill();
    rmSync(this.folder, { recursive: true, force: true });
  }
}

// How many bytes a file of the console is on the wire, compressed.
export async function bytesOnTheWire(url: string): Promise<number> {
  if (dist !== '') return statSync(`${join(dist, new URL(url).pathname)}.br`).size;
  return new Promise((resolve, reject) => {
    get(url, { headers: { 'accept-encoding': 'br' } }, (answer) => {
      let bytes = 0;
      answer.on('data', (piece: Buffer) => (bytes += piece.length));
      answer.on('end', () => resolve(bytes));
      answer.on('error', reject);
    }).on('error', reject);
  });
}

// The last list counts: the driver's own names are repeated.
const withoutFeatures = [
  'AcceptCHFrame',
  'AutoDeElevate',
  'AvoidUnnecessaryBeforeUnloadCheckSync',
  'DestroyProfileOnBrowserClose',
  'DialMediaRouteProvider',
  'GlobalMediaControls',
  'HttpsUpgrades',
  'LensOverlay',
  'MediaRouter',
  'PaintHolding',
  'RenderDocument',
  'ThirdPartyStoragePartitioning',
  'Translate',
  // Pages of the browser's own beside each window, and one kept for the next: two thirds of what a
  // window takes of the processor.
  'SpareRendererForSitePerProcess',
  'WebUIOmniboxAimPopup',
  'WebUIOmniboxPopup',
  // A page that comes from the folder has no address of which the browser could tell that it is
  // this machine's, and would not be let near the server.
  ...(dist === '' ? [] : ['LocalNetworkAccessChecks']),
];

export function launch(): Promise<Browser> {
  return chromium.launch({
    executablePath: '/usr/bin/chromium',
    // Without a locale it cannot write the names of downloads down.
    env: { ...process.env, LC_ALL: 'C.UTF-8' },
    args: [
      '--headless',
      '--no-sandbox',
      '--disable-gpu',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      // A microphone that hums, and no question about it.
      '--use-fake-device-for-media-stream',
      '--use-fake-ui-for-media-stream',
      '--autoplay-policy=no-user-gesture-required',
      `--disable-features=${withoutFeatures.join()}`,
    ],
  });
}

const dictionaries = { es, pt, en };

// What is on the screen, in the folder that BITACORA_SHOTS names.
export async function keepPicture(page: Page, name: string): Promise<void> {
  const folder = process.env['BITACORA_SHOTS'];
  if (folder) await page.screenshot({ path: join(folder, `${name}.png`) });
}

// A browser of somebody's own. What the page complains of is a failure of the test, apart from
// what the browser itself logs about requests that were refused or lines that were cut.
export class Person {
  readonly complaints: string[] = [];

  private constructor(
    readonly context: BrowserContext,
    readonly page: Page,
    private readonly server: Server,
    // What the page says, in this person's language.
    readonly t: Dictionary,
  ) {
    page.on('console', (entry) => {
      const text = entry.text();
      if (entry.type() !== 'error') return;
      if (/Failed to load resource|WebSocket connection|ERR_/.test(text)) return;
      this.complaints.push(text);
    });
    page.on('pageerror', (error) => this.complaints.push(String(error)));
  }

  static async at(
    browser: Browser,
    server: Server,
    options: BrowserContextOptions = {},
  ): Promise<Person> {
    const context = await browser.newContext({
      viewport: { width: 1440, height: 900 },
      locale: 'es-AR',
      reducedMotion: 'no-preference',
      ...options,
    });
    context.setDefaultTimeout(15_000);
    if (dist !== '') await serveFromFolder(context, server.url);
    const language = (options.locale ?? 'es').slice(0, 2) as keyof typeof dictionaries;
    return new Person(context, await context.newPage(), server, dictionaries[language]);
  }

  async signIn(username: string, hash = '', password = 'demo'): Promise<this> {
    await this.page.goto(`${this.server.url}/${hash}`);
    await this.page.getByLabel(this.t.signIn.username).fill(username);
    await this.page.getByLabel(this.t.signIn.password, { exact: true }).fill(password);
    await this.page.getByRole('button', { name: this.t.signIn.submit }).click();
    await this.page.getByRole('link', { name: this.t.panel.services }).waitFor();
    return this;
  }

  async openServices(): Promise<this> {
    await this.page.getByRole('link', { name: this.t.panel.services }).click();
    await this.page.getByRole('tab', { name: new RegExp(this.t.tabs.waiting) }).waitFor();
    return this;
  }

  async openChat(department = 'ventas'): Promise<this> {
    await this.page.goto(`${this.server.url}/chat?department=${department}`);
    await this.box.waitFor();
    return this;
  }

  // Writes as a contact, by a name the first time.
  async write(text: string, name?: string): Promise<void> {
    if (name) await this.page.getByLabel(this.t.chat.name).fill(name);
    await this.say(text);
  }

  async say(text: string): Promise<void> {
    await this.box.fill(text);
    await this.page.keyboard.press('Enter');
  }

  get box() {
    return this.page.getByLabel(this.t.composer.label, { exact: true });
  }

  button(name: string) {
    return this.page.getByRole('button', { name, exact: true });
  }

  // Chooses files in the window of 📎, which is open after it.
  async choose(...files: { name: string; mimeType: string; buffer: Buffer }[]): Promise<void> {
    await this.button(this.t.attach.open).click();
    const dialog = this.page.getByRole('dialog', { name: this.t.attach.title });
    await dialog.locator('input[type=file]').setInputFiles(files);
  }

  async sendFiles(): Promise<void> {
    const dialog = this.page.getByRole('dialog', { name: this.t.attach.title });
    await dialog.getByRole('button', { name: this.t.attach.send, exact: true }).click();
  }

  // Records for a moment, and stops.
  async record(): Promise<void> {
    await this.beginRecording();
    await this.button(this.t.voice.stop).click();
    await this.button(this.t.files.play).waitFor();
  }

  // Until there is a second of it; by the time that one looks it may be more.
  async beginRecording(): Promise<void> {
    await this.button(this.t.voice.record).click();
    const time = this.page.getByRole('timer');
    await expect.poll(() => time.textContent()).not.toBe('0:00');
  }

  row(name: string) {
    return this.page.getByRole('option', { name: new RegExp(name) });
  }

  bubble(text: string) {
    return this.page.getByRole('log').getByText(text, { exact: true });
  }

  tab(name: 'Espera' | 'Atendiendo' | 'Cerradas') {
    return this.page.getByRole('tab', { name: new RegExp(name) });
  }

  keepPicture(name: string): Promise<void> {
    return keepPicture(this.page, name);
  }

  async close(): Promise<void> {
    await this.context.close();
  }
}

// What the server says over a page's live line, held back while the test says so. It counts from the
// next load of the page on.
export class HeldLine {
  private socket: WebSocketRoute | null = null;
  private held: (string | Buffer)[] | null = null;

  static async of(page: Page): Promise<HeldLine> {
    const line = new HeldLine();
    await page.routeWebSocket(/\/api\/v1\/(?:webchat\/)?ws/, (socket) => {
      line.socket = socket;
      socket.connectToServer().onMessage((frame) => {
        if (line.held) line.held.push(frame);
        else socket.send(frame);
      });
    });
    return line;
  }

  hold(): void {
    this.held = [];
  }

  release(): void {
    for (const frame of this.held ?? []) this.socket?.send(frame);
    this.held = null;
  }
}

// One server and one browser for the tests of a file.
export function useStage() {
  const server = new Server();
  let browser: Browser;
  beforeAll(async () => {
    browser = await launch();
    await server.start();
  });
  afterAll(async () => {
    await browser.close();
    await server.end();
  });
  const person = (options: BrowserContextOptions = {}) => Person.at(browser, server, options);
  // A contact has written to sales, and left.
  const somebodyWaits = async () => {
    const contact = await person();
    await contact.openChat();
    await contact.write('Hola, ¿tienen envíos a Rosario?', 'Martina Núñez');
    await contact.page.getByText('Recibimos su mensaje', { exact: false }).waitFor();
    await contact.close();
  };
  // Ana before the conversation that a contact of that name has just begun. No name may begin with
  // another and a space.
  const talk = async (name: string, options: BrowserContextOptions = {}) => {
    const [ana, contact] = await Promise.all([person(options), person(options)]);
    await contact.openChat();
    await contact.write('Hola', name);
    await ana.signIn('ana', '#/servicios/espera');
    await ana.row(`${name} `).click();
    await ana.bubble('Hola').waitFor();
    return { ana, contact, end: () => Promise.all([ana.close(), contact.close()]) };
  };
  return { server, person, somebodyWaits, talk };
}
