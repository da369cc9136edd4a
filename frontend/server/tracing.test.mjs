import { createServer } from 'node:http';
import { afterEach, expect, test } from 'vitest';
import { tracing } from './tracing.mjs';

let server;
afterEach(() => server?.close());

/** A real receiver: what was posted to it, and with which status it answers. */
async function receiver(status = 200) {
  const got = [];
  server = createServer(async (request, response) => {
    let body = '';
    for await (const part of request) body += part;
    got.push({ path: request.url, type: request.headers['content-type'], document: JSON.parse(body) });
    response.writeHead(status).end('{}');
  });
  await new Promise((listening) => server.listen(0, '127.0.0.1', listening));
  return { got, url: `http://127.0.0.1:${server.address().port}` };
}

test('a request is a span whose ids stand in the traceparent that goes on', async () => {
  const { got, url } = await receiver();
  const traces = tracing(url);
  const span = traces.begin();
  traces.end(span, 'GET', '/api/me/tasks', 503);
  await traces.flush();
  expect(got).toHaveLength(1);
  expect([got[0].path, got[0].type]).toEqual(['/v1/traces', 'application/json']);
  const [sent] = got[0].document.resourceSpans[0].scopeSpans[0].spans;
  expect(span.traceparent).toBe(`00-${sent.traceId}-${sent.spanId}-01`);
  expect([sent.kind, sent.status]).toEqual([2, { code: 2 }]);
  expect(got[0].document.resourceSpans[0].resource.attributes).toContainEqual({
    key: 'service.name',
    value: { stringValue: 'todo-frontend' },
  });
});

test('what was refused is not sent again, and the next one is', async () => {
  const { got, url } = await receiver(500);
  const traces = tracing(url);
  for (const path of ['/one', '/two']) {
    traces.end(traces.begin(), 'GET', path, 200);
    await traces.flush();
  }
  expect(got.map((one) => one.document.resourceSpans[0].scopeSpans[0].spans.length)).toEqual([1, 1]);
});

test('without an endpoint a trace begins unsampled, and nothing is kept', async () => {
  const traces = tracing(undefined);
  const span = traces.begin();
  traces.end(span, 'GET', '/', 200);
  await traces.flush();
  expect(span.traceparent).toMatch(/^00-[0-9a-f]{32}-[0-9a-f]{16}-00$/);
});
