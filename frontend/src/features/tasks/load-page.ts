/** What the server fetches for the first paint, through the sidecar. Failure is said, never shown as emptiness. */
import type { Task, User } from '@/api-client/model';
import { backendFetch } from '@/server/backend';
import { asSearch, collect, type Listing, type ListQuery } from './model/listing';

const PATIENCE_MS = 5_000;

export interface Loaded {
  readonly user: User | null;
  readonly listing: Listing | null;
  /** The server's clock in milliseconds. */
  readonly now: number;
}

class SignedOut extends Error {}

/** Without a user the session could not be renewed: nothing is asked, and the page says that nothing answers. */
export async function loadPage(userId: string | null, token: string | null): Promise<Loaded | 'signed_out'> {
  if (!userId) return { user: null, listing: null, now: Date.now() };
  const signal = AbortSignal.timeout(PATIENCE_MS);
  const read = async <T>(path: string): Promise<T> => {
    const answer = await backendFetch(path, { token, signal, headers: { accept: 'application/json' } });
    if (answer.status === 401) throw new SignedOut();
    if (!answer.ok) throw new Error(`${answer.status} from ${path.split('?')[0]}`);
    return (await answer.json()) as T;
  };
  const page = (query: ListQuery) =>
    read<{ items: Task[]; next_cursor: string | null }>(`/api/${userId}/tasks?${asSearch(query)}`);
  const [user, listing] = await Promise.allSettled([read<User>('/api/me'), collect(page)]);
  for (const outcome of [user, listing]) {
    if (outcome.status !== 'rejected') continue;
    if (outcome.reason instanceof SignedOut) return 'signed_out';
    console.error('The page was made without', outcome === user ? 'the account:' : 'the tasks:', String(outcome.reason));
  }
  return {
    user: user.status === 'fulfilled' ? user.value : null,
    listing: listing.status === 'fulfilled' ? listing.value : null,
    now: Date.now(),
  };
}
