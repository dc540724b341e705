import { useWords } from '../../i18n';
import { placeholderPattern, placeholders, type Placeholder } from './fill_in';

export function usePlaceholderName(): (placeholder: Placeholder) => string {
  const { t } = useWords();
  return (placeholder) =>
    ({
      '{{contact.name}}': t.quickPage.contactName,
      '{{operator.name}}': t.quickPage.operatorName,
      '{{department}}': t.quickPage.departmentName,
    })[placeholder];
}

// A text with what the server fills in shown by its name.
export function Placeholders({ text }: { text: string }) {
  const nameOf = usePlaceholderName();
  return text.split(placeholderPattern).map((part, i) =>
    placeholders.includes(part as Placeholder) ? (
      <span key={i} className="placeholder">
        {nameOf(part as Placeholder)}
      </span>
    ) : (
      part
    ),
  );
}
