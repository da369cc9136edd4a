import { expect, test } from 'vitest';
import type { Series, Task } from '@/api-client/model';
import { applied, bookOf, guessed, relisted, stored, withdrawn, withSeries, type Change } from './book';

const task = (id: string, version: number, more: Partial<Task> = {}): Task => ({
  id,
  title: id,
  notes: '',
  list_id: null,
  status: 'open',
  priority: 'none',
  tags: [],
  due: null,
  due_at: null,
  start_date: null,
  subtasks: [],
  reminders: [],
  recurrence: null,
  series_id: null,
  occurrence_key: null,
  occurrence_number: null,
  predecessor_id: null,
  position: 0,
  version,
  created_at: '2027-01-01T00:00:00Z',
  updated_at: '2027-01-01T00:00:00Z',
  completed_at: null,
  deleted_at: null,
  ...more,
});
const change = (id: string, version: number, more: Partial<Change> = {}): Change => ({
  kind: 'task',
  id,
  version,
  change: version,
  deleted: false,
  task: task(id, version),
  ...more,
});

test('a newer version replaces, an older or equal one does not, an unknown one is added', () => {
  const book = applied(bookOf([task('a', 3, { title: 'known' })]), [change('a', 2), change('a', 3), change('b', 1)]);
  expect(book.tasks.a?.title).toBe('known');
  expect(book.tasks.b?.version).toBe(1);
  expect(applied(book, [change('a', 4)]).tasks.a?.version).toBe(4);
});

test('frames in any order and any number end in the same book', () => {
  const frames = [change('a', 1), change('a', 2), change('a', 3, { deleted: true, task: null }), change('b', 1), change('b', 2)];
  const end = applied(bookOf([]), frames).tasks;
  const orders = [frames.toReversed(), [...frames, ...frames], [...frames.slice(3), ...frames.slice(0, 3), ...frames.toReversed()]];
  for (const order of orders) expect(applied(bookOf([]), order).tasks).toEqual(end);
  expect(Object.keys(end)).toEqual(['b']);
});

test('what was deleted stays away until a newer version restores it', () => {
  const gone = applied(bookOf([task('a', 1)]), [change('a', 2, { deleted: true, task: null })]);
  expect(gone.tasks.a).toBeUndefined();
  expect(applied(gone, [change('a', 1)]).tasks.a).toBeUndefined();
  expect(relisted(gone, gone, [task('a', 1)]).tasks.a).toBeUndefined();
  expect(applied(gone, [change('a', 3)]).tasks.a?.version).toBe(3);
});

test('lists and series in a frame touch no task', () => {
  expect(applied(bookOf([]), [change('l', 1, { kind: 'list', task: null })])).toEqual(bookOf([]));
});

test('a series that changes its rule alone changes what its tasks show', () => {
  const recurrence = { rrule: 'FREQ=DAILY', anchor: 'schedule', missed: 'next', trigger: 'on_completion', exdates: [], rdates: [] } as const;
  const book = bookOf([task('a', 1, { series_id: 's' }), task('b', 1)]);
  const series = { id: 's', version: 2, recurrence } as unknown as Series;
  const next = applied(book, [change('s', 2, { kind: 'series', task: null, series })]);
  expect(next.tasks).toMatchObject({ a: { recurrence: { rrule: 'FREQ=DAILY' }, version: 1 }, b: { recurrence: null } });
  expect(withSeries(book, series).tasks).toEqual(next.tasks);
});

test('a listing drops what it does not name, and keeps what a frame said later', () => {
  const book = bookOf([task('a', 5, { title: 'live' }), task('b', 1)]);
  const next = relisted(book, book, [task('a', 4), task('c', 1)]);
  expect(next.tasks.a?.title).toBe('live');
  expect(Object.keys(next.tasks).sort()).toEqual(['a', 'c']);
});

test('what came while a listing was under way is not lost to it', () => {
  const began = bookOf([task('a', 1), task('b', 1)]);
  const now = guessed(applied(began, [change('c', 1)]), 'b', { status: 'done' });
  const next = relisted(began, now, [task('a', 2), task('b', 1)]);
  expect(next.tasks).toMatchObject({ a: { version: 2 }, b: { status: 'done' }, c: { version: 1 } });
  expect(relisted(next, next, [task('b', 2)]).tasks).toEqual({ b: task('b', 2) });
});

test('a guess shows at once, yields to the answer, and can be taken back only while nothing newer came', () => {
  const before = task('a', 1);
  const book = guessed(bookOf([before]), 'a', { status: 'done' });
  expect(book.tasks.a?.status).toBe('done');
  expect(withdrawn(book, before).tasks.a?.status).toBe('open');
  const answered = stored(book, task('a', 2, { status: 'done', title: 'answered' }));
  expect(answered.tasks.a?.title).toBe('answered');
  expect(withdrawn(answered, before)).toBe(answered);
  expect(guessed(answered, 'nobody', { status: 'done' })).toBe(answered);
});
