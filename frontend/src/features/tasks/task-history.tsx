'use client';
/** Who did what to this task, through which door, and what changed; newest first. */
import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query';
import { useTranslations } from 'next-intl';
import type { HistoryEntry, Task } from '@/api-client/model';
import { plainButton } from '@/ui/classes';
import { readHistory } from './model/calls';
import type { Words } from './use-words';
import type { HistoryLine } from './words/history';

/** The record is a moment behind the task: asked again until it has caught up, for at most about ten seconds. */
const AGAIN_MS = 500;
const MOST_TIMES = 20;

export function TaskHistory({ task, userId, words }: { task: Task; userId: string; words: Words }) {
  const t = useTranslations('history');
  const query = useInfiniteQuery({
    queryKey: ['history', task.id, task.version],
    queryFn: ({ pageParam }) => readHistory(task.id, pageParam),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next_cursor ?? undefined,
    placeholderData: keepPreviousData,
    retry: 1,
    refetchInterval: ({ state }) => {
      const own = state.data?.pages[0]?.items.filter(({ type }) => type.startsWith('todo.task.')) ?? [];
      const behind = state.status === 'success' && Math.max(0, ...own.map(({ version }) => version)) < task.version;
      return behind && state.dataUpdateCount < MOST_TIMES ? AGAIN_MS : false;
    },
  });
  const entries = query.data?.pages.flatMap(({ items }) => items) ?? [];
  const causing = (entry: HistoryEntry) => entries.find(({ event_id }) => event_id === entry.causation_id);
  return (
    <section aria-labelledby="history" className="border-t border-line pt-4">
      <h3 id="history" className="pb-2 text-meta font-semibold text-ink-2">
        {t('title')}
      </h3>
      {query.isPending && <Skeleton label={t('loading')} />}
      {query.isError && (
        <p className="flex items-center gap-2 text-meta text-ink-2" role="alert">
          <span className="flex-1">{t('error')}</span>
          <button type="button" className={plainButton} onClick={() => void query.refetch()}>
            {t('retry')}
          </button>
        </p>
      )}
      {query.isSuccess && entries.length === 0 && <p className="text-meta text-ink-2">{t('empty')}</p>}
      <ol className="flex flex-col gap-4">
        {entries.map((entry) => (
          <li key={entry.event_id} data-event={entry.event_type} className="relative border-l-2 border-line pl-3">
            <Line line={words.history(entry, userId, causing(entry))} at={entry.occurred_at} words={words} />
          </li>
        ))}
      </ol>
      {query.hasNextPage && (
        <button type="button" className={`${plainButton} mt-3`} onClick={() => void query.fetchNextPage()}>
          {t('more')}
        </button>
      )}
    </section>
  );
}

function Line({ line, at, words }: { line: HistoryLine; at: string; words: Words }) {
  const t = useTranslations('history');
  return (
    <>
      <p className="text-meta">
        <span className="font-semibold">{line.who}</span> {line.act}
        {line.cause && <span className="text-ink-2"> {line.cause}</span>}
      </p>
      <p className="text-label text-ink-2">
        <time dateTime={at}>{words.instant(at)}</time>
        {line.door && ` · ${line.door}`}
      </p>
      {line.changes.length > 0 && (
        <ul className="mt-1 flex flex-col gap-0.5 text-meta">
          {line.changes.map(({ field, before, after }) => (
            <li key={field} className="wrap-break-word text-ink-2">
              {field}: {before && <del className="text-ink-3">{before}</del>} {before && '→ '}
              <ins className="text-ink no-underline">{after || t('nothing')}</ins>
            </li>
          ))}
        </ul>
      )}
    </>
  );
}

function Skeleton({ label }: { label: string }) {
  return (
    <div role="status" aria-label={label} className="flex flex-col gap-3">
      {[0, 1].map((n) => (
        <div key={n} className="h-10 rounded-control bg-sunken" />
      ))}
    </div>
  );
}
