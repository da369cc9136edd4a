/**
 * The rules that the page can write, and the few that it can say. Words for all others come from the server.
 * Source: RFC 5545 (RRULE) and RFC 7529 (SKIP): days 29–31 fall back to the last day of shorter months, and come
 * back to their own day after it.
 */
import type { Say } from './due';

export type Unit = 'none' | 'day' | 'week' | 'month';

export interface Repeat {
  readonly unit: Unit;
  /** Every n units, 1–99. */
  readonly every: number;
}

export const ONCE: Repeat = { unit: 'none', every: 1 };
export const MOST = 99;

const FREQ = { day: 'DAILY', week: 'WEEKLY', month: 'MONTHLY' } as const;
const UNITS: Record<string, Exclude<Unit, 'none'>> = { DAILY: 'day', WEEKLY: 'week', MONTHLY: 'month' };

/** Null when the task does not repeat. `date` is its first wall date, YYYY-MM-DD. */
export function composeRule({ unit, every }: Repeat, date: string): string | null {
  if (unit === 'none') return null;
  const interval = Math.min(Math.max(Math.trunc(every) || 1, 1), MOST);
  const parts = [`FREQ=${FREQ[unit]}`];
  if (interval > 1) parts.push(`INTERVAL=${interval}`);
  const day = Number(date.slice(8, 10));
  if (unit === 'month' && day >= 29) return ['RSCALE=GREGORIAN', ...parts, `BYMONTHDAY=${day}`, 'SKIP=BACKWARD'].join(';');
  return parts.join(';');
}

export interface ReadRule extends Repeat {
  /** The day of the month that a monthly rule names, when it falls back in shorter months. */
  readonly lastDayOf: number | null;
}

/** Null for a rule with parts that the page has no words for. */
export function readRule(rrule: string): ReadRule | null {
  const parts = new Map(rrule.replace(/^RRULE:/i, '').split(';').map((part) => part.toUpperCase().split('=') as [string, string]));
  const unit = UNITS[parts.get('FREQ') ?? ''];
  const every = Number(parts.get('INTERVAL') ?? '1');
  const day = parts.get('BYMONTHDAY');
  const skips = parts.get('SKIP') === 'BACKWARD';
  for (const name of ['FREQ', 'INTERVAL', 'RSCALE', 'SKIP']) parts.delete(name);
  if (skips && day && /^\d+$/.test(day)) parts.delete('BYMONTHDAY');
  if (!unit || !Number.isInteger(every) || every < 1 || parts.size > 0) return null;
  return { unit, every, lastDayOf: skips && day ? Number(day) : null };
}

/** "Every 2 weeks"; for a rule that the page cannot say, `complex`, with the rule itself behind it as a title. */
export function ruleWords(rrule: string, say: Say): string {
  const rule = readRule(rrule);
  if (!rule) return say('complex');
  const words = say(rule.unit, { every: rule.every });
  return rule.lastDayOf ? say('lastDay', { words, day: rule.lastDayOf }) : words;
}
