/**
 * The parts of an answer as what the panel draws. They come from a stream and from conversations kept for weeks:
 * what cannot be read is left out, never guessed.
 */
import type { Task } from '@/api-client/model';

interface Named {
  readonly id: string;
  readonly title: string;
}

export type Piece =
  | { readonly kind: 'text'; readonly text: string }
  /** Something is being done, or was when the answer ended. */
  | { readonly kind: 'working'; readonly tool: string }
  | { readonly kind: 'failed'; readonly tool: string; readonly reason: string }
  | { readonly kind: 'done'; readonly tool: string; readonly task: Task; readonly undo: string | null }
  | { readonly kind: 'tasks'; readonly tasks: readonly Task[] }
  | { readonly kind: 'which'; readonly tasks: readonly Task[] }
  | { readonly kind: 'sure'; readonly verb: 'add' | 'do' | 'delete'; readonly targets: readonly Named[]; readonly repeats: boolean }
  | { readonly kind: 'notice'; readonly text: string };

type Loose = Record<string, unknown>;
const loose = (value: unknown): Loose => (typeof value === 'object' && value !== null ? (value as Loose) : {});

const isTask = (value: unknown): value is Task => {
  const { id, title, status, version } = loose(value);
  return typeof id === 'string' && typeof title === 'string' && typeof status === 'string' && Number.isInteger(version);
};
const tasksOf = (value: unknown): Task[] => (Array.isArray(value) ? value.filter(isTask) : []);

export function piecesOf(parts: readonly unknown[]): Piece[] {
  const pieces = parts.flatMap((part) => pieceOf(loose(part)));
  // Tasks are drawn as rows: the same list in words is not said again.
  const listed = pieces.some((piece) => (piece.kind === 'tasks' || piece.kind === 'which') && piece.tasks.length > 0);
  if (!listed) return pieces;
  const shown = pieces.flatMap((piece): Piece[] => {
    if (piece.kind !== 'text') return [piece];
    const text = piece.text.split('\n').filter((line) => !/^\d+\. /.test(line)).join('\n').trim();
    return text ? [{ kind: 'text', text }] : [];
  });
  // The words that introduce a list stand above it.
  for (let at = 1; at < shown.length; at += 1) {
    const [list, words] = [shown[at - 1] as Piece, shown[at] as Piece];
    if ((list.kind === 'tasks' || list.kind === 'which') && words.kind === 'text') {
      shown.splice(at - 1, 2, words, list);
      at += 1;
    }
  }
  return shown;
}

function pieceOf(part: Loose): Piece[] {
  const type = String(part.type);
  if (type === 'text') return typeof part.text === 'string' && part.text.trim() ? [{ kind: 'text', text: part.text }] : [];
  if (type === 'data-question') return question(loose(part.data));
  if (type === 'data-unsaved') return [{ kind: 'notice', text: String(loose(part.data).sentence ?? '') }];
  if (!type.startsWith('tool-')) return [];
  const tool = type.slice(5);
  if (part.state === 'output-error') return [{ kind: 'failed', tool, reason: String(part.errorText ?? '') }];
  if (part.state !== 'output-available') return [{ kind: 'working', tool }];
  const output = loose(part.output);
  if (isTask(output.task)) return [{ kind: 'done', tool, task: output.task, undo: typeof output.undo === 'string' ? output.undo : null }];
  // What an undo took away is told in words; a row that can be ticked would say that it is there.
  return Array.isArray(output.tasks) ? [{ kind: 'tasks', tasks: tasksOf(output.tasks).filter((task) => !task.deleted_at) }] : [];
}

function question({ kind, act, tasks, repeats }: Loose): Piece[] {
  if (kind === 'which') return [{ kind, tasks: tasksOf(tasks) }];
  if (kind !== 'sure' || !Array.isArray(tasks)) return [];
  const targets = tasks.map(loose).map(({ task_id, id, title }) => ({ id: String(task_id ?? id ?? ''), title: String(title ?? '') }));
  const verb = act === 'add' ? 'add' : act === 'acts' ? 'do' : 'delete';
  return [{ kind, verb, targets, repeats: repeats === true }];
}

/** The stable code of a refusal: the transport throws the answer's text. */
export function codeOf(error: Error | undefined): string | null {
  try {
    const { code } = loose(JSON.parse(error?.message ?? ''));
    return typeof code === 'string' ? code : null;
  } catch {
    return null;
  }
}
