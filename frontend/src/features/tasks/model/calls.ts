/** Every call that the task page makes. Writes carry a key made at the click: a repeat is answered, not done again. */
import type { Task, TaskCreate, TaskPatch } from '@/api-client/model';
import { answerOf, api, ME } from '@/api-client/client';
import type { operations } from '@/api-client/schema';
import { collect, type Listing } from './listing';
import { steadily } from './steady';

const at = (task_id: string) => ({ user_id: ME, task_id });
const once = (key: string) => ({ 'Idempotency-Key': key });
type Once = ReturnType<typeof once>;

export function listTasks(signal?: AbortSignal): Promise<Listing> {
  return collect((query) => answerOf(api.GET('/api/{user_id}/tasks', { params: { path: { user_id: ME }, query }, signal })));
}

export function createTask(body: TaskCreate, key: string): Promise<Task> {
  const send = (header: Once) => answerOf(api.POST('/api/{user_id}/tasks', { params: { path: { user_id: ME }, header }, body }));
  return steadily((k) => send(once(k)), key);
}

/** Refused 412 when the task is no longer the one that was shown. */
export function patchTask(task: Task, body: TaskPatch): Promise<Task> {
  const path = at(task.id);
  return steadily((key) => {
    const header = { ...once(key), 'If-Match': `"${task.version}"` };
    return answerOf(api.PATCH('/api/{user_id}/tasks/{task_id}', { params: { path, header }, body }));
  });
}

export function readTask(id: string): Promise<Task> {
  return answerOf(api.GET('/api/{user_id}/tasks/{task_id}', { params: { path: at(id) } }));
}

export function completeTask(id: string) {
  const params = (key: string) => ({ path: at(id), header: once(key) });
  return steadily((key) => answerOf(api.POST('/api/{user_id}/tasks/{task_id}/complete', { params: params(key), body: {} })));
}

/** What becomes of the successor that somebody has already touched. */
export type SuccessorChoice = { successor?: 'withdraw' | 'keep' };

export function reopenTask(id: string, body: SuccessorChoice) {
  const params = (key: string) => ({ path: at(id), header: once(key) });
  return steadily((key) => answerOf(api.POST('/api/{user_id}/tasks/{task_id}/reopen', { params: params(key), body })));
}

export function deleteTask(id: string) {
  const params = (key: string) => ({ path: at(id), header: once(key) });
  return steadily((key) => answerOf(api.DELETE('/api/{user_id}/tasks/{task_id}', { params: params(key) })));
}

export function restoreTask(id: string) {
  const params = (key: string) => ({ path: at(id), header: once(key) });
  return steadily((key) => answerOf(api.POST('/api/{user_id}/tasks/{task_id}/restore', { params: params(key) })));
}

export function undo(handle: string, body: SuccessorChoice) {
  const params = (key: string) => ({ path: { user_id: ME, handle }, header: once(key) });
  return steadily((key) => answerOf(api.POST('/api/{user_id}/undo/{handle}', { params: params(key), body })));
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

export type PreviewAsked = NonNullable<operations['preview_rule_api__user_id__recurrence_preview_post']['requestBody']>['content']['application/json'];

/** The first dates of a rule, and the server's words for it, in `language`: the browser asks for its own. */
export async function previewRule(body: PreviewAsked, signal: AbortSignal) {
  const asked = api.POST('/api/{user_id}/recurrence/preview', { params: { path: { user_id: ME } }, body, signal });
  const preview = await answerOf(asked);
  return { ...preview, language: (await asked).response.headers.get('content-language') ?? undefined };
}
