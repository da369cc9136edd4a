'use client';
/**
 * Reminders in the page: shown when they come, listed when some may have been missed (the stream's reminder frames
 * are not repeated) and once a minute. What is read in one window is read in the others of this browser at once.
 */
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useTranslations } from 'next-intl';
import { useCallback, useEffect, useRef } from 'react';
import type { SnoozePreset, Task } from '@/api-client/model';
import { readTask } from '@/features/tasks/model/calls';
import type { Acts } from '@/features/tasks/use-acts';
import { bookIn } from '@/features/tasks/use-tasks';
import type { Words } from '@/features/tasks/use-words';
import { dropToast, showToast } from '@/ui/toasts';
import { listNotices, markAllRead, markRead, putOff as askToPutOff } from './calls';
import { fresh, several, withNotice, withRead, type Inbox, type Notice } from './notice';
import { watch } from './signals';

const KEY = ['notices'];
const MINUTE_MS = 60_000;
/** More than this many at once are told as one. */
const MOST_TOASTS = 2;
const NONE: Inbox = { notices: [], unread: 0 };
const LONGEST_TITLE = 60;
const toastOf = (id: string) => `reminder:${id}`;

export interface Reminders {
  readonly inbox: Inbox;
  /** They could not be asked for; what is shown is what was known. */
  readonly unreachable: boolean;
  read(ids: readonly string[]): void;
  readAll(): void;
  /** Says how it went by itself. */
  putOff(notice: Notice, preset: SnoozePreset): void;
}

interface Page {
  userId: string;
  words: Words;
  acts: Acts;
  tasks: Readonly<Record<string, Task>> | undefined;
  onOpen: (taskId: string) => void;
  onShowAll: () => void;
}

export function useReminders({ userId, words, acts, tasks, onOpen, onShowAll }: Page): Reminders {
  const t = useTranslations('notices');
  const client = useQueryClient();
  const channel = useRef<BroadcastChannel | null>(null);
  const { data, isError } = useQuery({
    queryKey: KEY,
    queryFn: ({ signal }) => listNotices(signal),
    refetchInterval: MINUTE_MS,
    staleTime: Infinity,
    retry: false,
  });

  const forget = useCallback(
    (ids: readonly string[]) => {
      for (const id of [...ids, 'many']) dropToast(toastOf(id));
      client.setQueryData<Inbox>(KEY, (inbox) => inbox && withRead(inbox, new Set(ids)));
    },
    [client],
  );
  const read = useCallback(
    (ids: readonly string[]) => {
      forget(ids);
      channel.current?.postMessage(ids);
      for (const id of ids) markRead(id).catch(() => undefined); // the next listing says how it stands
    },
    [forget],
  );
  const readAll = useCallback(() => {
    const [newest] = client.getQueryData<Inbox>(KEY)?.notices ?? [];
    if (!newest) return;
    const ids = client.getQueryData<Inbox>(KEY)?.notices.map(({ id }) => id) ?? [];
    forget(ids);
    channel.current?.postMessage(ids);
    markAllRead(newest)
      .catch(() => undefined)
      .then(() => client.invalidateQueries({ queryKey: KEY }));
  }, [client, forget]);

  const putOff = useCallback(
    (notice: Notice, preset: SnoozePreset) => {
      askToPutOff(notice.reminderId ?? '', preset).then(
        (until) => showToast({ key: 'put-off', icon: 'bell', text: t('putOff', { when: words.instant(until) }) }),
        (reason: unknown) => acts.refuse(toastOf(notice.id), reason),
      );
    },
    [t, words, acts],
  );

  const tell = useCallback(
    (notice: Notice) => {
      const { taskId } = notice;
      const task = taskId ? bookIn(client).tasks[taskId] : undefined;
      const when = task?.due ? words.plain(task.due) : notice.dueAt ? words.instant(notice.dueAt) : '';
      const title = notice.title.length > LONGEST_TITLE ? `${notice.title.slice(0, LONGEST_TITLE - 1)}…` : notice.title;
      const text = !taskId
        ? several(notice, t)
        : when ? t(notice.late ? 'late' : 'due', { title, when }) : title;
      const open = {
        label: t(taskId ? 'open' : 'show'),
        run: () => {
          if (taskId) {
            read([notice.id]);
            onOpen(taskId);
          } else onShowAll();
        },
      };
      const done = {
        label: t('done'),
        run: () => {
          read([notice.id]);
          void (task ? Promise.resolve(task) : readTask(taskId ?? ''))
            .then((known) => acts.complete(known))
            .catch((reason: unknown) => acts.refuse(toastOf(notice.id), reason));
        },
      };
      const later = {
        label: t('inAnHour'),
        run: () => {
          read([notice.id]);
          putOff(notice, '1h');
        },
      };
      showToast({ key: toastOf(notice.id), icon: 'bell', stays: true, text, actions: taskId ? [done, later, open] : [open], dismissed: () => read([notice.id]) });
    },
    [client, words, t, read, putOff, onOpen, onShowAll, acts],
  );

  /** What was listed last: whatever is new beside it is told. */
  const told = useRef<Inbox | null>(null);
  useEffect(() => {
    if (!data) return;
    const news = told.current ? fresh(told.current, data) : [];
    told.current = data;
    if (news.length <= MOST_TOASTS) for (const notice of news) tell(notice);
    else
      showToast({
        key: toastOf('many'),
        icon: 'bell',
        stays: true,
        text: t('away', { count: news.length }),
        actions: [{ label: t('show'), run: onShowAll }],
      });
  }, [data, tell, t, onShowAll]);

  useEffect(() => {
    const stop = watch({
      came: (notice) => {
        if (!told.current) tell(notice); // nothing has been listed yet to stand out from
        client.setQueryData<Inbox>(KEY, (inbox) => withNotice(inbox ?? NONE, notice));
      },
      reconnected: () => void client.invalidateQueries({ queryKey: KEY }),
    });
    return stop;
  }, [client, tell]);

  useEffect(() => {
    if (typeof BroadcastChannel === 'undefined') return;
    const shared = new BroadcastChannel(`reminders:${userId}`);
    shared.onmessage = (event: MessageEvent<readonly string[]>) => forget(event.data);
    channel.current = shared;
    return () => shared.close();
  }, [userId, forget]);

  // A task that was closed, here or anywhere, needs no reminding of any more.
  useEffect(() => {
    if (!data || !tasks) return;
    const over = data.notices.filter(({ read: seen, taskId }) => !seen && taskId && tasks[taskId] && tasks[taskId].status !== 'open');
    if (over.length === 0) return;
    const ids = over.map(({ id }) => id);
    if (document.visibilityState === 'visible') read(ids);
    else forget(ids);
  }, [data, tasks, read, forget]);

  return { inbox: data ?? NONE, unreachable: isError, read, readAll, putOff };
}
