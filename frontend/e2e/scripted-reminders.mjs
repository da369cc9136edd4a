/** The part of the scripted backend that lists notifications, keeps what a person wants of them, and puts them off. */
const problem = (status, code) => ({ status, body: { type: `urn:todo:${code}`, title: code, status, code } });
const ok = (body) => ({ status: 200, body });

const NO_WISHES = { version: 0, default_hour: '09:00:00', default_lead_minutes: null, quiet_from: null, quiet_to: null, agenda_at: null, review_day: null, review_at: null, nag_minutes: 15, nag_most: 5 };

/** What a person wants of reminders. `mode.stale`: it was changed elsewhere since it was read. */
export function preferences(user, method, headers, body) {
  if (user.mode.notices === 'down') return problem(503, 'notifications_unavailable');
  user.wishes ??= NO_WISHES;
  if (method === 'GET') return ok(user.wishes);
  if (headers['if-match'] !== `"${user.wishes.version}"` || user.mode.stale) return problem(412, 'stale_etag');
  if (body.quiet_from && body.quiet_from === body.quiet_to) return problem(422, 'quiet_hours_empty');
  user.wishes = { ...user.wishes, ...body, version: user.wishes.version + 1 };
  return ok(user.wishes);
}

/** This browser may be told; there is no push service here to subscribe with. */
export const channels = () => ok({ items: [], available: ['web_push'], push_key: 'B'.repeat(87) });

/** What becomes of reminders that are planned here: their moment, or that it had passed. */
export function standings({ version, reminders, due }) {
  const at = (reminder) => reminder.at ?? (due && `${due.date}T${due.time ?? '09:00:00'}Z`);
  const items = reminders.map((reminder) => ({ reminder_id: reminder.id, kind: 'own', state: !at(reminder) ? 'undated' : Date.parse(at(reminder)) < Date.now() ? 'passed' : 'planned', at: at(reminder), told_at: null, late: false }));
  return ok({ version, items });
}

export function snooze(user, id, { preset }) {
  const notice = user.notices.find(({ reminder_id }) => reminder_id === id);
  if (!notice) return problem(404, 'reminder_not_found');
  if (user.tasks.get(notice.task_id).status !== 'open') return problem(409, 'task_not_open');
  return ok({ task_id: notice.task_id, reminder_id: id, until: new Date(Date.now() + (preset === '1h' ? 1 : 24) * 3_600_000).toISOString() });
}

export function notifications(user, method, rest, query, body) {
  if (user.mode.notices === 'down') return problem(503, 'notifications_unavailable');
  const now = new Date().toISOString();
  if (method === 'GET') return ok({ items: user.notices.slice(-Number(query.get('limit') ?? 50)), next_cursor: null, unread: user.notices.filter(({ read_at }) => !read_at).length });
  const id = /^\/notifications\/([\w-]+)\/read$/.exec(rest)?.[1];
  for (const notice of user.notices) if (id ? notice.id === id : notice.number <= (body.up_to ?? Infinity)) notice.read_at ??= now;
  return ok({ read: 1 });
}
