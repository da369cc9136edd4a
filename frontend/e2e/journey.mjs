/**
 * The whole path on a real platform: `node e2e/journey.mjs URL EMAIL PASSWORD OUTDIR`.
 * Two browsers sign in; one adds a repeating task and finishes it; both see its next one without a reload; the
 * history says who, through which door and why. Prints one JSON object; exit code 1 when anything was wrong:
 * a step, a page error, a policy violation, or a request to another origin.
 */
import { walk } from './walk.mjs';

const title = `Water the plants ${Date.now().toString(36)}`;

await walk(async ({ result, during, openPage, signIn, shoot }) => {
  const [first, second] = await Promise.all([openPage('first'), openPage('second')]);
  await during('sign in twice', async () => {
    await signIn(first);
    await signIn(second);
  });
  await shoot(first, 'tasks');

  await during('add a repeating task in the first, see it in the second', async () => {
    await first.getByLabel('New task').fill(title);
    await first.getByRole('button', { name: 'Repeat', exact: true }).click();
    await first.getByText('Daily', { exact: true }).click();
    await first.getByRole('button', { name: 'Done', exact: true }).last().click();
    const began = Date.now();
    await first.getByRole('button', { name: 'Add', exact: true }).click();
    await open(second).first().waitFor();
    result.milliseconds.added_in_second = Date.now() - began;
  });

  await during('finish it in the first, see the next one in both', async () => {
    const before = await open(first).first().getAttribute('data-task');
    const began = Date.now();
    await first.getByRole('checkbox', { name: `Finish “${title}”` }).click();
    const successor = (page) => page.locator(`section [data-task]:not([data-task="${before}"])`, { hasText: title });
    await Promise.all([
      successor(second).waitFor().then(() => (result.milliseconds.next_in_second = Date.now() - began)),
      successor(first).waitFor().then(() => (result.milliseconds.next_in_first = Date.now() - began)),
    ]);
    await first.getByText(/^Done\. Next: /).waitFor();
    const made = await successor(first).count();
    if (made !== 1) throw new Error(`${made} next ones instead of one`);
    result.successor = await successor(first).getAttribute('data-task');
  });
  await shoot(first, 'next');
  await shoot(second, 'next-in-second');

  await during('the history of the next one says who made it and why', async () => {
    await first.locator(`[data-task="${result.successor}"]`).getByRole('button').click();
    const entry = first.locator('[data-event="recurring_task_created"]');
    await entry.waitFor();
    result.history = (await entry.innerText()).split('\n')[0];
    if (!/Recurrence/.test(result.history)) throw new Error(`the history says: ${result.history}`);
  });
  await shoot(first, 'history');

  await during('the history of the finished one says that you did it', async () => {
    await first.keyboard.press('Escape');
    await first.locator('details summary').click();
    const row = first.locator('details [data-task]', { hasText: title });
    await row.getByRole('button').click();
    await first.locator('[data-event="task_completed"]').waitFor();
    await first.locator('[data-event="task_created"]').waitFor();
  });
  await shoot(first, 'history-of-finished');

  await during('a phone and the dark', async () => {
    const phone = await openPage('phone', { viewport: { width: 390, height: 844 }, colorScheme: 'dark' });
    await signIn(phone);
    await open(phone).first().waitFor();
    await shoot(phone, 'phone-dark');
  });
});

function open(page) {
  return page.locator('section [data-task]', { hasText: title });
}
