import { Paperclip, SendHorizontal } from 'lucide-react';
import { useId, useLayoutEffect, useRef, useState, type Ref } from 'react';
import { EmojiButton } from '../compose/EmojiButton';
import { RecorderPlace } from '../compose/RecorderPlace';
import { pastedFiles, type Attach } from '../compose/use_attach';
import { VoiceButton } from '../compose/VoiceButton';
import { useWords } from '../i18n';
import { codePoints, limits, type Conversation } from '../live/wire';
import { IconButton } from '../ui/IconButton';
import { isAllOf, slashBefore, useQuickReplies } from './quick/quick_replies';
import { QuickReplyList } from './quick/QuickReplyList';
import { useDesk, useRoom } from './room_context';
import './composer.css';

const heightMaxPx = 200;
// The count is shown when this little is left.
const nearLimit = 200;

export function Composer({
  conversation,
  attach,
  ref,
}: {
  conversation: Conversation;
  attach: Attach;
  ref: Ref<HTMLTextAreaElement>;
}) {
  const { t, formats } = useWords();
  const { desk } = useRoom();
  const { drafts, recordings } = useDesk();
  const text = drafts.get(conversation.id) ?? '';
  const recorded = recordings.get(conversation.id) ?? null;
  const box = useRef<HTMLTextAreaElement | null>(null);
  const [caret, setCaret] = useState(0);
  const [dismissed, setDismissed] = useState<number | null>(null);
  // While one records, how large it may become; what it began with counts.
  const [recordingMax, setRecordingMax] = useState<number | null>(null);
  const listId = useId();

  const slash = slashBefore(text, Math.min(caret, text.length));
  const asking = slash !== null && slash.start !== dismissed;
  const alone = slash !== null && isAllOf(text, slash);
  const quick = useQuickReplies(asking, slash?.words ?? '', alone, conversation);

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
    desk.sendText(conversation.id, text.trim());
    desk.setDraft(conversation.id, '');
    box.current?.focus();
  };

  const sendQuickReply = (place: number) => {
    const reply = quick.found[place];
    if (!reply || !slash) return;
    desk.sendQuickReply(conversation.id, reply, quick.shownText(reply));
    // What was typed to find it goes; what stood before it stays.
    desk.setDraft(conversation.id, (text.slice(0, slash.start) + text.slice(caret)).trimEnd());
    box.current?.focus();
  };

  // In the place of what is selected, with the caret behind it.
  const insert = (emoji: string) => {
    const element = box.current;
    if (!element) return;
    element.setRangeText(emoji, element.selectionStart, element.selectionEnd, 'end');
    desk.setDraft(conversation.id, element.value);
    setCaret(element.selectionStart);
  };

  const focusBox = () => box.current?.focus();

  const isRecording = recordingMax !== null || recorded !== null;
  const endRecording = () => {
    setRecordingMax(null);
    desk.keepRecording(conversation.id, null);
    requestAnimationFrame(focusBox);
  };

  const dismiss = () => {
    setDismissed(slash?.start ?? null);
    box.current?.focus();
  };

  const pressed = (event: React.KeyboardEvent) => {
    if (event.nativeEvent.isComposing) return;
    if (asking && quick.pressed(event, dismiss, sendQuickReply)) return;
    if (event.key === 'Enter' && !event.shiftKey && !event.altKey) {
      event.preventDefault();
      send();
    }
  };

  return (
    <div className="composer">
      {asking && (
        <QuickReplyList id={listId} quick={quick} onKeyDown={pressed} onSend={sendQuickReply} />
      )}
      {isRecording && (
        <div className="composer__box">
          <RecorderPlace
            sizeBytesMax={recordingMax ?? 0}
            kept={recorded}
            onRecorded={(said) => desk.keepRecording(conversation.id, said)}
            onClose={endRecording}
            onSend={({ file, durationMs, peaks }) => {
              attach.uploads.add(
                conversation.id,
                [{ file, voice: true, durationMs, waveform: peaks }],
                true,
              );
              endRecording();
            }}
          />
        </div>
      )}
      <form
        className="composer__box"
        hidden={isRecording}
        onSubmit={(event) => {
          event.preventDefault();
          send();
        }}
      >
        <EmojiButton onPick={insert} onClosed={focusBox} />
        <IconButton
          type="button"
          className="icon-button composer__tool"
          label={t.attach.open}
          aria-haspopup="dialog"
          onClick={attach.open}
        >
          <Paperclip size={20} aria-hidden="true" />
        </IconButton>
        <textarea
          id="composer"
          ref={(element) => {
            box.current = element;
            if (typeof ref === 'function') ref(element);
            else if (ref) ref.current = element;
          }}
          className="composer__text"
          rows={1}
          enterKeyHint="send"
          aria-label={t.composer.label}
          aria-describedby="composer-hint"
          aria-controls={asking ? listId : undefined}
          aria-activedescendant={
            asking && quick.found.length > 0 ? `${listId}-${quick.place}` : undefined
          }
          aria-invalid={tooLong}
          placeholder={
            conversation.state === 'waiting' ? t.composer.placeholderWaiting : t.composer.placeholder
          }
          value={text}
          onChange={(event) => {
            setCaret(event.target.selectionStart);
            if (slashBefore(event.target.value, event.target.selectionStart) === null) {
              setDismissed(null);
            }
            desk.setDraft(conversation.id, event.target.value);
          }}
          onSelect={(event) => setCaret(event.currentTarget.selectionStart)}
          onKeyDown={pressed}
          onPaste={(event) => {
            const files = pastedFiles(event.clipboardData);
            if (files.length === 0) return;
            event.preventDefault();
            attach.add(files);
          }}
        />
        <IconButton className="composer__send" disabled={!sendable} label={t.composer.send}>
          <SendHorizontal size={18} aria-hidden="true" />
        </IconButton>
        <VoiceButton
          className="icon-button composer__tool"
          onClick={() => void attach.largestVoice().then(setRecordingMax)}
        />
      </form>
      <p className="composer__hint" id="composer-hint">
        {isRecording ? null : length > 0 ? (
          <span className={`number ${tooLong ? 'composer__hint--danger' : ''}`}>
            {t.composer.tooLong(
              formats.number(length),
              formats.number(limits.messageCodePoints),
            )}
          </span>
        ) : (
          <span className="composer__keys">
            {t.composer.hint} · {t.composer.quickSlash}
          </span>
        )}
      </p>
    </div>
  );
}
