import { expect, test } from 'vitest';
import { codeOf, piecesOf } from './parts';

const task = (id: string) => ({ id, title: id, status: 'open', version: 1 });

test('an act becomes a card with its way back, and its words follow', () => {
  const parts = [
    { type: 'step-start' },
    { type: 'tool-add_task', state: 'output-available', output: { task: task('a'), undo: 'u' } },
    { type: 'text', text: 'Added “a”.' },
  ];
  expect(piecesOf(parts)).toEqual([
    { kind: 'done', tool: 'add_task', task: task('a'), undo: 'u' },
    { kind: 'text', text: 'Added “a”.' },
  ]);
});

test('a list is drawn once: as rows, not also in words', () => {
  const parts = [
    { type: 'tool-list_tasks', state: 'output-available', output: { tasks: [task('a'), task('b')], more: false } },
    { type: 'text', text: 'Due today:\n1. a\n2. b' },
  ];
  expect(piecesOf(parts)).toEqual([{ kind: 'text', text: 'Due today:' }, { kind: 'tasks', tasks: [task('a'), task('b')] }]);
  expect(piecesOf([{ type: 'text', text: '1. only words' }])).toEqual([{ kind: 'text', text: '1. only words' }]);
});

test('what is gone after an undo is no row', () => {
  const output = { said: 'Taken back.', tasks: [task('a'), { ...task('b'), deleted_at: '2030-01-31T08:00:00Z' }], gone: [task('c')], lists: [] };
  expect(piecesOf([{ type: 'tool-undo', state: 'output-available', output }])).toEqual([{ kind: 'tasks', tasks: [task('a')] }]);
});

test('questions keep their real targets', () => {
  const sure = { kind: 'sure', act: 'delete', tasks: [{ task_id: 'x', title: 'Rent' }], repeats: true };
  expect(piecesOf([{ type: 'data-question', data: sure }])).toEqual([{ kind: 'sure', verb: 'delete', targets: [{ id: 'x', title: 'Rent' }], repeats: true }]);
  const add = { kind: 'sure', act: 'add', tasks: [{ title: 'Dentist' }] };
  expect(piecesOf([{ type: 'data-question', data: add }])).toEqual([{ kind: 'sure', verb: 'add', targets: [{ id: '', title: 'Dentist' }], repeats: false }]);
  const acts = { kind: 'sure', act: 'acts', tasks: [{ title: 'Complete: Rent' }], repeats: false };
  expect(piecesOf([{ type: 'data-question', data: acts }])).toEqual([{ kind: 'sure', verb: 'do', targets: [{ id: '', title: 'Complete: Rent' }], repeats: false }]);
  expect(piecesOf([{ type: 'data-question', data: { kind: 'which', tasks: [task('a')] } }])).toEqual([{ kind: 'which', tasks: [task('a')] }]);
});

test('what has not come to an end, and what failed', () => {
  expect(piecesOf([{ type: 'tool-x', state: 'input-available' }])).toEqual([{ kind: 'working', tool: 'x' }]);
  expect(piecesOf([{ type: 'tool-x', state: 'output-error', errorText: 'no' }])).toEqual([{ kind: 'failed', tool: 'x', reason: 'no' }]);
});

test.each([null, 7, {}, { type: 'tool-x', state: 'output-available', output: null }, { type: 'data-question', data: 'soon' }, { type: 'data-new', data: {} }, { type: 'text' }])(
  '%o breaks nothing',
  (part) => {
    expect(piecesOf([part])).toEqual([]);
  },
);

test('a refusal is known by its code', () => {
  expect(codeOf(new Error('{"code":"chat_unavailable"}'))).toBe('chat_unavailable');
  expect(codeOf(new Error('network error'))).toBeNull();
  expect(codeOf(undefined)).toBeNull();
});
