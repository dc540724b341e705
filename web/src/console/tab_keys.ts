import type { Tab } from '../live/wire';

type Key = Pick<KeyboardEvent, 'altKey' | 'ctrlKey' | 'metaKey' | 'code' | 'key'>;

const tabs: Record<string, Tab> = { Digit1: 'waiting', Digit2: 'attending' };

// What stands in the key's place on layouts where Alt makes a letter of it, as "@" of 2 on a Spanish
// keyboard of Apple's.
function makesLetter({ key }: Key): boolean {
  return key === 'Dead' || (key.length === 1 && key !== '1' && key !== '2');
}

// The tab that Alt and a digit lead to: by the key's place, but where one writes the letter is meant.
export function tabOf(key: Key, isWriting: boolean): Tab | null {
  if (!key.altKey || key.ctrlKey || key.metaKey) return null;
  if (isWriting && makesLetter(key)) return null;
  return tabs[key.code] ?? null;
}

export function takesText(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  return target.isContentEditable || target.matches('textarea, input:not([type=range])');
}
