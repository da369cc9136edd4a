/** The order of the page: open tasks by when they are due, in four groups; closed ones newest first. */
import type { Task } from '@/api-client/model';
import type { Moment } from '../words/moment';

export type GroupName = 'overdue' | 'today' | 'upcoming' | 'undated';

export interface Groups {
  readonly open: readonly { readonly name: GroupName; readonly tasks: readonly Task[] }[];
  readonly closed: readonly Task[];
  readonly openCount: number;
}

const ORDER: readonly GroupName[] = ['overdue', 'today', 'upcoming', 'undated'];

/** `staying`: tasks just ticked that keep their place for a moment. */
export function grouped(tasks: Iterable<Task>, moment: Moment, staying: ReadonlySet<string>): Groups {
  const open: Record<GroupName, Task[]> = { overdue: [], today: [], upcoming: [], undated: [] };
  const closed: Task[] = [];
  let openCount = 0;
  for (const task of tasks) {
    if (task.status === 'open') openCount += 1;
    if (task.status === 'open' || staying.has(task.id)) open[groupOf(task, moment)].push(task);
    else closed.push(task);
  }
  closed.sort((a, b) => compare(b.completed_at ?? b.updated_at, a.completed_at ?? a.updated_at));
  return {
    open: ORDER.filter((name) => open[name].length > 0).map((name) => ({ name, tasks: open[name].sort(byDue) })),
    closed,
    openCount,
  };
}

function groupOf(task: Task, moment: Moment): GroupName {
  if (!task.due) return 'undated';
  const days = moment.daysUntil(task.due);
  if (days < 0) return 'overdue';
  return days === 0 ? 'today' : 'upcoming';
}

/** Dates without a time stand before the day's times. */
function byDue(a: Task, b: Task): number {
  const key = (task: Task) => (task.due ? `${task.due.date}T${task.due.time ?? ''}` : '~');
  return compare(key(a), key(b)) || a.position - b.position || compare(a.created_at, b.created_at);
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
