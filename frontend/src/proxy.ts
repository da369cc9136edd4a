/**
 * Runs before every page and every call: refuses foreign writes (CSRF), opens and renews the session, and gives
 * each page its own nonce. It is the only place that renews tokens, because server components cannot set cookies.
 */
import { randomBytes } from 'node:crypto';
import { NextResponse, type NextRequest } from 'next/server';
import { problem } from './server/problem';
import { fresh, type Freshness } from './server/refresh';
import { cookieFlags, cookieName, open, seal, SESSION_DAYS } from './server/session';
import { settings } from './server/settings';

export const config = { matcher: ['/((?!_next/static|health/|icon.svg|favicon.ico).*)'] };

/** Headers that only this file may set: what a browser sends under these names is dropped. */
const OURS = ['x-access-token', 'x-user-id', 'x-session-state', 'x-nonce'];

export default async function proxy(request: NextRequest): Promise<Response> {
  const { pathname } = request.nextUrl;
  const headers = new Headers(request.headers);
  if (isForeignWrite(request.method, headers)) return problem('csrf');
  for (const name of OURS) headers.delete(name);

  const { development } = settings();
  const name = cookieName(development);
  const sealed = request.cookies.get(name)?.value;
  const session = await open(sealed);
  // The session's own route reads and sets the cookie by itself.
  const outcome: Freshness | null = session && pathname !== '/session' ? await fresh(session) : null;
  if (outcome?.state === 'current') {
    headers.set('x-access-token', outcome.session.access);
    headers.set('x-user-id', outcome.session.sub);
  } else if (outcome?.state === 'unavailable') headers.set('x-session-state', 'unavailable');

  const page = !pathname.startsWith('/api/') && pathname !== '/session';
  const nonce = randomBytes(16).toString('base64');
  const policy = contentSecurityPolicy(nonce);
  if (page) {
    headers.set('x-nonce', nonce);
    headers.set('content-security-policy', policy); // Next reads the nonce from the request's header
  }
  const response = NextResponse.next({ request: { headers } });
  if (page) {
    response.headers.set('content-security-policy', policy);
    response.headers.set('cache-control', 'private, no-store');
  }
  for (const [header, value] of Object.entries(hardening(development))) response.headers.set(header, value);
  const flags = cookieFlags(development);
  if (pathname === '/session') return response;
  if (outcome?.state === 'ended' || (sealed && !session)) response.cookies.set(name, '', { ...flags, maxAge: 0 });
  else if (outcome?.state === 'current' && outcome.renewed)
    response.cookies.set(name, await seal(outcome.session), { ...flags, maxAge: SESSION_DAYS * 86_400 });
  return response;
}

/** A write must come from our own origin; a client without both headers (curl) carries no ambient cookie. */
function isForeignWrite(method: string, headers: Headers): boolean {
  if (method === 'GET' || method === 'HEAD') return false;
  const site = headers.get('sec-fetch-site');
  if (site) return site !== 'same-origin';
  const origin = headers.get('origin');
  return origin !== null && URL.parse(origin)?.host !== headers.get('host');
}

function contentSecurityPolicy(nonce: string): string {
  // React needs eval to show where an error came from, in `make dev` only: a build leaves this branch out.
  const evaluating = process.env.NODE_ENV === 'development' ? " 'unsafe-eval'" : '';
  return [
    "default-src 'none'",
    `script-src 'nonce-${nonce}' 'strict-dynamic'${evaluating}`,
    `style-src 'self' 'nonce-${nonce}'`,
    "img-src 'self' data:",
    "font-src 'self'",
    "connect-src 'self'",
    "manifest-src 'self'",
    "worker-src 'self'",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
  ].join('; ');
}

function hardening(development: boolean): Record<string, string> {
  return {
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'same-origin',
    'cross-origin-opener-policy': 'same-origin',
    ...(development ? {} : { 'strict-transport-security': 'max-age=31536000' }),
  };
}
