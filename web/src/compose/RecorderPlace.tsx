import { Trash2 } from 'lucide-react';
import { useWords } from '../i18n';
import { IconButton } from '../ui/IconButton';
import { lazily } from '../ui/lazily';
import { Outdated } from '../ui/Outdated';
import type { RecorderProps } from './Recorder';
import './compose.css';

const Recorder = lazily(() => import('./Recorder'), import.meta.url);

// The recorder, which is loaded when one first records.
export function RecorderPlace(props: RecorderProps) {
  const { t } = useWords();
  return (
    <Recorder
      {...props}
      meanwhile={(failed) => (
        <span className="recorder">
          {failed && (
            <>
              <IconButton
                className="icon-button recorder__button"
                label={t.voice.cancel}
                onClick={props.onClose}
              >
                <Trash2 size={18} />
              </IconButton>
              {failed === 'outdated' ? (
                <Outdated className="recorder__words recorder__words--outdated" />
              ) : (
                <span className="recorder__words recorder__words--fault" role="alert">
                  {t.attach.waiting}
                </span>
              )}
            </>
          )}
        </span>
      )}
    />
  );
}
