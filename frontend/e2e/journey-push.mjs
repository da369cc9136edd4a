/**
 * Web push on a real platform: `node e2e/journey-push.mjs URL EMAIL PASSWORD OUTDIR`. Chromium can reach no push service
 * here: what it would be subscribed to is an endpoint of ours, which hands each message to the real service worker. And
 * without a screen it has no notifications: permission is given by the script, and what the worker shows is noted.
 */
import { pushEndpoint } from './push-endpoint.mjs';
import { LONGEST_MS, walk } from './walk.mjs';

const TITLE = `<b>Pay rent</b> ${Date.now().toString(36)}`;

await walk(async ({ result, during, openPage, signIn, shoot }) => {
  const [endpoint, other] = [await pushEndpoint(), await pushEndpoint()];
  const page = await openPage('desktop');
  await page.addInitScript(subscribeTo, endpoint.subscription);
  const box = page.getByLabel('Notify me in this browser');
  const settings = async () => {
    await page.getByRole('button', { name: /^Notifications/ }).click();
    await page.getByRole('button', { name: 'Settings of reminders' }).click();
  };
  const channels = () => page.evaluate(async () => (await fetch('/api/me/channels')).json());

  await during('sign in', () => signIn(page));
  await during('switch it on: this browser is a channel, subscribed with the key of the platform', async () => {
    await settings();
    await box.click();
    await page.getByText('Reminders come here also while no page is open').waitFor();
    const { items, push_key } = await channels();
    if (items.length !== 1 || items[0].kind !== 'web_push' || items[0].name !== 'Chrome') throw new Error(`the channels are ${JSON.stringify(items)}`);
    const asked = await page.evaluate(() => JSON.parse(sessionStorage.getItem('push-asked')));
    if (!asked.userVisibleOnly || asked.applicationServerKey !== push_key) throw new Error(`subscribed with ${JSON.stringify(asked)}`);
  });
  await shoot(page, 'push-on');

  const worker = await workerOf(page);
  await during('a test message comes', async () => {
    await page.getByRole('button', { name: 'Send a test' }).click();
    await worker.deliver(await endpoint.next());
    await worker.shown('This is a test. Reminders come here.');
    await page.getByText('Sent. It comes in a moment.').waitFor();
  });
  await page.getByRole('dialog').getByRole('button', { name: 'Close' }).click();

  await during('a reminder comes with its title as text, the reason, and what can be done', async () => {
    result.task = await page.evaluate(async (title) => {
      const at = new Date(Date.now() + 1_000).toISOString();
      const headers = { 'content-type': 'application/json', 'idempotency-key': crypto.randomUUID() };
      const answer = await fetch('/api/me/tasks', { method: 'POST', headers, body: JSON.stringify({ title, reminders: [{ at }] }) });
      return (await answer.json()).id;
    }, TITLE);
    await worker.deliver(await endpoint.next());
    const notification = await worker.shown(TITLE);
    result.notification = notification;
    if (notification.body !== 'You asked to be reminded at this time.' || notification.data.taskId !== result.task || notification.actions.map(({ action }) => action).join() !== 'done,later')
      throw new Error(`it is ${JSON.stringify(notification)}`);
  });

  await during('a click on it leads to the task in the page that is open', async () => {
    await worker.click(TITLE, '');
    await page.waitForURL(`**/?task=${result.task}`);
    await page.getByRole('dialog').getByLabel('Title').waitFor();
    await page.getByRole('dialog').getByRole('button', { name: 'Close' }).click();
  });

  await during('what is no message of ours is told all the same', async () => {
    await worker.deliver('no JSON');
    await worker.shown('A reminder came. Open the app to see it.');
  });

  await during('its buttons put it off, and finish the task', async () => {
    await worker.click(TITLE, 'later');
    await worker.click(TITLE, 'done');
    await page.getByText('Done (1)').waitFor();
  });

  await during('its push service ends the subscription: the worker takes another, and the platform sends there', async () => {
    const before = (await channels()).items;
    await worker.renewed(other.subscription);
    const { items } = await channels();
    if (items.length !== 1 || items[0].id === before[0].id || items[0].name !== before[0].name) throw new Error(`the channels are ${JSON.stringify(items)}`);
    await settings();
    await page.getByRole('button', { name: 'Send a test' }).click();
    await worker.deliver(await other.next());
    await page.getByText('Sent. It comes in a moment.').waitFor();
  });

  await during('still on after a reload; switched off, the channel is gone', async () => {
    await page.reload();
    await page.locator('main[data-ready]').waitFor();
    await settings();
    await page.waitForFunction(() => document.querySelector('[role=dialog] input[type=checkbox]')?.checked);
    await box.click();
    await page.getByText('Your browser asks you first.').waitFor();
    const { items } = await channels();
    if (items.length !== 0) throw new Error(`left over: ${JSON.stringify(items)}`);
  });

  await during('who signs out leaves nothing behind that the next one would be told by', async () => {
    await box.click();
    await page.getByText('Reminders come here also while no page is open').waitFor();
    await page.getByRole('dialog').getByRole('button', { name: 'Close' }).click();
    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.waitForURL('**/sign-in*');
    const left = await page.evaluate(async () => [(await navigator.serviceWorker.getRegistrations()).length, (await caches.keys()).length, Object.keys(localStorage)]);
    if (left.flat().join() !== '0,0') throw new Error(`left behind: ${JSON.stringify(left)}`);
  });
  endpoint.close();
  other.close();
});

/** Runs in the page: what the browser would be given by its push service, kept over a reload. */
function subscribeTo(subscription) {
  Object.defineProperty(Notification, 'permission', { get: () => 'granted' });
  Notification.requestPermission = () => Promise.resolve('granted');
  const made = () => ({ toJSON: () => subscription, unsubscribe: () => Promise.resolve(sessionStorage.removeItem('push-asked') ?? true) });
  PushManager.prototype.getSubscription = () => Promise.resolve(sessionStorage.getItem('push-asked') ? made() : null);
  PushManager.prototype.subscribe = (options) => Promise.resolve(sessionStorage.setItem('push-asked', JSON.stringify(options)) ?? made());
}

/** The page's service worker: pushes to it as a browser does, and clicks on what it shows. */
async function workerOf(page) {
  const devtools = await page.context().newCDPSession(page);
  const registered = new Promise((resolve) => {
    devtools.on('ServiceWorker.workerRegistrationUpdated', ({ registrations }) => {
      const live = registrations.find(({ isDeleted }) => !isDeleted);
      if (live) resolve(live.registrationId);
    });
  });
  await devtools.send('ServiceWorker.enable');
  const registrationId = await registered;
  const origin = new URL(page.url()).origin;
  const [worker] = page.context().serviceWorkers();
  await worker.evaluate(() => {
    self.noted = [];
    self.registration.showNotification = (title, options) => Promise.resolve(void self.noted.push({ title, ...options }));
  });
  return {
    deliver: (data) => devtools.send('ServiceWorker.deliverPushMessage', { origin, registrationId, data }),
    async shown(title) {
      for (const until = Date.now() + LONGEST_MS; Date.now() < until; ) {
        const found = await worker.evaluate((wanted) => self.noted.find((one) => one.title === wanted), title);
        if (found) return found;
      }
      throw new Error(`no notification is called ${title}`);
    },
    /** As a browser tells that a subscription was replaced. */
    renewed: (given) =>
      worker.evaluate(async (subscription) => {
        const event = new Event('pushsubscriptionchange');
        const done = new Promise((resolve, reject) => {
          Object.assign(event, { newSubscription: { toJSON: () => subscription }, waitUntil: (work) => work.then(resolve, reject) });
        });
        self.dispatchEvent(event);
        await done;
      }, given),
    /** As a click would be told. A script's click opens no window, so the page has to be there. */
    click: (title, action) =>
      worker.evaluate(
        async ([wanted, pressed]) => {
          const { data } = self.noted.find((one) => one.title === wanted);
          const event = new Event('notificationclick');
          const done = new Promise((resolve, reject) => {
            Object.assign(event, { action: pressed, notification: { data, close: () => undefined }, waitUntil: (work) => work.then(resolve, reject) });
          });
          self.dispatchEvent(event);
          await done;
        },
        [title, action],
      ),
  };
}
