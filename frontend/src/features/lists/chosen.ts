/** Which tasks are shown: all, those of one list, or those of none. Pure. */
import type { Task, TaskList } from '@/api-client/model';

export type Chosen = 'all' | 'none' | { readonly list: string };

/** The list of a task; null for none: one that was deleted is none, too. */
export function listOf(task: Task, lists: readonly TaskList[]): TaskList | null {
  return lists.find(({ id }) => id === task.list_id) ?? null;
}

/** What is chosen, as far as it is there: a list that was deleted elsewhere is not. */
export function standing(chosen: Chosen, lists: readonly TaskList[]): Chosen {
  if (typeof chosen === 'string') return lists.length > 0 ? chosen : 'all';
  return lists.some(({ id }) => id === chosen.list) ? chosen : 'all';
}

export function tasksIn(tasks: readonly Task[], chosen: Chosen, lists: readonly TaskList[]): readonly Task[] {
  if (chosen === 'all') return tasks;
  const wanted = chosen === 'none' ? null : chosen.list;
  return tasks.filter((task) => (listOf(task, lists)?.id ?? null) === wanted);
}
