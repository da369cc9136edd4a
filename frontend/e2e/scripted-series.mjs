/** Series in the scripted backend: what the page asks about them, without the rules. `mode.stale` refuses with 412, `mode.over` as ended. */
import { randomUUID } from 'node:crypto';

const problem = (status, code) => ({ status, body: { type: `urn:todo:${code}`, title: code, status, code } });

export function newSeries(user, task) {
  const { recurrence, due } = task;
  const now = new Date().toISOString();
  const series = { id: randomUUID(), status: 'active', recurrence, start: due, version: 1, end_reason: null, split_from: null, resume_on: null, resumed_at: null, occurrences: 1, passed_over: 0, created_at: now, updated_at: now };
  user.series.set(series.id, series);
  return series.id;
}

/** `skip` closes a task and lets the next one come; `record` writes a task's change down and tells it; `tell` tells a frame to the open pages. */
export function seriesAnswer(user, method, rest, headers, body, { record, tell, skip }) {
  const [, id, act] = /^\/series\/([\w-]+)(?:\/([\w-]+))?$/.exec(rest) ?? [];
  const series = user.series.get(id);
  if (!series) return problem(404, 'series_not_found');
  if (method === 'GET') return { status: 200, body: { ...series } };
  if (user.mode.stale || headers['if-match'] !== `"${series.version}"`) return problem(412, 'stale_etag');
  if (user.mode.over || series.status === 'ended') return problem(409, 'series_ended');
  const before = { ...series };
  const task = [...user.tasks.values()].findLast((one) => one.series_id === id && one.status === 'open' && !one.deleted_at);
  if (act === 'skip-missed') return { status: 200, body: { series: { ...series }, task: null, undo: skip(user, task).body.undo } };
  let after = series;
  if (act === 'pause') Object.assign(series, { status: 'paused', resume_on: body.resume_on ?? null });
  else if (act === 'resume') Object.assign(series, { status: 'active', resume_on: null });
  else if (act === 'end') Object.assign(series, { status: 'ended', end_reason: 'by_hand' });
  else after = edit(user, series, task, body, record);
  series.version += 1;
  tell(user, series);
  const handle = randomUUID();
  user.undo.set(handle, { series: before });
  return { status: 200, body: { series: { ...after }, task: task ? { ...task } : null, undo: handle } };
}

function edit(user, series, task, { scope, time, ...parts }, record) {
  const recurrence = { ...series.recurrence, ...parts };
  let after = series;
  if (scope === 'following') {
    Object.assign(series, { status: 'ended', end_reason: 'split' });
    task.series_id = newSeries(user, { ...task, recurrence });
    after = user.series.get(task.series_id);
  } else Object.assign(series, { recurrence });
  Object.assign(task, { recurrence }, time === undefined ? {} : { due: { ...task.due, time } });
  // The rule is the series': the task alone has not changed.
  if (scope === 'following' || time !== undefined) record(user, task, 'task_updated');
  return after;
}

export function undoSeries(user, before, tell) {
  const series = user.series.get(before.id);
  Object.assign(series, before, { version: series.version + 1 });
  tell(user, series);
  return { status: 200, body: { tasks: [], series: [{ ...series }] } };
}
