'use client';
/** Who did what to this task, through which door, and what changed; newest first. */
import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query';
import { useTranslations } from 'next-intl';
import { useState } from 'react';
import type { HistoryEntry, Series, Task } from '@/api-client/model';
import { useLists } from '@/features/lists/use-lists';
import { plainButton } from '@/ui/classes';
import { readHistory } from './model/calls';
import type { Words } from './use-words';
import { historyLine, isEcho, type HistoryLine, type SayValue } from './words/history';
import { beforeWords } from './words/reminder';

/** The record is a moment behind the task: asked again until it has caught up, for at most about ten seconds. */
const AGAIN_MS = 500;
const MOST_TIMES = 20;

interface Props {
  task: Task;
  series: Series | undefined;
  userId: string;
  words: Words;
}

export function TaskHistory({ task, series, userId, words }: Props) {
  const t = useTranslations('history');
  const reminder = useTranslations('reminder');
  const lists = useLists();
  const changed = useChanged(series);
  const query = useInfiniteQuery({
    queryKey: ['history', task.id, task.version, changed],
    queryFn: ({ pageParam }) => readHistory(task.id, pageParam),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next_cursor ?? undefined,
    placeholderData: keepPreviousData,
    retry: 1,
    refetchInterval: ({ state }) => {
      const newest = (kind: string) =>
        Math.max(0, ...(state.data?.pages[0]?.items ?? []).map(({ type, version }) => (type.startsWith(`todo.${kind}.`) ? version : 0)));
      const behind = state.status === 'success' && (newest('task') < task.version || newest('series') < changed);
      return behind && state.dataUpdateCount < MOST_TIMES ? AGAIN_MS : false;
    },
  });
  const entries = query.data?.pages.flatMap(({ items }) => items) ?? [];
  const values: SayValue = {
    due: words.plain,
    rule: words.rule,
    instant: words.instant,
    before: (minutes) => beforeWords(minutes, true, reminder),
    list: (id) => lists.find((list) => list.id === id)?.name ?? t('listGone'),
    day: (date) => words.plain({ date, time: null, time_zone: words.moment.zone }),
  };
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
        {entries.map((entry) => {
          const cause = causing(entry);
          const line = historyLine(entry, userId, t, values, cause);
          if (isEcho(line, cause)) return null;
          return (
            <li key={entry.event_id} data-event={entry.event_type} className="relative border-l-2 border-line pl-3">
              <Line line={line} at={entry.occurred_at} words={words} />
            </li>
          );
        })}
      </ol>
      {query.hasNextPage && (
        <button type="button" className={`${plainButton} mt-3`} onClick={() => void query.fetchNextPage()}>
          {t('more')}
        </button>
      )}
    </section>
  );
}

/** The version of a series that changed while it was looked at; before that 0, since its past may stand in other histories. */
function useChanged(series: Series | undefined): number {
  const [first, setFirst] = useState(series);
  if (series && series.id !== first?.id) setFirst(series);
  return series && first && series.id === first.id && series.version > first.version ? series.version : 0;
}

function Line({ line, at, words }: { line: HistoryLine; at: string; words: Words }) {
  const t = useTranslations('history');
  if (line.quiet)
    return (
      <p className="text-label text-ink-2">
        {line.act} · <time dateTime={at}>{words.instant(at)}</time>
      </p>
    );
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
