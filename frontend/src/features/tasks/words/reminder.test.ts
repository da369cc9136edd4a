import { expect, test } from 'vitest';
import { beforeWords, choices, chosen } from './reminder';
import { catalogue } from './say';

const say = catalogue('reminder');

test('what a person chooses from', () => {
  expect(choices(true).map((minutes) => beforeWords(minutes, true, say))).toEqual([
    'When it is due', '10 minutes before', '30 minutes before', '1 hour before', '1 day before',
  ]);
  expect(choices(false).map((minutes) => beforeWords(minutes, false, say))).toEqual(['On the day, 09:00', 'The day before, 09:00']);
  expect(beforeWords(120, true, say)).toBe('2 hours before');
});

test.each([
  [[], null],
  [[{ minutes_before: 30, relative_to: 'due' as const, at: null }], 30],
  [[{ minutes_before: 30, relative_to: 'start' as const }], 'custom'],
  [[{ at: '2027-01-01T00:00:00Z' }], 'custom'],
  [[{ minutes_before: 1 }, { minutes_before: 2 }], 'custom'],
])('%o is %s', (reminders, choice) => {
  expect(chosen(reminders)).toBe(choice);
});
