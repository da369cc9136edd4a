'use client';
/** How a task repeats, in the server's words with the dates after this one, and whether it goes on at all. */
import { useTranslations } from 'next-intl';
import type { Series, Task } from '@/api-client/model';
import { Icon } from '@/ui/icons';
import { dueOf, usePreview } from './use-preview';
import type { Words } from './use-words';

interface Props {
  task: Task;
  /** Undefined until it is known. */
  series: Series | undefined;
  words: Words;
  /** Null where it cannot be changed. */
  onEdit: (() => void) | null;
}

/** The occurrence itself, and those after it. */
const SHOWN = 5;

export function SeriesRule({ task, series, words, onEdit }: Props) {
  const t = useTranslations('series');
  const { rrule, anchor, on_holiday: holiday } = task.recurrence ?? { rrule: '', anchor: 'schedule', on_holiday: 'ignore' };
  // Its own date in the series, also where it was postponed. The words are of the rule alone: the time stands above.
  const key = task.occurrence_key?.slice(0, 10) ?? task.due?.date ?? '';
  const { preview } = usePreview(rrule, task.due && { ...task.due, date: key, time: null }, anchor, SHOWN, holiday);
  // Of a counted rule nobody here knows how many are left.
  const known = anchor === 'schedule' && !rrule.includes('COUNT') && (!series || series.status === 'active');
  const after = known && preview ? preview.occurrences.filter(({ date }) => date > key).slice(0, 3) : [];
  const rule = (
    <>
      <Icon name="repeat" className="mt-0.5 text-ink-2" />
      <span>
        <span lang={preview?.text ? preview.language : undefined} className="block first-letter:uppercase">{preview?.text ?? words.rule({ rrule, anchor, on_holiday: holiday })}</span>
        {after.length > 0 && <span className="block text-ink-2">{t('nextDates', { dates: after.map((one) => words.plain(dueOf(one))).join(', ') })}</span>}
      </span>
    </>
  );
  return (
    <>
      {onEdit ? (
        <button type="button" className="-mx-3 flex w-[calc(100%+1.5rem)] gap-2 rounded-control px-3 py-1.5 text-left hover:bg-hover" onClick={onEdit}>
          {rule}
          <span className="ml-auto font-semibold text-accent">
            {t('change')} <span className="sr-only">{t('changeWhat')}</span>
          </span>
        </button>
      ) : (
        <div className="flex gap-2 py-1.5">{rule}</div>
      )}
      {series && series.status !== 'active' && (
        <p className="mb-1 rounded-control bg-warn-soft px-3 py-2 text-warn" data-series={series.status}>
          {stateOf(series, task, words, t)}
        </p>
      )}
    </>
  );
}

type Say = ReturnType<typeof useTranslations<'series'>>;

function stateOf({ status, resume_on, start }: Series, task: Task, words: Words, t: Say): string {
  const open = task.status === 'open';
  if (status === 'ended') return t(open ? 'isEnded' : 'isEndedNothing');
  return resume_on ? t('isPausedUntil', { day: words.plain({ date: resume_on, time: null, time_zone: start.time_zone }) }) : t('isPaused');
}
