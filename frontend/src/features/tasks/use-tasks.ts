'use client';
/** The user's tasks in the page: listed once by the server, then kept true by the live stream and our own calls. */
import { useQuery, useQueryClient, type QueryClient } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { Refused } from '@/api-client/client';
import { LISTS } from '@/features/lists/use-lists';
import { reminderCame, streamOpened } from '@/features/reminders/signals';
import { missed } from './live/frames';
import { listen } from './live/stream';
import { applied, bookOf, EMPTY, relisted, type Book } from './model/book';
import { askWhoIAm, listTasks } from './model/calls';
import type { Listing } from './model/listing';
import { successorsSeen } from './successors';
import { PAUSED } from './use-paused';

const KEY = ['tasks'];
/** Of one series; asked for by whoever shows it. */
export const seriesKey = (id: string) => ['series', id];

export interface TaskBook extends Book {
  readonly partial: boolean;
}

/** The book as it is now, for acts; pages use the hook. */
export const bookIn = (client: QueryClient): TaskBook => client.getQueryData<TaskBook>(KEY) ?? { ...EMPTY, partial: false };

/** A listing that is under way takes it in, see `relisted`. */
export function changeBook(client: QueryClient, change: (book: Book) => Book): void {
  client.setQueryData<TaskBook>(KEY, (book) => book && { ...change(book), partial: book.partial });
}

/** Asks again for the list, and for the series that are shown. */
export function relist(client: QueryClient): void {
  for (const queryKey of [KEY, ['series'], LISTS]) void client.invalidateQueries({ queryKey });
}

/** A session that is over ends the page: nothing on it can be trusted to be the user's any more. */
export function leaveWhenSignedOut(error: unknown): void {
  if (error instanceof Refused && error.status === 401) location.assign('/sign-in?problem=signed_out');
}

export function useTasks(userId: string, initial: Listing | null) {
  const client = useQueryClient();
  const live = useLive(userId, client);
  const query = useQuery<TaskBook>({
    queryKey: KEY,
    queryFn: async ({ signal }) => {
      const began = client.getQueryData<TaskBook>(KEY);
      const { tasks, partial } = await listTasks(signal);
      const book = relisted(began, client.getQueryData<TaskBook>(KEY), tasks);
      successorsSeen(Object.values(book.tasks));
      return { ...book, partial };
    },
    initialData: initial ? { ...bookOf(initial.tasks), partial: initial.partial } : undefined,
    staleTime: Infinity,
    gcTime: Infinity,
    refetchOnWindowFocus: false,
    retry: (count, error) => count < 2 && !(error instanceof Refused && error.status === 401),
  });
  useEffect(() => leaveWhenSignedOut(query.error), [query.error]);
  return { ...query, live };
}

/** False after the stream has been away for a moment, so that a short cut says nothing. */
function useLive(userId: string, client: QueryClient): boolean {
  const [live, setLive] = useState(true);
  useEffect(() => {
    let seen: number | null = null;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const end = listen(userId, {
      frame(frame) {
        if (missed(frame, seen)) relist(client);
        if (frame?.kind === 'changes') {
          client.setQueryData<TaskBook>(KEY, (book) => book && { ...applied(book, frame.changes), partial: book.partial });
          successorsSeen(frame.changes.flatMap(({ task }) => task ?? []));
          for (const { kind, id } of frame.changes) {
            if (kind === 'list') void client.invalidateQueries({ queryKey: LISTS });
            if (kind === 'series') for (const queryKey of [seriesKey(id), PAUSED]) void client.invalidateQueries({ queryKey });
          }
        }
        if (frame?.kind === 'reminder') reminderCame(frame.notice);
        if (frame && 'counter' in frame) seen = Math.max(seen ?? 0, frame.counter);
      },
      opened() {
        clearTimeout(timer);
        timer = undefined;
        setLive(true);
        streamOpened();
        relist(client);
      },
      lost() {
        timer ??= setTimeout(() => setLive(false), 2_000);
        askWhoIAm().catch(leaveWhenSignedOut);
      },
    });
    return () => {
      clearTimeout(timer);
      end();
    };
  }, [userId, client]);
  return live;
}
