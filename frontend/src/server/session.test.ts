import { expect, test } from 'vitest';
import { open, seal, sessionFrom, type Session } from './session';
import type { SessionKeys } from './settings';

const key: SessionKeys = [new Uint8Array(32).fill(7)];
const other: SessionKeys = [new Uint8Array(32).fill(8)];
const session: Session = { sub: 'user', access: 'token', accessExp: 1_800_000_000, refresh: 'again' };

test('what was sealed opens with the same key, and hides what is in it', async () => {
  const sealed = await seal(session, key);
  expect(await open(sealed, key)).toEqual(session);
  expect(sealed).not.toContain(Buffer.from('token').toString('base64url'));
  expect(sealed.length).toBeLessThan(3_500); // a browser keeps 4,096 bytes
});

test('another key, a changed byte, rubbish, nothing: all are no session', async () => {
  const sealed = await seal(session, key);
  const at = sealed.length - 30;
  const changed = sealed.slice(0, at) + (sealed[at] === 'A' ? 'B' : 'A') + sealed.slice(at + 1);
  expect(await open(sealed, other)).toBeNull();
  for (const wrong of [changed, 'rubbish', '', undefined]) expect(await open(wrong, key)).toBeNull();
});

test('the first of several keys seals, and each opens', async () => {
  const old = await seal(session, key);
  const both: SessionKeys = [...other, ...key];
  expect(await open(old, both)).toEqual(session);
  expect(await open(await seal(session, both), other)).toEqual(session);
  expect(await open(await seal(session, both), key)).toBeNull();
});

test('a token sealed without its parts is no session', async () => {
  expect(await open(await seal({ sub: 'user' } as Session, key), key)).toBeNull();
});

test('the end of the access token is kept in seconds', () => {
  const answer = { access_token: 'a', refresh_token: 'r', expires_in: 600 };
  expect(sessionFrom(answer, 'u', 1000.7).accessExp).toBe(1600);
});
