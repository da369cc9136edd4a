/** Two windows, and what may go wrong between a click and its effect. */
import { addTask, expect, ready, signIn, test, watched } from './fixture';

test('a second browser sees a task added, finished and its next one, without a reload', async ({ home, person, browser, baseURL, wrongs }) => {
  const context = await browser.newContext({ baseURL, timezoneId: 'Europe/Berlin' });
  const other = await watched(context, baseURL ?? '', wrongs);
  await signIn(other, person);
  await home.getByLabel('New task').fill('Water the plants');
  await home.getByRole('button', { name: 'Repeat', exact: true }).click();
  await home.getByText('Daily').click();
  await home.getByRole('button', { name: 'Done', exact: true }).last().click();
  await home.getByRole('button', { name: 'Add', exact: true }).click();
  await expect(other.locator('main [data-task]', { hasText: 'Water the plants' })).toBeVisible();
  await other.getByRole('checkbox', { name: 'Finish “Water the plants”' }).click();
  await expect(other.getByText('Done. Next: Tomorrow')).toBeVisible();
  for (const page of [home, other]) {
    await expect(page.locator('main > div section [data-task]', { hasText: 'Tomorrow' })).toHaveCount(1);
    await expect(page.getByText('Done (1)')).toBeVisible();
  }
  await other.getByRole('button', { name: 'Undo' }).click();
  for (const page of [home, other]) {
    await expect(page.locator('main > div section [data-task]', { hasText: 'Tomorrow' })).toHaveCount(0);
    await expect(page.getByRole('checkbox', { name: 'Finish “Water the plants”' })).toBeVisible();
  }
  await context.close();
});

test('two windows of one browser share one stream, and the second takes over', async ({ home, person, baseURL, wrongs }) => {
  const second = await watched(home.context(), baseURL ?? '', wrongs);
  await second.goto('/');
  await ready(second);
  await addTask(home, 'Seen by both');
  await expect(second.getByText('Seen by both')).toBeVisible();
  expect((await person.facts()).streams).toBe(1);
  await home.close();
  await addTask(second, 'Still alive');
  await expect.poll(async () => (await person.facts()).streams).toBe(1);
});

test('the next one is on its way when nobody makes it', async ({ home, person }) => {
  await person.mode({ successors: false });
  await home.getByLabel('New task').fill('Slow');
  await home.getByRole('button', { name: 'Repeat', exact: true }).click();
  await home.getByText('Weekly').click();
  await home.keyboard.press('Escape');
  await home.getByRole('button', { name: 'Add', exact: true }).click();
  await home.getByRole('checkbox', { name: 'Finish “Slow”' }).click();
  await expect(home.getByText('The next date is on its way.')).toBeVisible();
});

test('a touched successor is asked about', async ({ home, person }) => {
  await home.getByLabel('New task').fill('Rent');
  await home.getByRole('button', { name: 'Repeat', exact: true }).click();
  await home.getByText('Monthly').click();
  await home.keyboard.press('Escape');
  await home.getByRole('button', { name: 'Add', exact: true }).click();
  await home.getByRole('checkbox', { name: 'Finish “Rent”' }).click();
  await expect(home.getByText(/Done\. Next/)).toBeVisible();
  await person.mode({ touched: true });
  await home.getByRole('button', { name: 'Undo' }).click();
  await home.getByRole('button', { name: 'Keep both' }).click();
  await expect(home.getByText('Open again.')).toBeVisible();
  await expect(home.locator('main > div section [data-task]', { hasText: 'Rent' })).toHaveCount(2);
});

test('an edit of what was changed elsewhere is refused, shown, and saved on a second look', async ({ home, person }) => {
  await addTask(home, 'Draft');
  await home.locator('main [data-task] button').last().click();
  await home.getByLabel('Notes').fill('mine');
  await person.mode({ silent: true }); // the change below reaches nobody
  const id = await home.locator('main [data-task]').getAttribute('data-task');
  await home.evaluate(async (task) => {
    await fetch(`/api/me/tasks/${task}`, {
      method: 'PATCH',
      headers: { 'content-type': 'application/json', 'idempotency-key': crypto.randomUUID(), 'if-match': '"1"' },
      body: JSON.stringify({ title: 'Draft, renamed' }),
    });
  }, id);
  await home.getByRole('button', { name: 'Save' }).click();
  await expect(home.getByText('was changed elsewhere')).toBeVisible();
  await expect(home.getByLabel('Title')).toHaveValue('Draft, renamed');
  await expect(home.getByLabel('Notes')).toHaveValue('mine');
  await home.getByRole('button', { name: 'Save' }).click();
  await expect(home.getByText('was changed elsewhere')).toHaveCount(0);
  await expect(home.locator('[data-event=task_updated]').first()).toContainText('mine');
});

test('a task whose answer was lost is there once', async ({ home, person }) => {
  await person.mode({ lose: true });
  await addTask(home, 'Only once');
  await expect(home.getByLabel('New task')).toHaveValue('');
  await home.reload();
  await ready(home);
  await expect(home.locator('main [data-task]', { hasText: 'Only once' })).toHaveCount(1);
});

test('delete and bring back', async ({ home }) => {
  await addTask(home, 'Old chair');
  await home.locator('main [data-task] button').last().click();
  await home.getByRole('button', { name: 'Delete' }).click();
  await expect(home.locator('main [data-task]')).toHaveCount(0);
  await home.getByRole('button', { name: 'Undo' }).click();
  await expect(home.locator('main [data-task]', { hasText: 'Old chair' })).toBeVisible();
});

test('keyboard alone: add, finish, undo, open, close; focus is never lost', async ({ home }) => {
  await home.getByLabel('New task').focus();
  for (const title of ['One', 'Two']) {
    await home.keyboard.type(title);
    await home.keyboard.press('Enter');
    await expect(home.locator('main [data-task]', { hasText: title })).toBeVisible();
  }
  await home.getByRole('checkbox', { name: 'Finish “One”' }).focus();
  await home.keyboard.press('Space');
  await expect(home.locator('section [data-task]', { hasText: 'One' })).toHaveCount(0);
  await expect(home.getByRole('checkbox', { name: 'Finish “Two”' })).toBeFocused();
  await home.keyboard.press('Tab');
  await home.keyboard.press('Enter');
  await expect(home.getByRole('dialog')).toBeVisible();
  await home.keyboard.press('Escape');
  await expect(home.getByRole('dialog')).toHaveCount(0);
  await expect(home.locator('[data-task]', { hasText: 'Two' }).getByRole('button')).toBeFocused();
});
