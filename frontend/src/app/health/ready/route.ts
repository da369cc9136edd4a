/** Ready as soon as the server answers. The sidecar is reported, not gating: a page that says so beats no page. */
import { settings } from '@/server/settings';

export const dynamic = 'force-dynamic';

export async function GET(): Promise<Response> {
  const { sidecar } = settings();
  const up = await fetch(`${sidecar}/v1.0/healthz/outbound`, { cache: 'no-store', signal: AbortSignal.timeout(1000) })
    .then((answer) => answer.ok)
    .catch(() => false);
  const checks = { sidecar: { status: up ? 'ok' : 'unreachable', gating: false } };
  return Response.json({ status: 'ready', checks }, { headers: { 'cache-control': 'no-store' } });
}
