// Which conversations the account's own tabs take. Each tells the others of it, so that what becomes
// one's own by one's own hand is no news in another tab. Other browsers do not hear of it.

// The server tells of it sooner than this.
const rememberedMs = 10_000;

export interface Doing {
  conversationId: string;
  // False when the server did not let it be taken.
  taken: boolean;
}

export interface TabChannel {
  tell(doing: Doing): void;
  close(): void;
}

// `who` is the operator's id; `heard` is called with what the other tabs tell.
export type OpenTabChannel = (who: string, heard: (doing: Doing) => void) => TabChannel;

export const browserTabs: OpenTabChannel = (who, heard) => {
  const channel = new BroadcastChannel(`bitacora.doings.${who}`);
  channel.onmessage = ({ data }) => heard(data as Doing);
  return { tell: (doing) => channel.postMessage(doing), close: () => channel.close() };
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
    this.channel ??= this.openChannel(this.who, (doing) => this.note(doing));
  }

  end(): void {
    this.channel?.close();
    this.channel = null;
  }

  // Before the server hears of it.
  takes(conversationId: string): void {
    this.do({ conversationId, taken: true });
  }

  // The server has refused it: if it comes all the same, it is another's doing.
  refused(conversationId: string): void {
    this.do({ conversationId, taken: false });
  }

  took(conversationId: string): boolean {
    return (this.until.get(conversationId) ?? 0) > this.clock.now();
  }

  // The server has told of it: what comes next is another's doing.
  told(conversationId: string): void {
    this.until.delete(conversationId);
  }

  private do(doing: Doing): void {
    this.note(doing);
    this.channel?.tell(doing);
  }

  private note({ conversationId, taken }: Doing): void {
    if (taken) this.until.set(conversationId, this.clock.now() + rememberedMs);
    else this.until.delete(conversationId);
  }
}
