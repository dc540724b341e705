// The addresses in a text that is shown: of the web, with their scheme or from "www." on, and of
// mail. These few forms: a library that knows them all is a tenth of what the contacts' page loads.

export interface Link {
  at: number;
  // As it stands in the text.
  text: string;
  href: string;
}

const rest = String.raw`[^\s<>"'“”«»]*`;
const host = String.raw`(?:[\p{L}\p{N}-]{1,63}\.)+\p{L}{2,}(?![\p{L}\p{N}@-])`;
const address = new RegExp(
  [
    String.raw`\bhttps?:\/\/[\p{L}\p{N}]${rest}`,
    String.raw`\b(?<bare>www\.${host}(?:[\/:?#]${rest})?)`,
    String.raw`(?<mail>[\p{L}\p{N}][\p{L}\p{N}._+-]{0,63}@${host})`,
  ].join('|'),
  'giu',
);

export function linksIn(text: string): Link[] {
  return [...text.matchAll(address)].map(({ 0: found, index, groups }) => {
    if (groups?.['mail']) return { at: index, text: found, href: `mailto:${found}` };
    const kept = withoutEnd(found);
    return { at: index, text: kept, href: groups?.['bare'] ? `https://${kept}` : kept };
  });
}

// Without what the sentence around it has put at its end: a full stop, or a bracket that was opened
// before it.
function withoutEnd(found: string): string {
  const count = (letter: string) => found.split(letter).length - 1;
  const surplus = { ')': count(')') - count('('), ']': count(']') - count('[') };
  let end = found.length;
  for (;;) {
    const last = found[end - 1]!;
    if (last === ')' || last === ']') {
      if (surplus[last] <= 0) break;
      surplus[last] -= 1;
    } else if (!'.,;:!?…'.includes(last)) {
      break;
    }
    end -= 1;
  }
  return found.slice(0, end);
}
