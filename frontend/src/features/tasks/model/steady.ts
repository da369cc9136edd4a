/**
 * Writes that ride over a short outage. Nobody knows whether a call that got no answer was carried out, so it is
 * sent again with the same key: the backend then answers what it did, or does it now.
 */
import { Refused } from '@/api-client/client';

const WAITS_MS = [300, 900, 2_500];

/** Codes with which nobody answered for the backend, or it could not reach its store. */
const UNCLEAR = new Set(['offline', 'backend_unreachable', 'store_unavailable']);

/** Random, also where the page is not a secure context (plain http to another machine has no randomUUID). */
export function newKey(): string {
  return [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}

type Wait = (ms: number) => Promise<void>;
const sleep: Wait = (ms) => new Promise((done) => setTimeout(done, ms));

export async function steadily<T>(call: (key: string) => Promise<T>, key = newKey(), wait: Wait = sleep): Promise<T> {
  for (const ms of WAITS_MS)
    try {
      return await call(key);
    } catch (error) {
      if (!(error instanceof Refused && UNCLEAR.has(error.code))) throw error;
      await wait(ms);
    }
  return call(key);
}

/** A key that stays the same while the same thing is asked for again, by hand, after a failure. */
export class KeyOfAttempt {
  private asked = '';
  private key = '';

  for(body: unknown): string {
    const asking = JSON.stringify(body);
    if (asking !== this.asked) this.key = newKey();
    this.asked = asking;
    return this.key;
  }

  /** It was done: the same words once more are something new. */
  settle(): void {
    this.asked = '';
  }
}
