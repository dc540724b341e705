import type { ComponentProps } from 'react';

// A button that shows a picture alone: its name is read out, and stands under the pointer.
export function IconButton({ label, ...button }: ComponentProps<'button'> & { label: string }) {
  return <button className="icon-button" aria-label={label} title={label} {...button} />;
}
