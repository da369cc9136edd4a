/** Every call about a series, and those about one occurrence that only its details offer. */
import type { PausedSeries, Series, SeriesPatch, Task } from '@/api-client/model';
import { answerOf, api, ME } from '@/api-client/client';
import { steadily } from './steady';

export type SeriesAnswer = Awaited<ReturnType<typeof endSeries>>;

const path = ({ id }: Series) => ({ user_id: ME, series_id: id });
const at = ({ id }: Task) => ({ user_id: ME, task_id: id });
/** Refused 412 when the series or the task is no longer the one that was shown. */
const as = ({ version }: { version: number }, key: string) => ({ 'Idempotency-Key': key, 'If-Match': `"${version}"` });

export function readSeries(id: string, signal: AbortSignal): Promise<Series> {
  return answerOf(api.GET('/api/{user_id}/series/{series_id}', { params: { path: { user_id: ME, series_id: id } }, signal }));
}

/** At most as many as a page holds: nobody pauses more. */
export async function listPaused(signal: AbortSignal): Promise<readonly PausedSeries[]> {
  const query = { status: 'paused', limit: 200 } as const;
  return (await answerOf(api.GET('/api/{user_id}/series', { params: { path: { user_id: ME }, query }, signal }))).items;
}

const SHOWN = 14;

/** The last occurrences that were closed, newest first, and how many in a row were done. */
export async function readPast(id: string, signal: AbortSignal) {
  const given = { path: { user_id: ME, series_id: id } };
  const [{ items }, streak] = await Promise.all([
    answerOf(api.GET('/api/{user_id}/series/{series_id}/past', { params: { ...given, query: { limit: SHOWN } }, signal })),
    answerOf(api.GET('/api/{user_id}/series/{series_id}/streak', { params: given, signal })),
  ]);
  return { items, streak };
}

export function editSeries(series: Series, body: SeriesPatch) {
  const params = (key: string) => ({ path: path(series), header: as(series, key) });
  return steadily((key) => answerOf(api.PATCH('/api/{user_id}/series/{series_id}', { params: params(key), body })));
}

/** `resumeOn`: YYYY-MM-DD, the day on which it goes on by itself. */
export function pauseSeries(series: Series, resumeOn: string | null) {
  const params = (key: string) => ({ path: path(series), header: as(series, key) });
  const body = { resume_on: resumeOn };
  return steadily((key) => answerOf(api.POST('/api/{user_id}/series/{series_id}/pause', { params: params(key), body })));
}

export function resumeSeries(series: Series) {
  const params = (key: string) => ({ path: path(series), header: as(series, key) });
  return steadily((key) => answerOf(api.POST('/api/{user_id}/series/{series_id}/resume', { params: params(key) })));
}

/** Skips all that is overdue, and every date before now. */
export function skipMissed(series: Series) {
  const params = (key: string) => ({ path: path(series), header: as(series, key) });
  return steadily((key) => answerOf(api.POST('/api/{user_id}/series/{series_id}/skip-missed', { params: params(key) })));
}

export function endSeries(series: Series) {
  const params = (key: string) => ({ path: path(series), header: as(series, key) });
  return steadily((key) => answerOf(api.POST('/api/{user_id}/series/{series_id}/end', { params: params(key) })));
}

export function skipTask(task: Task) {
  const params = (key: string) => ({ path: at(task), header: as(task, key) });
  return steadily((key) => answerOf(api.POST('/api/{user_id}/tasks/{task_id}/skip', { params: params(key) })));
}

/** It takes the place of the rule's next date that is still to come. */
export function postponeToNextDate(task: Task) {
  const params = (key: string) => ({ path: at(task), header: as(task, key) });
  const body = { to: 'next_date' } as const;
  return steadily((key) => answerOf(api.POST('/api/{user_id}/tasks/{task_id}/postpone', { params: params(key), body })));
}

/** To another day, YYYY-MM-DD; its time of day stays. */
export function postponeTask(task: Task, date: string) {
  const params = (key: string) => ({ path: at(task), header: as(task, key) });
  return steadily((key) => answerOf(api.POST('/api/{user_id}/tasks/{task_id}/postpone', { params: params(key), body: { date } })));
}
