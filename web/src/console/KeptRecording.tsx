import { RecorderPlace } from '../compose/RecorderPlace';
import { useWords } from '../i18n';
import { useDesk, useRoom } from './room_context';
import './composer.css';

// What was recorded in a conversation where one may not send now: to be heard, or thrown away.
export function KeptRecording({ id }: { id: string }) {
  const { t } = useWords();
  const { desk } = useRoom();
  const recorded = useDesk().recordings.get(id);
  if (!recorded) return null;
  return (
    <div className="composer__kept">
      <p>{t.voice.kept}</p>
      <div className="composer__box">
        <RecorderPlace
          sizeBytesMax={0}
          kept={recorded}
          onSend={null}
          onClose={() => {
            desk.keepRecording(id, null);
            document.getElementById('conversation')?.focus();
          }}
        />
      </div>
    </div>
  );
}
