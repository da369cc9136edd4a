/** The chat of the page: what it does is in the list at once, it can be stopped, retried, undone, and gone on with. */
import { addTask, expect, faults, ready, test } from './fixture';
import type { Page } from '@playwright/test';

async function openChat(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Chat', exact: true }).click();
  await expect(page.getByLabel('Your line')).toBeFocused();
}

/** While an answer is being given, a line waits in the field. */
async function say(page: Page, line: string): Promise<void> {
  await expect(page.getByLabel('Conversation')).toHaveAttribute('aria-busy', 'false');
  await page.getByLabel('Your line').fill(line);
  await page.keyboard.press('Enter');
}

test('add, list, finish, undo: the same tasks as in the list @looks', async ({ home, looks }) => {
  await openChat(home);
  await looks(home, 'chat-empty');
  expect(await faults(home)).toEqual([]);
  await say(home, 'add water the plants every 3 days after completion');
  const card = home.locator('[data-card=add_task]');
  await expect(card).toContainText('water the plants');
  await expect(home.locator('main [data-task]', { hasText: 'water the plants' })).toHaveCount(1);
  await say(home, 'what is due today');
  await expect(home.locator('[data-rows=tasks]')).toContainText('water the plants');
  await say(home, 'done with water the plants');
  await expect(home.locator('[data-card=complete_task]')).toContainText('Done');
  await expect(home.getByLabel('Conversation').getByText('Done: “water the plants”.')).toBeVisible();
  await looks(home, 'chat');
  expect(await faults(home)).toEqual([]);
  await card.getByRole('button', { name: 'Undo' }).click();
  await expect(card).toContainText('Taken back');
  await say(home, 'sing me a song');
  await expect(home.getByText('I did not understand that, and nothing was changed.')).toBeVisible();
});

test('an act that changed nothing is not headed as done', async ({ home }) => {
  await addTask(home, 'Water the plants');
  await openChat(home);
  await say(home, 'pause water the plants');
  const card = home.locator('[data-card=pause_series]');
  await expect(card).toContainText('Nothing was changed');
  await expect(card.getByRole('button', { name: 'Undo' })).toHaveCount(0);
  await expect(card.getByText('Paused', { exact: true })).toHaveCount(0);
});

test('a question is answered by a row, and goes on after a reload @looks', async ({ home, looks }) => {
  await addTask(home, 'Call father');
  await addTask(home, 'Call the bank');
  await openChat(home);
  await say(home, 'done with call');
  await expect(home.locator('[data-rows=which] button')).toHaveCount(2);
  await looks(home, 'chat-which');
  expect(await faults(home)).toEqual([]);
  await home.locator('[data-rows=which] button').first().click();
  await expect(home.getByLabel('Conversation').locator('p', { hasText: /^1$/ })).toBeVisible();
  await expect(home.getByText('I did not understand that, and nothing was changed.')).toBeVisible(); // it has ended: a line goes only then
  await say(home, 'delete call father');
  await expect(home.locator('[data-card=sure]').getByRole('button')).toHaveText(['Keep it', 'Only this one', 'Delete series']);
  await looks(home, 'chat-sure');
  expect(await faults(home)).toEqual([]);
  await home.reload();
  await ready(home);
  await openChat(home);
  await expect(home.locator('[data-card=sure]')).toContainText('Call father');
  await home.getByRole('button', { name: 'New chat' }).click();
  await expect(home.getByText('Say it in a line.')).toBeVisible();
  await home.keyboard.press('Escape');
  await expect(home.getByRole('button', { name: 'Chat', exact: true })).toBeFocused();
});

test('stop leaves no card at work, a broken answer says so and is asked for again', async ({ home, person }) => {
  await openChat(home);
  await person.mode({ chat: 'slow' });
  await say(home, 'add one');
  await expect(home.getByText('Working…')).toBeVisible();
  await home.getByRole('button', { name: 'Stop' }).click();
  await expect(home.getByText('Stopped. What was under way may have been done')).toBeVisible();
  await expect(home.getByText('Working…')).toHaveCount(0);
  await person.mode({ chat: 'break' });
  await say(home, 'add two');
  await expect(home.getByText('The answer broke off.')).toBeVisible();
  await person.mode({ chat: 'down' });
  await home.getByRole('button', { name: 'Try again' }).click();
  await expect(home.getByText('The chat can\'t be reached right now.')).toBeVisible();
  await person.mode({});
  await home.getByRole('button', { name: 'Try again' }).click();
  await expect(home.locator('[data-card=add_task]').last()).toContainText('two');
  await expect(home.getByRole('button', { name: 'Try again' })).toHaveCount(0);
});
