/**
 * The first span of what a browser asks for, by OTLP over HTTP in JSON, where OTEL_EXPORTER_OTLP_ENDPOINT is set. What
 * cannot be sent is dropped: nobody waits for telemetry. Query strings are left out, since people's words stand there.
 */
import { randomBytes } from 'node:crypto';
import { log } from './log.mjs';

const FLUSH_MS = 1_000;
const MOST_KEPT = 2_048;
const SERVER = 2;
const ERROR = 2;

/** @param {string | undefined} endpoint the collector's address without a path; undefined: traces begin unsampled */
export function tracing(endpoint, appId = process.env.APP_ID ?? 'todo-frontend') {
  const attribute = (key, value) => ({ key, value: typeof value === 'number' ? { intValue: String(value) } : { stringValue: value } });
  const resource = { attributes: [attribute('service.name', appId)] };
  const url = endpoint && `${endpoint.replace(/\/$/, '')}/v1/traces`;
  let kept = [];
  let told = false;
  if (url) setInterval(flush, FLUSH_MS).unref();

  /** A browser's trace id is not trusted: the trace begins here. */
  function begin() {
    const span = { traceId: randomBytes(16).toString('hex'), spanId: randomBytes(8).toString('hex'), began: Date.now() };
    return { ...span, traceparent: `00-${span.traceId}-${span.spanId}-${url ? '01' : '00'}` };
  }

  function end(span, method, path, status) {
    if (!url || kept.length >= MOST_KEPT) return;
    kept.push({
      traceId: span.traceId,
      spanId: span.spanId,
      name: method,
      kind: SERVER,
      startTimeUnixNano: `${span.began}000000`,
      endTimeUnixNano: `${Date.now()}000000`,
      attributes: [
        attribute('http.request.method', method),
        attribute('url.path', path),
        attribute('http.response.status_code', status),
      ],
      status: status >= 500 ? { code: ERROR } : {},
    });
  }

  async function flush() {
    if (!kept.length) return;
    const body = JSON.stringify({ resourceSpans: [{ resource, scopeSpans: [{ scope: { name: 'todo-frontend' }, spans: kept }] }] });
    kept = [];
    try {
      const headers = { 'content-type': 'application/json' };
      const answer = await fetch(url, { method: 'POST', headers, body, signal: AbortSignal.timeout(5_000) });
      await answer.arrayBuffer();
      if (!answer.ok) throw new Error(`status ${answer.status}`);
      told = false;
    } catch (error) {
      if (!told) log('warning', 'tracing', 'spans are lost', { error: String(error?.cause ?? error) });
      told = true; // once until it goes again
    }
  }

  return { begin, end, flush };
}
