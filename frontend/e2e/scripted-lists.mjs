/** The scripted backend's lists and its paused series. Not a model of the rules: names are compared as they are. */
import { randomUUID } from 'node:crypto';

const problem = (status, code) => ({ status, body: { type: `urn:todo:${code}`, title: code, status, code } });
const ok = (body, status = 200) => ({ status, body });

export function listsAnswer(user, method, rest, headers, body, tell) {
  const there = () => [...user.lists.values()].filter(({ deleted_at }) => !deleted_at);
  if (rest === '/lists' && method === 'GET') return ok({ items: there() });
  if (there().some(({ id, name }) => name === body?.name && !rest.endsWith(id))) return problem(409, 'list_name_taken');
  const now = new Date().toISOString();
  if (rest === '/lists') {
    const list = { id: randomUUID(), name: body.name, position: user.lists.size, version: 1, created_at: now, updated_at: now, deleted_at: null };
    user.lists.set(list.id, list);
    tell(user, list);
    return ok(list, 201);
  }
  const list = user.lists.get(rest.slice('/lists/'.length));
  if (!list) return problem(404, 'list_not_found');
  if (headers['if-match'] !== `"${list.version}"`) return problem(412, 'stale_etag');
  const undo = randomUUID();
  if (method === 'DELETE') user.undo.set(undo, { list });
  Object.assign(list, method === 'DELETE' ? { deleted_at: now } : body, { version: list.version + 1 });
  tell(user, list);
  return ok(method === 'DELETE' ? { list, undo } : list);
}

/** Of each paused series its newest occurrence. */
export function pausedSeries(user) {
  const paused = [...user.series.values()].filter(({ status }) => status === 'paused');
  const items = paused.map((series) => ({ series, task: [...user.tasks.values()].filter((task) => task.series_id === series.id).at(-1) }));
  return ok({ items, next_cursor: null });
}

export function restoreList(user, list, tell) {
  Object.assign(list, { deleted_at: null, version: list.version + 1 });
  tell(user, list);
  return ok({ tasks: [], series: [], lists: [list] });
}
