import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { OpenedTabs } from '../src/files/opened_tabs';

interface Tab {
  closed: boolean;
  location: { href: string };
  close: () => void;
}

let tabs: Tab[];
let revoked: string[];
let lastUrl: number;

const fetched = () => Promise.resolve(new Blob(['%PDF']));
const addresses = () => tabs.map(({ location }) => location.href);

beforeEach(() => {
  tabs = [];
  revoked = [];
  lastUrl = 0;
  vi.stubGlobal('window', {
    open: () => {
      const tab: Tab = { closed: false, location: { href: '' }, close: () => (tab.closed = true) };
      tabs.push(tab);
      return tab;
    },
  });
  vi.spyOn(URL, 'createObjectURL').mockImplementation(() => `blob:${++lastUrl}`);
  vi.spyOn(URL, 'revokeObjectURL').mockImplementation((url) => void revoked.push(url));
});

afterEach(() => {
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
  vi.useRealTimers();
});

describe('a file in a tab of its own', () => {
  test('is not fetched where the browser gives no tab, and says so', async () => {
    vi.stubGlobal('window', { open: () => null });
    const fetch = vi.fn(fetched);
    expect(await new OpenedTabs(fetch).open('/attachments/a1')).toBe('blocked');
    expect(fetch).not.toHaveBeenCalled();
  });

  test('closes it when the bytes cannot be had', async () => {
    const opening = new OpenedTabs(() => Promise.reject(new Error('offline'))).open('');
    await expect(opening).rejects.toThrow('offline');
    expect(tabs.map(({ closed }) => closed)).toEqual([true]);
  });

  test('is kept while it stands there, and let go after', async () => {
    const opened = new OpenedTabs(fetched);
    await opened.open('');
    await opened.open('');
    expect(addresses()).toEqual(['blob:1', 'blob:2']);
    expect(revoked).toEqual([]);
    tabs[0]!.close();
    await opened.open('');
    expect(revoked).toEqual(['blob:1']);
  });

  test('is let go for newer ones, and leaves no timer', async () => {
    vi.useFakeTimers();
    const opened = new OpenedTabs(fetched);
    for (let i = 0; i < 10; i += 1) await opened.open('');
    expect(revoked).toEqual(['blob:1', 'blob:2']);
    expect(vi.getTimerCount()).toBe(0);
  });
});
