import { linksIn } from './links';
import './rich_text.css';

// A message as it was written: lines kept, addresses made links, a few emoji alone shown larger.
// Text only; nothing of it is ever read as markup.

const emojiAlone = /^(?:\p{RI}\p{RI}|\p{Emoji}(?:\p{EMod}|\u{FE0F}\u{20E3}?)?(?:\u{200D}\p{Emoji}(?:\p{EMod}|\u{FE0F})?)*){1,3}$/u;

export function RichText({ text }: { text: string }) {
  if (emojiAlone.test(text) && !/^[\d#*]+$/.test(text)) {
    return <span className="rich-text rich-text--emoji">{text}</span>;
  }
  const parts: React.ReactNode[] = [];
  let at = 0;
  for (const link of linksIn(text)) {
    parts.push(text.slice(at, link.at));
    parts.push(
      <a key={link.at} href={link.href} target="_blank" rel="noopener noreferrer nofollow">
        {link.text}
      </a>,
    );
    at = link.at + link.text.length;
  }
  parts.push(text.slice(at));
  return (
    <span className="rich-text" dir="auto">
      {parts}
    </span>
  );
}
