import { Pause, Play, SendHorizontal, Square, Trash2 } from 'lucide-react';
import { useEffect, useRef, useState } from 'react';
import { resample, Waveform } from '../files/Waveform';
import { useWords } from '../i18n';
import type { Recorded } from '../live/recorded';
import { IconButton } from '../ui/IconButton';
import { Question } from '../ui/Question';
import { newestMax } from './peaks';
import { Recording, type RecordingFault } from './recording';
import './compose.css';

const waveformPeaks = 64;

type Phase =
  | { kind: 'asking' }
  | { kind: 'recording'; elapsedMs: number; newest: readonly number[] }
  | { kind: 'recorded'; recorded: Recorded }
  | { kind: 'failed'; fault: RecordingFault };

export interface RecorderProps {
  sizeBytesMax: number;
  // It was recorded before, and only waits to be heard, sent or thrown away.
  kept?: Recorded | null;
  // False while what it stands in is hidden.
  isShown?: boolean;
  // Once it is finished. Without it, it is gone with the recorder.
  onRecorded?: (recorded: Recorded) => void;
  // null: nobody may send here.
  onSend: ((recorded: Recorded) => void) | null;
  onClose: () => void;
}

// In the place of the text box while one records: time and level, then a chance to hear it. Taken out
// of the page meanwhile, it hands over what was said by then.
export default function Recorder({
  sizeBytesMax,
  kept: given = null,
  isShown = true,
  onRecorded,
  onSend,
  onClose,
}: RecorderProps) {
  const { t, formats } = useWords();
  // What it began with; another one is another recorder's.
  const [kept] = useState(given);
  const [phase, setPhase] = useState<Phase>(
    kept ? { kind: 'recorded', recorded: kept } : { kind: 'asking' },
  );
  const [sending, setSending] = useState(false);
  const [asking, setAsking] = useState(false);
  const fate = useRef<'open' | 'sent' | 'discarded'>('open');
  const recording = useRef<Recording | null>(null);
  const finished = useRef<Promise<Recorded | null> | null>(null);
  const main = useRef<HTMLButtonElement>(null);

  const end = async (running: Recording): Promise<Recorded | null> => {
    const recorded = await running.end();
    if (recorded === 'empty') {
      setPhase({ kind: 'failed', fault: 'empty' });
      return null;
    }
    const short = { ...recorded, peaks: resample(recorded.peaks, waveformPeaks) };
    setPhase({ kind: 'recorded', recorded: short });
    if (fate.current === 'open') onRecorded?.(short);
    return short;
  };
  // Once, whoever asks for it.
  const finish = async (): Promise<Recorded | null> => {
    if (!recording.current) return null;
    return (finished.current ??= end(recording.current));
  };

  useEffect(() => {
    if (kept) return;
    let here = true;
    const listener = {
      level: (elapsedMs: number, newest: readonly number[]) =>
        here && setPhase({ kind: 'recording', elapsedMs, newest }),
      stopped: () => here && void finish(),
    };
    void Recording.begin(listener, sizeBytesMax).then((begun) => {
      if (typeof begun === 'string') {
        if (here) setPhase({ kind: 'failed', fault: begun });
      } else if (here) {
        recording.current = begun;
        setPhase({ kind: 'recording', elapsedMs: 0, newest: [] });
      } else begun.cancel();
    });
    return () => {
      here = false;
      if (fate.current === 'open' && onRecorded) void finish();
      else if (fate.current !== 'sent') recording.current?.cancel();
    };
    // One recording, however what is around it changes.
  }, []);

  // Nobody is listened to out of sight; what was said by then stays, to be heard and sent.
  useEffect(() => {
    if (!isShown && phase.kind === 'recording') void finish();
  }, [isShown, phase.kind]);

  // The keyboard stays with the recording, at what comes next.
  useEffect(() => main.current?.focus(), [phase.kind]);

  const send = async () => {
    // Two clicks may come before the button is drawn as one that takes none.
    if (fate.current !== 'open') return;
    fate.current = 'sent';
    setSending(true);
    const recorded = kept ?? (await finish());
    // It may have been thrown away while it came to its end.
    if (recorded && fate.current === 'sent') onSend?.(recorded);
  };

  const discard = () => {
    fate.current = 'discarded';
    onClose();
  };

  return (
    <div
      className="recorder"
      role="group"
      aria-label={t.voice.title}
      onKeyDown={(event) => {
        // Where nobody may send it stays, and the key is somebody else's.
        if (event.key !== 'Escape' || !onSend) return;
        event.stopPropagation();
        // Or the browser would take it for the question's end.
        event.preventDefault();
        if (phase.kind === 'recording' || phase.kind === 'recorded') setAsking(true);
        else discard();
      }}
    >
      <IconButton className="icon-button recorder__button" label={t.voice.cancel} onClick={discard}>
        <Trash2 size={18} />
      </IconButton>
      {phase.kind === 'asking' && <p className="recorder__words">{t.voice.asking}</p>}
      {phase.kind === 'failed' && (
        <p className="recorder__words recorder__words--fault" role="alert">
          {t.voice[phase.fault]}
        </p>
      )}
      {phase.kind === 'recording' && (
        <>
          <span className="recorder__dot" aria-hidden="true" />
          <span className="sr-only" role="status">
            {t.voice.recording}
          </span>
          <span className="recorder__time number" role="timer">
            {formats.time(phase.elapsedMs)}
          </span>
          <Meter peaks={phase.newest} />
          <IconButton
            ref={main}
            className="icon-button recorder__button"
            label={t.voice.stop}
            onClick={() => void finish()}
          >
            <Square size={16} fill="currentcolor" />
          </IconButton>
        </>
      )}
      {phase.kind === 'recorded' && <Listen recorded={phase.recorded} />}
      {(phase.kind === 'recording' || phase.kind === 'recorded') && (
        <IconButton
          ref={phase.kind === 'recorded' ? main : undefined}
          className="recorder__send"
          label={t.voice.send}
          disabled={sending || !onSend}
          onClick={() => void send()}
        >
          <SendHorizontal size={18} aria-hidden="true" />
        </IconButton>
      )}
      {phase.kind === 'recorded' && phase.recorded.fullAtBytes !== null && (
        <p className="recorder__words recorder__words--full" role="status">
          {t.voice.tooLong(formats.bytes(phase.recorded.fullAtBytes))}
        </p>
      )}
      {asking && (
        <Question
          title={t.voice.discardTitle}
          text={t.voice.discardLead}
          yes={t.question.discard}
          no={t.question.keep}
          onYes={discard}
          onNo={() => setAsking(false)}
        />
      )}
    </div>
  );
}

function Meter({ peaks }: { peaks: readonly number[] }) {
  const { t } = useWords();
  const quiet = Array<number>(newestMax - peaks.length).fill(0);
  return (
    <span
      className="recorder__meter"
      role="meter"
      aria-label={t.voice.level}
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={peaks.at(-1) ?? 0}
    >
      <Waveform peaks={[...quiet, ...peaks]} played={1} />
    </span>
  );
}

function Listen({ recorded }: { recorded: Recorded }) {
  const { t, formats } = useWords();
  const audio = useRef<HTMLAudioElement>(null);
  const [url, setUrl] = useState<string | null>(null);
  const [isPlaying, setPlaying] = useState(false);
  const [positionMs, setPosition] = useState(0);
  useEffect(() => {
    const made = URL.createObjectURL(recorded.file);
    setUrl(made);
    return () => URL.revokeObjectURL(made);
  }, [recorded.file]);
  const label = isPlaying ? t.files.pause : t.files.play;
  return (
    <>
      <span className="sr-only" role="status">
        {t.voice.recorded}
      </span>
      <audio
        ref={audio}
        {...(url !== null && { src: url })}
        onPlay={() => setPlaying(true)}
        onPause={() => setPlaying(false)}
        onEnded={() => setPosition(0)}
        onTimeUpdate={(event) => setPosition(event.currentTarget.currentTime * 1000)}
      />
      <IconButton
        className="icon-button recorder__button"
        label={label}
        onClick={() => (isPlaying ? audio.current?.pause() : void audio.current?.play())}
      >
        {isPlaying ? <Pause size={18} /> : <Play size={18} />}
      </IconButton>
      <span className="recorder__meter">
        <Waveform peaks={recorded.peaks} played={positionMs / recorded.durationMs} />
      </span>
      <span className="recorder__time number">
        {formats.time(positionMs > 0 ? positionMs : recorded.durationMs)}
      </span>
    </>
  );
}
