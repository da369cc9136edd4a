/** Every call about lists. */
import type { TaskList } from '@/api-client/model';
import { answerOf, api, ME } from '@/api-client/client';
import { steadily } from '@/features/tasks/model/steady';

const at = ({ id }: TaskList) => ({ user_id: ME, list_id: id });
/** Refused 412 when the list is no longer the one that was shown. */
const as = ({ version }: TaskList, key: string) => ({ 'Idempotency-Key': key, 'If-Match': `"${version}"` });

export async function readLists(signal: AbortSignal): Promise<readonly TaskList[]> {
  return (await answerOf(api.GET('/api/{user_id}/lists', { params: { path: { user_id: ME } }, signal }))).items;
}

export function makeList(name: string): Promise<TaskList> {
  const params = (key: string) => ({ path: { user_id: ME }, header: { 'Idempotency-Key': key } });
  return steadily((key) => answerOf(api.POST('/api/{user_id}/lists', { params: params(key), body: { name } })));
}

export function renameList(list: TaskList, name: string): Promise<TaskList> {
  const params = (key: string) => ({ path: at(list), header: as(list, key) });
  return steadily((key) => answerOf(api.PATCH('/api/{user_id}/lists/{list_id}', { params: params(key), body: { name } })));
}

export function deleteList(list: TaskList) {
  const params = (key: string) => ({ path: at(list), header: as(list, key) });
  return steadily((key) => answerOf(api.DELETE('/api/{user_id}/lists/{list_id}', { params: params(key) })));
}
