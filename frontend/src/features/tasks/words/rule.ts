/**
 * Rules in words, as far as the page can say them at once: what its own editor writes. Whoever opens a task or the
 * editor reads the server's words instead.
 */
import type { Say } from './due';

export const DAYS = ['MO', 'TU', 'WE', 'TH', 'FR', 'SA', 'SU'] as const;
export type Day = (typeof DAYS)[number];
export type Unit = 'day' | 'week' | 'month' | 'year';

const UNITS: Record<string, Unit> = { DAILY: 'day', WEEKLY: 'week', MONTHLY: 'month', YEARLY: 'year' };

export interface ReadRule {
  readonly unit: Unit;
  readonly every: number;
  /** Weekdays of a weekly rule. */
  readonly days: readonly Day[];
  /** Of a monthly rule, as 3WE or -1FR. */
  readonly counted: string | null;
  /** The day of the month; -1 is the last. */
  readonly monthDay: number | null;
  /** A day that shorter months lack is their last one. */
  readonly falls: boolean;
  readonly count: number | null;
  /** YYYY-MM-DD, the last day inclusive. */
  readonly until: string | null;
}

/** Null for a rule with parts that the page has no words for. */
export function readRule(rrule: string): ReadRule | null {
  const parts = new Map(rrule.toUpperCase().replace(/^RRULE:/, '').split(';').map((part) => part.split('=') as [string, string]));
  const take = (name: string) => {
    const value = parts.get(name);
    parts.delete(name);
    return value ?? null;
  };
  const unit = UNITS[take('FREQ') ?? ''];
  const every = Number(take('INTERVAL') ?? '1');
  const falls = take('SKIP') === 'BACKWARD';
  take('RSCALE');
  const count = take('COUNT');
  const until = /^(\d{4})(\d\d)(\d\d)$/.exec(take('UNTIL') ?? '');
  const byDay = unit === 'week' || unit === 'month' ? take('BYDAY') : null;
  const byMonthDay = unit === 'month' ? take('BYMONTHDAY') : null;
  const days = unit === 'week' && byDay ? byDay.split(',') : [];
  const counted = unit === 'month' ? byDay : null;
  const odd =
    !days.every((day) => DAYS.includes(day as Day)) ||
    (counted && (byMonthDay || !/^(-1|[1-5])(MO|TU|WE|TH|FR|SA|SU)$/.test(counted))) ||
    (byMonthDay && !/^(-1|\d+)$/.test(byMonthDay)) ||
    (count && !/^\d+$/.test(count)) ||
    (rrule.toUpperCase().includes('UNTIL') && !until);
  if (!unit || !Number.isInteger(every) || every < 1 || parts.size > 0 || odd) return null;
  return {
    unit,
    every,
    days: days as Day[],
    counted,
    monthDay: byMonthDay ? Number(byMonthDay) : null,
    falls,
    count: count ? Number(count) : null,
    until: until ? until.slice(1).join('-') : null,
  };
}

export interface Said {
  readonly rrule: string;
  readonly anchor?: string;
  readonly on_holiday?: string;
}

/** 2023-01-02 was a Monday. */
export function weekdayName(day: Day, locale: string, weekday: 'long' | 'short' = 'long'): string {
  const date = Date.UTC(2023, 0, 2 + DAYS.indexOf(day));
  return new Intl.DateTimeFormat(locale, { weekday, timeZone: 'UTC' }).format(date);
}

/** "Every 2 weeks on Monday"; for a rule that the page cannot say, that it has one of its own. */
export function ruleWords({ rrule, anchor, on_holiday: holiday = 'ignore' }: Said, say: Say, locale: string): string {
  const rule = readRule(rrule);
  if (!rule) return say('complex');
  let words = say(rule.unit, { every: rule.every });
  if (rule.every === 1 && rule.days.join() === 'MO,TU,WE,TH,FR') words = say('workdays');
  else if (rule.days.length > 0) {
    const list = new Intl.ListFormat(locale).format(rule.days.map((day) => weekdayName(day, locale)));
    words = say('on', { words, days: list });
  }
  if (rule.counted) {
    const day = weekdayName(rule.counted.slice(-2) as Day, locale);
    words = say('counted', { words, nth: say(`nth.${rule.counted.slice(0, -2).replace('-1', 'last')}`), day });
  }
  if (rule.monthDay === -1) words = say('lastOfMonth', { words });
  else if (rule.monthDay) words = say(rule.falls ? 'lastDay' : 'onDay', { words, day: rule.monthDay });
  if (anchor === 'completion') words = say('afterDone', { words });
  if (rule.count) words = say('times', { words, count: rule.count });
  if (rule.until) words = say('until', { words, date: dateWords(rule.until, say, locale) });
  if (holiday !== 'ignore') words = say(`holiday.${holiday}`, { words });
  return words;
}

function dateWords(date: string, say: Say, locale: string): string {
  const month = new Intl.DateTimeFormat(locale, { month: 'short', timeZone: 'UTC' }).format(Date.parse(date));
  return say('date', { day: Number(date.slice(8)), month, year: date.slice(0, 4) });
}
