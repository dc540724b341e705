import { Paperclip, SendHorizontal } from 'lucide-react';
import { useLayoutEffect, useState, type RefObject } from 'react';
import { AttachWindow } from '../compose/AttachWindow';
import { RecorderPlace } from '../compose/RecorderPlace';
import { pastedFiles, type Attach } from '../compose/use_attach';
import { VoiceButton } from '../compose/VoiceButton';
import { useWords } from '../i18n';
import { codePoints, limits } from '../live/wire';
import { IconButton } from '../ui/IconButton';

const heightMaxPx = 160;
const nearLimit = 200;

export function ChatComposer({
  box,
  text,
  attach,
  isShown,
  onText,
  onSend,
}: {
  box: RefObject<HTMLTextAreaElement | null>;
  text: string;
  attach: Attach;
  isShown: boolean;
  onText: (text: string) => void;
  onSend: (text: string) => void;
}) {
  const { t, formats } = useWords();
  // While one records, how large it may become; what it began with counts.
  const [recordingMax, setRecordingMax] = useState<number | null>(null);
  useLayoutEffect(() => {
    const element = box.current;
    if (!element) return;
    element.style.height = 'auto';
    element.style.height = `${Math.min(heightMaxPx, element.scrollHeight)}px`;
  }, [box, text]);
  const length = text.length > limits.messageCodePoints - nearLimit ? codePoints(text) : 0;
  const tooLong = length > limits.messageCodePoints;
  const sendable = text.trim() !== '' && !tooLong;
  const focusBox = () => box.current?.focus();
  const send = () => {
    if (!sendable) return;
    onSend(text.trim());
    onText('');
    focusBox();
  };
  return (
    <div className="chat-composer">
      {recordingMax !== null && (
        <div className="chat-composer__box">
          <RecorderPlace
            isShown={isShown}
            sizeBytesMax={recordingMax}
            onClose={() => {
              setRecordingMax(null);
              requestAnimationFrame(focusBox);
            }}
            onSend={({ file, durationMs, peaks }) => {
              const voice = { file, voice: true, durationMs, waveform: peaks };
              attach.uploads.add(attach.conversationId, [voice], true);
              setRecordingMax(null);
              requestAnimationFrame(focusBox);
            }}
          />
        </div>
      )}
      <form
        className="chat-composer__box"
        hidden={recordingMax !== null}
        onSubmit={(event) => {
          event.preventDefault();
          send();
        }}
      >
        <IconButton
          type="button"
          className="icon-button chat-composer__tool"
          label={t.attach.open}
          aria-haspopup="dialog"
          onClick={attach.open}
        >
          <Paperclip size={20} aria-hidden="true" />
        </IconButton>
        <textarea
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
          onPaste={(event) => {
            const files = pastedFiles(event.clipboardData);
            if (files.length === 0) return;
            event.preventDefault();
            attach.add(files);
          }}
        />
        {text.trim() === '' ? (
          <VoiceButton
            className="icon-button chat-composer__tool"
            onClick={() => void attach.largestVoice().then(setRecordingMax)}
          />
        ) : (
          <IconButton className="chat-composer__send" disabled={!sendable} label={t.chat.send}>
            <SendHorizontal size={20} aria-hidden="true" />
          </IconButton>
        )}
      </form>
      {attach.isOpen && <AttachWindow attach={attach} returnTo={focusBox} />}
      {length > 0 && (
        <p className="chat-composer__count number">
          {t.composer.tooLong(formats.number(length), formats.number(limits.messageCodePoints))}
        </p>
      )}
    </div>
  );
}
