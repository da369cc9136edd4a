'use client';
/** The series of a task, and what a person can do to it: each act with what it says and the way back. */
import { keepPreviousData, useQuery, useQueryClient } from '@tanstack/react-query';
import { useTranslations } from 'next-intl';
import { useMemo } from 'react';
import type { Series, SeriesPatch, Task } from '@/api-client/model';
import { Refused } from '@/api-client/client';
import { amendToast, showToast, type Toast } from '@/ui/toasts';
import { stored, withSeries } from './model/book';
import { undo } from './model/calls';
import * as calls from './model/series-calls';
import { reasonOf } from './no-successor';
import { awaitSuccessor, stopAwaiting } from './successors';
import type { Acts } from './use-acts';
import { changeBook, relist, seriesKey } from './use-tasks';
import { PAUSED } from './use-paused';
import type { Words } from './use-words';

/** Undefined until it is known. The live stream says when to ask again. */
export function useSeries(id: string | null): Series | undefined {
  return useQuery({
    queryKey: seriesKey(id ?? ''),
    queryFn: ({ signal }) => calls.readSeries(id ?? '', signal),
    enabled: id !== null,
    placeholderData: keepPreviousData, // a split gives its occurrence to another series: nothing on the page goes and comes
    retry: 1,
  }).data;
}

/** Every act resolves to whether it was done; why not has been said by then. */
export interface SeriesActs {
  skip(task: Task): Promise<boolean>;
  skipMissed(task: Task, series: Series): Promise<boolean>;
  postpone(task: Task, date: string): Promise<boolean>;
  postponeToNextDate(task: Task): Promise<boolean>;
  edit(series: Series, patch: SeriesPatch): Promise<boolean>;
  pause(series: Series, resumeOn: string | null): Promise<boolean>;
  resume(series: Series): Promise<boolean>;
  end(series: Series): Promise<boolean>;
}

const PATIENCE_MS = 3_000;

export function useSeriesActs(words: Words, acts: Acts): SeriesActs {
  const client = useQueryClient();
  const t = useTranslations('series');
  const follows = useTranslations('follows');
  return useMemo(() => {
    /** Runs an act and keeps what it answers; a refusal is said, and what was out of date is asked for again. */
    async function attempt<T>(key: string, run: () => Promise<T>, told: (answer: T) => void): Promise<boolean> {
      try {
        told(await run());
        return true;
      } catch (error) {
        if (error instanceof Refused && error.status === 412) {
          relist(client);
          showToast({ key, tone: 'error', text: t('stale') });
        } else acts.refuse(key, error);
        return false;
      }
    }

    function keep({ tasks = [], series = [] }: { tasks?: readonly Task[]; series?: readonly Series[] }) {
      for (const task of tasks) changeBook(client, (book) => stored(book, task));
      for (const one of series) {
        client.setQueryData(seriesKey(one.id), one);
        changeBook(client, (book) => withSeries(book, one));
      }
      if (series.length > 0) void client.invalidateQueries({ queryKey: PAUSED });
    }

    const back = (key: string, handle: string | null): NonNullable<Toast['actions']> => {
      if (!handle) return [];
      const run = () => undo(handle, {});
      const told = (done: Awaited<ReturnType<typeof undo>>) => {
        keep(done);
        relist(client);
        showToast({ key, text: t('takenBack') });
      };
      return [{ label: t('undo'), run: () => void attempt(key, run, told) }];
    };

    const act = (series: Series, run: () => Promise<calls.SeriesAnswer>, say: (answer: calls.SeriesAnswer) => string) => {
      const key = `series:${series.id}`;
      return attempt(key, run, (answer) => {
        keep({ series: [answer.series], tasks: answer.task ? [answer.task] : [] });
        if (answer.series.id !== series.id) relist(client); // split: the one before has ended
        showToast({ key, text: say(answer), actions: back(key, answer.undo) });
      });
    };

    return {
      skip(task) {
        const key = `done:${task.id}`;
        let way: Toast['actions'] = [];
        let next: Task | null = null;
        const coming = setTimeout(() => {
          void reasonOf(task).then((reason) => next || amendToast({ key, text: `${t('skipped')} ${follows(reason)}`, actions: way }));
        }, PATIENCE_MS);
        const over = () => {
          clearTimeout(coming);
          stopAwaiting(task);
        };
        const say = () => (next?.due ? t('skippedNext', { when: words.plain(next.due) }) : t('skipped'));
        awaitSuccessor(task, (successor) => {
          clearTimeout(coming);
          next = successor;
          amendToast({ key, text: say(), actions: way });
        });
        return attempt(key, () => calls.skipTask(task), ({ task: skipped, undo: handle }) => {
          keep({ tasks: [skipped] });
          way = handle ? [{ label: t('undo'), run: () => (over(), acts.takeBack(task, handle)) }] : [];
          showToast({ key, text: say(), actions: way });
        }).then((done) => (done || over(), done));
      },
      skipMissed(task, series) {
        const key = `series:${series.id}`;
        return attempt(key, () => calls.skipMissed(series), ({ task: next, series: after, undo: handle }) => {
          keep({ series: [after], tasks: next ? [next] : [] });
          relist(client); // those that it closed are not in the answer
          showToast({ key, text: handle ? t('skippedMissed') : t('nothingMissed'), actions: back(key, handle) });
        });
      },
      postponeToNextDate(task) {
        const key = `moved:${task.id}`;
        return attempt(key, () => calls.postponeToNextDate(task), ({ task: moved, undo: handle }) => {
          keep({ tasks: [moved] });
          const when = moved.due ? words.plain(moved.due) : '';
          showToast({ key, text: t('movedToNext', { when }), actions: back(key, handle) });
        });
      },
      postpone(task, date) {
        const key = `moved:${task.id}`;
        return attempt(key, () => calls.postponeTask(task, date), ({ task: moved, undo: handle }) => {
          keep({ tasks: [moved] });
          const when = moved.due ? words.plain(moved.due) : date;
          showToast({ key, text: t(task.series_id ? 'movedOnce' : 'moved', { when }), actions: back(key, handle) });
        });
      },
      edit: (series, patch) =>
        act(series, () => calls.editSeries(series, patch), ({ task }) => (task?.due ? t('edited', { when: words.plain(task.due) }) : t('editedLater'))),
      pause: (series, resumeOn) =>
        act(series, () => calls.pauseSeries(series, resumeOn), ({ series: { resume_on: day, start } }) =>
          day ? t('pausedUntil', { day: words.plain({ date: day, time: null, time_zone: start.time_zone }) }) : t('paused')),
      resume: (series) => act(series, () => calls.resumeSeries(series), () => t('resumed')),
      end: (series) => act(series, () => calls.endSeries(series), ({ task }) => t(task ? 'ended' : 'endedNothing')),
    };
  }, [client, t, follows, words, acts]);
}
