/** A series that exists: skipped once, postponed, paused, resumed, ended and changed from its details, each with a way back. */
import type { Locator, Page } from '@playwright/test';
import { dayFrom } from './day.mjs';
import { expect, faults, test } from './fixture';

/** A task that repeats each month from tomorrow, or some days from now, on: opened by keyboard. */
async function openRent(page: Page, rrule = 'FREQ=MONTHLY', days = 1): Promise<Locator> {
  await page.evaluate(
    async ([rule, date]) => {
      const headers = { 'content-type': 'application/json', 'idempotency-key': crypto.randomUUID() };
      const body = JSON.stringify({ title: 'Pay rent', due: { date, time: '17:00', time_zone: 'Europe/Berlin' }, recurrence: { rrule: rule } });
      await fetch('/api/me/tasks', { method: 'POST', headers, body });
    },
    [rrule, dayFrom(days)],
  );
  await page.locator('main [data-task] button[aria-haspopup]').focus();
  await page.keyboard.press('Enter');
  const drawer = page.getByRole('dialog');
  await expect(drawer.getByRole('button', { name: 'Pause' })).toBeVisible();
  return drawer;
}

const press = async (page: Page, button: Locator) => {
  await button.focus();
  await page.keyboard.press('Enter');
};

test('skip this one: the next one is named, and undo brings it back', async ({ home }) => {
  const drawer = await openRent(home);
  await press(home, drawer.getByRole('button', { name: 'Skip this one' }));
  await expect(home.getByText(/^Skipped\. Next: /)).toBeVisible();
  await expect(drawer).toHaveCount(0);
  await home.getByRole('button', { name: 'Undo' }).click();
  await expect(home.getByText('Open again.')).toBeVisible();
  await expect(home.locator('main section [data-task]')).toHaveCount(1);
});

test('skip all missed: offered where one is overdue, the next one comes, and undo brings the missed one back', async ({ home }) => {
  const drawer = await openRent(home, 'FREQ=DAILY', -5);
  expect(await faults(home)).toEqual([]);
  const [sent] = await Promise.all([
    home.waitForRequest((one) => one.url().endsWith('/skip-missed')),
    press(home, drawer.getByRole('button', { name: 'Skip all missed' })),
  ]);
  expect(sent.headers()['if-match']).toBe('"1"');
  await expect(home.getByText('Skipped all that was missed. The next one is still to come.')).toBeVisible();
  await expect(drawer).toHaveCount(0);
  await expect(home.locator('main section [data-task]')).toHaveCount(1);
  await home.getByRole('button', { name: 'Undo' }).click();
  await expect(home.getByText('Taken back.')).toBeVisible();
});

test('skip all missed is not offered where nothing is overdue', async ({ home }) => {
  const drawer = await openRent(home);
  await expect(drawer.getByRole('button', { name: 'Skip this one' })).toBeVisible();
  await expect(drawer.getByRole('button', { name: 'Skip all missed' })).toHaveCount(0);
});

test('postpone to the next date of its rule, by keys alone, and back', async ({ home }) => {
  const drawer = await openRent(home);
  await press(home, drawer.getByRole('button', { name: 'Postpone' }));
  const [sent] = await Promise.all([
    home.waitForRequest((one) => one.url().endsWith('/postpone')),
    press(home, home.getByRole('button', { name: 'To its next date' })),
  ]);
  expect(sent.postDataJSON()).toEqual({ to: 'next_date' });
  await expect(home.getByText(/^Moved to its next date: .* 17:00\.$/)).toBeVisible();
  await expect(drawer.getByRole('button', { name: 'Postpone' })).toBeFocused();
  await home.getByRole('button', { name: 'Undo' }).click();
  await expect(drawer.getByRole('button', { name: /Tomorrow 17:00/ })).toBeVisible();
});

test.describe('in a browser that speaks German', () => {
  test.use({ locale: 'de-DE' });

  test('a rule has words in the language of the browser, and they are marked as such', async ({ home }) => {
    const drawer = await openRent(home);
    await expect(drawer.locator('[lang=de]')).toHaveText(/^wie das Skript sagt FREQ=MONTHLY/);
    await press(home, drawer.getByRole('button', { name: /Change how it repeats/ }));
    await expect(home.locator('[aria-labelledby=next-dates] [lang=de]')).toHaveText(/^wie das Skript sagt/);
  });
});

test('the last ones: marks with words, and how many in a row', async ({ home }) => {
  const drawer = await openRent(home);
  await expect(drawer.getByRole('heading', { name: 'The last ones' })).toHaveCount(0);
  await press(home, drawer.getByRole('button', { name: 'Skip this one' }));
  await expect(home.getByText(/^Skipped\. Next: /)).toBeVisible();
  await home.getByRole('checkbox').first().click();
  await expect(home.locator('main [data-task] button[aria-haspopup]').first()).toBeVisible();
  await home.locator('main section [data-task] button[aria-haspopup]').first().click();
  const past = home.getByRole('dialog').getByRole('region', { name: 'The last ones' });
  await expect(past.getByRole('listitem')).toHaveText([/^–Skipped: /, /^✓Done: /]);
  await expect(past.getByText('1 done in a row, 1 at most')).toBeVisible();
  expect(await faults(home)).toEqual([]);
});

test('postpone: later than it is due, by keys alone, this time only, and back', async ({ home }) => {
  const drawer = await openRent(home);
  await press(home, drawer.getByRole('button', { name: 'Postpone' }));
  const [sent] = await Promise.all([
    home.waitForRequest((one) => one.url().endsWith('/postpone')),
    press(home, home.getByRole('button', { name: '1 week later' })),
  ]);
  expect(sent.postDataJSON()).toEqual({ date: dayFrom(8) });
  await expect(home.getByText(/^Moved to .* 17:00, this time only\.$/)).toBeVisible();
  await expect(drawer.getByRole('button', { name: 'Postpone' })).toBeFocused();
  await home.getByRole('button', { name: 'Undo' }).click();
  await expect(drawer.getByRole('button', { name: /Tomorrow 17:00/ })).toBeVisible();
});

test('pause until a day, then resume: the state is said, and one button does both', async ({ home }) => {
  const drawer = await openRent(home);
  await press(home, drawer.getByRole('button', { name: 'Pause' }));
  await home.getByText('Until a day').click();
  await home.getByLabel('It goes on').fill('2099-12-24');
  await home.getByRole('button', { name: 'Pause', exact: true }).last().click();
  await expect(drawer.locator('[data-series=paused]')).toContainText('24 Dec 2099');
  const resume = drawer.getByRole('button', { name: 'Resume' });
  await expect(resume).toBeFocused();
  await home.keyboard.press('Enter');
  await expect(drawer.locator('[data-series]')).toHaveCount(0);
  await expect(home.getByText('It goes on.')).toBeVisible();
});

test('finished while it is paused: nothing is promised, and it can be resumed from there', async ({ home }) => {
  const drawer = await openRent(home);
  await press(home, drawer.getByRole('button', { name: 'Pause' }));
  await home.getByRole('button', { name: 'Pause', exact: true }).last().click();
  await expect(drawer.locator('[data-series=paused]')).toBeVisible();
  await drawer.getByRole('checkbox').click();
  await expect(home.getByText('Done. Nothing follows while it is paused.')).toBeVisible();
  await drawer.getByRole('button', { name: 'Resume' }).click();
  await expect(drawer.locator('[data-series]')).toHaveCount(0);
});

test('end it: this one is the last, nothing can be changed but undone', async ({ home }) => {
  const drawer = await openRent(home);
  await press(home, drawer.getByRole('button', { name: 'End after this' }));
  await expect(drawer.getByText('Ended: this one is the last.')).toBeVisible();
  await expect(drawer.getByRole('button', { name: /Change how it repeats|Pause|End/ })).toHaveCount(0);
  await home.getByRole('button', { name: 'Undo' }).click();
  await expect(drawer.getByRole('button', { name: 'Pause' })).toBeVisible();
});

test('change the rule and the time from this one on, or of all of it', async ({ home }) => {
  const drawer = await openRent(home);
  const day = Number(dayFrom(1).slice(-2));
  await press(home, drawer.getByRole('button', { name: /Change how it repeats/ }));
  const save = home.getByRole('button', { name: 'Save', exact: true }).last();
  await expect(save).toBeDisabled();
  await expect(home.getByText('Once', { exact: true })).toHaveCount(0);
  await home.getByRole('textbox', { name: 'Every' }).fill('2');
  await home.keyboard.press('Tab');
  await home.getByRole('spinbutton', { name: /hour/ }).click();
  await home.keyboard.type('18');
  const sending = () => Promise.all([home.waitForRequest((one) => one.method() === 'PATCH'), save.click()]);
  const [first] = await sending();
  expect(first.headers()['if-match']).toBe('"1"');
  const lacking = day >= 29 ? [`RSCALE=GREGORIAN;FREQ=MONTHLY;INTERVAL=2;BYMONTHDAY=${day};SKIP=BACKWARD`, `FREQ=MONTHLY;INTERVAL=2;BYMONTHDAY=${day}`] : [`FREQ=MONTHLY;INTERVAL=2;BYMONTHDAY=${day}`];
  expect(lacking).toContain((first.postDataJSON() as { rrule: string }).rrule);
  expect(first.postDataJSON()).toMatchObject({ scope: 'following', time: '18:00', anchor: 'schedule', missed: 'next', trigger: 'on_completion' });
  await expect(home.getByText(/^Changed\. This one is due .*18:00/)).toBeVisible();
  await expect(drawer.getByRole('button', { name: /INTERVAL=2.*Change how it repeats/s })).toBeFocused();

  await home.keyboard.press('Enter');
  await home.getByText('Daily', { exact: true }).click();
  await home.getByText('All of the series').click();
  const [second] = await sending();
  expect(second.postDataJSON()).toMatchObject({ scope: 'all', rrule: 'FREQ=DAILY;INTERVAL=2' });
  expect(second.postDataJSON()).not.toHaveProperty('time');
  await expect(drawer.getByText(/FREQ=DAILY INTERVAL=2/)).toBeVisible();
});

test('a rule that the editor cannot hold is said so, and stays as it is unless saved', async ({ home }) => {
  const drawer = await openRent(home, 'FREQ=MONTHLY;BYDAY=MO;BYSETPOS=2');
  await press(home, drawer.getByRole('button', { name: /Change how it repeats/ }));
  await expect(home.getByText(/This rule was written elsewhere/)).toBeVisible();
  await home.keyboard.press('Escape');
  await expect(drawer.getByText(/BYSETPOS/)).toBeVisible();
});

test('changed elsewhere, or ended meanwhile: it is told, and nothing is done', async ({ home, person }) => {
  const drawer = await openRent(home);
  await person.mode({ stale: true });
  await press(home, drawer.getByRole('button', { name: 'End after this' }));
  await expect(home.getByText(/changed elsewhere meanwhile, so nothing was changed now/)).toBeVisible();
  await person.mode({ over: true });
  await press(home, drawer.getByRole('button', { name: 'Pause' }));
  await home.getByRole('button', { name: 'Pause', exact: true }).last().click();
  await expect(home.getByText('It does not repeat any more. Nothing was changed.')).toBeVisible();
  await expect(drawer.locator('[data-series]')).toHaveCount(0);
});

test('details of a series @looks', async ({ home, looks }) => {
  const drawer = await openRent(home);
  await looks(home, 'series');
  expect(await faults(home)).toEqual([]);
  await drawer.getByRole('button', { name: 'Postpone' }).click();
  await looks(home, 'series-postpone');
  expect(await faults(home)).toEqual([]);
  await home.keyboard.press('Escape');
  await drawer.getByRole('button', { name: 'Pause' }).click();
  await looks(home, 'series-pause');
  expect(await faults(home)).toEqual([]);
  await home.getByRole('button', { name: 'Pause', exact: true }).last().click();
  await expect(drawer.locator('[data-series=paused]')).toBeVisible();
  await looks(home, 'series-paused');
  expect(await faults(home)).toEqual([]);
  await drawer.getByRole('button', { name: /Change how it repeats/ }).click();
  await looks(home, 'series-editor');
  expect(await faults(home)).toEqual([]);
});
