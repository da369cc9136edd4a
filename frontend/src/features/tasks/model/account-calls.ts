/** Every call about the account, and about what it can name. */
import type { ProfilePatch, User } from '@/api-client/model';
import { answerOf, api, ME } from '@/api-client/client';
import { steadily } from './steady';

export function readAccount(signal: AbortSignal): Promise<User> {
  return answerOf(api.GET('/api/me', { signal }));
}

export function changeAccount(body: ProfilePatch): Promise<User> {
  return steadily((key) => answerOf(api.PATCH('/api/me', { params: { header: { 'Idempotency-Key': key } }, body })));
}

/** Codes of the countries whose public holidays are known. */
export async function listCountries(signal: AbortSignal): Promise<readonly string[]> {
  return (await answerOf(api.GET('/api/{user_id}/countries', { params: { path: { user_id: ME } }, signal }))).countries;
}

/** Its regions with holidays of their own. */
export async function listRegions(country: string, signal: AbortSignal) {
  return (await answerOf(api.GET('/api/{user_id}/countries/{country}', { params: { path: { user_id: ME, country } }, signal }))).regions;
}
