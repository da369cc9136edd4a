/** The typed client of the page. It knows one origin, its own; /api/me stands for the signed-in user. */
import createClient from 'openapi-fetch';
import type { paths } from './schema';

export const api = createClient<paths>({ baseUrl: '/' });

/** The path parameter under which the server puts the user's id. */
export const ME = 'me';

/** A refusal of the backend, or of the way to it. `code` is stable, words for it are in messages/en.json. */
export class Refused extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
  ) {
    super(`${status} ${code}`);
  }
}

interface Outcome<T> {
  data?: T;
  error?: unknown;
  response: Response;
}

/** Turns every failure, the network's included, into Refused; `offline` is the code when nothing answered. */
export async function answerOf<T>(call: Promise<Outcome<T>>): Promise<T> {
  const outcome = await call.catch((cause: unknown) => {
    if (cause instanceof DOMException && cause.name === 'AbortError') throw cause;
    throw new Refused(0, 'offline');
  });
  if (outcome.response.ok) return outcome.data as T;
  const code = (outcome.error as { code?: unknown } | undefined)?.code;
  throw new Refused(outcome.response.status, typeof code === 'string' ? code : 'unknown');
}
