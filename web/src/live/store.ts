// A value that React subscribes to. The parts of the live core share one, and each is handed only
// the slice that it reads and changes.

export interface Cell<Slice> {
  read(): Slice;
  set(change: Partial<Slice>): void;
}

export class Store<Value extends object> implements Cell<Value> {
  private readonly listeners = new Set<() => void>();

  constructor(
    private value: Value,
    // Called with each change before those who subscribed.
    private readonly changed: (before: Value, after: Value) => void = () => {},
  ) {}

  readonly read = (): Value => this.value;

  readonly subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  set(change: Partial<Value>): void {
    const before = this.value;
    this.value = { ...before, ...change };
    this.changed(before, this.value);
    for (const listener of this.listeners) listener();
  }
}
