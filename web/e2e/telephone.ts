// A telephone, and what does not fit onto it.

import type { Page } from 'playwright-core';

export const telephone = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true };

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
