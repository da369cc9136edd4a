'use client';
/** The page of a signed-in person: adding, the list, one task in a drawer, what the connection is doing. */
import { QueryClient, QueryClientProvider, useQueryClient } from '@tanstack/react-query';
import { useTranslations } from 'next-intl';
import { useCallback, useEffect, useMemo, useState } from 'react';
import type { Task, TaskCreate, User } from '@/api-client/model';
import { useChatPanel } from '@/features/chat/use-chat-panel';
import { tasksIn } from '@/features/lists/chosen';
import { ListBar } from '@/features/lists/list-bar';
import { useChosenList } from '@/features/lists/use-lists';
import { Bell } from '@/features/reminders/bell';
import { SignOut } from '@/features/session/sign-out';
import { plainButton, quietButton } from '@/ui/classes';
import { Icon } from '@/ui/icons';
import { showToast, Toasts } from '@/ui/toasts';
import { askWhoIAm, createTask } from './model/calls';
import { stored } from './model/book';
import { grouped } from './model/groups';
import type { Listing } from './model/listing';
import { KeyOfAttempt } from './model/steady';
import { QuickAdd } from './quick-add';
import { TaskList } from './task-list';
import { useActs, type Acts } from './use-acts';
import { useDrawer } from './use-drawer';
import { usePaused } from './use-paused';
import { changeBook, leaveWhenSignedOut, useTasks } from './use-tasks';
import { useWords } from './use-words';

export interface TaskPageProps {
  /** Null when nothing could be reached. */
  user: User | null;
  /** Null when the tasks could not be reached: that is an error, not an empty list. */
  listing: Listing | null;
  /** The server's clock in milliseconds. */
  now: number;
  /** The task that the address names. */
  openId: string | null;
}

const frame = 'mx-auto flex w-full max-w-[var(--page)] flex-col gap-6 px-4 pt-4 pb-32 sm:px-6 sm:pt-8';

/** Says to whoever drives the page that its script has taken over. */
const markReady = (main: HTMLElement | null) => main?.setAttribute('data-ready', '');

export function TaskPage(props: TaskPageProps) {
  const [client] = useState(() => new QueryClient());
  return (
    <QueryClientProvider client={client}>
      {props.user ? <Page {...props} user={props.user} /> : <Unreachable />}
      <Toasts />
    </QueryClientProvider>
  );
}

function Page({ user, listing, now, openId }: TaskPageProps & { user: User }) {
  const t = useTranslations();
  const client = useQueryClient();
  const words = useWords(user.time_zone, now);
  const { data, error, dataUpdatedAt, isFetching, refetch, live } = useTasks(user.id, listing);
  const { acts, staying } = useStaying(useActs(words));
  const drawer = useDrawer(openId);
  const chat = useChatPanel();
  const { lists, chosen, choose, ...panel } = useChosenList();
  const paused = usePaused();
  const names = useMemo(() => new Map(chosen === 'all' ? lists.map(({ id, name }) => [id, name]) : []), [chosen, lists]);
  const groups = useMemo(
    () => (data ? grouped(tasksIn(Object.values(data.tasks), chosen, lists), words.moment, staying) : null),
    [data, words, staying, chosen, lists],
  );

  const [keys] = useState(() => new KeyOfAttempt());
  const add = useCallback(
    async (said: TaskCreate) => {
      const body = typeof chosen === 'string' ? said : { ...said, list_id: chosen.list };
      try {
        const task = await createTask(body, keys.for(body));
        keys.settle();
        changeBook(client, (book) => stored(book, task));
        if (task.due) showToast({ key: 'added', text: t('add.added', { when: words.plain(task.due) }) });
        return true;
      } catch (reason) {
        acts.refuse('added', reason);
        return false;
      }
    },
    [client, t, words, acts, keys, chosen],
  );

  return (
    <>
    <main ref={markReady} className={frame}>
      <header className="flex items-center gap-3">
        <h1 className="text-title font-semibold tracking-tight">{t('tasks.title')}</h1>
        {groups && <span className="pt-1.5 text-meta whitespace-nowrap text-ink-2 tabular-nums">{t('tasks.count', { count: groups.openCount })}</span>}
        <span className="ml-auto flex items-center gap-1">
          <button type="button" data-chat-button="" aria-expanded={chat.isOpen} className={`${plainButton} text-meta`} onClick={chat.toggle}>
            <Icon name="chat" />
            <span className="max-sm:sr-only">{t('chat.title')}</span>
          </button>
          <Bell userId={user.id} words={words} acts={acts} tasks={data?.tasks} onOpen={drawer.open} />
        </span>
        <SignOut name={user.name} />
      </header>
      <QuickAdd words={words} onAdd={add} />
      {data && <ListBar lists={lists} chosen={chosen} onChoose={choose} onEdit={panel.edit} />}
      <div aria-live="polite" className="contents">
        {error && data && (
          <Bar retry={() => void refetch()} busy={isFetching}>
            {t('tasks.error.stale', { time: words.instant(new Date(dataUpdatedAt).toISOString()) })}
          </Bar>
        )}
        {!live && !error && data && <Bar>{t('tasks.live.lost')}</Bar>}
      </div>
      {groups && <TaskList groups={groups} words={words} acts={acts} onOpen={drawer.open} paused={paused.ids} lists={names} />}
      {paused.Fold && paused.series.length > 0 && <paused.Fold paused={paused.series} words={words} acts={acts} />}
      {data?.partial && <p className="text-meta text-ink-2">{t('tasks.partial', { count: groups?.openCount ?? 0 })}</p>}
      {!data && <CannotReach retry={() => void refetch()} busy={isFetching} />}
      {drawer.id && drawer.Drawer && data && (
        <drawer.Drawer task={data.tasks[drawer.id]} userId={user.id} words={words} acts={acts} onClose={drawer.close} />
      )}
      {panel.Panel && <panel.Panel lists={lists} acts={acts} onMade={({ id }) => choose({ list: id })} onClose={panel.close} />}
    </main>
    {chat.Panel && data && (
      <chat.Panel userId={user.id} words={words} acts={acts} tasks={data.tasks} onOpen={drawer.open} onClose={chat.close} />
    )}
    </>
  );
}

/** Not even the account answered: asks until something does, then makes the page anew. */
function Unreachable() {
  const t = useTranslations('tasks');
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout>;
    const ask = (wait: number) => {
      timer = setTimeout(() => {
        askWhoIAm().then(
          () => location.reload(),
          (error: unknown) => {
            leaveWhenSignedOut(error);
            ask(Math.min(wait * 2, 15_000));
          },
        );
      }, wait);
    };
    ask(1_000);
    return () => clearTimeout(timer);
  }, []);
  return (
    <main className={frame}>
      <header className="flex items-center gap-3">
        <h1 className="flex-1 text-title font-semibold tracking-tight">{t('title')}</h1>
        <SignOut name="" />
      </header>
      <CannotReach retry={() => location.reload()} busy={false} />
    </main>
  );
}

function CannotReach({ retry, busy }: { retry: () => void; busy: boolean }) {
  const t = useTranslations('tasks.error');
  return (
    <section className="px-3 py-10 text-center" role="alert">
      <p className="text-field font-semibold">{t('title')}</p>
      <p className="mt-1 mb-4 text-ink-2">{t('hint')}</p>
      <button type="button" className={quietButton} onClick={retry}>
        {t(busy ? 'retrying' : 'retry')}
      </button>
    </section>
  );
}

function Bar({ children, retry, busy }: { children: React.ReactNode; retry?: () => void; busy?: boolean }) {
  const t = useTranslations('tasks.error');
  return (
    <p className="flex items-center gap-2 rounded-control bg-warn-soft px-3 py-2 text-meta text-warn">
      <Icon name="alert" />
      <span className="flex-1">{children}</span>
      {retry && (
        <button type="button" className="min-h-9 rounded-control px-2 font-semibold" onClick={retry}>
          {t(busy ? 'retrying' : 'retry')}
        </button>
      )}
    </p>
  );
}

const STAY_MS = 600;

/** A row that was ticked keeps its place for a moment, and hands the focus on when it leaves. */
function useStaying(acts: Acts): { acts: Acts; staying: ReadonlySet<string> } {
  const [staying, setStaying] = useState<ReadonlySet<string>>(new Set());
  const wrapped = useMemo<Acts>(
    () => ({
      ...acts,
      complete(task: Task) {
        setStaying((ids) => new Set(ids).add(task.id));
        setTimeout(() => {
          handFocusOn(task.id);
          setStaying((ids) => new Set([...ids].filter((id) => id !== task.id)));
        }, STAY_MS);
        return acts.complete(task);
      },
    }),
    [acts],
  );
  return { acts: wrapped, staying };
}

function handFocusOn(id: string): void {
  const row = document.querySelector(`[data-task="${CSS.escape(id)}"]`);
  if (!row?.contains(document.activeElement)) return;
  const rows = [...document.querySelectorAll('main > div [data-task]')];
  const at = rows.indexOf(row);
  (rows[at + 1] ?? rows[at - 1])?.querySelector('button')?.focus();
}
