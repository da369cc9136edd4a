/** The one way from this server to the backend: Dapr invocation through our own sidecar. */
import { settings } from './settings';

export function backendFetch(path: string, init: RequestInit & { token?: string | null } = {}): Promise<Response> {
  const { backend, daprToken } = settings();
  const { token, ...rest } = init;
  const headers = new Headers(rest.headers);
  if (token) headers.set('authorization', `Bearer ${token}`);
  if (daprToken) headers.set('dapr-api-token', daprToken);
  return fetch(backend + path, { cache: 'no-store', redirect: 'manual', ...rest, headers });
}

/** A JSON post without a user: sign-in, sign-up, refresh, sign-out. */
export function postJson(path: string, body: unknown, traceparent: string | null = null): Promise<Response> {
  const headers: Record<string, string> = { 'content-type': 'application/json', accept: 'application/json' };
  if (traceparent) headers.traceparent = traceparent;
  return backendFetch(path, { method: 'POST', headers, body: JSON.stringify(body), signal: AbortSignal.timeout(10_000) });
}
