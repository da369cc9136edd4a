/**
 * Everything the page asks of the backend: /api/me/* becomes /api/{user}/* with the user's token, through the
 * sidecar, streamed both ways. Only listed headers pass, in either direction; /api/auth is never reachable (it
 * hands out tokens), nor is another user's path.
 */
import { backendFetch } from '@/server/backend';
import { problem } from '@/server/problem';
import { cookieFlags, cookieName } from '@/server/session';
import { settings } from '@/server/settings';

export const dynamic = 'force-dynamic';

const UP = ['accept', 'accept-language', 'content-type', 'if-match', 'if-none-match', 'idempotency-key', 'last-event-id', 'traceparent'];
const DOWN = ['content-language', 'content-type', 'etag', 'location', 'retry-after', 'x-vercel-ai-ui-message-stream'];
const ALLOWED = /^\/api\/me(\/[\w.~-]+)*$/;

async function forward(request: Request): Promise<Response> {
  const { pathname, search } = new URL(request.url);
  if (!ALLOWED.test(pathname) || pathname.includes('..')) return problem('not_found');
  if (request.headers.get('x-session-state') === 'unavailable') return problem('backend_unreachable');
  const token = request.headers.get('x-access-token');
  const user = request.headers.get('x-user-id');
  if (!token || !user) return problem('signed_out');

  const path = pathname.replace(/^\/api\/me\//, `/api/${user}/`) + search;
  const init = {
    method: request.method,
    headers: pick(request.headers, UP),
    body: request.body,
    duplex: 'half',
    signal: request.signal,
    token,
  } as RequestInit & { token: string };
  const answer = await backendFetch(path, init).then(spokenFor, () => problem('backend_unreachable'));

  const headers = pick(answer.headers, DOWN);
  headers.set('cache-control', 'no-store, no-transform'); // no-transform: a stream is not held back to be compressed
  if (answer.status === 401) headers.append('set-cookie', endedCookie());
  const live = pathname === '/api/me/updates' && headers.get('content-type')?.startsWith('text/event-stream');
  return new Response(live && answer.body ? endingQuietly(answer.body) : answer.body, { status: answer.status, headers });
}

function pick(from: Headers, names: readonly string[]): Headers {
  const picked = new Headers();
  for (const name of names) {
    const value = from.get(name);
    if (value !== null) picked.set(name, value);
  }
  return picked;
}

/** An error that is not the backend's (they are problem documents) is the sidecar's: it could not reach it. */
function spokenFor(answer: Response): Response {
  const backends = answer.status < 500 || answer.headers.get('content-type')?.startsWith('application/problem+json');
  if (backends) return answer;
  void answer.body?.cancel();
  return problem('backend_unreachable');
}

/**
 * A live stream that breaks upstream simply ends here: the browser reconnects, and nothing is worth an error line. An
 * answer of the chat that breaks must not look like one that has come to its end.
 */
function endingQuietly(body: ReadableStream<Uint8Array>): ReadableStream<Uint8Array> {
  const reader = body.getReader();
  return new ReadableStream({
    async pull(controller) {
      const part = await reader.read().catch(() => ({ done: true, value: undefined }));
      if (part.value) controller.enqueue(part.value);
      else controller.close();
    },
    cancel: (reason) => reader.cancel(reason),
  });
}

/** The backend refused the token (signed out elsewhere, account gone): the cookie is of no more use. */
function endedCookie(): string {
  const { development } = settings();
  const secure = cookieFlags(development).secure ? '; Secure' : '';
  return `${cookieName(development)}=; Path=/; Max-Age=0; HttpOnly; SameSite=Lax${secure}`;
}

export { forward as DELETE, forward as GET, forward as PATCH, forward as POST };
