import { useState, type ReactNode } from 'react';

// A file as this browser shows it before the server has looked at it; what it cannot show, since it
// is no picture whatever its name says, is shown as something else.
export function PreviewImage({
  src,
  className,
  otherwise = null,
}: {
  src: string;
  className: string;
  otherwise?: ReactNode;
}) {
  const [broken, setBroken] = useState(false);
  if (broken) return otherwise;
  return <img className={className} src={src} alt="" onError={() => setBroken(true)} />;
}
