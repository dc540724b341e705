import { memo, useEffect, useLayoutEffect, useRef, useState } from 'react';
import type { Message } from '../live/wire';
import { useDayName } from '../ui/Time';
import { MessageBubble } from './Bubble';

interface Props {
  messages: Message[];
  // The message before the first one, for the day and the author.
  before: Message | undefined;
  scroller: React.RefObject<HTMLDivElement | null>;
}

// A piece this far out of sight is only as high as it was.
const keptMargin = '1600px 0px';

export const TranscriptChunk = memo(function TranscriptChunk({
  messages,
  before,
  scroller,
}: Props) {
  const element = useRef<HTMLDivElement>(null);
  const [height, setHeight] = useState(0);
  const [near, setNear] = useState(true);

  useEffect(() => {
    if (!element.current) return;
    const watch = new IntersectionObserver(
      ([entry]) => {
        if (!entry) return;
        if (!entry.isIntersecting) setHeight(entry.boundingClientRect.height);
        setNear(entry.isIntersecting);
      },
      { root: scroller.current, rootMargin: keptMargin },
    );
    watch.observe(element.current);
    return () => watch.disconnect();
  }, [scroller]);

  // By the element's own style, which the server's policy allows and an attribute it does not.
  useLayoutEffect(() => {
    if (element.current) element.current.style.height = near ? '' : `${height}px`;
  }, [near, height]);

  return (
    <div ref={element} data-message={near ? undefined : messages[0]?.id}>
      {near &&
        messages.map((message, i) => (
          <Row key={message.id} message={message} before={i === 0 ? before : messages[i - 1]} />
        ))}
    </div>
  );
}, sameProps);

function sameProps(a: Props, b: Props): boolean {
  return (
    a.before === b.before &&
    a.messages.length === b.messages.length &&
    a.messages.every((message, i) => message === b.messages[i])
  );
}

// Messages of one author within this time stand together.
const togetherMs = 5 * 60_000;

function day(at: string): number {
  return new Date(at).setHours(0, 0, 0, 0);
}

const Row = memo(function Row({
  message,
  before,
}: {
  message: Message;
  before: Message | undefined;
}) {
  const newDay = !before || day(before.at) !== day(message.at);
  const together =
    !newDay &&
    before.from === message.from &&
    before.author?.id === message.author?.id &&
    Date.parse(message.at) - Date.parse(before.at) < togetherMs;
  return (
    <>
      {/* Beside the row: it goes when an older message of the day comes, and the row stays. */}
      {newDay && <DayLine at={message.at} />}
      <div data-message={message.id}>
        <MessageBubble message={message} together={together} />
      </div>
    </>
  );
});

function DayLine({ at }: { at: string }) {
  const name = useDayName(at);
  return (
    <div className="day-line" role="separator" aria-label={name}>
      <span>{name}</span>
    </div>
  );
}
