/** Due dates in words: Today 17:00 · Tomorrow · Friday 17:00 · Sat 6 Mar · 6 Mar 2028 · 2 days late. */
import type { Due } from '@/api-client/model';
import { wallAt, type Moment } from './moment';

/** Looks up a phrase of the catalogue's `due` section. */
export type Say = (key: string, values?: Record<string, string | number>) => string;

export interface DueWords {
  /** Empty when the heading has said it all. */
  readonly text: string;
  /** The city whose clock is meant, when it is not the user's own. */
  readonly zone: string;
  /** The whole date, for hovering and for screen readers. */
  readonly exact: string;
  readonly late: boolean;
}

/** `bare`: leave out "Today", where a heading has said it. */
export function dueWords(due: Due, moment: Moment, say: Say, locale: string, bare = false): DueWords {
  const days = moment.daysUntil(due);
  const day = dayWords(due.date, days, moment, say, locale);
  const time = due.time ? due.time.slice(0, 5) : '';
  const zone = due.time && due.time_zone !== moment.zone ? cityOf(due.time_zone) : '';
  const shown = days < -1 ? [say('late', { days: -days })] : [bare && days === 0 ? '' : day, time];
  return {
    text: shown.filter(Boolean).join(' '),
    zone: days < -1 ? '' : zone,
    exact: [exactDay(due.date, say, locale), time, zone].filter(Boolean).join(' '),
    late: moment.isPast(due),
  };
}

/** The date alone, never "late": for saying what comes next. */
export function plainDue(due: Due, moment: Moment, say: Say, locale: string): string {
  const days = moment.daysUntil(due);
  const day = dayWords(due.date, days, moment, say, locale);
  return [day, due.time?.slice(0, 5) ?? ''].filter(Boolean).join(' ');
}

function dayWords(date: string, days: number, moment: Moment, say: Say, locale: string): string {
  if (days === -1) return say('yesterday');
  if (days === 0) return say('today');
  if (days === 1) return say('tomorrow');
  const part = partOf(date, locale);
  if (days > 1 && days < 7) return part({ weekday: 'long' });
  const [year = ''] = date.split('-');
  const values = { day: part({ day: 'numeric' }), month: part({ month: 'short' }), year };
  if (year !== moment.today().slice(0, 4)) return say('dayMonthYear', values);
  return say('weekdayDayMonth', { ...values, weekday: part({ weekday: 'short' }) });
}

/** Single names only, put together by the catalogue: browsers and the server differ in whole dates, by a comma. */
function partOf(date: string, locale: string) {
  const day = new Date(`${date}T00:00:00Z`);
  return (options: Intl.DateTimeFormatOptions) => new Intl.DateTimeFormat(locale, { ...options, timeZone: 'UTC' }).format(day);
}

function exactDay(date: string, say: Say, locale: string): string {
  const part = partOf(date, locale);
  const [year = ''] = date.split('-');
  const values = { weekday: part({ weekday: 'long' }), day: part({ day: 'numeric' }), month: part({ month: 'long' }), year };
  return say('exact', values);
}

const cityOf = (zone: string): string => (zone.split('/').at(-1) ?? zone).replaceAll('_', ' ');

/** An instant as a person reads it in a history: "Today 14:02". */
export function instantWords(instant: string, moment: Moment, say: Say, locale: string): string {
  const at = Date.parse(instant);
  if (Number.isNaN(at)) return instant;
  const { date, minutes } = wallAt(at, moment.zone);
  const two = (part: number) => String(part).padStart(2, '0');
  const time = `${two(Math.floor(minutes / 60))}:${two(minutes % 60)}`;
  return plainDue({ date, time, time_zone: moment.zone }, moment, say, locale);
}
