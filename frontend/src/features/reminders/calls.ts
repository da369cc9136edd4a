/** Notifications over the wire. */
import { answerOf, api, ME } from '@/api-client/client';
import type { Preferences, PreferencesPatch, ReminderStandings, SnoozePreset } from '@/api-client/model';
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

/** Refused 404 or 409 when there is nothing to remind of any more. Answers until when. */
export async function putOff(reminderId: string, preset: SnoozePreset): Promise<string> {
  const params = { path: { user_id: ME, reminder_id: reminderId }, header: once() };
  return (await answerOf(api.POST('/api/{user_id}/reminders/{reminder_id}/snooze', { params, body: { preset } }))).until;
}

/** What becomes of each reminder of a task: when it comes, that it was told, or why nobody is told. */
export async function readStandings(taskId: string, signal: AbortSignal): Promise<ReminderStandings> {
  return answerOf(api.GET('/api/{user_id}/tasks/{task_id}/reminders', { params: { path: { user_id: ME, task_id: taskId } }, signal }));
}

export async function readPreferences(signal: AbortSignal): Promise<Preferences> {
  return answerOf(api.GET('/api/{user_id}/preferences', { params: { path: { user_id: ME } }, signal }));
}

/** Refused 412 when they were changed elsewhere since that version. */
export async function changePreferences(body: PreferencesPatch, version: number): Promise<Preferences> {
  const params = { path: { user_id: ME }, header: { ...once(), 'If-Match': `"${version}"` } };
  return answerOf(api.PATCH('/api/{user_id}/preferences', { params, body }));
}
