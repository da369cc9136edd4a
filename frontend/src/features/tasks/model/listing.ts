/** What the page loads at first: all open tasks up to a bound, and the latest closed ones. Used on both sides. */
import type { Task } from '@/api-client/model';

const PAGE = 200;
const MOST_PAGES = 5;
const CLOSED = 50;

export interface Listing {
  readonly tasks: readonly Task[];
  /** There are more open tasks than were loaded. */
  readonly partial: boolean;
}

export interface ListQuery {
  readonly status: Task['status'][];
  readonly sort: 'due' | '-updated';
  readonly limit: number;
  readonly cursor?: string;
}

type FetchPage = (query: ListQuery) => Promise<{ items: Task[]; next_cursor: string | null }>;

export async function collect(fetchPage: FetchPage): Promise<Listing> {
  const closed = fetchPage({ status: ['done', 'skipped', 'missed'], sort: '-updated', limit: CLOSED });
  closed.catch(() => undefined); // reported below, when it is awaited
  const tasks: Task[] = [];
  let cursor: string | null = null;
  let pages = 0;
  do {
    const page: Awaited<ReturnType<FetchPage>> = await fetchPage({ status: ['open'], sort: 'due', limit: PAGE, ...(cursor ? { cursor } : {}) });
    tasks.push(...page.items);
    cursor = page.next_cursor;
    pages += 1;
  } while (cursor && pages < MOST_PAGES);
  tasks.push(...(await closed).items);
  return { tasks, partial: cursor !== null };
}

/** As the address of a request: a list is its name once for each item. */
export function asSearch(query: ListQuery): string {
  const pairs = Object.entries(query).flatMap(([name, value]) => [value].flat().map((one) => [name, String(one)]));
  return new URLSearchParams(pairs as [string, string][]).toString();
}
