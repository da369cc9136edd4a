/** Notifications over the wire. */
import { ask } from '@/api-client/client';
import { readInbox, type Inbox, type Notice } from './notice';

const SHOWN = 50;

/** The newest. Throws Refused 503 `notifications_unavailable` when they cannot be reached. */
export async function listNotices(signal: AbortSignal): Promise<Inbox> {
  return readInbox(await ask(`/notifications?limit=${SHOWN}`, { signal }));
}

export async function markRead(id: string): Promise<void> {
  await ask(`/notifications/${encodeURIComponent(id)}/read`, { method: 'POST' });
}

/** Those up to the newest that was seen: one that comes meanwhile stays unread. */
export async function markAllRead(newest: Notice): Promise<void> {
  await ask('/notifications/read-all', { method: 'POST', body: newest.number > 0 ? { up_to: newest.number } : {} });
}
