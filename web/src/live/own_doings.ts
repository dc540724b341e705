// Which conversations the account's own tabs take. Each tells the others of it, so that what becomes
// one's own by one's own hand is no news in another tab.

// The server tells of it sooner than this.
const rememberedMs = 10_000;

export interface TabChannel {
  tell(conversationId: string): void;
  close(): void;
}

// `who` is the operator's id; `heard` is called with what the other tabs tell.
export type OpenTabChannel = (who: string, heard: (conversationId: string) => void) => TabChannel;

export const browserTabs: OpenTabChannel = (who, heard) => {
  const channel = new BroadcastChannel(`bitacora.doings.${who}`);
  channel.onmessage = ({ data }) => heard(data as string);
  return { tell: (id) => channel.postMessage(id), close: () => channel.close() };
};

export class OwnDoings {
  // Until when each is remembered.
  private readonly until = new Map<string, number>();
  private channel: TabChannel | null = null;

  constructor(
    private readonly openChannel: OpenTabChannel,
    private readonly who: string,
    private readonly clock: { now(): number },
  ) {}

  begin(): void {
    this.channel ??= this.openChannel(this.who, (id) => this.remember(id));
  }

  end(): void {
    this.channel?.close();
    this.channel = null;
  }

  // Before the server hears of it.
  takes(conversationId: string): void {
    this.remember(conversationId);
    this.channel?.tell(conversationId);
  }

  took(conversationId: string): boolean {
    return (this.until.get(conversationId) ?? 0) > this.clock.now();
  }

  // The server has told of it: what comes next is another's doing.
  told(conversationId: string): void {
    this.until.delete(conversationId);
  }

  private remember(conversationId: string): void {
    this.until.set(conversationId, this.clock.now() + rememberedMs);
  }
}
