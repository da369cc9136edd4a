/** A notification as the page keeps it, read with care: it comes by the list and by the live stream. */
export interface Notice {
  readonly id: string;
  /** Rises by one for each of a person's notifications; 0 when it was not said. */
  readonly number: number;
  /** Null: a digest. */
  readonly taskId: string | null;
  readonly title: string;
  /** Instants, RFC 3339. */
  readonly at: string;
  readonly dueAt: string | null;
  readonly late: boolean;
  readonly read: boolean;
  /** The late reminders that a digest tells of. */
  readonly digest: readonly { readonly taskId: string; readonly title: string; readonly dueAt: string | null }[];
}

export interface Inbox {
  /** Newest first. */
  readonly notices: readonly Notice[];
  readonly unread: number;
}

const text = (value: unknown): string | null => (typeof value === 'string' && value ? value : null);

/** Null for what is no notification. */
export function readNotice(value: unknown): Notice | null {
  if (typeof value !== 'object' || value === null) return null;
  const { id, number, task_id, title, created_at, sent_at, remind_at, due_at, late, read_at, digest } = value as Record<string, unknown>;
  if (typeof id !== 'string') return null;
  const items = Array.isArray(digest) ? digest : [];
  return {
    id,
    number: typeof number === 'number' ? number : 0,
    taskId: text(task_id),
    title: text(title) ?? '',
    at: text(created_at) ?? text(sent_at) ?? text(remind_at) ?? '',
    dueAt: text(due_at),
    late: late === true,
    read: !!read_at,
    digest: items.flatMap((item: Record<string, unknown> | null) => {
      const taskId = text(item?.task_id);
      return taskId ? [{ taskId, title: text(item?.title) ?? '', dueAt: text(item?.due_at) }] : [];
    }),
  };
}

export function readInbox(body: unknown): Inbox {
  const { items, unread } = (body ?? {}) as Record<string, unknown>;
  const notices = (Array.isArray(items) ? items : []).flatMap((item) => readNotice(item) ?? []);
  notices.sort((a, b) => b.number - a.number || b.at.localeCompare(a.at));
  return { notices, unread: typeof unread === 'number' ? unread : notices.filter(({ read }) => !read).length };
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
