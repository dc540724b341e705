// What axe finds on a screen.

import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename } from 'node:path';
import type { AxeResults } from 'axe-core';
import type { Page } from 'playwright-core';
import { expect } from 'vitest';
import { keepPicture } from './stage';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

// Axe leaves out the rule of WCAG 2.2 unless it is asked: targets of at least 24 by 24 pixels.
// It would fetch the style sheets of other origins for rules that are not asked for.
const options = {
  resultTypes: ['violations'],
  rules: { 'target-size': { enabled: true } },
  preload: false,
};

// What is serious or worse.
async function faults(page: Page): Promise<string[]> {
  await page.evaluate(axe);
  const results = await page.evaluate<AxeResults>(`axe.run(${JSON.stringify(options)})`);
  return results.violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .flatMap(({ id, nodes }) => nodes.map(({ html, failureSummary }) => `${id}: ${html}\n${failureSummary}`));
}

// From so many pixels on a screen is no telephone's, as the style sheets have it.
const wideFromPx = 600;

// Looks at one screen after another, in light and dark, keeps what it finds by their names, and a
// picture of each where pictures are wanted.
export class Looking {
  readonly found: Record<string, string[]> = {};

  async at(page: Page, screen: string): Promise<void> {
    const width = (page.viewportSize()?.width ?? 0) < wideFromPx ? 'narrow' : 'wide';
    for (const colorScheme of ['dark', 'light'] as const) {
      await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
      const look = `${screen}, ${width}, ${colorScheme}`;
      const here = await faults(page);
      if (here.length > 0) this.found[look] = here;
      await keepPicture(page, nameOf(look));
    }
  }
}

// Of a picture: tests of different files have screens of the same name.
function nameOf(look: string): string {
  const file = basename(expect.getState().testPath ?? '', '.test.ts');
  return `${file} ${look}`.replace(/[^\p{L}\p{N}]+/gu, '-');
}
