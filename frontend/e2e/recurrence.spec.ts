/** How a task repeats and reminds: what is written, what is refused, and how it looks. */
import { addTask, expect, faults, test } from './fixture';
import type { Page } from '@playwright/test';


/** The body of the next task that the page creates. */
async function adding(page: Page, title: string): Promise<Record<string, unknown>> {
  await page.getByLabel('New task').fill(title);
  const [request] = await Promise.all([
    page.waitForRequest((one) => one.method() === 'POST' && one.url().endsWith('/api/me/tasks')),
    page.getByRole('button', { name: 'Add', exact: true }).click(),
  ]);
  await expect(page.locator('main [data-task]', { hasText: title }).first()).toBeVisible();
  return request.postDataJSON() as Record<string, unknown>;
}

async function openRepeat(page: Page, unit: string): Promise<void> {
  await page.getByRole('button', { name: 'Repeat', exact: true }).click();
  await page.getByText(unit, { exact: true }).click();
}

async function setDue(page: Page, time = ''): Promise<void> {
  await page.getByRole('button', { name: 'Date' }).click();
  await page.getByRole('button', { name: 'Tomorrow', exact: true }).click();
  if (time) {
    await page.getByRole('spinbutton', { name: /hour/ }).click();
    await page.keyboard.type(time);
  }
}

test('weekdays, the last Friday, an end: what is chosen is what is sent', async ({ home }) => {
  await openRepeat(home, 'Weekly');
  const today = await home.getByRole('dialog').locator('[aria-checked=true], [aria-pressed=true]').locator('.sr-only').textContent();
  for (const day of ['Monday', 'Thursday']) if (day !== today) await home.getByRole('button', { name: day }).click();
  if (today !== 'Monday' && today !== 'Thursday') await home.getByRole('button', { name: String(today), exact: true }).click();
  await home.getByText('After a number').click();
  await home.getByRole('textbox', { name: 'How many times' }).fill('5');
  await home.keyboard.press('Tab');
  await home.getByRole('button', { name: 'Done', exact: true }).last().click();
  expect(await adding(home, 'Gym')).toMatchObject({ recurrence: { rrule: 'FREQ=WEEKLY;BYDAY=MO,TH;COUNT=5', anchor: 'schedule' } });

  await openRepeat(home, 'Monthly');
  await home.getByText(/^On the \w+ \w+day$/).click();
  await home.getByLabel('Which one').selectOption('-1');
  await home.getByLabel('Weekday').selectOption('FR');
  await home.getByText('If some are missed, and').click();
  await home.getByText('Keep every one').click();
  await home.getByText('On its day, even if this one is open').click();
  await home.keyboard.press('Escape');
  await expect(home.getByRole('button', { name: 'Every month on the last Friday' })).toBeVisible();
  expect(await adding(home, 'Report')).toMatchObject({
    recurrence: { rrule: 'FREQ=MONTHLY;BYDAY=-1FR', missed: 'each', trigger: 'on_schedule' },
  });

  await openRepeat(home, 'Daily');
  await home.getByRole('textbox', { name: 'Every' }).fill('3');
  await home.keyboard.press('Tab');
  await home.getByText('After I finish').click();
  await expect(home.getByText('If some are missed')).toHaveCount(0);
  await home.keyboard.press('Escape');
  expect((await adding(home, 'Plants')).recurrence).toEqual({ rrule: 'FREQ=DAILY;INTERVAL=3', anchor: 'completion' });
});

test('what becomes of public holidays is chosen once it is said whose they are @looks', async ({ home, looks }) => {
  await openRepeat(home, 'Daily');
  await home.getByText('On public holidays').click();
  await expect(home.getByText('Say whose public holidays are yours.')).toBeVisible();
  await expect(home.getByText('Leave it out')).toHaveCount(0);
  const [patch] = await Promise.all([
    home.waitForRequest((one) => one.method() === 'PATCH' && one.url().endsWith('/api/me')),
    home.getByLabel('Country of your public holidays').selectOption('Germany'),
  ]);
  expect(patch.postDataJSON()).toEqual({ country: 'DE' });
  await home.getByText('Leave it out').click();
  await expect(home.getByText(/skip DE null$/)).toBeVisible();
  await home.getByLabel('Region of your public holidays').selectOption('Bayern');
  await expect(home.getByText(/skip DE BY$/), 'dates are looked up anew').toBeVisible();
  await looks(home, 'repeat-holidays');
  expect(await faults(home)).toEqual([]);
  await home.getByRole('button', { name: 'Done', exact: true }).last().click();
  expect(await adding(home, 'Bread')).toMatchObject({ recurrence: { rrule: 'FREQ=DAILY', on_holiday: 'skip' } });

  await home.locator('main [data-task] button').last().click();
  await home.getByRole('button', { name: 'how it repeats' }).click();
  await home.getByText('Move it to the workday before').click();
  const [edit] = await Promise.all([home.waitForRequest((one) => one.method() === 'PATCH'), home.getByRole('button', { name: 'Save' }).last().click()]);
  expect(edit.postDataJSON()).toMatchObject({ on_holiday: 'before' });
});

test('a rule that the server refuses says so at its control, and cannot be taken', async ({ home }) => {
  await openRepeat(home, 'Daily');
  await home.getByRole('textbox', { name: 'Every' }).fill('13');
  await home.keyboard.press('Tab');
  await expect(home.getByRole('alert').filter({ hasText: 'From 1 to 999.' })).toBeVisible();
  await expect(home.getByRole('button', { name: 'Done', exact: true }).last()).toBeDisabled();
  await home.getByRole('button', { name: 'Fewer' }).click();
  await home.getByText('On a date', { exact: true }).click();
  await home.getByLabel('Last day').fill('1999-01-01');
  await expect(home.getByRole('alert').filter({ hasText: 'This never comes.' })).toBeVisible();
  await home.getByText('Never', { exact: true }).click();
  await expect(home.getByRole('button', { name: 'Done', exact: true }).last()).toBeEnabled();
});

test('a zone and a reminder are sent, shown, and changed in the drawer', async ({ home }) => {
  await setDue(home, '1700');
  await home.getByLabel('Time zone').selectOption('Asia/Tokyo');
  await home.keyboard.press('Escape');
  await home.getByLabel('Reminder').selectOption('30');
  const body = await adding(home, 'Call Tokyo');
  expect(body).toMatchObject({ due: { time: '17:00', time_zone: 'Asia/Tokyo' }, reminders: [{ minutes_before: 30, relative_to: 'due' }] });
  await home.locator('main [data-task] button').last().click();
  const drawer = home.getByRole('dialog');
  await expect(drawer.getByLabel('Reminder')).toHaveValue('30');
  await drawer.getByLabel('Reminder').selectOption('60');
  await drawer.getByRole('button', { name: /Doesn.t repeat/ }).click();
  await home.getByText('Yearly', { exact: true }).click();
  await home.getByRole('button', { name: 'Done', exact: true }).last().click();
  const [patch] = await Promise.all([
    home.waitForRequest((one) => one.method() === 'PATCH'),
    home.getByRole('button', { name: 'Save' }).click(),
  ]);
  expect(patch.postDataJSON()).toMatchObject({ reminders: [{ minutes_before: 60, relative_to: 'due' }], recurrence: { rrule: 'FREQ=YEARLY' } });
  await expect(drawer.getByText(/^as the script says/i)).toBeVisible();
});

test('a whole day has its own reminders', async ({ home }) => {
  await setDue(home);
  await home.keyboard.press('Escape');
  await expect(home.getByLabel('Reminder').locator('option')).toHaveText(['No reminder', 'On the day, 09:00', 'The day before, 09:00']);
});

test('the recurrence editor @looks', async ({ home, looks }) => {
  await addTask(home, 'Read a book');
  await setDue(home, '1700');
  await home.getByRole('button', { name: 'Done', exact: true }).click();
  await home.getByLabel('Reminder').selectOption('30');
  for (const [unit, name] of [['Weekly', 'weekly'], ['Monthly', 'monthly'], ['Yearly', 'yearly']] as const) {
    if (unit === 'Weekly') await home.getByRole('button', { name: 'Repeat', exact: true }).click();
    await home.getByText(unit, { exact: true }).click();
    await expect(home.getByText(/^Next /).first()).toBeVisible();
    if (unit === 'Monthly') {
      await home.getByText(/^On the \w+ \w+day$/).click();
      await home.getByText('On a date', { exact: true }).click();
      await home.getByText('If some are missed, and').click();
    }
    await looks(home, `repeat-${name}`);
    expect(await faults(home)).toEqual([]);
  }
  await home.getByText('Never', { exact: true }).click();
  await home.keyboard.press('Escape');
  await looks(home, 'quick-add-filled');
  expect(await faults(home)).toEqual([]);
});
