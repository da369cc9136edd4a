/** Notifications over the wire. */
import { answerOf, api, ME } from '@/api-client/client';
import { newKey } from '@/features/tasks/model/steady';
import { inboxOf, type Inbox, type Notice } from './notice';

const SHOWN = 50;
const once = () => ({ 'Idempotency-Key': newKey() });

/** The newest. Throws Refused 503 `notifications_unavailable` when they cannot be reached. */
export async function listNotices(signal: AbortSignal): Promise<Inbox> {
  const params = { path: { user_id: ME }, query: { limit: SHOWN } };
  return inboxOf(await answerOf(api.GET('/api/{user_id}/notifications', { params, signal })));
}

export async function markRead(id: string): Promise<void> {
  const params = { path: { user_id: ME, notification_id: id }, header: once() };
  await answerOf(api.POST('/api/{user_id}/notifications/{notification_id}/read', { params }));
}

/** Those up to the newest that was seen: one that comes meanwhile stays unread. */
export async function markAllRead(newest: Notice): Promise<void> {
  const params = { path: { user_id: ME }, header: once() };
  await answerOf(api.POST('/api/{user_id}/notifications/read-all', { params, body: { up_to: newest.number } }));
}
