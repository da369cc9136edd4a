/** The session, as a browser and as an attacker see it. */
import { expect, fillIn, signIn, test } from './fixture';

test('the cookie is httpOnly, secure, host-bound, and sealed', async ({ home, person }) => {
  const [cookie, ...others] = await home.context().cookies();
  expect(others).toEqual([]);
  expect(cookie).toMatchObject({ name: '__Host-session', httpOnly: true, secure: true, sameSite: 'Lax', path: '/' });
  expect(cookie?.value.startsWith('eyJhbGciOiJkaXIi')).toBe(true); // {"alg":"dir", …
  expect(await home.evaluate(() => document.cookie)).toBe('');
  expect(await home.content()).not.toContain(person.password);
});

test('twenty calls with a stale token cost one refresh', async ({ home, person }) => {
  await person.mode({ short: true });
  await home.getByRole('button', { name: 'Sign out' }).click();
  await expect(home.getByRole('heading', { name: 'Sign in' })).toBeVisible();
  await signIn(home, person);
  await person.mode({});
  const before = (await person.facts()).refreshes;
  const statuses = await home.evaluate(() =>
    Promise.all(Array.from({ length: 20 }, () => fetch('/api/me').then((answer) => answer.status))),
  );
  expect(new Set(statuses)).toEqual(new Set([200]));
  expect((await person.facts()).refreshes - before).toBeLessThanOrEqual(1);
});

test('a session that ended elsewhere leads to signing in, and does not go in circles', async ({ home, person }) => {
  await person.mode({ ended: true });
  // Not a reload: it may come between the end of the cookie and the page's own leaving, and then knows of no session.
  const act = async () => {
    await home.getByLabel('New task').fill('one more', { timeout: 2_000 });
    await home.keyboard.press('Enter');
  };
  await act().catch(() => undefined); // or the page has left by itself already
  await expect(home.getByText('You were signed out.')).toBeVisible();
  await person.mode({});
  await fillIn(home, person);
});

test('refused: other paths, other origins, forged headers', async ({ home, request, baseURL }) => {
  const status = (path: string, init: RequestInit = {}) =>
    home.evaluate(async ([p, i]) => (await fetch(p as string, i as RequestInit)).status, [path, init] as const);
  expect(await status('/api/auth/refresh', { method: 'POST' })).toBe(404);
  expect(await status('/api/00000000-0000-0000-0000-000000000000/tasks')).toBe(404);
  expect(await status('/api/me/..%2f..%2fapi/auth/refresh')).toBe(404);
  expect(await status('/api/me/tasks/%2e%2e/x')).not.toBe(200);
  for (const [name, value] of [['sec-fetch-site', 'cross-site'], ['origin', 'https://evil.example'], ['origin', 'null']] as const)
    for (const path of ['/api/me/tasks', '/session'])
      expect((await request.post(baseURL + path, { headers: { [name]: value }, data: {} })).status()).toBe(403);
  const forged = await request.get(`${baseURL}/api/me`, { headers: { 'x-access-token': 'a.b', 'x-user-id': 'x', cookie: '' } });
  expect(forged.status()).toBe(401);
});

test('a form sent before the script has loaded signs in all the same', async ({ browser, baseURL, person }) => {
  const context = await browser.newContext({ baseURL, javaScriptEnabled: false });
  const page = await context.newPage();
  await page.goto('/sign-in');
  await page.getByLabel('E-mail').fill(person.email);
  await page.getByLabel('Password').fill('wrong');
  await page.getByRole('button', { name: 'Sign in' }).click();
  await expect(page.getByText('do not belong together')).toBeVisible();
  await page.getByLabel('E-mail').fill(person.email);
  await page.getByLabel('Password').fill(person.password);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await expect(page).toHaveURL(`${baseURL}/`);
  await expect(page.getByRole('heading', { name: 'Tasks' })).toBeVisible();
  await context.close();
});
