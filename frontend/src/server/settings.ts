/**
 * What the server reads from its environment, checked once at start (server/server.mjs imports nothing from
 * here: it runs outside the bundle and checks the same names before Next starts).
 */

/** At least one. */
export type SessionKeys = readonly [Uint8Array, ...Uint8Array[]];

export interface Settings {
  readonly development: boolean;
  /** Base of the sidecar's invocation of the backend, without a trailing slash. */
  readonly backend: string;
  readonly sidecar: string;
  readonly daprToken: string | undefined;
  /** The first seals sessions, each opens them: a new one is put before an old one (docs/how-to/rotate-keys.md). */
  readonly sessionKeys: SessionKeys;
}

let cached: Settings | undefined;

/** Read lazily: the build has no environment, only a running server has. */
export function settings(): Settings {
  if (cached) return cached;
  const env = process.env;
  const sidecar = `http://127.0.0.1:${env.DAPR_HTTP_PORT ?? '3500'}`;
  cached = {
    development: env.ENVIRONMENT === 'development',
    sidecar,
    backend: `${sidecar}/v1.0/invoke/todo-backend/method`,
    daprToken: env.DAPR_API_TOKEN || undefined,
    sessionKeys: sessionKeysOf(env.SESSION_KEY ?? ''),
  };
  return cached;
}

function sessionKeysOf(text: string): SessionKeys {
  const [newest, ...older] = text.trim().split(/\s+/).map((word) => new Uint8Array(Buffer.from(word, 'base64url')));
  if (!newest || [newest, ...older].some((key) => key.length !== 32))
    throw new Error('SESSION_KEY must be 32 bytes in base64url, or several such words.');
  return [newest, ...older];
}
