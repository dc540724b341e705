// A telephone, and what does not fit onto it.

import type { Page } from 'playwright-core';

export const telephone = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true };

// A finger over the page, from one place to another.
export async function swipe(page: Page, from: [number, number], to: [number, number]): Promise<void> {
  const line = await page.context().newCDPSession(page);
  const finger = async (type: 'touchStart' | 'touchMove' | 'touchEnd', at?: [number, number]) =>
    line.send('Input.dispatchTouchEvent', { type, touchPoints: at ? [{ x: at[0], y: at[1] }] : [] });
  const between: [number, number] = [(from[0] + to[0]) / 2, (from[1] + to[1]) / 2];
  await finger('touchStart', from);
  for (const at of [between, to]) await finger('touchMove', at);
  await finger('touchEnd');
  await line.detach();
}

// What is too wide, and by how much: the page, what scrolls within it, and whatever reaches beyond
// its edges, also where that is cut off.
export function tooWide(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const found: string[] = [];
    const root = document.documentElement;
    const beyond = (element: Element, by: number) => {
      if (by > 0) found.push(`${element.tagName} .${element.className}: ${by} px`);
    };
    const things = 'div, p, h1, h2, h3, li, bdi, button, input, textarea, select, a, img, dialog';
    for (const element of [root, ...document.querySelectorAll(things)]) {
      const { overflowX } = getComputedStyle(element);
      if (element === root || overflowX === 'auto' || overflowX === 'scroll') {
        beyond(element, element.scrollWidth - element.clientWidth);
      }
      if (!element.checkVisibility() || element.closest('.sr-only')) continue;
      const { left, right } = element.getBoundingClientRect();
      beyond(element, Math.ceil(Math.max(-left, right - root.clientWidth) - 0.5));
    }
    return found;
  });
}
