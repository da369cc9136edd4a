import { expect, test } from 'vitest';
import { fresh, type Freshness } from './refresh';
import type { Session } from './session';

const NOW = 1_800_000_000_000;
const session = (left: number, refresh: string): Session => ({ sub: 'u', access: 'old', accessExp: NOW / 1000 + left, refresh });
const renewed = (s: Session): Freshness => ({ state: 'current', session: { ...s, access: 'new' }, renewed: true });

test('a token with time left is used as it is', async () => {
  const never = () => Promise.reject(new Error('asked'));
  expect(await fresh(session(31, 'a'), never, NOW)).toMatchObject({ renewed: false });
});

test('twenty at once, and those just after, cost one renewal', async () => {
  let calls = 0;
  const renew = async (s: Session) => {
    calls += 1;
    return renewed(s);
  };
  const stale = session(5, 'b');
  const all = await Promise.all(Array.from({ length: 20 }, () => fresh(stale, renew, NOW)));
  all.push(await fresh(stale, renew, NOW));
  expect(calls).toBe(1);
  expect(all.every((outcome) => outcome.state === 'current' && outcome.session.access === 'new')).toBe(true);
});

test('a refusal ends the session', async () => {
  expect(await fresh(session(-1, 'c'), async () => ({ state: 'ended' }), NOW)).toEqual({ state: 'ended' });
});

test('an unreachable backend ends nothing: the old token serves while it lasts', async () => {
  const away = async (): Promise<Freshness> => ({ state: 'unavailable' });
  expect(await fresh(session(10, 'd'), away, NOW)).toMatchObject({ state: 'current', renewed: false });
  expect(await fresh(session(-10, 'e'), away, NOW)).toEqual({ state: 'unavailable' });
});
