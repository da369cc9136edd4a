import { expect, test } from 'vitest';
import type { Task, TaskList } from '@/api-client/model';
import { standing, tasksIn } from './chosen';

const list = (id: string) => ({ id, name: id }) as TaskList;
const task = (id: string, list_id: string | null) => ({ id, list_id }) as Task;
const lists = [list('flat'), list('garden')];
const tasks = [task('rent', 'flat'), task('dig', 'garden'), task('call', null), task('old', 'a deleted one')];
const ids = (shown: readonly Task[]) => shown.map(({ id }) => id);

test('one list, none of them, all', () => {
  expect(ids(tasksIn(tasks, { list: 'flat' }, lists))).toEqual(['rent']);
  expect(ids(tasksIn(tasks, 'none', lists))).toEqual(['call', 'old']);
  expect(ids(tasksIn(tasks, 'all', lists))).toEqual(['rent', 'dig', 'call', 'old']);
});

test('what is chosen and gone is no filter', () => {
  expect(standing({ list: 'flat' }, lists)).toEqual({ list: 'flat' });
  expect(standing({ list: 'gone' }, lists)).toBe('all');
  expect(standing('none', [])).toBe('all');
});
