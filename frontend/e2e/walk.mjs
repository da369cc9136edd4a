/**
 * What every journey over a real platform is made of: `node e2e/<journey>.mjs URL EMAIL PASSWORD OUTDIR`.
 * Prints one JSON object; exit code 1 when a step failed, or on a page error, a policy violation, a 404 or a request
 * to another origin.
 */
import { mkdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { chromium } from '@playwright/test';
import { ARGS, executablePath } from './chromium.mjs';

/** How long anything on a page may take to appear. */
export const LONGEST_MS = 15_000;

/** Run `steps({ result, during, openPage, signIn, shoot })` in one browser, say what came of it, and end the process. */
export async function walk(steps, contextOptions = {}) {
  const [script, url, email, password, outdir] = process.argv.slice(1);
  if (!outdir) {
    process.stderr.write(`usage: node e2e/${basename(script)} URL EMAIL PASSWORD OUTDIR\n`);
    process.exit(2);
  }
  mkdirSync(outdir, { recursive: true });
  const result = { ok: false, steps: [], wrongs: [], milliseconds: {}, screenshots: [] };
  const browser = await chromium.launch({ executablePath: await executablePath(), args: ARGS });
  let step = 'start';

  async function during(name, run) {
    step = name;
    const began = Date.now();
    await run();
    result.steps.push({ name, milliseconds: Date.now() - began });
  }

  async function openPage(name, options = {}) {
    const context = await browser.newContext({ baseURL: url, viewport: { width: 1280, height: 800 }, ...contextOptions, ...options });
    context.setDefaultTimeout(LONGEST_MS);
    const page = await context.newPage();
    const wrong = (text) => result.wrongs.push(`${name}: ${text}`);
    await page.addInitScript(() =>
      addEventListener('securitypolicyviolation', (event) => console.error(`POLICY ${event.violatedDirective} ${event.blockedURI}`)),
    );
    page.on('pageerror', (error) => wrong(`page error: ${error.message}`));
    page.on('response', (answer) => answer.status() === 404 && wrong(`asked for what is not there: ${answer.url()}`));
    page.on('console', (message) => message.text().startsWith('POLICY') && wrong(message.text()));
    page.on('request', (request) => {
      const { protocol, origin } = new URL(request.url());
      if (!['data:', 'blob:'].includes(protocol) && origin !== new URL(url).origin) wrong(`foreign request: ${request.url()}`);
    });
    return page;
  }

  async function signIn(page) {
    await page.goto('/sign-in');
    await page.getByLabel('E-mail').fill(email);
    await page.getByLabel('Password').fill(password);
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.locator('main[data-ready]').waitFor();
  }

  async function shoot(page, name) {
    const path = join(outdir, `${name}.png`);
    await page.evaluate(() => Promise.all(document.getAnimations().map((animation) => animation.finished.catch(() => undefined))));
    await page.screenshot({ path });
    result.screenshots.push(path);
  }

  try {
    await steps({ result, during, openPage, signIn, shoot });
    result.ok = result.wrongs.length === 0;
  } catch (error) {
    result.wrongs.push(`${step}: ${String(error?.message ?? error).split('\n').slice(0, 4).join(' ')}`);
    for (const [n, page] of browser.contexts().flatMap((context) => context.pages()).entries())
      await shoot(page, `failed-${n}`).catch(() => undefined);
  } finally {
    // One by one first: a browser that is closed at once leaves what it recorded without its end.
    await Promise.all(browser.contexts().map((context) => context.close()));
    await browser.close();
  }
  process.stdout.write(JSON.stringify(result, null, 2) + '\n');
  process.exit(result.ok ? 0 : 1);
}
