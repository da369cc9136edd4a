import { expect, test } from 'vitest';
import { composeRule, readRule, ruleWords } from './rule';
import { catalogue } from './say';

const say = catalogue('rule');

test.each([
  ['none', 1, '2027-02-24', null],
  ['day', 1, '2027-02-24', 'FREQ=DAILY'],
  ['week', 2, '2027-02-24', 'FREQ=WEEKLY;INTERVAL=2'],
  ['month', 1, '2027-02-28', 'FREQ=MONTHLY'],
  ['month', 1, '2027-01-29', 'RSCALE=GREGORIAN;FREQ=MONTHLY;BYMONTHDAY=29;SKIP=BACKWARD'],
  ['month', 3, '2027-01-31', 'RSCALE=GREGORIAN;FREQ=MONTHLY;INTERVAL=3;BYMONTHDAY=31;SKIP=BACKWARD'],
] as const)('%s every %i from %s', (unit, every, date, rule) => {
  expect(composeRule({ unit, every }, date)).toBe(rule);
});

test.each([[0], [-3], [Number.NaN], [1e9], [2.7]])('an interval of %s stays within 1–99', (every) => {
  const interval = Number(/INTERVAL=(\d+)/.exec(composeRule({ unit: 'day', every }, '2027-01-01') ?? '')?.[1] ?? 1);
  expect(interval).toBeGreaterThanOrEqual(1);
  expect(interval).toBeLessThanOrEqual(99);
});

test('what is written is read back in words', () => {
  const words = (unit: 'day' | 'week' | 'month', every: number, date: string) =>
    ruleWords(composeRule({ unit, every }, date) ?? '', say);
  expect(words('day', 1, '2027-01-01')).toBe('Every day');
  expect(words('week', 2, '2027-01-01')).toBe('Every 2 weeks');
  expect(words('month', 1, '2027-01-31')).toBe('Every month on day 31, or the last day of a shorter month');
});

test.each(['FREQ=WEEKLY;BYDAY=MO,TH', 'FREQ=YEARLY', 'FREQ=DAILY;COUNT=3', 'nonsense', '', 'FREQ=DAILY;INTERVAL=x'])(
  '%s is not put into wrong words',
  (rule) => {
    expect(readRule(rule)).toBeNull();
    expect(ruleWords(rule, say)).toBe('By its own rule');
  },
);
