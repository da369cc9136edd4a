/**
 * Renewal of the access token, in one place and once: parallel requests with the same stale token share one
 * call, and those that arrive up to 30 s later still get its answer (the browser may not have the new cookie yet).
 */
import { postJson } from './backend';
import { sessionFrom, type Session, type TokenAnswer } from './session';

/** Renew when the token has less than this many seconds to live. */
const MARGIN = 30;
const KEEP_MS = 30_000;

export type Freshness =
  | { readonly state: 'current'; readonly session: Session; readonly renewed: boolean }
  | { readonly state: 'ended' }
  /** The token is over and the backend could not be asked: not the user's fault, so not a sign-out. */
  | { readonly state: 'unavailable' };

type Renew = (session: Session) => Promise<Freshness>;

const flights: Map<string, Promise<Freshness>> = ((globalThis as Record<string, unknown>).__sessionFlights ??=
  new Map()) as Map<string, Promise<Freshness>>;

export async function fresh(session: Session, renew: Renew = renewAtBackend, now = Date.now()): Promise<Freshness> {
  const left = session.accessExp - now / 1000;
  if (left > MARGIN) return { state: 'current', session, renewed: false };
  let flight = flights.get(session.refresh);
  if (!flight) {
    flight = renew(session);
    flights.set(session.refresh, flight);
    void flight.then((outcome) => {
      const keep = outcome.state === 'unavailable' ? 0 : KEEP_MS;
      setTimeout(() => flights.delete(session.refresh), keep).unref?.();
    });
  }
  const outcome = await flight;
  if (outcome.state === 'unavailable' && left > 0) return { state: 'current', session, renewed: false };
  return outcome;
}

async function renewAtBackend(session: Session): Promise<Freshness> {
  try {
    const answer = await postJson('/api/auth/refresh', { refresh_token: session.refresh });
    if (answer.ok) {
      const tokens = (await answer.json()) as TokenAnswer;
      return { state: 'current', session: sessionFrom(tokens, session.sub, Date.now() / 1000), renewed: true };
    }
    return { state: [400, 401, 403, 422].includes(answer.status) ? 'ended' : 'unavailable' };
  } catch {
    return { state: 'unavailable' };
  }
}
