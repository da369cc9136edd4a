/**
 * What the page knows of the user's tasks, and how changes enter it. Pure: every function returns a new book.
 * The version of each task decides: whatever is not newer than what is known changes nothing, so that frames may
 * come twice, late or in any order beside the answers of our own calls.
 */
import type { Series, Task } from '@/api-client/model';

export interface Book {
  readonly tasks: Readonly<Record<string, Task>>;
  /** Version at which a task left, so that a late older frame does not bring it back. */
  readonly gone: Readonly<Record<string, number>>;
}

/** One entry of a `changes` frame. */
export interface Change {
  readonly kind: string;
  readonly id: string;
  readonly version: number;
  readonly change: number;
  readonly deleted: boolean;
  readonly task: Task | null;
  /** Of a series that has changed. */
  readonly series?: Series;
}

export const EMPTY: Book = { tasks: {}, gone: {} };

export function bookOf(tasks: readonly Task[]): Book {
  return { tasks: Object.fromEntries(tasks.map((task) => [task.id, task])), gone: {} };
}

/**
 * A listing replaces the book, except where the page knows better: what entered the book after the listing had been
 * asked for (`began`: the book at that time), which it may not name yet, and what it names in an older version.
 */
export function relisted(began: Book | undefined, now: Book | undefined, tasks: readonly Task[]): Book {
  if (!now) return bookOf(tasks);
  const next = { ...bookOf(tasks.filter((task) => (now.gone[task.id] ?? -1) < task.version)).tasks };
  for (const known of Object.values(now.tasks)) {
    const listed = next[known.id];
    const since = began?.tasks[known.id] !== known;
    if (listed ? known.version > listed.version || (since && known.version === listed.version) : since) next[known.id] = known;
  }
  return { tasks: next, gone: now.gone };
}

export function applied(book: Book, changes: readonly Change[]): Book {
  const tasks = { ...book.tasks };
  const gone = { ...book.gone };
  for (const { kind, id, version, deleted, task, series } of changes) {
    if (kind === 'series' && series) Object.assign(tasks, ofSeries(tasks, series));
    if (kind !== 'task' || version <= Math.max(tasks[id]?.version ?? -1, gone[id] ?? -1)) continue;
    if (deleted || !task || task.deleted_at) {
      delete tasks[id];
      gone[id] = version;
    } else {
      tasks[id] = task;
      delete gone[id];
    }
  }
  return { tasks, gone };
}

/** A task shows its series' rule, but the rule is not part of it: a change of the rule alone leaves its version. */
function ofSeries(tasks: Book['tasks'], { id, recurrence }: Series): Record<string, Task> {
  const own = Object.values(tasks).filter(({ series_id }) => series_id === id);
  return Object.fromEntries(own.map((task) => [task.id, { ...task, recurrence }]));
}

export function withSeries(book: Book, series: Series): Book {
  return { ...book, tasks: { ...book.tasks, ...ofSeries(book.tasks, series) } };
}

/** The answer of one of our own calls. */
export function stored(book: Book, task: Task): Book {
  return applied(book, [
    { kind: 'task', id: task.id, version: task.version, change: 0, deleted: task.deleted_at !== null, task },
  ]);
}

/** Shown at once, before the server has answered: the version stays, so the answer replaces it. */
export function guessed(book: Book, id: string, guess: Partial<Task>): Book {
  const task = book.tasks[id];
  return task ? { ...book, tasks: { ...book.tasks, [id]: { ...task, ...guess } } } : book;
}

/** Takes a guess back, unless something newer has come meanwhile. */
export function withdrawn(book: Book, before: Task): Book {
  const now = book.tasks[before.id];
  return now && now.version === before.version ? { ...book, tasks: { ...book.tasks, [before.id]: before } } : book;
}
