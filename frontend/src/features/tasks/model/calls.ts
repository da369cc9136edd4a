/** Every call that the task page makes. Writes carry a key made at the click: a repeat of it is answered, not done again. */
import type { Task, TaskCreate, TaskPatch } from '@/api-client/model';
import { answerOf, api, ME } from '@/api-client/client';
import { collect, type Listing } from './listing';

/** Random, also where the page is not a secure context (plain http to another machine has no randomUUID). */
export function newKey(): string {
  return [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}

const at = (task_id: string) => ({ user_id: ME, task_id });
const once = (key: string) => ({ 'Idempotency-Key': key });

export function listTasks(signal?: AbortSignal): Promise<Listing> {
  return collect((query) => answerOf(api.GET('/api/{user_id}/tasks', { params: { path: { user_id: ME }, query }, signal })));
}

export function createTask(body: TaskCreate): Promise<Task> {
  return answerOf(api.POST('/api/{user_id}/tasks', { params: { path: { user_id: ME }, header: once(newKey()) }, body }));
}

/** Refused 412 when the task is no longer the one that was shown. */
export function patchTask(task: Task, body: TaskPatch): Promise<Task> {
  const header = { ...once(newKey()), 'If-Match': `"${task.version}"` };
  return answerOf(api.PATCH('/api/{user_id}/tasks/{task_id}', { params: { path: at(task.id), header }, body }));
}

export function readTask(id: string): Promise<Task> {
  return answerOf(api.GET('/api/{user_id}/tasks/{task_id}', { params: { path: at(id) } }));
}

export function completeTask(id: string) {
  return answerOf(
    api.POST('/api/{user_id}/tasks/{task_id}/complete', { params: { path: at(id), header: once(newKey()) }, body: {} }),
  );
}

/** What becomes of the successor that somebody has already touched. */
export type SuccessorChoice = { successor?: 'withdraw' | 'keep' };

export function reopenTask(id: string, choice: SuccessorChoice) {
  return answerOf(
    api.POST('/api/{user_id}/tasks/{task_id}/reopen', { params: { path: at(id), header: once(newKey()) }, body: choice }),
  );
}

export function deleteTask(id: string) {
  return answerOf(api.DELETE('/api/{user_id}/tasks/{task_id}', { params: { path: at(id), header: once(newKey()) } }));
}

export function restoreTask(id: string) {
  return answerOf(
    api.POST('/api/{user_id}/tasks/{task_id}/restore', { params: { path: at(id), header: once(newKey()) } }),
  );
}

export function undo(handle: string, choice: SuccessorChoice): Promise<{ tasks: Task[] }> {
  const params = { path: { user_id: ME, handle }, header: once(newKey()) };
  return answerOf(api.POST('/api/{user_id}/undo/{handle}', { params, body: choice }));
}

export function readHistory(id: string, cursor: string | undefined) {
  const query = { limit: 20, ...(cursor ? { cursor } : {}) };
  return answerOf(
    api.GET('/api/{user_id}/tasks/{task_id}/history', { params: { path: at(id), query } }),
  );
}

/** Asked when the live stream ends without a reason: throws Refused 401 when the session is over. */
export function askWhoIAm() {
  return answerOf(api.GET('/api/me'));
}

/** The first dates of a rule, and the server's words for it. */
export function previewRule(rrule: string, start: { date: string; time: string | null; time_zone: string }, signal: AbortSignal) {
  const params = { path: { user_id: ME } };
  return answerOf(api.POST('/api/{user_id}/recurrence/preview', { params, body: { rrule, start, count: 4 }, signal }));
}
