/** Each state of the page, drawn and checked for accessibility, in light, dark and on a phone. The pictures are for eyes. */
import { dayFrom } from './day.mjs';
import { addTask, expect, faults, test } from './fixture';

test('signing in @looks', async ({ page, looks }) => {
  await page.goto('/sign-in');
  await page.getByLabel('E-mail').fill('nobody@example.org');
  await page.getByLabel('Password').fill('wrong');
  await page.getByRole('button', { name: 'Sign in' }).click();
  await expect(page.getByRole('alert').getByText('do not belong together')).toBeVisible();
  await looks(page, 'sign-in');
  expect(await faults(page)).toEqual([]);
  await page.goto('/sign-up');
  await looks(page, 'sign-up');
  expect(await faults(page)).toEqual([]);
});

test('tasks, panels, drawer @looks', async ({ home, looks }) => {
  await expect(home.getByText('Nothing to do.')).toBeVisible();
  await looks(home, 'empty');
  expect(await faults(home)).toEqual([]);
  await addTask(home, 'Read the letter from the landlord about the new heating, all four pages of it, and answer by hand');
  const api = (due: object | null, title: string, rrule?: string) =>
    home.evaluate(
      async ([body]) => {
        await fetch('/api/me/tasks', {
          method: 'POST',
          headers: { 'content-type': 'application/json', 'idempotency-key': crypto.randomUUID() },
          body,
        });
      },
      [JSON.stringify({ title, due, ...(rrule ? { recurrence: { rrule } } : {}) })],
    );
  await api({ date: dayFrom(-3), time: null }, 'Return the library books');
  await api({ date: dayFrom(0), time: '23:58' }, 'Call father', 'FREQ=WEEKLY');
  await api({ date: dayFrom(0) }, 'Water the plants', 'FREQ=DAILY;INTERVAL=3');
  await api({ date: dayFrom(1), time: '08:00' }, 'Bins out', 'FREQ=WEEKLY');
  await api({ date: dayFrom(40), time: '17:00', time_zone: 'America/New_York' }, 'Call the New York office', 'FREQ=MONTHLY');
  await expect(home.getByText('Call the New York office')).toBeVisible();

  await home.getByLabel('New task').fill('Pay rent');
  await home.getByRole('button', { name: 'Date' }).click();
  await expect(home.getByRole('grid')).toBeVisible();
  await home.getByRole('button', { name: 'Tomorrow', exact: true }).click();
  await home.getByRole('spinbutton', { name: /hour/ }).click();
  await home.keyboard.type('1700');
  await looks(home, 'date-panel');
  expect(await faults(home)).toEqual([]);
  await home.getByRole('button', { name: 'Done', exact: true }).click();
  await home.getByRole('button', { name: 'Repeat', exact: true }).click();
  await home.getByRole('radio', { name: 'Monthly' }).check({ force: true });
  await expect(home.getByText('as the script says')).toBeVisible();
  await looks(home, 'repeat-panel');
  expect(await faults(home)).toEqual([]);
  await home.getByRole('button', { name: 'Done', exact: true }).last().click();
  await home.getByRole('button', { name: 'Add', exact: true }).click();
  await expect(home.locator('[data-toast=added]')).toContainText('Tomorrow 17:00');

  await home.getByRole('checkbox', { name: 'Finish “Water the plants”' }).click();
  await expect(home.getByText(/Done\. Next: \w+/)).toBeVisible();
  await looks(home, 'list');
  expect(await faults(home)).toEqual([]);

  await home.locator('[data-task]', { hasText: 'Call father' }).getByRole('button').click();
  await expect(home.getByRole('heading', { name: 'History' })).toBeVisible();
  await expect(home.locator('[data-event=task_created]')).toBeVisible();
  await looks(home, 'drawer');
  expect(await faults(home)).toEqual([]);
});

test('outages @looks', async ({ home, person, looks }) => {
  await addTask(home, 'Call father');
  await home.locator('main [data-task] button').last().click();
  await expect(home.locator('[data-event=task_created]')).toBeVisible();
  await person.mode({ history: 'down' });
  await home.reload();
  await expect(home.getByText('History can\'t be reached')).toBeVisible();
  await looks(home, 'history-down');
  await home.keyboard.press('Escape');
  await person.mode({ down: true, cut: true });
  await expect(home.getByText(/Not live right now|Showing what was here/)).toBeVisible({ timeout: 10_000 });
  await looks(home, 'not-live');
  expect(await faults(home)).toEqual([]);
  await home.reload();
  await expect(home.getByText('Can\'t reach your tasks.')).toBeVisible();
  await expect(home.getByText('Nothing to do.')).toHaveCount(0);
  await looks(home, 'down');
  expect(await faults(home)).toEqual([]);
  await person.mode({});
  await expect(home.getByText('Call father')).toBeVisible();
});
