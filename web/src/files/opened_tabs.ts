// Files in tabs of their own, where the bytes are fetched: a contact's token cannot go along with
// an address.

interface Opened {
  tab: Window;
  url: string;
}

// Kept or loaded anew, a tab asks for its file again. That many may.
const openedMax = 8;

export class OpenedTabs {
  private opened: readonly Opened[] = [];

  constructor(private readonly fetch: (path: string) => Promise<Blob>) {}

  // 'blocked': the browser gave no tab. Rejects when the bytes could not be had.
  async open(path: string): Promise<'opened' | 'blocked'> {
    // Opened at once, while the browser still knows that it was a click.
    const tab = window.open('', '_blank');
    if (!tab) return 'blocked';
    try {
      const url = URL.createObjectURL(await this.fetch(path));
      tab.location.href = url;
      this.keep({ tab, url });
      return 'opened';
    } catch (error) {
      tab.close();
      throw error;
    }
  }

  private keep(newest: Opened): void {
    const known = [...this.opened, newest];
    this.opened = known.filter(({ tab }) => !tab.closed).slice(-openedMax);
    for (const each of known) if (!this.opened.includes(each)) URL.revokeObjectURL(each.url);
  }
}
