import './avatar.css';

// The first letters of the first and last word; one code point each, so that no pair is torn.
export function initials(name: string): string {
  const words = name.trim().split(/\s+/u).filter((word) => /\p{L}|\p{N}/u.test(word));
  const first = [...(words[0] ?? '?')][0] ?? '?';
  const last = words.length > 1 ? ([...(words.at(-1) ?? '')][0] ?? '') : '';
  return (first + last).toLocaleUpperCase();
}

// Neutral tints that differ just enough to tell faces apart.
function tint(name: string): number {
  let sum = 0;
  for (const letter of name) sum = (sum * 31 + (letter.codePointAt(0) ?? 0)) % 997;
  return sum % 6;
}

export function Avatar({ name, size = 32 }: { name: string; size?: 24 | 32 | 40 | 56 }) {
  return (
    <span className={`avatar avatar--${size} avatar--tint-${tint(name)}`} aria-hidden="true">
      {initials(name)}
    </span>
  );
}
