import { expect, test } from 'vitest';
import type { Recurrence } from '@/api-client/model';
import { patchFor, repeatInstead, repeatOf, ruleFor } from './series';

const of = (rrule: string, more: Partial<Recurrence> = {}): Recurrence => ({ rrule, anchor: 'schedule', missed: 'next', trigger: 'on_completion', exdates: [], rdates: [], on_holiday: 'ignore', ...more });

/** 2027-02-28 is a Sunday. */
test.each([
  ['FREQ=MONTHLY;BYMONTHDAY=-1', '2027-02-28'],
  ['FREQ=MONTHLY;INTERVAL=2;BYDAY=-1FR', '2027-02-26'],
  ['FREQ=WEEKLY;BYDAY=MO,WE,FR', '2027-03-01'],
  ['FREQ=DAILY;INTERVAL=3;UNTIL=20271231', '2027-03-01'],
  ['FREQ=YEARLY', '2027-03-01'],
  ['RSCALE=GREGORIAN;FREQ=MONTHLY;BYMONTHDAY=31;SKIP=BACKWARD', '2027-02-28'],
  ['FREQ=MONTHLY;BYMONTHDAY=31', '2027-03-31'],
])('%s comes out as it went in', (rrule, key) => {
  const repeat = repeatOf(of(rrule), key, 0);
  expect(repeat && ruleFor(repeat, 'following', key, 0)).toBe(rrule);
});

test('what only the first date said is written out, since the series may begin on another', () => {
  const weekly = repeatOf(of('FREQ=WEEKLY'), '2027-02-28', 0);
  expect(weekly && ruleFor(weekly, 'all', '2027-02-28', 0)).toBe('FREQ=WEEKLY;BYDAY=SU');
  const monthly = repeatOf(of('FREQ=MONTHLY'), '2027-02-15', 0);
  expect(monthly && ruleFor(monthly, 'all', '2027-02-15', 0)).toBe('FREQ=MONTHLY;BYMONTHDAY=15');
});

test('a number of times is counted from this one on, and for the whole series with those before', () => {
  const repeat = repeatOf(of('FREQ=DAILY;COUNT=10'), '2027-02-15', 3);
  expect(repeat?.ends).toEqual({ kind: 'after', count: 7 });
  expect(repeat && ruleFor(repeat, 'following', '2027-02-15', 3)).toBe('FREQ=DAILY;COUNT=7');
  expect(repeat && ruleFor(repeat, 'all', '2027-02-15', 3)).toBe('FREQ=DAILY;COUNT=10');
});

test('after finishing, no policy of the calendar is left behind', () => {
  const repeat = repeatOf(of('FREQ=DAILY', { missed: 'each', trigger: 'on_schedule' }), '2027-02-15', 0);
  expect(repeat && patchFor({ ...repeat, anchor: 'completion' }, 'all', '2027-02-15', 0)).toEqual({
    scope: 'all', rrule: 'FREQ=DAILY', anchor: 'completion', missed: 'next', trigger: 'on_completion', on_holiday: 'ignore',
  });
  expect(repeat && patchFor(repeat, 'following', '2027-02-15', 0, null)).toMatchObject({ missed: 'each', trigger: 'on_schedule', time: null });
});

test('what becomes of holidays is read, kept, and said also where it is taken back', () => {
  const repeat = repeatOf(of('FREQ=DAILY', { on_holiday: 'before' }), '2027-02-15', 0);
  expect(repeat?.holiday).toBe('before');
  expect(repeat && patchFor(repeat, 'all', '2027-02-15', 0)).toMatchObject({ on_holiday: 'before' });
  expect(repeat && patchFor({ ...repeat, holiday: 'ignore' }, 'all', '2027-02-15', 0)).toMatchObject({ on_holiday: 'ignore' });
});

test.each(['FREQ=MONTHLY;BYDAY=MO;BYSETPOS=2', 'FREQ=YEARLY;BYMONTH=3', 'FREQ=MONTHLY;BYDAY=5MO', 'FREQ=MONTHLY;BYMONTHDAY=-2', 'FREQ=DAILY;INTERVAL=400'])(
  '%s is more than the editor holds, and is not silently made less',
  (rrule) => {
    expect(repeatOf(of(rrule), '2027-02-28', 0)).toBeNull();
    expect(repeatInstead(rrule, '2027-02-28').every).toBe(1);
  },
);
