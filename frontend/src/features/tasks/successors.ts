/**
 * Who waits for the next one of a series. It may be here before the answer to the completion is, so waiting
 * begins at the click.
 */
import type { Task } from '@/api-client/model';

interface Waiting {
  readonly after: Task;
  readonly arrived: (successor: Task) => void;
}

const waiting = new Map<string, Waiting>();

export function awaitSuccessor(after: Task, arrived: (successor: Task) => void): void {
  if (after.series_id) waiting.set(after.series_id, { after, arrived });
}

export function stopAwaiting(after: Task): void {
  if (after.series_id && waiting.get(after.series_id)?.after.id === after.id) waiting.delete(after.series_id);
}

export function successorsSeen(tasks: readonly Task[]): void {
  if (waiting.size === 0) return;
  for (const task of tasks) {
    const wait = task.series_id ? waiting.get(task.series_id) : undefined;
    if (!wait || task.status !== 'open' || task.deleted_at || task.id === wait.after.id) continue;
    if (task.predecessor_id !== wait.after.id) continue;
    waiting.delete(task.series_id as string);
    wait.arrived(task);
  }
}
