import type { ReactNode } from 'react';
import { Drawing, type DrawingName } from './drawings';

// An empty place: a picture, and a sentence that says what to do next.
export function Empty({
  drawing,
  title,
  text,
  children,
}: {
  drawing: DrawingName;
  title: string;
  text: string;
  children?: ReactNode;
}) {
  return (
    <div className="empty">
      <Drawing name={drawing} />
      <h2 className="empty__title">{title}</h2>
      <p className="empty__text">{text}</p>
      {children}
    </div>
  );
}
