/** A notification as the page keeps it: it comes by the list and by the live stream. */
import type { Notification, NotificationPage } from '@/api-client/model';
import type { Say } from '@/features/tasks/words/due';

export interface Notice {
  readonly id: string;
  /** Rises by one for each of a person's notifications. */
  readonly number: number;
  /** Null: it tells of several tasks at once. */
  readonly taskId: string | null;
  readonly kind: Notification['kind'];
  /** What can be put off, if anything. */
  readonly reminderId: string | null;
  /** Why it came, as a sentence. */
  readonly why: string | null;
  readonly title: string;
  /** Instants, RFC 3339. */
  readonly at: string;
  readonly dueAt: string | null;
  readonly late: boolean;
  readonly read: boolean;
  /** The reminders that a digest tells of, or the tasks of a summary. */
  readonly digest: readonly { readonly taskId: string; readonly title: string; readonly dueAt: string | null }[];
}

export interface Inbox {
  /** Newest first. */
  readonly notices: readonly Notice[];
  readonly unread: number;
}

/** As the contract has it. */
export function noticeOf(item: Notification): Notice {
  return {
    id: item.id,
    number: item.number,
    taskId: item.task_id,
    kind: item.kind,
    reminderId: item.reminder_id,
    why: item.because?.sentence ?? null,
    title: item.title,
    at: item.sent_at,
    dueAt: item.due_at,
    late: item.late,
    read: item.read_at !== null,
    digest: (item.summary?.length ? item.summary : item.digest).map(({ task_id, title, due_at }) => ({ taskId: task_id, title, dueAt: due_at })),
  };
}

/** As it comes by the live stream, which the contract does not describe: null for what is no notification. */
export function readNotice(value: unknown): Notice | null {
  const { id, number, title, sent_at, digest } = (value ?? {}) as Partial<Notification>;
  const known = typeof id === 'string' && typeof number === 'number' && typeof title === 'string' && typeof sent_at === 'string';
  return known && Array.isArray(digest) ? noticeOf(value as Notification) : null;
}

export function inboxOf({ items, unread }: NotificationPage): Inbox {
  return { notices: items.map(noticeOf).sort((a, b) => b.number - a.number), unread };
}

/** With one more, unless it is known. */
export function withNotice(inbox: Inbox, notice: Notice): Inbox {
  if (inbox.notices.some(({ id }) => id === notice.id)) return inbox;
  return { notices: [notice, ...inbox.notices], unread: inbox.unread + (notice.read ? 0 : 1) };
}

export function withRead(inbox: Inbox, ids: ReadonlySet<string>): Inbox {
  const turned = inbox.notices.filter(({ id, read }) => !read && ids.has(id)).length;
  if (turned === 0) return inbox;
  const notices = inbox.notices.map((notice) => (ids.has(notice.id) ? { ...notice, read: true } : notice));
  return { notices, unread: Math.max(0, inbox.unread - turned) };
}

/** What `after` tells that `before` did not know and nobody has read. */
export function fresh(before: Inbox, after: Inbox): readonly Notice[] {
  const known = new Set(before.notices.map(({ id }) => id));
  return after.notices.filter(({ id, read }) => !read && !known.has(id));
}

/** What a notification of several tasks is called: a summary has a title of its own. */
export function several({ kind, title, digest }: Notice, say: Say): string {
  return kind === 'digest' ? say('away', { count: digest.length }) : title;
}
