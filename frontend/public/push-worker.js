/**
 * Shows reminders that a push service brings, also while no page is open. A click leads to the task. The buttons act
 * with the session of this browser; where that fails, the page opens and says how it stands. When the push service ends
 * a subscription, the worker takes another and tells the platform.
 */
const WORDS = { unreadable: 'A reminder came. Open the app to see it.', done: 'Done', later: 'In 1 hour' };

self.addEventListener('install', () => self.skipWaiting());
self.addEventListener('activate', (event) => event.waitUntil(self.clients.claim()));
self.addEventListener('push', (event) => event.waitUntil(show(toldIn(event.data))));
self.addEventListener('pushsubscriptionchange', (event) => event.waitUntil(renew(event.newSubscription)));
self.addEventListener('notificationclick', (event) => {
  event.notification.close();
  event.waitUntil(answer(event.action, event.notification.data));
});

/** Browsers want to see a notification for each push, so one that cannot be read is told, too. */
function toldIn(data) {
  try {
    const told = data.json();
    if (typeof told.title === 'string') return told;
  } catch {
    // said below
  }
  return { title: WORDS.unreadable };
}

/** The title is text: a notification has no markup. One that comes twice replaces itself by its key. */
function show({ title, because, key, task_id: taskId, reminder_id: reminderId }) {
  const buttons = [
    { action: 'done', title: WORDS.done },
    { action: 'later', title: WORDS.later },
  ];
  return self.registration.showNotification(title, {
    body: because ?? '',
    tag: key,
    icon: '/icon.svg',
    data: { taskId, reminderId },
    actions: taskId && reminderId ? buttons : [],
  });
}

/** The channel that this browser is, made anew with the same name; where that fails, the page shows that it is off. */
async function renew(given) {
  const kept = await caches.open('push-channel');
  const id = await (await kept.match('/push-channel'))?.text();
  const { items = [], push_key: key } = await fetch('/api/me/channels').then((answered) => answered.json());
  const before = items.find((channel) => channel.id === id);
  if (!before) return; // switched off, or somebody else is signed in
  const subscription = given ?? (await self.registration.pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: key }));
  const { endpoint, keys } = subscription.toJSON();
  const made = await ask('POST', 'channels', { kind: 'web_push', name: before.name, endpoint, keys, messages: before.messages });
  if (!made?.ok) return;
  await kept.put('/push-channel', new Response((await made.json()).id));
  await ask('DELETE', `channels/${id}`);
}

async function answer(action, { taskId, reminderId }) {
  if (action === 'done' && (await post(`tasks/${taskId}/complete`, {}))) return;
  if (action === 'later' && (await post(`reminders/${reminderId}/snooze`, { preset: '1h' }))) return;
  await open(taskId);
}

async function post(path, body) {
  return (await ask('POST', path, body))?.ok ?? false;
}

function ask(method, path, body) {
  const headers = { 'content-type': 'application/json', 'idempotency-key': crypto.randomUUID() };
  return fetch(`/api/me/${path}`, { method, headers, body: body && JSON.stringify(body) }).catch(() => null);
}

async function open(taskId) {
  const windows = await self.clients.matchAll({ type: 'window', includeUncontrolled: true });
  const page = windows.find(({ url }) => new URL(url).pathname === '/');
  if (!page) return self.clients.openWindow(taskId ? `/?task=${encodeURIComponent(taskId)}` : '/');
  page.postMessage({ open: taskId ?? null });
  return page.focus().catch(() => undefined); // only after a real click
}
