/** Lists: made, shown, renamed, deleted and brought back; a task moves; and what is paused shows below the list. */
import type { Page } from '@playwright/test';
import { dayFrom } from './day.mjs';
import { addTask, expect, faults, signIn, test, watched } from './fixture';

const row = (page: Page, title: string) => page.locator('main [data-task]', { hasText: title });
const chip = (page: Page, name: string) => page.getByRole('navigation', { name: 'Lists' }).getByRole('button', { name, exact: true });

async function makeList(page: Page, name: string): Promise<void> {
  await page.getByRole('button', { name: /^(Make a list|Edit lists)$/ }).click();
  await page.getByRole('textbox', { name: 'New list' }).fill(name);
  await page.getByRole('button', { name: 'Make', exact: true }).click();
  await expect(page.getByRole('textbox', { name: `Name of “${name}”` })).toBeVisible();
  await page.keyboard.press('Escape');
}

test('a list is made, tasks come into it, and it is what is shown @looks', async ({ home, looks }) => {
  await addTask(home, 'Call father');
  await makeList(home, 'Household');
  await expect(chip(home, 'Household')).toHaveAttribute('aria-pressed', 'true');
  await expect(row(home, 'Call father')).toHaveCount(0);
  await addTask(home, 'Paint the door');
  await chip(home, 'No list').click();
  await expect(row(home, 'Call father')).toBeVisible();
  await expect(row(home, 'Paint the door')).toHaveCount(0);
  await chip(home, 'All').click();
  await expect(row(home, 'Paint the door')).toContainText('Household');
  await looks(home, 'lists');
  expect(await faults(home)).toEqual([]);

  await row(home, 'Call father').getByRole('button').click();
  await home.getByRole('dialog').getByLabel('List of this task').selectOption('Household');
  await home.getByRole('button', { name: 'Save' }).click();
  await expect(home.locator('[data-event=task_updated]')).toContainText('List: Household');
  await home.getByRole('dialog').getByRole('button', { name: 'Close' }).click();
  await chip(home, 'Household').click();
  await expect(row(home, 'Call father')).toBeVisible();
});

test('a list is renamed, deleted and brought back; its tasks stay @looks', async ({ home, looks }) => {
  await makeList(home, 'Garden');
  await makeList(home, 'Flat');
  await addTask(home, 'Paint the door');
  await home.getByRole('button', { name: 'Edit lists' }).click();
  const name = home.getByRole('textbox', { name: 'Name of “Flat”' });
  await name.fill('Garden');
  await home.getByRole('button', { name: 'Rename' }).click();
  await expect(home.getByText('There is a list with this name already.')).toBeVisible();
  await name.fill('House');
  await home.getByRole('button', { name: 'Rename' }).click();
  await expect(home.getByRole('textbox', { name: 'Name of “House”' })).toBeVisible();
  await expect(home.getByText('It is called “House” now.')).toBeVisible();
  await looks(home, 'lists-panel');
  expect(await faults(home)).toEqual([]);
  await home.getByRole('button', { name: 'Delete “House”' }).click();
  await expect(home.getByRole('textbox', { name: 'Name of “House”' })).toHaveCount(0);
  await home.keyboard.press('Escape');
  await expect(chip(home, 'All')).toHaveAttribute('aria-pressed', 'true');
  await expect(row(home, 'Paint the door')).toBeVisible();
  await home.locator('[data-toast=lists]').getByRole('button', { name: 'Undo' }).click();
  await expect(home.getByText('“House” is back, with its tasks.')).toBeVisible();
  await chip(home, 'House').click();
  await expect(row(home, 'Paint the door')).toBeVisible();
});

test('another window hears of a list without a reload', async ({ home, person, browser, baseURL, wrongs }) => {
  const other = await watched(await browser.newContext({ baseURL }), baseURL ?? '', wrongs);
  await signIn(other, person);
  await expect.poll(async () => (await person.facts()).streams).toBe(2);
  await makeList(home, 'Household');
  await expect(chip(other, 'Household')).toBeVisible();
  await other.context().close();
});

test('what is paused says so, shows below the list, and goes on from there @looks', async ({ home, looks }) => {
  const body = JSON.stringify({ title: 'Water the plants', due: { date: dayFrom(1), time: null }, recurrence: { rrule: 'FREQ=DAILY' } });
  await home.evaluate(
    async ([sent]) => void (await fetch('/api/me/tasks', { method: 'POST', headers: { 'content-type': 'application/json', 'idempotency-key': crypto.randomUUID() }, body: sent })),
    [body],
  );
  await row(home, 'Water the plants').getByRole('button').click();
  await home.getByRole('dialog').getByRole('button', { name: 'Pause', exact: true }).click();
  await home.getByRole('button', { name: 'Pause', exact: true }).last().click();
  await expect(home.locator('[data-series=paused]')).toBeVisible();
  await home.keyboard.press('Escape');
  await expect(row(home, 'Water the plants').getByText('paused')).toBeVisible();
  await home.getByText('Paused (1)').click();
  await looks(home, 'paused-fold');
  expect(await faults(home)).toEqual([]);
  await home.getByRole('button', { name: 'Resume “Water the plants”' }).click();
  await expect(home.getByText('Paused (1)')).toHaveCount(0);
  await expect(row(home, 'Water the plants').getByText('paused')).toHaveCount(0);
});
