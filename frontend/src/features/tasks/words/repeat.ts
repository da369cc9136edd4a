/**
 * What the recurrence editor holds, and the rule that it writes. Source: RFC 5545 (RRULE) and RFC 7529 (SKIP): days
 * 29–31 fall back to the last day of shorter months, and come back to their own day after it.
 */
import type { TaskCreate } from '@/api-client/model';
import { DAYS, type Day, type Unit } from './rule';

export const NTHS = [1, 2, 3, 4, -1] as const;
export type Nth = (typeof NTHS)[number];
export const MOST = 99;
export const MOST_TIMES = 9_999;

export type RecurrenceBody = NonNullable<TaskCreate['recurrence']>;

export interface Repeat {
  readonly unit: Unit;
  /** Every n units, 1–99. */
  readonly every: number;
  /** Of a weekly rule; none means the weekday of the first date. */
  readonly days: readonly Day[];
  /** Of a monthly rule: the day of the first date, the last day of the month, or a counted weekday. */
  readonly on: 'date' | 'last' | 'weekday';
  readonly nth: Nth;
  readonly day: Day;
  /** The day that `on: 'date'` means; null for the day of the first date. */
  readonly monthDay: number | null;
  /** What days 29–31 become in a month that lacks them. */
  readonly shorter: 'last' | 'skip';
  readonly anchor: 'schedule' | 'completion';
  readonly missed: 'next' | 'each';
  readonly trigger: 'on_completion' | 'on_schedule';
  /** What becomes of a date on a public holiday. */
  readonly holiday: 'ignore' | 'skip' | 'before' | 'after';
  readonly ends: { readonly kind: 'never' } | { readonly kind: 'on'; readonly date: string } | { readonly kind: 'after'; readonly count: number };
}

/** Where an editor begins that was opened on a first date, YYYY-MM-DD. */
export function repeatFrom(unit: Unit, date: string): Repeat {
  const day = Number(date.slice(8));
  const nth = Math.ceil(day / 7);
  return {
    unit,
    every: 1,
    days: [],
    on: isLastOfMonth(date) ? 'last' : 'date',
    nth: (day + 7 > daysInMonth(date) ? -1 : nth) as Nth,
    day: dayOf(date),
    monthDay: null,
    shorter: 'last',
    anchor: 'schedule',
    missed: 'next',
    trigger: 'on_completion',
    holiday: 'ignore',
    ends: { kind: 'never' },
  };
}

export function dayOf(date: string): Day {
  return DAYS[(new Date(`${date}T00:00:00Z`).getUTCDay() + 6) % 7] as Day;
}

export function isLastOfMonth(date: string): boolean {
  return Number(date.slice(8)) === daysInMonth(date);
}

function daysInMonth(date: string): number {
  return new Date(Date.UTC(Number(date.slice(0, 4)), Number(date.slice(5, 7)), 0)).getUTCDate();
}

export function monthDayOf({ monthDay }: Repeat, date: string): number {
  return monthDay ?? Number(date.slice(8));
}

/** Whether some months, or years, lack the day that is meant. */
export function mayBeLacking(repeat: Repeat, date: string): boolean {
  const { unit, on, anchor } = repeat;
  if (anchor === 'completion') return false;
  return unit === 'month' ? on === 'date' && monthDayOf(repeat, date) >= 29 : unit === 'year' && date.endsWith('02-29');
}

/** `date` is the first wall date, YYYY-MM-DD. After finishing, only the interval counts. */
export function composeRule(repeat: Repeat, date: string): string {
  const { unit, days, on, nth, day, ends } = repeat;
  const every = Math.min(Math.max(Math.trunc(repeat.every) || 1, 1), MOST);
  const parts = [`FREQ=${{ day: 'DAILY', week: 'WEEKLY', month: 'MONTHLY', year: 'YEARLY' }[unit]}`];
  if (every > 1) parts.push(`INTERVAL=${every}`);
  if (repeat.anchor === 'schedule') {
    if (unit === 'week' && days.length > 0) parts.push(`BYDAY=${DAYS.filter((one) => days.includes(one)).join()}`);
    if (unit === 'month' && on === 'last') parts.push('BYMONTHDAY=-1');
    if (unit === 'month' && on === 'weekday') parts.push(`BYDAY=${nth}${day}`);
    const lacking = mayBeLacking(repeat, date);
    if (unit === 'month' && on === 'date' && (lacking || repeat.monthDay !== null)) parts.push(`BYMONTHDAY=${monthDayOf(repeat, date)}`);
    if (lacking && repeat.shorter === 'last') {
      parts.unshift('RSCALE=GREGORIAN');
      parts.push('SKIP=BACKWARD');
    }
  }
  if (ends.kind === 'on') parts.push(`UNTIL=${ends.date.replaceAll('-', '')}`);
  if (ends.kind === 'after') parts.push(`COUNT=${Math.min(Math.max(Math.trunc(ends.count) || 1, 1), MOST_TIMES)}`);
  return parts.join(';');
}

/** As the backend takes it; a policy that has no meaning under the anchor is left out. */
export function recurrenceOf(repeat: Repeat, date: string): RecurrenceBody {
  const { anchor, missed, trigger, holiday } = repeat;
  const rule = { rrule: composeRule(repeat, date), anchor, ...(holiday === 'ignore' ? {} : { on_holiday: holiday }) };
  return anchor === 'completion' ? rule : { ...rule, missed, trigger };
}

/** The part of the editor that a refusal of the server is about. */
export function controlOf(code: string, { ends }: Repeat): 'every' | 'on' | 'ends' | 'rule' {
  if (code === 'rule_interval_out_of_range') return 'every';
  if (code.startsWith('rule_count') || code === 'rule_until_malformed') return 'ends';
  if (code === 'rule_without_occurrence' && ends.kind === 'on') return 'ends';
  if (['rule_without_occurrence', 'rule_date_impossible', 'rule_weekday_malformed', 'rule_month_day_malformed'].includes(code)) return 'on';
  return 'rule';
}
