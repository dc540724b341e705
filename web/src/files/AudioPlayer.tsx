import { Download, Mic, Music, Pause, Play } from 'lucide-react';
import { useEffect, useRef, useState } from 'react';
import { useWords } from '../i18n';
import type { Attachment } from '../live/wire';
import { IconButton } from '../ui/IconButton';
import {
  useDownload,
  useFileSource,
  useFileUrl,
  useOnceLevel,
  type FileSource,
} from './file_source';
import { Waveform } from './Waveform';

const ogg = 'audio/ogg; codecs=opus';

// What there is to play, the best first. Until the server has looked into it there is only what was
// sent.
interface Sound {
  path: string;
  type: string;
}

function soundsOf({ id, mime, examination }: Attachment): Sound[] {
  const own = { path: `/attachments/${id}`, type: mime };
  if (examination !== undefined && examination !== 'done') return [own];
  return [
    { path: `/attachments/${id}/audio.ogg`, type: ogg },
    { path: `/attachments/${id}/audio.mp3`, type: 'audio/mpeg' },
    own,
  ];
}

function playable(sounds: Sound[]): Sound[] {
  const probe = document.createElement('audio');
  const found = sounds.filter(({ type }) => probe.canPlayType(type) !== '');
  return found.length > 0 ? found : sounds.slice(-1);
}

// One sound at a time: starting one stops the other.
let playing: HTMLAudioElement | null = null;

export function AudioPlayer({ attachment, voice }: { attachment: Attachment; voice: boolean }) {
  const { t, formats } = useWords();
  const source = useFileSource();
  const { id, name, size_bytes: size } = attachment;
  const sound = useSound(attachment, source);
  const download = useDownload(`/attachments/${id}`, name);
  const length = attachment.duration_ms ?? sound.lengthMs;
  const pending = attachment.examination === 'pending' && attachment.duration_ms === null;
  const shown = sound.positionMs > 0 || sound.isPlaying ? sound.positionMs : length;
  const fault = sound.failed ? t.files.unplayable : download.failed ? t.files.unavailable : null;
  return (
    <div className={`player ${voice ? 'player--voice' : ''}`}>
      {sound.element}
      <button
        className="player__button"
        aria-label={`${sound.isPlaying ? t.files.pause : t.files.play}: ${voice ? t.files.kinds.voice : name}`}
        onClick={sound.toggle}
      >
        {sound.isPlaying ? <Pause size={18} /> : <Play size={18} />}
      </button>
      <div className="player__body">
        {!voice && <bdi className="player__name">{name}</bdi>}
        <div className="player__wave">
          <Waveform
            peaks={attachment.waveform ?? []}
            played={length > 0 ? sound.positionMs / length : 0}
          />
          <input
            type="range"
            min={0}
            max={Math.max(1, length)}
            step={100}
            value={Math.min(sound.positionMs, length)}
            aria-label={t.files.position}
            aria-valuetext={formats.time(sound.positionMs)}
            onChange={(event) => sound.seek(Number(event.target.value))}
            onKeyDown={(event) => event.stopPropagation()}
          />
        </div>
        <span className="player__facts number" role={fault ? 'alert' : undefined}>
          {voice ? <Mic size={12} aria-hidden="true" /> : <Music size={12} aria-hidden="true" />}
          {fault ??
            (length > 0
              ? formats.time(shown)
              : pending
                ? t.files.preparing
                : formats.bytes(size))}
        </span>
      </div>
      <IconButton
        className="player__download"
        label={t.files.download(name)}
        onClick={download.start}
      >
        <Download size={16} />
      </IconButton>
    </div>
  );
}

// The audio element with what it says of itself. Nothing is loaded before the first play.
function useSound(attachment: Attachment, source: FileSource) {
  const audio = useRef<HTMLAudioElement>(null);
  // Chosen with the first play, and kept when the server has more by then; null before.
  const [sounds, setSounds] = useState<Sound[] | null>(null);
  const [tries, setTries] = useState(0);
  const [isPlaying, setPlaying] = useState(false);
  const [positionMs, setPosition] = useState(0);
  const [lengthMs, setLength] = useState(0);
  const [failed, setFailed] = useState(false);
  // Since its last failure the element has nothing that it could go on with.
  const spent = useRef(false);
  const fetched = useFileUrl(source.address === null ? (sounds?.[0]?.path ?? null) : null);
  const wanted = sounds !== null;
  const want = () => {
    setFailed(false);
    setSounds(playable(soundsOf(attachment)));
    setTries(tries + 1);
    fetched.again();
  };
  const fail = () => {
    spent.current = true;
    setPlaying(false);
    setFailed(true);
  };
  const play = (element: HTMLAudioElement) => {
    element.play().catch((error: DOMException) => {
      // Stopped before it began, it has not failed.
      if (error.name !== 'AbortError') fail();
    });
  };

  useEffect(() => {
    const element = audio.current;
    if (!element || !wanted || (source.address === null && fetched.url === null)) return;
    if (spent.current) element.load();
    spent.current = false;
    play(element);
  }, [wanted, tries, fetched.url, source.address]);
  useEffect(() => {
    if (!fetched.failed) return;
    // The next best, as the browser does by itself where it has the addresses.
    if (sounds && sounds.length > 1) setSounds(sounds.slice(1));
    else fail();
  }, [fetched.failed, sounds]);
  // It does not start by itself.
  useOnceLevel(() => {
    if (!failed) return;
    setFailed(false);
    setSounds(null);
  });

  const element = (
    <audio
      ref={audio}
      preload="none"
      {...(fetched.url !== null && { src: fetched.url })}
      onPlay={(event) => {
        if (playing !== event.currentTarget) playing?.pause();
        playing = event.currentTarget;
        setPlaying(true);
        setFailed(false);
      }}
      onPause={() => setPlaying(false)}
      onEnded={() => setPosition(0)}
      onTimeUpdate={(event) => setPosition(event.currentTarget.currentTime * 1000)}
      onDurationChange={(event) => {
        const { duration } = event.currentTarget;
        if (Number.isFinite(duration)) setLength(duration * 1000);
      }}
    >
      {source.address &&
        sounds?.map(({ path, type }, i) => (
          // What cannot be had goes on to the next; after the last nothing is said but this.
          <source
            key={path}
            src={source.address!(path)}
            type={type}
            {...(i === sounds.length - 1 && { onError: fail })}
          />
        ))}
    </audio>
  );

  return {
    element,
    isPlaying,
    positionMs,
    lengthMs,
    failed,
    toggle: () => {
      if (failed || !wanted) want();
      else if (isPlaying) audio.current?.pause();
      else if (audio.current) play(audio.current);
    },
    seek: (ms: number) => {
      if (audio.current) audio.current.currentTime = ms / 1000;
      setPosition(ms);
      if (failed || !wanted) want();
    },
  };
}
