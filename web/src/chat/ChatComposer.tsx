import { SendHorizontal } from 'lucide-react';
import { useLayoutEffect, useRef } from 'react';
import { useWords } from '../i18n';
import { codePoints, limits } from '../live/wire';

const heightMaxPx = 160;
const nearLimit = 200;

export function ChatComposer({
  text,
  onText,
  onSend,
}: {
  text: string;
  onText: (text: string) => void;
  onSend: (text: string) => void;
}) {
  const { t, formats } = useWords();
  const box = useRef<HTMLTextAreaElement>(null);
  useLayoutEffect(() => {
    const element = box.current;
    if (!element) return;
    element.style.height = 'auto';
    element.style.height = `${Math.min(heightMaxPx, element.scrollHeight)}px`;
  }, [text]);
  const length = text.length > limits.messageCodePoints - nearLimit ? codePoints(text) : 0;
  const tooLong = length > limits.messageCodePoints;
  const sendable = text.trim() !== '' && !tooLong;
  const send = () => {
    if (!sendable) return;
    onSend(text.trim());
    onText('');
    box.current?.focus();
  };
  return (
    <form
      className="chat-composer"
      onSubmit={(event) => {
        event.preventDefault();
        send();
      }}
    >
      <div className="chat-composer__box">
        <textarea
          id="composer"
          ref={box}
          rows={1}
          enterKeyHint="send"
          aria-label={t.composer.label}
          aria-invalid={tooLong}
          placeholder={t.chat.placeholder}
          value={text}
          onChange={(event) => onText(event.target.value)}
          onKeyDown={(event) => {
            if (event.key !== 'Enter' || event.shiftKey || event.nativeEvent.isComposing) return;
            event.preventDefault();
            send();
          }}
        />
        <button disabled={!sendable} aria-label={t.chat.send} title={t.chat.send}>
          <SendHorizontal size={20} aria-hidden="true" />
        </button>
      </div>
      {length > 0 && (
        <p className="chat-composer__count number">
          {t.composer.tooLong(formats.number(length), formats.number(limits.messageCodePoints))}
        </p>
      )}
    </form>
  );
}
