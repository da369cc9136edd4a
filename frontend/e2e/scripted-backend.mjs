/**
 * A stand-in for sidecar and backend on the invoke path, for states that the real ones rarely show: an outage, a
 * conflict, a late stream. It keeps tasks in memory and makes successors by adding days. Not a model of the rules.
 *
 * PUT /control/{user} {down, history, touched, successors, silent, short, ended, cut, lose, notices, chat, remind, stale, over} says how.
 */
import { dayFrom } from './day.mjs';
import { randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import { framesOf, partsOf, stream } from './scripted-chat.mjs';
import { listsAnswer, pausedSeries, restoreList } from './scripted-lists.mjs';
import { channels, notifications, preferences, snooze, standings } from './scripted-reminders.mjs';
import { newSeries, seriesAnswer, undoSeries } from './scripted-series.mjs';

const port = Number(process.env.PORT);
const PREFIX = '/v1.0/invoke/todo-backend/method';
const users = new Map();
const byEmail = new Map();

const problem = (status, code) => ({ status, body: { type: `urn:todo:${code}`, title: code, status, code } });
const ok = (body, status = 200) => ({ status, body });
const tokens = (user, status) =>
  ok(
    {
      user: { id: user.id, email: user.email, name: user.name, time_zone: user.time_zone },
      access_token: `${user.id}.${randomUUID()}`,
      expires_in: user.short ? 1 : 600,
      refresh_token: `${user.id}.${randomUUID()}`,
    },
    status,
  );

function newUser({ email, password, name, time_zone }) {
  const user = { id: randomUUID(), email, password, name, time_zone, tasks: new Map(), history: [], counter: 0, streams: new Set(), mode: {}, undo: new Map(), done: new Map(), refreshes: 0, notices: [], talks: new Map(), series: new Map(), lists: new Map() };
  users.set(user.id, user);
  byEmail.set(email, user);
  return user;
}

function record(user, task, type, changes = {}, actor = { kind: 'user', id: user.id, door: 'rest' }) {
  user.counter += 1;
  const now = new Date().toISOString();
  Object.assign(task, { version: (task.version ?? 0) + 1, updated_at: now });
  user.history.unshift({ task: task.id, event_id: randomUUID(), event_type: type, type: `todo.task.${type.split('_').at(-1)}.v1`, occurred_at: now, version: task.version, actor, changes, causation_id: null, correlation_id: null, title: task.title });
  const change = { kind: 'task', id: task.id, version: task.version, change: user.counter, deleted: task.deleted_at !== null, task: task.deleted_at ? null : { ...task } };
  if (!user.mode.silent) for (const stream of user.streams) frame(stream, 'changes', user.counter, { changes: [change] });
}

const frame = (stream, event, id, data) => stream.write(`event: ${event}\n${id === null ? '' : `id: ${id}\n`}data: ${JSON.stringify(data)}\n\n`);

const tellSeries = (user, series) => tell(user, 'series', series);
const tellList = (user, list) => tell(user, 'list', list, !!list.deleted_at);

function tell(user, kind, one, deleted = false) {
  user.counter += 1;
  const change = { kind, id: one.id, version: one.version, change: user.counter, deleted, [kind]: one };
  if (!user.mode.silent) for (const stream of user.streams) frame(stream, 'changes', user.counter, { changes: [change] });
}

const withIds = (reminders) => reminders.map((reminder) => ({ id: randomUUID(), at: null, ...reminder }));

function newTask(user, { title, notes = '', due = null, recurrence = null, reminders = [], list_id = null }, more = {}) {
  const now = new Date().toISOString();
  const task = {
    id: randomUUID(), title, notes, list_id, status: 'open', priority: 'none', tags: [],
    due: due && { date: due.date, time: due.time ?? null, time_zone: due.time_zone ?? user.time_zone }, due_at: null, reminders: withIds(reminders),
    recurrence: recurrence && { anchor: 'schedule', missed: 'next', trigger: 'on_completion', exdates: [], rdates: [], on_holiday: 'ignore', ...recurrence },
    series_id: null, occurrence_key: recurrence ? due.date : null, occurrence_number: recurrence ? 1 : null, position: user.tasks.size,
    version: 0, created_at: now, updated_at: now, completed_at: null, deleted_at: null, predecessor_id: null, ...more,
  };
  if (recurrence && !task.series_id) task.series_id = newSeries(user, task);
  user.tasks.set(task.id, task);
  for (const { at } of task.reminders) if (at) setTimeout(() => remind(user, { title }), Date.parse(at) - Date.now());
  return task;
}

function successor(user, task) {
  if (task.recurrence.rrule.includes('BYMONTHDAY=-1')) return succeed(user, task, new Date(Date.UTC(Number(task.due.date.slice(0, 4)), Number(task.due.date.slice(5, 7)) + 1, 0)));
  const step = { DAILY: 1, WEEKLY: 7, MONTHLY: 30, YEARLY: 365 }[/FREQ=(\w+)/.exec(task.recurrence.rrule)?.[1]] ?? 1;
  const day = new Date(`${task.due.date}T00:00:00Z`);
  day.setUTCDate(day.getUTCDate() + step * Number(/INTERVAL=(\d+)/.exec(task.recurrence.rrule)?.[1] ?? 1));
  succeed(user, task, day);
}

function succeed(user, task, day) {
  const date = day.toISOString().slice(0, 10);
  const next = newTask(user, { ...task, due: { ...task.due, date } }, { series_id: task.series_id, occurrence_key: date, predecessor_id: task.id });
  record(user, next, 'recurring_task_created', { title: { before: null, after: next.title }, due: { before: null, after: next.due } }, { kind: 'service', id: 'recurring-task-service', door: 'internal' });
}

/** A reminder of a task: kept, and told to the open streams unless they are to miss it. `digest`: many late ones as one. */
function remind(user, { title, late = false, missed = false, digest = [] }) {
  const find = (name) => [...user.tasks.values()].find((one) => one.title === name && !one.deleted_at);
  const task = find(title);
  const now = new Date().toISOString();
  const due_at = new Date(Date.now() + (late ? -40 : 30) * 60_000).toISOString();
  const items = digest.map((name) => ({ task_id: find(name).id, title: name, due_at }));
  const notice = { number: user.notices.length + 1, id: randomUUID(), kind: items.length > 0 ? 'digest' : 'reminder', reminder_id: items.length > 0 ? null : randomUUID(), task_id: items.length > 0 ? null : task.id, summary: [], because: { kind: items.length > 0 ? 'digest' : 'at', sentence: items.length > 0 ? 'These reminders waited.' : 'You asked to be reminded at this time.' }, title: task?.title ?? 'reminders', remind_at: now, due_at, sent_at: now, late, confirmed: true, digest: items, read_at: null };
  user.notices.push(notice);
  if (!missed) for (const one of user.streams) frame(one, 'reminder', null, { notification: notice });
}

function chat(user, method, rest, body) {
  const known = /^\/chat\/([\w-]+)$/.exec(rest)?.[1];
  if (known) return user.talks.has(known) ? ok({ id: known, messages: user.talks.get(known) }) : problem(404, 'conversation_not_found');
  if (rest.endsWith('/stop')) return { status: 204 };
  if (user.mode.chat === 'down') return problem(503, 'chat_unavailable');
  const said = body.messages.at(-1);
  const line = said.parts.map(({ text }) => text ?? '').join('');
  const by = { kind: 'agent', id: 'built-in', door: 'chat' };
  const act = {
    add(title, repeats) {
      const recurrence = repeats ? { rrule: 'FREQ=DAILY;INTERVAL=3', anchor: 'completion' } : null;
      const task = newTask(user, { title, due: { date: dayFrom(0) }, recurrence });
      record(user, task, 'task_created', {}, by);
      return { ...task };
    },
    complete: (task) => {
      const { body: done } = acts.complete(user, task);
      return { ...done, task: { ...done.task } };
    },
    undo(task) {
      const handle = randomUUID();
      user.undo.set(handle, { gone: task.id });
      return handle;
    },
  };
  const parts = partsOf(line, act, [...user.tasks.values()].filter((task) => !task.deleted_at));
  const talk = user.talks.get(body.id) ?? [];
  user.talks.set(body.id, [...talk.filter(({ id }) => id !== said.id), { id: said.id, role: 'user', parts: [{ type: 'text', text: line }] }, { id: randomUUID(), role: 'assistant', parts }]);
  return { frames: framesOf(parts, body.id), mode: user.mode };
}

const followed = (user, { series_id }) => user.series.get(series_id)?.status === 'active' && user.mode.successors !== false;

const acts = {
  complete(user, task) {
    task.status = 'done';
    task.completed_at = new Date().toISOString();
    record(user, task, 'task_completed', { status: { before: 'open', after: 'done' } });
    if (followed(user, task)) setTimeout(() => successor(user, task), 25);
    const undo = randomUUID();
    user.undo.set(undo, task);
    return ok({ task, undo });
  },
  reopen(user, task, body) {
    const next = [...user.tasks.values()].find((other) => other.series_id === task.series_id && task.series_id && other.status === 'open' && !other.deleted_at);
    if (next && user.mode.touched && !body.successor) return problem(409, 'successor_touched');
    if (next && body.successor !== 'keep') {
      next.deleted_at = new Date().toISOString();
      record(user, next, 'task_deleted');
    }
    Object.assign(task, { status: 'open', completed_at: null });
    record(user, task, 'task_reopened', { status: { before: 'done', after: 'open' } });
    return ok({ task, undo: null });
  },
  skip(user, task) {
    task.status = 'skipped';
    record(user, task, 'task_skipped', { status: { before: 'open', after: 'skipped' } });
    if (followed(user, task)) setTimeout(() => successor(user, task), 25);
    const undo = randomUUID();
    user.undo.set(undo, task);
    return ok({ task, undo });
  },
  postpone(user, task, { to, date = new Date(Date.parse(task.due.date) + (to ? 30 * 86_400_000 : 0)).toISOString().slice(0, 10) }) {
    const undo = randomUUID();
    user.undo.set(undo, { moved: task, due: task.due });
    task.due = { ...task.due, date };
    record(user, task, 'task_postponed');
    return ok({ task, undo });
  },
  restore(user, task) {
    task.deleted_at = null;
    record(user, task, 'task_restored');
    return ok({ task, undo: null });
  },
};

/** What was closed in a series, newest first; the streak counts all that was done. */
function past(user, id, what) {
  const closed = [...user.tasks.values()].filter((task) => task.series_id === id && task.status !== 'open' && !task.deleted_at).reverse();
  const done = closed.filter(({ status }) => status === 'done').length;
  if (what === 'streak') return ok({ current: done, longest: done, done, late: 0, skipped: closed.length - done, missed: 0 });
  const items = closed.map(({ id: task_id, status, due, occurrence_key, completed_at }, number) => ({ task_id, mark: status, due, due_at: null, occurrence_key, occurrence_number: number + 1, completed_at, passed_over: 0 }));
  return ok({ items, next_cursor: null });
}

function answer(method, path, query, headers, body) {
  if (path === '/api/auth/sign-up') return byEmail.has(body.email) ? problem(409, 'email_taken') : tokens(newUser(body), 201);
  if (path === '/api/auth/sign-in') {
    const user = byEmail.get(body.email);
    return user?.password === body.password ? tokens(user, 200) : problem(401, 'sign_in_refused');
  }
  if (path === '/api/auth/refresh') {
    const user = users.get(String(body.refresh_token).split('.')[0]);
    if (!user || user.mode.ended) return problem(401, 'refresh_token_invalid');
    user.refreshes += 1;
    return tokens(user, 200);
  }
  if (path === '/api/auth/sign-out') return { status: 204 };
  const user = users.get(/^Bearer ([\w-]+)\./.exec(headers.authorization ?? '')?.[1]);
  if (!user || user.mode.ended) return problem(401, 'invalid_token');
  // As the sidecar says it when it cannot reach the backend: no problem document.
  if (user.mode.down) return { status: 500, sidecar: true, body: { errorCode: 'ERR_DIRECT_INVOKE', message: 'scripted' } };
  if (path === '/api/me') {
    // Another country comes without a region.
    if (method === 'PATCH') Object.assign(user, 'country' in body ? { region: null } : {}, body);
    const { id, email, name, time_zone, country = null, region = null } = user;
    return ok({ id, email, name, time_zone, country, region });
  }
  const [, owner, rest] = /^\/api\/([\w-]+)(\/.*)$/.exec(path) ?? [];
  if (owner !== user.id) return problem(403, 'forbidden');
  if (rest === '/updates') return { stream: user };
  if (rest === '/countries') return ok({ countries: ['DE', 'FR', 'SG'] });
  if (rest.startsWith('/countries/')) return ok({ code: rest.slice(11), regions: rest.endsWith('DE') ? [{ code: 'BY', name: 'Bayern' }, { code: 'BE', name: 'Berlin' }] : [] });
  if (rest.startsWith('/notifications')) return notifications(user, method, rest, query, body);
  if (rest === '/preferences') return preferences(user, method, headers, body);
  if (rest === '/channels') return channels();
  const putOff = /^\/reminders\/([\w-]+)\/snooze$/.exec(rest)?.[1];
  if (putOff) return snooze(user, putOff, body);
  if (rest.startsWith('/chat')) return chat(user, method, rest, body);
  if (method !== 'GET' && rest !== '/recurrence/preview' && !headers['idempotency-key']) return problem(400, 'idempotency_key_missing');
  if (rest.startsWith('/lists')) return listsAnswer(user, method, rest, headers, body, tellList);
  if (rest === '/series') return pausedSeries(user);
  if (rest === '/tasks' && method === 'GET') {
    const items = [...user.tasks.values()].filter((task) => query.getAll('status').includes(task.status) && !task.deleted_at);
    return ok({ items, next_cursor: null });
  }
  if (rest === '/tasks') {
    const key = headers['idempotency-key'];
    if (user.done.has(key)) return ok(user.done.get(key), 201);
    const task = newTask(user, body);
    record(user, task, 'task_created', { title: { before: null, after: task.title }, due: { before: null, after: task.due }, recurrence: { before: null, after: task.recurrence } });
    user.done.set(key, task);
    // Done, but the answer is lost on the way: once.
    if (user.mode.lose) {
      user.mode.lose = false;
      return { status: 500, sidecar: true, body: { errorCode: 'ERR_DIRECT_INVOKE', message: 'scripted' } };
    }
    return ok(task, 201);
  }
  const undo = /^\/undo\/([\w-]+)$/.exec(rest);
  if (undo) {
    if (!user.undo.has(undo[1])) return problem(404, 'undo_not_found');
    const { gone, series, moved, due, list } = user.undo.get(undo[1]);
    if (list) return restoreList(user, list, tellList);
    if (series) return undoSeries(user, series, tellSeries);
    if (moved) {
      record(user, Object.assign(moved, { due }), 'task_updated');
      return ok({ tasks: [moved], series: [] });
    }
    if (gone) {
      const added = user.tasks.get(gone);
      added.deleted_at = new Date().toISOString();
      record(user, added, 'task_deleted');
      return ok({ tasks: [added] });
    }
    const { status, body: done } = acts.reopen(user, user.undo.get(undo[1]), body);
    return status === 200 ? ok({ tasks: [done.task] }) : { status, body: done };
  }
  const of = /^\/series\/([\w-]+)\/(past|streak)$/.exec(rest);
  if (of) return past(user, of[1], of[2]);
  if (rest.startsWith('/series/')) return seriesAnswer(user, method, rest, headers, body, { record, tell: tellSeries, skip: acts.skip });
  if (rest === '/recurrence/preview') {
    if (/INTERVAL=13\b/.test(body.rrule)) return problem(422, 'rule_interval_out_of_range');
    if (/UNTIL=19/.test(body.rrule)) return problem(422, 'rule_without_occurrence');
    const days = Array.from({ length: body.count }, (_, n) => new Date(Date.parse(body.start.date) + n * 30 * 86_400_000).toISOString().slice(0, 10));
    const language = headers['accept-language']?.startsWith('de') ? 'de' : 'en';
    const says = { de: 'wie das Skript sagt', en: 'as the script says' }[language];
    return { ...ok({ occurrences: days.map((date) => ({ ...body.start, date, at: `${date}T00:00:00Z` })), text: `${says} ${body.rrule.replaceAll(';', ' ')}${body.on_holiday ? ` ${body.on_holiday} ${user.country} ${user.region}` : ''}` }), language };
  }
  const [, id, act] = /^\/tasks\/([\w-]+)(?:\/(\w+))?$/.exec(rest) ?? [];
  const task = user.tasks.get(id);
  if (!task) return problem(404, 'task_not_found');
  if (act === 'history') {
    if (user.mode.history === 'down') return problem(503, 'history_unavailable');
    return ok({ items: user.history.filter((entry) => entry.task === id), next_cursor: null });
  }
  if (act === 'reminders') return standings(task);
  if (act && headers['if-match'] && (user.mode.stale || headers['if-match'] !== `"${task.version}"`)) return problem(412, 'stale_etag');
  if (act) return acts[act](user, task, body);
  if (method === 'PATCH') {
    if (headers['if-match'] !== `"${task.version}"`) return problem(412, 'stale_etag');
    const changes = Object.fromEntries(Object.entries(body).map(([name, after]) => [name, { before: task[name], after }]));
    Object.assign(task, body, body.reminders && { reminders: withIds(body.reminders) });
    if (body.recurrence) task.series_id = newSeries(user, task);
    record(user, task, 'task_updated', changes);
  }
  if (method === 'DELETE') {
    task.deleted_at = new Date().toISOString();
    record(user, task, 'task_deleted');
    return ok({ task, undo: null });
  }
  return ok(task);
}

const server = createServer(async (request, response) => {
  let text = '';
  for await (const part of request) text += part;
  const url = new URL(request.url, 'http://localhost');
  const send = (status, body, sidecar = false, language = undefined) => {
    const type = status >= 400 && !sidecar ? 'application/problem+json' : 'application/json';
    response.writeHead(status, { 'content-type': type, ...(language ? { 'content-language': language } : {}) }).end(body === undefined ? undefined : JSON.stringify(body));
  };
  if (url.pathname === '/v1.0/healthz/outbound') return send(204);
  const control = /^\/control\/([^/]+)$/.exec(url.pathname);
  if (control) {
    const user = byEmail.get(decodeURIComponent(control[1]));
    if (request.method === 'PUT') {
      user.mode = JSON.parse(text);
      user.short = user.mode.short;
      if (user.mode.remind) remind(user, user.mode.remind);
      if (user.mode.cut) for (const stream of user.streams) stream.destroy();
    }
    return send(200, { refreshes: user.refreshes, streams: user.streams.size });
  }
  if (!url.pathname.startsWith(PREFIX) || request.headers['dapr-api-token'] !== process.env.DAPR_API_TOKEN) return send(401);
  const result = answer(request.method, url.pathname.slice(PREFIX.length), url.searchParams, request.headers, text ? JSON.parse(text) : {});
  if (result.frames) return stream(response, result.frames, result.mode);
  if (!result.stream) return send(result.status, result.body, result.sidecar, result.language);
  const user = result.stream;
  response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' });
  frame(response, 'heartbeat', null, { counter: user.counter });
  user.streams.add(response);
  response.on('close', () => user.streams.delete(response));
});
server.listen(port, '127.0.0.1');
process.on('SIGTERM', () => process.exit(0));
