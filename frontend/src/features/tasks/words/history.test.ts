import { expect, test } from 'vitest';
import type { HistoryEntry } from '@/api-client/model';
import { historyLine, isEcho } from './history';
import { catalogue } from './say';

const say = catalogue('history');
const values = { due: (due: { date: string }) => `on ${due.date}`, rule: () => 'Every day', before: (minutes: number) => `${minutes} before`, instant: (at: string) => `at ${at}`, day: (date: string) => `the ${date}`, list: (id: string) => `list ${id}` };
const line = (entry: object) => historyLine(entry as HistoryEntry, 'me', say, values);
const user = { kind: 'user', id: 'me', door: 'rest' };

test('who, through which door, what, and from what to what', () => {
  expect(
    line({
      event_id: 'e1',
      event_type: 'task_updated',
      actor: user,
      changes: {
        title: { before: 'Rent', after: 'Pay rent' },
        due: { before: null, after: { date: '2027-02-28', time: null, time_zone: 'UTC' } },
        version: { before: 1, after: 2 },
        updated_at: { before: 'a', after: 'b' },
        tags: { before: [], after: [] },
        list_id: { before: null, after: '7' },
        reminders: { before: [], after: [{ id: 'r', minutes_before: 30, relative_to: 'due' }, { id: 's', minutes_before: null, at: 'noon' }] },
      },
    }),
  ).toEqual({
    id: 'e1',
    who: 'You',
    door: 'app or API',
    act: 'changed it',
    cause: null,
    changes: [
      { field: 'Title', before: 'Rent', after: 'Pay rent' },
      { field: 'Due', before: '', after: 'on 2027-02-28' },
      { field: 'List', before: '', after: 'list 7' },
      { field: 'Reminders', before: '', after: '30 before, at noon' },
    ],
    quiet: false,
  });
});

test('a series that was split is told once, as changed from here on', () => {
  const ended = { event_id: 'b', event_type: 'series_ended', actor: user, changes: { end_reason: { before: null, after: 'split' } } } as unknown as HistoryEntry;
  expect(line(ended).act).toBe('changed how it repeats, from this one on');
  const moved = { due: { before: { date: '2027-02-27', time: null, time_zone: 'UTC' }, after: { date: '2027-02-28', time: null, time_zone: 'UTC' } } };
  const created = line({ event_id: 'c', event_type: 'series_created', actor: user, changes: {} });
  expect(isEcho(created, ended)).toBe(true);
  expect(isEcho(created, undefined)).toBe(false);
  expect(isEcho(line({ event_id: 'd', event_type: 'task_updated', actor: user, changes: moved }), ended)).toBe(false);
});

test('a reminder is told in passing', () => {
  const actor = { kind: 'service', id: 'notification-service', door: 'internal' };
  expect(line({ event_id: 'e', event_type: 'reminder_sent', actor, changes: {} })).toMatchObject({ act: 'Reminder sent', changes: [], quiet: true });
  expect(line({ event_id: 'f', event_type: 'reminder_snoozed', actor: user, changes: {} })).toMatchObject({ act: 'put off a reminder', quiet: false });
});

test('a pause names the day on which it goes on', () => {
  const changes = { status: { before: 'active', after: 'paused' }, resume_on: { before: null, after: '2027-03-01' } };
  expect(line({ event_id: 'e', event_type: 'series_paused', actor: user, changes }).changes).toEqual([{ field: 'Goes on', before: '', after: 'the 2027-03-01' }]);
});

test('the next one says who made it and why', () => {
  const actor = { kind: 'service', id: 'recurring-task-service', door: 'internal' };
  expect(line({ event_id: 'e', event_type: 'recurring_task_created', actor, changes: {} })).toMatchObject({
    who: 'Recurrence',
    cause: 'because the one before was finished',
  });
});

test('the end of a series names what ended it', () => {
  const deleted = { event_id: 'a', event_type: 'task_deleted', type: 'todo.task.deleted.v1', actor: user } as unknown as HistoryEntry;
  const ended = { event_id: 'b', event_type: 'series_ended', actor: user, changes: { end_reason: { before: null, after: 'deleted' } } };
  expect(historyLine(ended as unknown as HistoryEntry, 'me', say, values, deleted)).toMatchObject({
    act: 'ended the repetition',
    cause: 'because it was deleted',
    changes: [],
  });
});

test.each([
  { event_id: 'x' },
  { event_id: 'x', event_type: 'task_teleported', actor: { kind: 'alien', id: '?', door: 'window' }, changes: null },
  { event_id: 'x', event_type: 'task_updated', actor: user, changes: { subtasks: 'soon', mood: { after: { deep: [1, { a: null }] } } } },
  { event_id: 'x', event_type: 'task_updated', actor: user, changes: { due: { before: { date: 7 }, after: {} } } },
  { event_id: 'x', event_type: null, actor: { kind: 'service', id: 'new-service', door: 'internal' }, changes: [] },
])('an odd entry is shown plainly: %o', (entry) => {
  expect(() => line(entry)).not.toThrow();
  expect(line(entry).id).toBe('x');
});
