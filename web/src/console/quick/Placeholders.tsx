import { useWords } from '../../i18n';

export const placeholders = ['{{contact.name}}', '{{operator.name}}', '{{department}}'] as const;
export type Placeholder = (typeof placeholders)[number];

export function usePlaceholderName(): (placeholder: Placeholder) => string {
  const { t } = useWords();
  return (placeholder) =>
    ({
      '{{contact.name}}': t.quickPage.contactName,
      '{{operator.name}}': t.quickPage.operatorName,
      '{{department}}': t.quickPage.departmentName,
    })[placeholder];
}

const pattern = /(\{\{(?:contact\.name|operator\.name|department)\}\})/u;

// A text with what the server fills in shown by its name.
export function Placeholders({ text }: { text: string }) {
  const nameOf = usePlaceholderName();
  return text.split(pattern).map((part, i) =>
    placeholders.includes(part as Placeholder) ? (
      <span key={i} className="placeholder">
        {nameOf(part as Placeholder)}
      </span>
    ) : (
      part
    ),
  );
}
