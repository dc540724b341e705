// Who wrote a message. Without a class it is for whoever hears the page, and does not see the sides.
export function Author({ name, className }: { name: string; className?: string | undefined }) {
  if (className) return <span className={className}>{name}</span>;
  return <span className="sr-only">{name}: </span>;
}
