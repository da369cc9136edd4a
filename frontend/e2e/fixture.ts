/** What every browser test gets: a page that may break no policy, a person of its own, and a look at the scripted backend. */
import { test as base, expect, type BrowserContext, type Page } from '@playwright/test';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

const axeSource = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

export interface Person {
  readonly email: string;
  readonly password: string;
  /** How the scripted backend behaves for this person from now on. */
  mode(mode: Record<string, unknown>): Promise<void>;
  facts(): Promise<{ refreshes: number; streams: number }>;
}

/** Fails the test on page errors, policy violations and requests to foreign origins. */
export async function watched(context: BrowserContext, baseURL: string, wrongs: string[]): Promise<Page> {
  const page = await context.newPage();
  await page.addInitScript(() => {
    addEventListener('securitypolicyviolation', (event) => {
      console.error(`POLICY ${event.violatedDirective} ${event.blockedURI} ${event.sourceFile}:${event.lineNumber}`);
    });
  });
  page.on('pageerror', (error) => wrongs.push(`page error: ${error.message}`));
  page.on('console', (message) => {
    if (message.text().startsWith('POLICY')) wrongs.push(message.text());
    else if (message.type() === 'error' && /hydrat|did not match|React/i.test(message.text())) wrongs.push(message.text());
  });
  page.on('request', (request) => {
    const { origin, protocol } = new URL(request.url());
    if (protocol !== 'data:' && protocol !== 'blob:' && origin !== new URL(baseURL).origin) wrongs.push(`foreign request: ${request.url()}`);
  });
  return page;
}

export async function signIn(page: Page, person: Person): Promise<void> {
  await page.goto('/sign-in');
  await fillIn(page, person);
}

/** Signs in on the form that is there. */
export async function fillIn(page: Page, person: Person): Promise<void> {
  await page.getByLabel('E-mail').fill(person.email);
  await page.getByLabel('Password').fill(person.password);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await ready(page);
}

/** The task page is there and its script has taken over. */
export async function ready(page: Page): Promise<void> {
  await expect(page.locator('main[data-ready]')).toBeVisible();
}

export async function addTask(page: Page, title: string): Promise<void> {
  await page.getByLabel('New task').fill(title);
  await page.getByRole('button', { name: 'Add', exact: true }).click();
  await expect(page.locator('main [data-task]', { hasText: title })).toBeVisible();
}

/** Accessibility faults that axe finds on the page as it is now. */
export async function faults(page: Page): Promise<string[]> {
  await page.evaluate(axeSource);
  const found = await page.evaluate(() => (globalThis as unknown as { axe: { run(): Promise<{ violations: { id: string; nodes: { html: string }[] }[] }> } }).axe.run());
  return found.violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 120)).join(' | ')}`);
}

let count = 0;

export const test = base.extend<{ wrongs: string[]; person: Person; home: Page; looks: (page: Page, name: string) => Promise<void> }>({
  wrongs: async ({}, use) => {
    const wrongs: string[] = [];
    await use(wrongs);
    expect(wrongs).toEqual([]);
  },
  person: async ({ request, baseURL }, use, info) => {
    const email = `ada-${process.pid}-${(count += 1)}@example.org`;
    const password = 'correct horse battery';
    const made = await request.post(`${baseURL}/session`, {
      data: { act: 'sign-up', email, password, name: 'Ada', time_zone: 'Europe/Berlin' },
    });
    expect(made.status()).toBe(201);
    const control = `${(info.config.metadata as { dapr: string }).dapr}/control/${encodeURIComponent(email)}`;
    await use({
      email,
      password,
      mode: async (mode) => void (await fetch(control, { method: 'PUT', body: JSON.stringify(mode) })),
      facts: async () => (await (await fetch(control)).json()) as { refreshes: number; streams: number },
    });
  },
  home: async ({ browser, person, baseURL, wrongs, viewport, colorScheme, isMobile, hasTouch, userAgent, deviceScaleFactor, timezoneId }, use) => {
    const context = await browser.newContext({ baseURL, viewport, colorScheme, isMobile, hasTouch, userAgent, deviceScaleFactor, timezoneId });
    const page = await watched(context, baseURL ?? '', wrongs);
    await signIn(page, person);
    await use(page);
    await context.close();
  },
  looks: async ({}, use, info) => {
    await use(async (page, name) => {
      await page.evaluate(() => Promise.all(document.getAnimations().map((animation) => animation.finished.catch(() => undefined))));
      await page.screenshot({ path: `e2e/shots/${info.project.name}-${name}.png` });
    });
  },
});

export { expect };
