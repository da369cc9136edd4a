/**
 * The browser's way in and out. POST signs in or up and sets the cookie, DELETE ends the session at the backend
 * and removes it (a form says act=sign-out). Scripts send JSON and read JSON; a form that is sent before the page's script has loaded is
 * answered with a redirect.
 */
import { cookies } from 'next/headers';
import { postJson } from '@/server/backend';
import { problem } from '@/server/problem';
import { cookieFlags, cookieName, open, seal, SESSION_DAYS, sessionFrom, type TokenAnswer } from '@/server/session';
import { settings } from '@/server/settings';

export const dynamic = 'force-dynamic';

const FIELDS = { 'sign-in': ['email', 'password'], 'sign-up': ['email', 'password', 'name', 'time_zone'] } as const;
type Act = keyof typeof FIELDS;

/** Takes what the page keeps in this browser, its service worker too: who comes next is not told of these reminders. */
const FORGET = { 'clear-site-data': '"storage"' };

export async function POST(request: Request): Promise<Response> {
  const native = !request.headers.get('content-type')?.startsWith('application/json');
  const form = await readForm(request, native);
  const act = form?.act as Act | undefined;
  if (native && form?.act === 'sign-out') return DELETE(request).then(() => redirect('/sign-in', FORGET));
  if (!form || !act || !(act in FIELDS)) return problem('invalid_form');
  const body = Object.fromEntries(FIELDS[act].map((name) => [name, form[name] ?? '']));
  if (act === 'sign-up' && !body.time_zone) body.time_zone = 'UTC';

  const answer = await postJson(`/api/auth/${act}`, body, request.headers.get('traceparent')).catch(() =>
    problem('backend_unreachable'),
  );
  // The sidecar's own errors are no problem documents: it could not reach the backend.
  if (answer.status >= 500 && !answer.headers.get('content-type')?.startsWith('application/problem+json'))
    return native ? redirect(`/${act}?problem=backend_unreachable`) : problem('backend_unreachable');
  if (!answer.ok) return native ? redirect(`/${act}?problem=${await codeOf(answer)}`) : passOn(answer);

  const tokens = (await answer.json()) as TokenAnswer;
  const session = sessionFrom(tokens, tokens.user?.id ?? '', Date.now() / 1000);
  const { development } = settings();
  (await cookies()).set(cookieName(development), await seal(session), {
    ...cookieFlags(development),
    maxAge: SESSION_DAYS * 86_400,
  });
  if (native) return redirect('/');
  return Response.json({ user: tokens.user }, { status: answer.status, headers: { 'cache-control': 'no-store' } });
}

export async function DELETE(request: Request): Promise<Response> {
  const { development } = settings();
  const jar = await cookies();
  const name = cookieName(development);
  const session = await open(jar.get(name)?.value);
  if (session)
    await postJson('/api/auth/sign-out', { refresh_token: session.refresh }, request.headers.get('traceparent')).catch(
      () => undefined, // the cookie goes all the same; the refresh token then ends by its own term
    );
  jar.set(name, '', { ...cookieFlags(development), maxAge: 0 });
  return new Response(null, { status: 204, headers: { 'cache-control': 'no-store', ...FORGET } });
}

async function readForm(request: Request, native: boolean): Promise<Record<string, string> | null> {
  try {
    const raw: unknown = native ? Object.fromEntries(await request.formData()) : await request.json();
    if (typeof raw !== 'object' || raw === null) return null;
    return Object.fromEntries(Object.entries(raw).filter((pair): pair is [string, string] => typeof pair[1] === 'string'));
  } catch {
    return null;
  }
}

async function codeOf(answer: Response): Promise<string> {
  const body = (await answer.json().catch(() => ({}))) as { code?: unknown };
  return typeof body.code === 'string' && /^[a-z_]{1,40}$/.test(body.code) ? body.code : 'unknown';
}

async function passOn(answer: Response): Promise<Response> {
  const headers = new Headers({ 'content-type': 'application/problem+json', 'cache-control': 'no-store' });
  const retry = answer.headers.get('retry-after');
  if (retry) headers.set('retry-after', retry);
  return new Response(await answer.text(), { status: answer.status, headers });
}

/** Relative, so that it stays on whatever host the browser used. */
function redirect(location: string, more: Record<string, string> = {}): Response {
  return new Response(null, { status: 303, headers: { location, 'cache-control': 'no-store', ...more } });
}
