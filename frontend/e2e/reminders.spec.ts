/** Reminders in the page: at their moment, missed ones later, and acted on in one window for all. */
import { addTask, expect, faults, ready, test, watched } from './fixture';

test('a reminder comes live, is acted on in one window, and leaves the others', async ({ home, person, baseURL, wrongs }) => {
  const second = await watched(home.context(), baseURL ?? '', wrongs);
  await second.goto('/');
  await ready(second);
  await addTask(home, 'Pay rent');
  await expect(second.getByText('Pay rent')).toBeVisible();
  await person.mode({ remind: { title: 'Pay rent' } });
  for (const page of [home, second]) {
    await expect(page.locator('[data-toast^="reminder:"]')).toContainText('Pay rent');
    await expect(page.getByRole('button', { name: 'Notifications, 1 unread' })).toBeVisible();
  }
  await second.locator('[data-toast^="reminder:"]').getByRole('button', { name: 'Open' }).click();
  await expect(second.getByRole('dialog').getByLabel('Title')).toHaveValue('Pay rent');
  for (const page of [home, second]) {
    await expect(page.locator('[data-toast^="reminder:"]')).toHaveCount(0);
    await expect(page.locator('button[aria-label="Notifications"]')).toHaveCount(1);
  }
});

test('done from the reminder finishes the task', async ({ home, person }) => {
  await addTask(home, 'Take the pills');
  await person.mode({ remind: { title: 'Take the pills' } });
  await home.locator('[data-toast^="reminder:"]').getByRole('button', { name: 'Done' }).click();
  await expect(home.getByText('Done (1)')).toBeVisible();
  await expect(home.locator('[data-toast^="reminder:"]')).toHaveCount(0);
});

test('a task finished elsewhere takes its reminder along', async ({ home, person }) => {
  await addTask(home, 'Call father');
  await person.mode({ remind: { title: 'Call father' } });
  await expect(home.locator('[data-toast^="reminder:"]')).toHaveCount(1);
  const id = await home.locator('main [data-task]').getAttribute('data-task');
  await home.evaluate((task) => fetch(`/api/me/tasks/${task}/complete`, { method: 'POST', headers: { 'content-type': 'application/json', 'idempotency-key': crypto.randomUUID() }, body: '{}' }), id);
  await expect(home.locator('[data-toast^="reminder:"]')).toHaveCount(0);
});

test('what the stream missed is asked for when it is back', async ({ home, person }) => {
  await addTask(home, 'Water');
  await expect(home.locator('button[aria-label="Notifications"]')).toBeVisible();
  await person.mode({ remind: { title: 'Water', missed: true, late: true }, cut: true });
  await expect(home.locator('[data-toast^="reminder:"]')).toContainText('Water', { timeout: 15_000 });
});

test('the bell: listed, read, and quiet about an outage @looks', async ({ home, person, looks }) => {
  for (const title of ['Pay rent', 'Water the plants', 'Read the letter from the landlord about the new heating, all four pages of it']) await addTask(home, title);
  await home.getByRole('button', { name: 'Notifications' }).click();
  await expect(home.getByText('Nothing yet.')).toBeVisible();
  await home.keyboard.press('Escape');
  await person.mode({ remind: { title: 'Pay rent' } });
  await person.mode({ remind: { title: 'Read the letter from the landlord about the new heating, all four pages of it', late: true } });
  await expect(home.locator('[data-toast^="reminder:"]')).toHaveCount(2);
  await looks(home, 'reminder-toasts');
  expect(await faults(home)).toEqual([]);
  await person.mode({ remind: { late: true, digest: ['Water the plants', 'Pay rent'] } });
  await expect(home.getByText('While you were away: 2 reminders')).toBeVisible();
  await home.getByRole('button', { name: 'Show', exact: true }).click();
  await expect(home.locator('[data-notice]')).toHaveCount(3);
  await looks(home, 'reminders');
  expect(await faults(home)).toEqual([]);
  await home.getByRole('button', { name: 'Mark all as read' }).click();
  await expect(home.locator('[data-toast^="reminder:"]')).toHaveCount(0);
  await home.keyboard.press('Escape');
  await person.mode({ notices: 'down' });
  await home.reload();
  await ready(home);
  await home.getByRole('button', { name: 'Notifications' }).click();
  await expect(home.getByText('Reminders can\'t be reached right now.')).toBeVisible();
  await expect(home.getByText('Nothing yet.')).toHaveCount(0);
});

test('put off from the toast and from the list, with the reason beside it', async ({ home, person }) => {
  await addTask(home, 'Water the plants');
  await person.mode({ remind: { title: 'Water the plants' } });
  await home.locator('[data-toast^="reminder:"]').getByRole('button', { name: 'In 1 hour' }).click();
  await expect(home.getByText('You will be reminded again:')).toBeVisible();
  await expect(home.locator('[data-toast^="reminder:"]')).toHaveCount(0);
  await home.getByRole('button', { name: 'Notifications' }).click();
  await expect(home.getByText('You asked to be reminded at this time.')).toBeVisible();
  expect(await faults(home)).toEqual([]);
  await home.getByLabel('Remind me later of “Water the plants”').selectOption('Tomorrow');
  await expect(home.getByText('You will be reminded again:')).toBeVisible();
});

test('settings of reminders are saved, and say so when they cannot be @looks', async ({ home, person, looks }) => {
  const settings = async () => {
    await home.getByRole('button', { name: 'Notifications' }).click();
    await home.getByRole('button', { name: 'Settings of reminders' }).click();
  };
  await settings();
  await home.getByLabel('A date without a time reminds at').fill('07:30');
  await home.getByLabel('Remind me of everything with a time').selectOption('10 minutes before');
  await home.getByLabel('Quiet hours').check();
  await home.getByLabel('Quiet until').fill('06:00');
  await home.getByLabel('Tell me of my week').check();
  await home.getByLabel('Day of the review').selectOption('Friday');
  await home.getByLabel('Minutes between two reminders').fill('20');
  await home.getByLabel('Most repetitions of a reminder').fill('3');
  await expect(home.getByLabel('Notify me in this browser')).toBeVisible();
  await looks(home, 'reminder-settings');
  expect(await faults(home)).toEqual([]);
  await home.getByRole('button', { name: 'Save' }).click();
  await expect(home.getByText('Saved. What was planned has moved with it.')).toBeVisible();
  await settings();
  await expect(home.getByLabel('A date without a time reminds at')).toHaveValue('07:30');
  await expect(home.getByLabel('Quiet until')).toHaveValue('06:00');
  await expect(home.getByLabel('Day of the review')).toHaveValue('4');
  await expect(home.getByLabel('Tell me of my day')).not.toBeChecked();
  await expect(home.getByLabel('Minutes between two reminders')).toHaveValue('20');
  await expect(home.getByLabel('Most repetitions of a reminder')).toHaveValue('3');
  await home.getByLabel('Quiet until').fill('22:00');
  await home.getByRole('button', { name: 'Save' }).click();
  await expect(home.getByText('Quiet hours must not end when they begin. Take another time.')).toBeVisible();
  await person.mode({ stale: true });
  await home.getByLabel('Quiet until').fill('05:00');
  await home.getByRole('button', { name: 'Save' }).click();
  await expect(home.getByText('They were changed elsewhere meanwhile')).toBeVisible();
  await person.mode({ notices: 'down' });
  await home.reload();
  await ready(home);
  await settings();
  await expect(home.getByText('The settings can\'t be reached right now. Your tasks are fine.')).toBeVisible();
});

test('a reminder can be asked to come again until its task is done', async ({ home }) => {
  await home.evaluate(() => {
    const task = { title: 'Pills', due: { date: '2030-05-01', time: '09:00' }, reminders: [{ minutes_before: 10, relative_to: 'due' }] };
    return fetch('/api/me/tasks', { method: 'POST', headers: { 'content-type': 'application/json', 'idempotency-key': crypto.randomUUID() }, body: JSON.stringify(task) });
  });
  const drawer = home.getByRole('dialog');
  const again = drawer.getByLabel('Again every 15 minutes, until it is done');
  const open = () => home.locator('main [data-task]', { hasText: 'Pills' }).getByRole('button').click();
  await open();
  await expect(again).not.toBeChecked();
  await expect(drawer.locator('[data-reminder-state="planned"]')).toContainText('Comes ');
  await again.check();
  await drawer.getByLabel('Reminder', { exact: true }).selectOption('1 hour before');
  await expect(again).toBeChecked();
  await drawer.getByRole('button', { name: 'Save' }).click();
  await expect(drawer.getByRole('button', { name: 'Save' })).toBeDisabled();
  await drawer.getByRole('button', { name: 'Close' }).click();
  await open();
  await expect(again).toBeChecked();
  await expect(drawer.getByLabel('Reminder', { exact: true })).toHaveValue('60');
  expect(await faults(home)).toEqual([]);
});
