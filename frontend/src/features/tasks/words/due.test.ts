import { expect, test } from 'vitest';
import type { Due } from '@/api-client/model';
import { dueWords, instantWords, plainDue } from './due';
import { Moment } from './moment';
import { catalogue } from './say';

const say = catalogue('due');
const at = (instant: string, zone = 'Europe/Berlin') => new Moment(Date.parse(instant), zone);
const due = (date: string, time: string | null = null, time_zone = 'Europe/Berlin'): Due => ({ date, time, time_zone });
const NOON = at('2027-02-24T11:00:00Z'); // Wednesday 12:00 in Berlin

test.each([
  [due('2027-02-23', '17:00'), 'Yesterday 17:00', true],
  [due('2027-02-24', '17:00:00'), 'Today 17:00', false],
  [due('2027-02-24', '11:59'), 'Today 11:59', true],
  [due('2027-02-24'), 'Today', false],
  [due('2027-02-25', '17:00'), 'Tomorrow 17:00', false],
  [due('2027-02-26', '17:00'), 'Friday 17:00', false],
  [due('2027-03-02'), 'Tuesday', false],
  [due('2027-03-06', '17:00'), 'Sat 6 Mar 17:00', false],
  [due('2028-03-06'), '6 Mar 2028', false],
  [due('2027-02-22'), '2 days late', true],
])('%o reads as %s', (value, text, late) => {
  expect(dueWords(value, NOON, say, 'en')).toMatchObject({ text, late });
});

test('another zone is named, and its own day decides', () => {
  const words = dueWords(due('2027-02-24', '17:00', 'America/New_York'), NOON, say, 'en');
  expect(words).toMatchObject({ text: 'Today 17:00', zone: 'New York', late: false });
  const tokyo = at('2027-02-24T16:00:00Z'); // already Thursday there
  expect(dueWords(due('2027-02-25', '08:00', 'Asia/Tokyo'), tokyo, say, 'en').text).toBe('Today 08:00');
});

test('midnight in the zone of the user is where the day turns', () => {
  expect(plainDue(due('2027-02-25'), at('2027-02-24T22:59:00Z'), say, 'en')).toBe('Tomorrow');
  expect(plainDue(due('2027-02-25'), at('2027-02-24T23:00:00Z'), say, 'en')).toBe('Today');
});

test('under its heading "Today" is not said again, but the whole date is there to be read', () => {
  expect(dueWords(due('2027-02-24'), NOON, say, 'en', true)).toMatchObject({
    text: '',
    exact: 'Wednesday 24 February 2027',
  });
  expect(dueWords(due('2027-02-24', '17:00'), NOON, say, 'en', true).text).toBe('17:00');
});

test('a zone that this browser does not know breaks nothing', () => {
  expect(dueWords(due('2027-02-24', '17:00', 'Mars/Olympus_Mons'), NOON, say, 'en')).toMatchObject({
    text: 'Today 17:00',
    zone: 'Olympus Mons',
  });
});

test('an instant is told in the zone of the user, also over the change to summer time', () => {
  expect(instantWords('2027-02-24T13:02:11.120394Z', NOON, say, 'en')).toBe('Today 14:02');
  expect(instantWords('2027-03-28T01:30:00Z', at('2027-03-28T10:00:00Z'), say, 'en')).toBe('Today 03:30');
  expect(instantWords('garbage', NOON, say, 'en')).toBe('garbage');
});
