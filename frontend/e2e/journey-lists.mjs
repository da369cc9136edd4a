/**
 * Lists and what is paused on a real platform: `node e2e/journey-lists.mjs URL EMAIL PASSWORD OUTDIR`.
 * Prints one JSON object; exit code 1 when a step failed, or on a page error, a policy violation or a foreign request.
 */
import { walk } from './walk.mjs';

const mark = Date.now().toString(36);
const flat = `Flat ${mark}`;
const rent = `pay rent ${mark}`;
const paint = `Paint the door ${mark}`;

await walk(async ({ result, during, openPage, signIn, shoot }) => {
  const page = await openPage('desktop', { colorScheme: 'light' });
  const other = await openPage('other', { colorScheme: 'dark' });
  await during('sign in, twice', async () => {
    await signIn(page);
    await signIn(other);
  });

  await during('make a list; the other browser hears of it', async () => {
    await page.getByRole('button', { name: /^(Make a list|Edit lists)$/ }).click();
    await page.getByRole('textbox', { name: 'New list' }).fill(flat);
    await page.getByRole('button', { name: 'Make', exact: true }).click();
    await page.getByRole('textbox', { name: `Name of “${flat}”` }).waitFor();
    await shoot(page, 'panel');
    await page.keyboard.press('Escape');
    await chip(other, flat).waitFor();
  });

  await during('what is added is in the list that is shown', async () => {
    await page.getByLabel('New task').fill(paint);
    await page.getByRole('button', { name: 'Add', exact: true }).click();
    await row(page, paint).waitFor();
    await chip(other, 'No list').click();
    await row(other, paint).waitFor({ state: 'detached' });
    await chip(other, flat).click();
    await row(other, paint).waitFor();
    await shoot(other, 'filtered');
  });

  await during('a line of the chat puts a repeating task into it, and its successor is there, too', async () => {
    await page.getByRole('button', { name: 'Chat', exact: true }).click();
    await say(page, `add ${rent} every day starting today`);
    await page.locator('[data-card=add_task]', { hasText: rent }).waitFor();
    await say(page, `move ${rent} to ${flat}`);
    await page.locator('[data-card=move_to_list]', { hasText: rent }).waitFor();
    await row(other, rent).waitFor();
    await say(page, `put ${rent} into the list ${flat}`);
    await page.locator('[data-card=move_to_list]', { hasText: 'Nothing was changed' }).waitFor();
    await shoot(page, 'chat');
    await say(page, `show list ${flat}`);
    await page.locator('[data-rows=tasks]', { hasText: rent }).waitFor();
    const before = await row(page, rent).getAttribute('data-task');
    await say(page, `done with ${rent}`);
    await page.locator('[data-card=complete_task]', { hasText: rent }).waitFor();
    for (const one of [page, other]) await one.locator(`main section [data-task]:not([data-task="${before}"])`, { hasText: rent }).waitFor();
    result.successor = await row(other, rent).getAttribute('data-task');
    await page.getByRole('button', { name: 'Close the chat' }).click();
  });

  await during('paused, it says so, stands below the list, and goes on from there', async () => {
    await row(page, rent).getByRole('button').click();
    const details = page.getByRole('dialog');
    await details.getByText(/made this one, the next in the series/).waitFor();
    await details.getByRole('button', { name: 'Pause', exact: true }).click();
    await page.getByRole('button', { name: 'Pause', exact: true }).last().click();
    await details.locator('[data-series=paused]').waitFor();
    await details.getByRole('button', { name: 'Close', exact: true }).click();
    await row(page, rent).getByText('paused', { exact: true }).waitFor();
    await other.getByText('Paused (1)').click();
    await shoot(other, 'paused');
    await other.getByRole('button', { name: `Resume “${rent}”` }).click();
    await page.getByText('Paused (1)').waitFor({ state: 'detached' });
  });

  await during('delete the list: its tasks stay; undo brings it back', async () => {
    await page.getByRole('button', { name: 'Edit lists' }).click();
    await page.getByRole('button', { name: `Delete “${flat}”` }).click();
    await page.getByRole('textbox', { name: `Name of “${flat}”` }).waitFor({ state: 'detached' });
    await page.keyboard.press('Escape');
    await row(page, paint).waitFor();
    await chip(other, flat).waitFor({ state: 'detached' });
    await page.locator('[data-toast=lists]').getByRole('button', { name: 'Undo' }).click();
    await chip(page, flat).click();
    await row(page, paint).waitFor();
    await shoot(page, 'back');
  });
});

function chip(page, name) {
  return page.getByRole('navigation', { name: 'Lists' }).getByRole('button', { name, exact: true });
}

async function say(page, line) {
  await page.locator('[role=log][aria-busy=false]').waitFor();
  await page.getByLabel('Your line').fill(line);
  await page.keyboard.press('Enter');
}

function row(page, title) {
  return page.locator('main section [data-task]', { hasText: title }).first();
}
