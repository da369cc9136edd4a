/**
 * The session is an encrypted cookie (JWE, dir + A256GCM): no store, any replica can open it, a script cannot.
 * In development the cookie has neither the __Host- prefix nor Secure, because Safari refuses both on
 * plain http://localhost.
 */
import { EncryptJWT, jwtDecrypt } from 'jose';
import { settings, type SessionKeys } from './settings';

export interface Session {
  /** The user's id: also the subject of the access token. */
  readonly sub: string;
  readonly access: string;
  /** Seconds since the epoch at which the access token ends. */
  readonly accessExp: number;
  readonly refresh: string;
}

/** The backend's answer to sign-in, sign-up and refresh. */
export interface TokenAnswer {
  readonly user?: { readonly id: string };
  readonly access_token: string;
  readonly expires_in: number;
  readonly refresh_token: string;
}

export const SESSION_DAYS = 30;

export const cookieName = (development: boolean): string => (development ? 'todo-session' : '__Host-session');

export const cookieFlags = (development: boolean) =>
  ({ httpOnly: true, secure: !development, sameSite: 'lax', path: '/' }) as const;

export function sessionFrom(answer: TokenAnswer, sub: string, nowSeconds: number): Session {
  return {
    sub,
    access: answer.access_token,
    accessExp: Math.floor(nowSeconds + answer.expires_in),
    refresh: answer.refresh_token,
  };
}

export async function seal(session: Session, keys: SessionKeys = settings().sessionKeys): Promise<string> {
  return new EncryptJWT({ ...session })
    .setProtectedHeader({ alg: 'dir', enc: 'A256GCM' })
    .setExpirationTime(`${SESSION_DAYS}d`)
    .encrypt(keys[0]);
}

/** Null for a missing, forged, foreign or expired cookie: the caller treats all alike, as signed out. */
export async function open(
  sealed: string | undefined,
  keys: SessionKeys = settings().sessionKeys,
): Promise<Session | null> {
  if (!sealed) return null;
  for (const key of keys) {
    const session = await openWith(sealed, key);
    if (session) return session;
  }
  return null;
}

async function openWith(sealed: string, key: Uint8Array): Promise<Session | null> {
  try {
    const { payload } = await jwtDecrypt(sealed, key, {
      keyManagementAlgorithms: ['dir'],
      contentEncryptionAlgorithms: ['A256GCM'],
    });
    const { sub, access, accessExp, refresh } = payload as Record<string, unknown>;
    const whole =
      typeof sub === 'string' && typeof access === 'string' && typeof accessExp === 'number' && typeof refresh === 'string';
    return whole ? { sub, access, accessExp, refresh } : null;
  } catch {
    return null;
  }
}
