/**
 * What the server reads from its environment, checked once at start (server/server.mjs imports nothing from
 * here: it runs outside the bundle and checks the same names before Next starts).
 */
export interface Settings {
  readonly development: boolean;
  /** Base of the sidecar's invocation of the backend, without a trailing slash. */
  readonly backend: string;
  readonly sidecar: string;
  readonly daprToken: string | undefined;
  readonly sessionKey: Uint8Array;
}

let cached: Settings | undefined;

/** Read lazily: the build has no environment, only a running server has. */
export function settings(): Settings {
  if (cached) return cached;
  const env = process.env;
  const key = Buffer.from(env.SESSION_KEY ?? '', 'base64url');
  if (key.length !== 32) throw new Error('SESSION_KEY must be 32 bytes in base64url.');
  const sidecar = `http://127.0.0.1:${env.DAPR_HTTP_PORT ?? '3500'}`;
  cached = {
    development: env.ENVIRONMENT === 'development',
    sidecar,
    backend: `${sidecar}/v1.0/invoke/todo-backend/method`,
    daprToken: env.DAPR_API_TOKEN || undefined,
    sessionKey: new Uint8Array(key),
  };
  return cached;
}
