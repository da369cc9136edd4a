/**
 * The runnable server: `node build/server.mjs`. Serves static files with the Brotli made at build time, hands all
 * else to Next, writes one JSON line per request, and on SIGTERM ends open streams at once and the process in 3 s.
 */
import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { log, redirectConsole } from './log.mjs';
import { staticFiles } from './static.mjs';
import { tracing } from './tracing.mjs';

const dir = import.meta.dirname;
redirectConsole();
const { port, host } = readEnvironment(process.env);
process.env.NODE_ENV = 'production';
process.chdir(dir);

const { config } = JSON.parse(readFileSync(join(dir, '.next/required-server-files.json'), 'utf8'));
process.env.__NEXT_PRIVATE_STANDALONE_CONFIG = JSON.stringify(config);
const { default: next } = await import('next');
const app = next({ dev: false, dir, conf: config, hostname: host, port });
await app.prepare();
const handle = app.getRequestHandler();
const serveStatic = staticFiles(dir);

const traces = tracing(process.env.OTEL_EXPORTER_OTLP_ENDPOINT);
const open = new Set();
let ending = false;

const server = createServer((request, response) => {
  const began = process.hrtime.bigint();
  const path = request.url.split('?', 1)[0];
  if (serveStatic(request, response, path)) return;
  const span = traces.begin();
  request.headers.traceparent = span.traceparent;
  open.add(response);
  response.once('close', () => {
    open.delete(response);
    if (path.startsWith('/health/')) return;
    traces.end(span, request.method, path, response.statusCode);
    const ms = Number(process.hrtime.bigint() - began) / 1e6;
    log('info', 'http', `${request.method} ${path} ${response.statusCode}`, {
      method: request.method,
      path,
      status: response.statusCode,
      duration_ms: Math.round(ms * 10) / 10,
      trace_id: span.traceId,
      ...(response.writableFinished ? {} : { aborted: true }),
    });
  });
  if (ending) response.setHeader('connection', 'close');
  handle(request, response).catch((error) => {
    log('error', 'http', 'request failed', { path, trace_id: span.traceId, error: String(error?.stack ?? error) });
    if (!response.headersSent) response.writeHead(500);
    response.end();
  });
});
server.keepAliveTimeout = 65_000;
server.on('error', (error) => {
  const taken = error.code === 'EADDRINUSE';
  log('error', 'server', taken ? `Port ${port} on ${host} is taken: set PORT to a free one.` : String(error));
  process.exit(1);
});
server.listen(port, host, () => log('info', 'server', `listening on http://${host}:${port}`, { port, pid: process.pid }));

for (const signal of ['SIGTERM', 'SIGINT']) process.on(signal, () => end(signal));

/** Streams never end by themselves: they are cut at once (browsers reconnect); what is being answered gets 2 s. */
function end(signal) {
  if (ending) return;
  ending = true;
  log('info', 'server', 'ending', { signal, open: open.size });
  server.close(() => traces.flush().finally(() => process.exit(0)));
  server.closeIdleConnections();
  for (const response of open)
    if (String(response.getHeader('content-type') ?? '').startsWith('text/event-stream')) response.destroy();
  setTimeout(() => process.exit(0), 2_000).unref();
}

/** A wrong value stops the start with a sentence. */
function readEnvironment(env) {
  const wrong = [];
  const number = (name, fallback) => {
    const value = Number(env[name] ?? fallback);
    if (!Number.isInteger(value) || value < 1 || value > 65_535) wrong.push(`${name} must be a port between 1 and 65535.`);
    return value;
  };
  env.DAPR_HTTP_PORT ??= '3500';
  const settings = { port: number('PORT', 3000), host: env.HOSTNAME ?? '127.0.0.1' };
  number('DAPR_HTTP_PORT');
  env.ENVIRONMENT ??= 'production';
  const development = env.ENVIRONMENT === 'development';
  if (!['development', 'production'].includes(env.ENVIRONMENT)) wrong.push('ENVIRONMENT must be development or production.');
  if (!env.SESSION_KEY && development) {
    env.SESSION_KEY = randomBytes(32).toString('base64url');
    log('warning', 'server', 'SESSION_KEY is not set: sessions end when this process ends.');
  }
  const keys = (env.SESSION_KEY ?? '').trim().split(/\s+/);
  if (keys.some((key) => Buffer.from(key, 'base64url').length !== 32))
    wrong.push('SESSION_KEY must be 32 bytes in base64url, or several such words.');
  if (!env.DAPR_API_TOKEN && !development) wrong.push('DAPR_API_TOKEN must be set outside development.');
  if (wrong.length) {
    for (const sentence of wrong) log('error', 'server', sentence);
    process.exit(1);
  }
  return settings;
}
