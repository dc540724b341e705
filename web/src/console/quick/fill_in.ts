// What stands in a quick reply for what is known only when it is sent.

export const placeholders = ['{{contact.name}}', '{{operator.name}}', '{{department}}'] as const;
export type Placeholder = (typeof placeholders)[number];

export const placeholderPattern = /(\{\{(?:contact\.name|operator\.name|department)\}\})/gu;

// In one pass, as the server does it: what is filled in is not looked into.
export function fillIn(text: string, values: Record<Placeholder, string>): string {
  return text.replace(placeholderPattern, (found) => values[found as Placeholder]);
}
