// Beside the sign-in, where there is room: what the product does, as a picture. Somebody waits on
// the left (orange), is answered, and is attended on the right (green).
export function SignInScene() {
  return (
    <div className="scene" aria-hidden="true">
      <svg viewBox="0 0 560 520" className="scene__picture">
        <g className="scene__waiting">
          <Row x={36} y={64} bar="scene__bar--waiting" wide={104} />
          <Row x={36} y={148} bar="scene__bar--waiting" wide={72} />
          <g className="scene__ghost">
            <Row x={36} y={232} bar="scene__bar--waiting" wide={88} />
          </g>
          <Row x={36} y={316} bar="scene__bar--waiting" wide={64} />
        </g>
        <path className="scene__way" d="M262 268c34 0 30-82 66-82" />
        <path className="scene__tip" d="M320 178l10 8-10 8" />
        <g className="scene__card">
          <rect x="344" y="96" width="236" height="328" rx="18" />
          <circle className="scene__face" cx="376" cy="130" r="14" />
          <rect className="scene__word" x="400" y="120" width="80" height="8" rx="4" />
          <rect className="scene__word scene__word--soft" x="400" y="134" width="48" height="6" rx="3" />
          <rect className="scene__bar--attending" x="344" y="116" width="4" height="28" rx="2" />
          <path className="scene__rule" d="M344 164h236" />
          <rect className="scene__theirs" x="364" y="188" width="124" height="38" rx="12" />
          <rect className="scene__word" x="378" y="203" width="84" height="8" rx="4" />
          <rect className="scene__mine" x="420" y="242" width="160" height="54" rx="12" />
          <rect className="scene__word scene__word--mine" x="436" y="257" width="112" height="8" rx="4" />
          <rect className="scene__word scene__word--mine" x="436" y="273" width="72" height="8" rx="4" />
          <rect className="scene__theirs" x="364" y="312" width="92" height="38" rx="12" />
          <rect className="scene__word" x="378" y="327" width="56" height="8" rx="4" />
          <rect className="scene__field" x="364" y="376" width="216" height="32" rx="12" />
          <rect className="scene__caret" x="378" y="384" width="2" height="16" />
        </g>
      </svg>
    </div>
  );
}

function Row({ x, y, bar, wide }: { x: number; y: number; bar: string; wide: number }) {
  return (
    <g>
      <rect className="scene__row" x={x} y={y} width="216" height="68" rx="14" />
      <rect className={bar} x={x} y={y + 16} width="4" height="36" rx="2" />
      <circle className="scene__face" cx={x + 40} cy={y + 34} r="16" />
      <rect className="scene__word" x={x + 68} y={y + 22} width={wide} height="8" rx="4" />
      <rect
        className="scene__word scene__word--soft"
        x={x + 68}
        y={y + 40}
        width={wide + 28}
        height="7"
        rx="3.5"
      />
    </g>
  );
}
