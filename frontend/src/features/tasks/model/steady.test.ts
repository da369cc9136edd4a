import { expect, test } from 'vitest';
import { Refused } from '@/api-client/client';
import { KeyOfAttempt, steadily } from './steady';

const atOnce = async () => undefined;

test('an outage is ridden over with one and the same key', async () => {
  const keys: string[] = [];
  const call = async (key: string) => {
    keys.push(key);
    if (keys.length < 3) throw new Refused(503, 'backend_unreachable');
    return 'done';
  };
  expect(await steadily(call, undefined, atOnce)).toBe('done');
  expect(keys.length).toBe(3);
  expect(new Set(keys).size).toBe(1);
});

test.each(['stale_etag', 'internal_error', 'signed_out'])('%s is an answer, and is not asked for again', async (code) => {
  let calls = 0;
  const call = async () => {
    calls += 1;
    throw new Refused(400, code);
  };
  await expect(steadily(call, undefined, atOnce)).rejects.toThrow(code);
  expect(calls).toBe(1);
});

test('it gives up in the end, and says what it was', async () => {
  let calls = 0;
  const call = async () => {
    calls += 1;
    throw new Refused(0, 'offline');
  };
  await expect(steadily(call, undefined, atOnce)).rejects.toThrow('offline');
  expect(calls).toBe(4);
});

test('the same attempt by hand keeps its key, another one does not', () => {
  const keys = new KeyOfAttempt();
  const first = keys.for({ title: 'a' });
  expect(keys.for({ title: 'a' })).toBe(first);
  expect(keys.for({ title: 'b' })).not.toBe(first);
  const second = keys.for({ title: 'c' });
  keys.settle();
  expect(keys.for({ title: 'c' })).not.toBe(second);
});
