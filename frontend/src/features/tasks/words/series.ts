/**
 * The rule of an existing series as the editor holds it, and what changing it sends. All days are named by the open
 * occurrence, since the series may begin elsewhere: what was said by its first date alone is written out.
 */
import type { Recurrence, SeriesPatch } from '@/api-client/model';
import { composeRule, dayOf, MOST, repeatFrom, type Nth, type Repeat } from './repeat';
import { readRule, type Day } from './rule';

/** `following`: the open occurrence and what comes after it; `all`: the series with its first date and its counts. */
export type Scope = 'following' | 'all';

/** `key`: YYYY-MM-DD, the open occurrence's own day; `before`: how many came before it. Null: it has parts that the editor lacks. */
export function repeatOf({ rrule, anchor, missed, trigger, on_holiday: holiday }: Recurrence, key: string, before: number): Repeat | null {
  const rule = readRule(rrule);
  if (!rule || rule.every > MOST || rule.counted?.startsWith('5')) return null;
  const { unit, every, days, counted, monthDay, falls, count, until } = rule;
  const begun = repeatFrom(unit, key);
  const on = monthDay === -1 ? 'last' : counted ? 'weekday' : 'date';
  if (monthDay !== null && monthDay !== -1 && (monthDay < 1 || monthDay > 31)) return null;
  return {
    ...begun,
    every,
    days: unit === 'week' && days.length === 0 ? [dayOf(key)] : days,
    on: unit === 'month' && anchor === 'schedule' ? on : begun.on,
    ...(counted ? { nth: Number(counted.slice(0, -2)) as Nth, day: counted.slice(-2) as Day } : {}),
    monthDay: monthDay !== null && monthDay > 0 ? monthDay : null,
    shorter: falls ? 'last' : 'skip',
    anchor,
    missed,
    trigger,
    holiday,
    ends: until ? { kind: 'on', date: until } : count ? { kind: 'after', count: Math.max(1, count - before) } : { kind: 'never' },
  };
}

/** Where the editor begins on a rule that it cannot hold. */
export function repeatInstead(rrule: string, key: string): Repeat {
  const unit = ({ WEEKLY: 'week', MONTHLY: 'month', YEARLY: 'year' } as const)[/FREQ=(WEEKLY|MONTHLY|YEARLY)/i.exec(rrule)?.[1]?.toUpperCase() ?? ''] ?? 'day';
  return explicitly(repeatFrom(unit, key), key);
}

/** What the first date would say is said by the rule, so that it holds whichever date the series begins on. */
function explicitly(repeat: Repeat, key: string): Repeat {
  const days = repeat.unit === 'week' && repeat.days.length === 0 ? [dayOf(key)] : repeat.days;
  const byDate = repeat.unit === 'month' && repeat.on === 'date';
  return { ...repeat, days, monthDay: byDate ? (repeat.monthDay ?? Number(key.slice(8))) : repeat.monthDay };
}

/** The rule that is sent: of a series with its counts, a number of times is what came before, too. */
export function ruleFor(repeat: Repeat, scope: Scope, key: string, before: number): string {
  const { ends } = repeat;
  const counted = scope === 'all' && ends.kind === 'after' ? { ...repeat, ends: { ...ends, count: ends.count + before } } : repeat;
  return composeRule(explicitly(counted, key), key);
}

/** `time`: HH:MM, null for whole days, undefined when it stays. Every policy is said: what is absent would stay. */
export function patchFor(repeat: Repeat, scope: Scope, key: string, before: number, time?: string | null): SeriesPatch {
  const { anchor, missed, trigger, holiday } = repeat;
  const policies = anchor === 'completion' ? ({ missed: 'next', trigger: 'on_completion' } as const) : { missed, trigger };
  return { scope, rrule: ruleFor(repeat, scope, key, before), anchor, ...policies, on_holiday: holiday, ...(time === undefined ? {} : { time }) };
}
