import './rich_text.css';

// A message as it was written: lines kept, addresses of the web made links, a few emoji alone shown
// larger. Text only; nothing of it is ever read as markup.

const address = /\bhttps?:\/\/[^\s<>"'“”]+[^\s<>"'“”.,;:!?)\]]/gu;
const emojiAlone = /^(?:\p{RI}\p{RI}|\p{Emoji}(?:\p{EMod}|\u{FE0F}\u{20E3}?)?(?:\u{200D}\p{Emoji}(?:\p{EMod}|\u{FE0F})?)*){1,3}$/u;

export function RichText({ text }: { text: string }) {
  if (emojiAlone.test(text) && !/^[\d#*]+$/.test(text)) {
    return <span className="rich-text rich-text--emoji">{text}</span>;
  }
  const parts: React.ReactNode[] = [];
  let at = 0;
  for (const match of text.matchAll(address)) {
    parts.push(text.slice(at, match.index));
    parts.push(
      <a key={match.index} href={match[0]} target="_blank" rel="noopener noreferrer nofollow">
        {match[0]}
      </a>,
    );
    at = match.index + match[0].length;
  }
  parts.push(text.slice(at));
  return (
    <span className="rich-text" dir="auto">
      {parts}
    </span>
  );
}
