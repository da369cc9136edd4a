/** How long before it is due a task reminds of itself. A date without a time counts as 09:00. */
import type { Task } from '@/api-client/model';
import type { Say } from './due';

type Reminders = readonly Pick<Task['reminders'][number], 'minutes_before' | 'relative_to' | 'at'>[];

/** Minutes before the due time, in the order of the choice. */
export const BEFORE = [0, 10, 30, 60, 1_440] as const;
const BEFORE_DAY = [0, 1_440] as const;

export function choices(timed: boolean): readonly number[] {
  return timed ? BEFORE : BEFORE_DAY;
}

/** Null without a reminder; `custom` when it is none of the choices, made elsewhere. */
export function chosen(reminders: Reminders): number | 'custom' | null {
  const [only, more] = reminders;
  if (!only) return null;
  return !more && only.relative_to !== 'start' && typeof only.minutes_before === 'number' ? only.minutes_before : 'custom';
}

export function beforeWords(minutes: number, timed: boolean, say: Say): string {
  if (minutes === 0) return say(timed ? 'atDue' : 'onDay');
  if (!timed && minutes === 1_440) return say('dayBefore');
  if (minutes % 1_440 === 0) return say('days', { count: minutes / 1_440 });
  return minutes % 60 === 0 ? say('hours', { count: minutes / 60 }) : say('minutes', { count: minutes });
}
