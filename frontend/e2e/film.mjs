/**
 * The demo that films itself: `node e2e/film.mjs URL EMAIL PASSWORD OUTDIR` signs EMAIL up on a real platform and leaves
 * OUTDIR/demo.webm. Nothing is cut: what the film shows is what was waited for. Prints one JSON object; exit code 1 when
 * a step failed. Playwright looks for its ffmpeg below PLAYWRIGHT_BROWSERS_PATH (`make demo` sees to it).
 */
import { renameSync } from 'node:fs';
import { join } from 'node:path';
import { staged } from './stage.mjs';
import { walk } from './walk.mjs';

const ZONE = 'Europe/Berlin';
const SIZE = { width: 1440, height: 810 };
/** The reminder comes at a full minute; the film begins so long before it that everything else fits between. */
const REMINDER_AFTER_MS = 79_000;
/** A film that runs beside other work; the goal of one second is for `make bench`. */
const MOST_LATE_MS = 5_000;
const [email, password, outdir] = process.argv.slice(3);
const RENT = 'Pay the rent';
const PLANTS = 'water the plants';
const BREAD = 'take the bread out';

await walk(async ({ result, during, openPage }) => {
  const remindAt = await fullMinuteAhead();
  const page = await openPage('film', { viewport: SIZE, colorScheme: 'light', recordVideo: { dir: outdir, size: SIZE } });
  const { hold, caption, pointAt, click, type } = staged(page);
  const button = (name) => page.getByRole('button', { name, exact: true });
  const rows = (title) => page.locator('main section [data-task]', { hasText: title });
  const began = Date.now();

  await during('the title', async () => {
    await page.goto('/sign-up');
    await caption('Tasks that come back on the right day', 'Nothing here is staged but these captions: real PostgreSQL, real Kafka, a real Dapr sidecar beside every service.', { whole: true });
    await hold(4.5);
  });

  await during('sign up', async () => {
    await caption('1 · Sign up', 'Somebody new. The days begin in the time zone of the browser.');
    await type(page.getByLabel('Your name'), 'Mia');
    await type(page.getByLabel('E-mail'), email);
    await type(page.getByLabel('Password'), password);
    await click(button('Create account'));
    await page.locator('main[data-ready]').waitFor();
  });

  await during('quick add: a task for the last day of each month', async () => {
    await caption('2 · Quick add', 'The rent: each month, on its last day. February has one, too.');
    await hold(1);
    await type(page.getByLabel('New task'), RENT);
    await click(button('Repeat'));
    await click(page.getByText('Monthly', { exact: true }));
    await click(page.getByText('On the last day', { exact: true }));
    await page.locator('[aria-labelledby=next-dates] li').nth(4).waitFor();
    await hold(2);
    await click(button('Done').last());
    await click(button('Add'));
    await rows(RENT).waitFor();
  });

  await during('finish it: the next one appears by itself', async () => {
    const first = await rows(RENT).getAttribute('data-task');
    await caption('3 · Finish it', 'One click marks it done. The next one is made by another service, which hears of it through Kafka.');
    await hold(2.5);
    await click(page.getByRole('checkbox', { name: `Finish “${RENT}”` }));
    const next = page.locator(`main section [data-task]:not([data-task="${first}"])`, { hasText: RENT });
    await next.waitFor();
    await page.getByText(/^Done\. Next: /).waitFor();
    if ((await next.count()) !== 1) throw new Error(`${await next.count()} next ones instead of one`);
    result.successor = await next.getAttribute('data-task');
    await caption('There it is', 'Live: nobody has reloaded the page.');
    await hold(3.5);
  });

  await during('the history of the next one says who made it, and why', async () => {
    await caption('4 · Who did that?', 'Every change is kept with who made it, through which door, and what caused it.');
    await click(page.locator(`main [data-task="${result.successor}"]`).getByRole('button'));
    const entry = page.locator('[data-event="recurring_task_created"]');
    await pointAt(entry);
    result.history = (await entry.innerText()).split('\n')[0];
    if (!/Recurrence .*because the one before was finished/.test(result.history)) throw new Error(`the history says: ${result.history}`);
    await hold(4);
    await page.keyboard.press('Escape');
  });

  const conversation = page.getByRole('log');
  async function say(line) {
    await page.locator('[role=log][aria-busy=false]').waitFor();
    await page.getByLabel('Your line').pressSequentially(line, { delay: 42 });
    await page.keyboard.press('Enter');
  }

  await during('the chat: a reminder, and a task that repeats', async () => {
    await caption('5 · Or say it', 'The chat understands plain lines, without any key or outside model.');
    await hold(1.5);
    await click(button('Chat'));
    await say(`remind me to ${BREAD} at ${clockOf(remindAt)}`);
    await rows(BREAD).waitFor();
    await say(`add ${PLANTS} every 3 days after completion`);
    await conversation.locator('[data-card=add_task]', { hasText: PLANTS }).waitFor();
    await rows(PLANTS).waitFor();
    await hold(1);
  });

  const plants = await rows(PLANTS).getAttribute('data-task');
  const following = page.locator(`main section [data-task]:not([data-task="${plants}"])`, { hasText: PLANTS });

  await during('finish it by the chat, and take that back', async () => {
    await caption('6 · Done, by a line', 'The same rules through every door: three days from today, the next one comes.');
    await say('I watered the plants');
    await conversation.locator('[data-card=complete_task]', { hasText: PLANTS }).waitFor();
    await following.waitFor();
    await hold(3.5);
    await caption('7 · Undo', 'Too soon? The next one goes, and the first is open again.');
    await say('undo');
    await following.waitFor({ state: 'detached' });
    await page.locator(`main section [data-task="${plants}"] [role=checkbox][aria-checked=false]`).waitFor();
    await hold(3.5);
    await page.getByLabel('Your line').press('Escape');
  });

  await during('the reminder comes at its minute', async () => {
    await caption('8 · A reminder', `It was asked for in the chat, for ${clockOf(remindAt)}. Wait for it …`);
    const toast = page.locator('[data-toast^="reminder:"]', { hasText: BREAD });
    await toast.waitFor({ timeout: Math.max(0, remindAt - Date.now()) + MOST_LATE_MS });
    result.milliseconds.reminder_late = Date.now() - remindAt;
    if (result.milliseconds.reminder_late < 0) throw new Error('the reminder came before its time');
    await caption('8 · A reminder', 'Here it is, and beneath the bell. E-mail, webhooks and web push are other ways.');
    await hold(1.5);
    await click(page.getByRole('button', { name: /^Notifications, / }));
    await page.locator('[data-notice]', { hasText: BREAD }).waitFor();
    await hold(3);
    await page.keyboard.press('Escape');
  });

  await during('the end', async () => {
    await caption('make run', 'starts all of this on your machine.\nmake demo filmed it, and would have failed had anything not come.', { whole: true });
    await hold(4);
  });

  result.seconds = Math.round((Date.now() - began) / 1_000);
  const film = page.video();
  await page.context().close();
  renameSync(await film.path(), join(outdir, 'demo.webm'));
}, { timezoneId: ZONE });

/** Wait until a full minute is so far ahead as the film wants its reminder to be, and return it in milliseconds. */
async function fullMinuteAhead() {
  const wait = (60_000 - ((Date.now() + REMINDER_AFTER_MS) % 60_000)) % 60_000;
  await new Promise((resolve) => setTimeout(resolve, wait));
  return Math.round((Date.now() + REMINDER_AFTER_MS) / 60_000) * 60_000;
}

/** As a person says it. After midnight, that is tomorrow's. */
function clockOf(instant) {
  const day = (at) => new Intl.DateTimeFormat('sv-SE', { timeZone: ZONE }).format(at);
  const clock = new Intl.DateTimeFormat('en-GB', { timeZone: ZONE, hour: '2-digit', minute: '2-digit' }).format(instant);
  return day(instant) === day(Date.now()) ? clock : `${clock} tomorrow`;
}
