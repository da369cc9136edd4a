/** The first paint stays small: what opens on demand is loaded on demand. */
import { expect, test } from './fixture';

const LIMIT_KB = 145;

test('scripts of the task page, as served', async ({ home, request, baseURL }) => {
  const html = (await (await home.request.get('/')).text()).replace(/<script[^>]*noModule[^>]*>/gi, '');
  const paths = new Set([...html.matchAll(/(?:src|href)="(\/_next\/static\/[^"]+\.js)"/g)].map(([, path]) => path));
  expect(paths.size).toBeGreaterThan(3);
  let bytes = 0;
  for (const path of paths) {
    const answer = await request.head(`${baseURL}${path}`, { headers: { 'accept-encoding': 'br' } });
    expect(answer.headers()['content-encoding']).toBe('br');
    bytes += Number(answer.headers()['content-length']);
  }
  console.log(`scripts of the task page: ${(bytes / 1000).toFixed(1)} kB`);
  expect(bytes / 1000).toBeLessThan(LIMIT_KB);
});
