import { expect, test } from 'vitest';
import { missed, readFrame } from './frames';

test('changes carry the counter as id', () => {
  const change = { kind: 'task', id: 'a', version: 1, change: 7, deleted: false, task: null };
  expect(readFrame('changes', '9', JSON.stringify({ changes: [change] }))).toEqual({ kind: 'changes', counter: 9, changes: [change] });
  expect(readFrame('changes', '', JSON.stringify({ changes: [change] }))).toMatchObject({ counter: 7 });
});

test.each([
  ['changes', '{'],
  ['changes', 'null'],
  ['changes', '{"changes":[null]}'],
  ['changes', '{"changes":[{"id":"a"}]}'],
  ['heartbeat', '{"counter":"many"}'],
  ['weather', '{}'],
])('%s %s cannot be read, and the list is asked for', (type, data) => {
  const frame = readFrame(type, '1', data);
  expect(frame).toBeNull();
  expect(missed(frame, 1)).toBe(true);
});

test('a heartbeat ahead of what was seen shows a gap; the first one only says where we are', () => {
  const beat = readFrame('heartbeat', '', '{"counter":5}');
  expect(missed(beat, 4)).toBe(true);
  expect(missed(beat, 5)).toBe(false);
  expect(missed(beat, null)).toBe(false);
  expect(missed(readFrame('resync', '', ''), 5)).toBe(true);
});
