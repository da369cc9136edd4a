import { expect, test } from 'vitest';
import { composeRule, controlOf, mayBeLacking, repeatFrom, type Repeat } from './repeat';
import { readRule, ruleWords } from './rule';
import { catalogue } from './say';

const say = catalogue('rule');
const repeat = (unit: Repeat['unit'], date: string, more: Partial<Repeat> = {}): Repeat => ({ ...repeatFrom(unit, date), ...more });

test.each<[Repeat['unit'], string, Partial<Repeat>, string, string]>([
  ['day', '2027-02-24', {}, 'FREQ=DAILY', 'Every day'],
  ['day', '2027-02-24', { every: 3, anchor: 'completion' }, 'FREQ=DAILY;INTERVAL=3', 'Every 3 days after I finish'],
  ['week', '2027-02-24', { every: 2 }, 'FREQ=WEEKLY;INTERVAL=2', 'Every 2 weeks'],
  ['week', '2027-02-24', { days: ['TH', 'MO'] }, 'FREQ=WEEKLY;BYDAY=MO,TH', 'Every week on Monday and Thursday'],
  ['week', '2027-02-24', { days: ['MO', 'TU', 'WE', 'TH', 'FR'] }, 'FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR', 'Every weekday'],
  ['week', '2027-02-24', { days: ['MO'], anchor: 'completion' }, 'FREQ=WEEKLY', 'Every week after I finish'],
  ['month', '2027-02-28', {}, 'FREQ=MONTHLY;BYMONTHDAY=-1', 'Every month on the last day'],
  ['month', '2027-02-28', { on: 'date' }, 'FREQ=MONTHLY', 'Every month'],
  ['month', '2027-01-29', {}, 'RSCALE=GREGORIAN;FREQ=MONTHLY;BYMONTHDAY=29;SKIP=BACKWARD', 'Every month on day 29, or the last day of a shorter month'],
  ['month', '2027-01-30', { shorter: 'skip' }, 'FREQ=MONTHLY;BYMONTHDAY=30', 'Every month on day 30'],
  ['month', '2027-01-31', { on: 'date', every: 3 }, 'RSCALE=GREGORIAN;FREQ=MONTHLY;INTERVAL=3;BYMONTHDAY=31;SKIP=BACKWARD', 'Every 3 months on day 31, or the last day of a shorter month'],
  ['month', '2027-02-26', { on: 'weekday' }, 'FREQ=MONTHLY;BYDAY=-1FR', 'Every month on the last Friday'],
  ['month', '2027-02-09', { on: 'weekday' }, 'FREQ=MONTHLY;BYDAY=2TU', 'Every month on the second Tuesday'],
  ['year', '2027-02-24', {}, 'FREQ=YEARLY', 'Every year'],
  ['year', '2028-02-29', {}, 'RSCALE=GREGORIAN;FREQ=YEARLY;SKIP=BACKWARD', 'Every year'],
  ['day', '2027-02-24', { ends: { kind: 'after', count: 3 } }, 'FREQ=DAILY;COUNT=3', 'Every day, 3 times'],
  ['day', '2027-02-24', { ends: { kind: 'on', date: '2027-03-01' } }, 'FREQ=DAILY;UNTIL=20270301', 'Every day, until 1 Mar 2027'],
])('%s from %s, %o, is %s: %s', (unit, date, more, rule, words) => {
  const written = repeat(unit, date, more);
  expect(composeRule(written, date)).toBe(rule);
  expect(ruleWords({ rrule: rule, anchor: written.anchor }, say, 'en')).toBe(words);
});

test.each([[0], [-3], [Number.NaN], [1e9], [2.7]])('an interval of %s stays within 1–99', (every) => {
  const interval = Number(/INTERVAL=(\d+)/.exec(composeRule(repeat('day', '2027-01-01', { every }), '2027-01-01'))?.[1] ?? 1);
  expect(interval).toBeGreaterThanOrEqual(1);
  expect(interval).toBeLessThanOrEqual(99);
});

test.each(['FREQ=MONTHLY;BYDAY=MO,TH', 'FREQ=YEARLY;BYMONTH=3', 'FREQ=WEEKLY;BYDAY=1MO', 'FREQ=DAILY;UNTIL=20270301T100000Z', 'FREQ=MONTHLY;BYMONTHDAY=1,15', 'nonsense', '', 'FREQ=DAILY;INTERVAL=x'])(
  '%s is not put into wrong words',
  (rule) => {
    expect(readRule(rule)).toBeNull();
    expect(ruleWords({ rrule: rule }, say, 'en')).toBe('By its own rule');
  },
);

test('only days that some months lack are asked about', () => {
  expect(mayBeLacking(repeat('month', '2027-01-28'), '2027-01-28')).toBe(false);
  expect(mayBeLacking(repeat('month', '2027-01-29'), '2027-01-29')).toBe(true);
  expect(mayBeLacking(repeat('year', '2028-02-29'), '2028-02-29')).toBe(true);
});

test('a refusal lands on the control that it is about', () => {
  const never = repeat('day', '2027-01-01');
  expect(controlOf('rule_interval_out_of_range', never)).toBe('every');
  expect(controlOf('rule_without_occurrence', never)).toBe('on');
  expect(controlOf('rule_without_occurrence', { ...never, ends: { kind: 'on', date: '2026-01-01' } })).toBe('ends');
  expect(controlOf('something_new', never)).toBe('rule');
});

test.each([
  ['ignore', 'Every day, 3 times'],
  ['skip', 'Every day, 3 times, not on public holidays'],
  ['before', 'Every day, 3 times, or the workday before a public holiday'],
  ['after', 'Every day, 3 times, or the workday after a public holiday'],
])('what becomes of holidays is said: %s', (holiday, words) => {
  expect(ruleWords({ rrule: 'FREQ=DAILY;COUNT=3', anchor: 'schedule', on_holiday: holiday }, say, 'en')).toBe(words);
});
