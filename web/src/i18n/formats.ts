// Times and numbers by Intl, in the person's language and region.

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;

export interface Formats {
  number(value: number): string;
  // "2 min", "3 h": how long, in its largest unit; null for less than a minute, which is "ahora".
  duration(ms: number): string | null;
  // "ahora", "hace 2 min"; from a week on the date, with its year where that is another one.
  ago(then: number, now: number): string;
  // "14:05".
  clock(time: number): string;
  // "jueves, 20 de noviembre", with its year as above.
  day(time: number, now: number): string;
  // "0:12", "1:02:03": how long a recording is.
  time(ms: number): string;
  // "5 MB", "640 kB": as the largest sizes are told, in powers of 1024.
  bytes(size: number): string;
  // "40 %".
  percent(part: number): string;
  // Everything, for a hover.
  exact(time: number): string;
}

// A date as it stands in the year that it is now, and in another.
function dated(locale: string, near: Intl.DateTimeFormatOptions, far: Intl.DateTimeFormatOptions) {
  const [thisYear, anotherYear] = [near, far].map((parts) => new Intl.DateTimeFormat(locale, parts));
  const yearOf = (time: number) => new Date(time).getFullYear();
  return (time: number, now: number) =>
    (yearOf(time) === yearOf(now) ? thisYear : anotherYear)!.format(time);
}

export function formats(locale: string): Formats {
  const numbers = new Intl.NumberFormat(locale);
  const unit = (name: string) =>
    new Intl.NumberFormat(locale, { style: 'unit', unit: name, unitDisplay: 'short' });
  const minutes = unit('minute');
  const hours = unit('hour');
  const days = unit('day');
  const relative = new Intl.RelativeTimeFormat(locale, { numeric: 'always', style: 'short' });
  // Short enough for a bubble: "15:04" where both ways of counting are read, English as its region.
  const present = new Intl.RelativeTimeFormat(locale, { numeric: 'auto' });
  const clocks = new Intl.DateTimeFormat(locale, {
    hour: '2-digit',
    minute: '2-digit',
    ...(!locale.startsWith('en') && { hourCycle: 'h23' }),
  });
  const inRow = { day: 'numeric', month: 'short' } as const;
  const dates = dated(locale, inRow, { ...inRow, month: 'numeric', year: 'numeric' });
  const whole = { weekday: 'long', day: 'numeric', month: 'long' } as const;
  const weekdays = dated(locale, whole, { ...whole, year: 'numeric' });
  const exact = new Intl.DateTimeFormat(locale, { dateStyle: 'full', timeStyle: 'medium' });
  const size = (name: string) =>
    new Intl.NumberFormat(locale, {
      style: 'unit',
      unit: name,
      unitDisplay: 'short',
      maximumFractionDigits: 1,
    });
  const byteUnits = {
    kilobyte: size('kilobyte'),
    megabyte: size('megabyte'),
  };
  const percents = new Intl.NumberFormat(locale, { style: 'percent' });
  const capital = (text: string) => text.charAt(0).toLocaleUpperCase(locale) + text.slice(1);
  return {
    number: (value) => numbers.format(value),
    duration(ms) {
      if (ms < minuteMs) return null;
      if (ms < hourMs) return minutes.format(Math.floor(ms / minuteMs));
      if (ms < dayMs) return hours.format(Math.floor(ms / hourMs));
      return days.format(Math.floor(ms / dayMs));
    },
    ago(then, now) {
      const ms = Math.max(0, now - then);
      if (ms < minuteMs) return present.format(0, 'second');
      if (ms < hourMs) return relative.format(-Math.floor(ms / minuteMs), 'minute');
      if (ms < dayMs) return relative.format(-Math.floor(ms / hourMs), 'hour');
      if (ms < 7 * dayMs) return relative.format(-Math.floor(ms / dayMs), 'day');
      return dates(then, now);
    },
    clock: (time) => clocks.format(time),
    day: (time, now) => capital(weekdays(time, now)),
    time(ms) {
      const seconds = Math.round(ms / 1000);
      const two = (value: number) => String(value).padStart(2, '0');
      const hour = Math.floor(seconds / 3600);
      const minute = Math.floor(seconds / 60) % 60;
      return `${hour > 0 ? `${hour}:${two(minute)}` : minute}:${two(seconds % 60)}`;
    },
    // Up, so that a file that is a byte larger than a round limit does not read like it.
    bytes(size) {
      const kilo = Math.ceil(size / 1024);
      if (kilo < 1024) return byteUnits.kilobyte.format(kilo);
      return byteUnits.megabyte.format(Math.ceil((size / 1024 / 1024) * 10) / 10);
    },
    percent: (part) => percents.format(part),
    exact: (time) => capital(exact.format(time)),
  };
}

// How a wait warms: a colour is added to the words, never instead of them.
export function warmth(waitMs: number): 'calm' | 'warm' | 'hot' {
  if (waitMs < 5 * minuteMs) return 'calm';
  return waitMs < 15 * minuteMs ? 'warm' : 'hot';
}
