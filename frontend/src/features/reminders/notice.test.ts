import { expect, test } from 'vitest';
import { fresh, readInbox, readNotice, withNotice, withRead } from './notice';

const item = (id: string, number: number, more = {}) => ({ id, number, task_id: `t${id}`, title: id, sent_at: '2027-01-01T00:00:00Z', ...more });

test('newest first, whichever way it was listed', () => {
  expect(readInbox({ items: [item('a', 1), item('b', 2)], unread: 7 })).toMatchObject({ notices: [{ id: 'b' }, { id: 'a' }], unread: 7 });
});

test('one that comes by the stream and by the list counts once', () => {
  const listed = readInbox({ items: [item('a', 1)], unread: 1 });
  const again = readNotice(item('a', 1));
  expect(again && withNotice(listed, again)).toBe(listed);
  const other = readNotice(item('b', 2));
  expect(other && withNotice(listed, other)).toMatchObject({ unread: 2, notices: [{ id: 'b' }, { id: 'a' }] });
});

test('reading counts down once', () => {
  const read = withRead(readInbox({ items: [item('a', 1), item('b', 2)], unread: 2 }), new Set(['a']));
  expect(read.unread).toBe(1);
  expect(withRead(read, new Set(['a']))).toBe(read);
});

test('only what is new and unread is told', () => {
  const before = readInbox({ items: [item('a', 1)] });
  const after = readInbox({ items: [item('a', 1), item('b', 2), item('c', 3, { read_at: '2027-01-01T00:00:00Z' })] });
  expect(fresh(before, after).map(({ id }) => id)).toEqual(['b']);
});

test('a digest keeps the tasks that it tells of', () => {
  const digest = [{ task_id: 'x', title: 'X', due_at: null }, null, { title: 'no task' }];
  expect(readNotice({ ...item('d', 4), task_id: null, digest })).toMatchObject({ taskId: null, digest: [{ taskId: 'x', title: 'X' }] });
});

test.each([null, 3, 'x', {}, { id: 4 }, []])('%o is no notification', (odd) => {
  expect(readNotice(odd)).toBeNull();
  expect(readInbox(odd).notices).toEqual([]);
});
