/** Server-sent frames as data. What cannot be read is null, and the caller then lists anew. */
import { readNotice, type Notice } from '@/features/reminders/notice';
import type { Change } from '../model/book';

export type Frame =
  | { readonly kind: 'changes'; readonly counter: number; readonly changes: readonly Change[] }
  | { readonly kind: 'heartbeat'; readonly counter: number }
  /** Has no place in the order of changes, and is not repeated. */
  | { readonly kind: 'reminder'; readonly notice: Notice }
  | { readonly kind: 'resync' };

export const FRAME_TYPES = ['changes', 'heartbeat', 'reminder', 'resync'] as const;

export function readFrame(type: string, id: string, data: string): Frame | null {
  if (type === 'resync') return { kind: 'resync' };
  try {
    const body = JSON.parse(data) as Record<string, unknown>;
    if (type === 'heartbeat') return Number.isInteger(body.counter) ? { kind: 'heartbeat', counter: body.counter as number } : null;
    if (type === 'reminder') {
      const notice = readNotice(body.notification ?? body);
      return notice && { kind: 'reminder', notice };
    }
    if (type !== 'changes' || !Array.isArray(body.changes)) return null;
    const changes = body.changes as Change[];
    if (!changes.every((change) => typeof change?.id === 'string' && Number.isInteger(change.version))) return null;
    return { kind: 'changes', counter: Number(id) || Math.max(0, ...changes.map((change) => change.change ?? 0)), changes };
  } catch {
    return null;
  }
}

/** Whether a frame shows that earlier ones were missed: a heartbeat ahead of what was seen, or an order to resync. */
export function missed(frame: Frame | null, seen: number | null): boolean {
  if (!frame || frame.kind === 'resync') return true;
  return frame.kind === 'heartbeat' && seen !== null && frame.counter > seen;
}
