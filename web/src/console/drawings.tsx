// The mark, and the small pictures of empty places: lines in the text's colour, and one touch of the
// state's colour where the place has one.

import './drawings.css';

export function Mark({ size = 24 }: { size?: number }) {
  return (
    <svg className="mark" width={size} height={size} viewBox="0 0 32 32" aria-hidden="true">
      <rect className="mark__ground" width="32" height="32" rx="8" />
      <path
        className="mark__book"
        d="M9 8.500A1.500 1.500 0 0 1 10.500 7H21a2 2 0 0 1 2 2v14a2 2 0 0 1-2 2H10.500A1.500 1.500 0 0 1 9 23.500z"
      />
      <path className="mark__waiting" d="M13.500 12.500H19" />
      <path className="mark__attending" d="M13.500 17.500H17" />
    </svg>
  );
}

export type DrawingName = 'waiting' | 'attending' | 'closed' | 'choose' | 'filter' | 'taken' | 'missing';

export function Drawing({ name }: { name: DrawingName }) {
  return (
    <svg
      className={`drawing drawing--${name}`}
      width="144"
      height="104"
      viewBox="0 0 144 104"
      aria-hidden="true"
    >
      <ellipse className="drawing__ground" cx="72" cy="93" rx="52" ry="5" />
      {shapes[name]}
    </svg>
  );
}

const shapes: Record<DrawingName, React.ReactNode> = {
  // A tidy bench under a clock: nobody in the waiting room.
  waiting: (
    <>
      <circle className="drawing__paper" cx="72" cy="28" r="16" />
      <path className="drawing__accent" d="M72 19v9l6 4" />
      <path className="drawing__line" d="M26 66h92M34 66v-14a5 5 0 0 1 5-5h18a5 5 0 0 1 5 5v14M82 66V52a5 5 0 0 1 5-5h18a5 5 0 0 1 5 5v14" />
      <path className="drawing__line" d="M32 66v26M112 66v26M72 66v26" />
    </>
  ),
  // Two balloons, the second one still to be written.
  attending: (
    <>
      <path className="drawing__paper" d="M24 22a7 7 0 0 1 7-7h46a7 7 0 0 1 7 7v22a7 7 0 0 1-7 7H44L32 62V51a7 7 0 0 1-8-7z" />
      <path className="drawing__faint" d="M36 27h36M36 37h22" />
      <path className="drawing__paper" d="M120 54a7 7 0 0 0-7-7H75a7 7 0 0 0-7 7v18a7 7 0 0 0 7 7h27l11 10V79a7 7 0 0 0 7-7z" />
      <path className="drawing__accent" d="M84 63h.1M94 63h.1M104 63h.1" />
    </>
  ),
  // A box with its lid beside it.
  closed: (
    <>
      <path className="drawing__paper" d="M32 40h80v44a7 7 0 0 1-7 7H39a7 7 0 0 1-7-7z" />
      <path className="drawing__paper" d="M26 24h92a3 3 0 0 1 3 3v10a3 3 0 0 1-3 3H26a3 3 0 0 1-3-3V27a3 3 0 0 1 3-3z" />
      <path className="drawing__line" d="M60 54h24" />
    </>
  ),
  // A list, and the page that opens beside it.
  choose: (
    <>
      <rect className="drawing__paper" x="20" y="18" width="40" height="68" rx="7" />
      <path className="drawing__faint" d="M32 32h18M32 38h10M32 66h18M32 72h12" />
      <rect className="drawing__chosen" x="25" y="45" width="30" height="14" rx="4" />
      <path className="drawing__line" d="M32 52h14" />
      <rect className="drawing__paper" x="70" y="18" width="54" height="68" rx="7" />
      <path className="drawing__faint" d="M80 34h22M80 41h14M92 56h22M100 63h14" />
      <path className="drawing__line" d="M80 76h34" />
    </>
  ),
  filter: (
    <>
      <circle className="drawing__paper" cx="66" cy="44" r="26" />
      <path className="drawing__line" d="M85 63l20 22" />
      <path className="drawing__faint" d="M56 38h20M58 48h14" />
    </>
  ),
  // Somebody else sits with the contact.
  taken: (
    <>
      <circle className="drawing__paper" cx="52" cy="36" r="13" />
      <path className="drawing__paper" d="M28 90c0-16 10-26 24-26s24 10 24 26z" />
      <circle className="drawing__paper" cx="94" cy="42" r="12" />
      <path className="drawing__paper" d="M74 90c1-14 9-22 20-22s20 8 21 22z" />
      <path className="drawing__accent" d="M104 20l5 5 10-11" />
    </>
  ),
  missing: (
    <>
      <path className="drawing__paper" d="M42 16h42l20 20v50a7 7 0 0 1-7 7H42a7 7 0 0 1-7-7V23a7 7 0 0 1 7-7z" />
      <path className="drawing__line" d="M84 16v14a6 6 0 0 0 6 6h14" />
      <path className="drawing__faint" d="M50 54h38M50 66h26" />
    </>
  ),
};
