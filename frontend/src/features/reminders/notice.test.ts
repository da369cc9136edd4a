import { expect, test } from 'vitest';
import type { Notification } from '@/api-client/model';
import { fresh, inboxOf, readNotice, withNotice, withRead } from './notice';

const item = (id: string, number: number, more: Partial<Notification> = {}): Notification => ({
  id, number, kind: 'reminder', reminder_id: `r${id}`, task_id: `t${id}`, title: id, remind_at: '2027-01-01T00:00:00Z', due_at: null,
  sent_at: '2027-01-01T00:00:00Z', late: false, confirmed: true, digest: [], because: null, summary: [], read_at: null, ...more,
});
const inbox = (items: Notification[], unread = items.length) => inboxOf({ items, unread, last_number: items.length });

test('newest first, whichever way it was listed', () => {
  expect(inbox([item('a', 1), item('b', 2)], 7)).toMatchObject({ notices: [{ id: 'b' }, { id: 'a' }], unread: 7 });
});

test('one that comes by the stream and by the list counts once', () => {
  const listed = inbox([item('a', 1)]);
  const again = readNotice(item('a', 1));
  expect(again && withNotice(listed, again)).toBe(listed);
  const other = readNotice(item('b', 2));
  expect(other && withNotice(listed, other)).toMatchObject({ unread: 2, notices: [{ id: 'b' }, { id: 'a' }] });
});

test('reading counts down once', () => {
  const read = withRead(inbox([item('a', 1), item('b', 2)]), new Set(['a']));
  expect(read.unread).toBe(1);
  expect(withRead(read, new Set(['a']))).toBe(read);
});

test('only what is new and unread is told', () => {
  const before = inbox([item('a', 1)]);
  const after = inbox([item('a', 1), item('b', 2), item('c', 3, { read_at: '2027-01-01T00:00:00Z' })]);
  expect(fresh(before, after).map(({ id }) => id)).toEqual(['b']);
});

test('a digest keeps the tasks that it tells of', () => {
  const digest = [{ key: 'k', reminder_id: 'r', task_id: 'x', title: 'X', remind_at: '2027-01-01T00:00:00Z', due_at: null }];
  expect(readNotice(item('d', 4, { task_id: null, digest }))).toMatchObject({ taskId: null, digest: [{ taskId: 'x', title: 'X' }] });
});

test('a summary keeps its title and the tasks that it names, and each says why it came', () => {
  const because = { kind: 'agenda', sentence: 'You asked.', reminder_id: null, minutes_before: null, since: null, number: 0, most: 0, held: false, preference: 'agenda_at' };
  const summary = [{ group: 'due' as const, task_id: 'x', title: 'X', due_at: null }];
  expect(readNotice(item('s', 5, { kind: 'agenda', task_id: null, reminder_id: null, because, summary }))).toMatchObject({
    kind: 'agenda', why: 'You asked.', reminderId: null, digest: [{ taskId: 'x', title: 'X' }],
  });
});

test.each([null, 3, 'x', {}, { id: 4 }, [], { id: 'a', number: 1, title: 'a' }])('%o is no notification', (odd) => {
  expect(readNotice(odd)).toBeNull();
});
