'use client';
/** What became of the series' last occurrences, as a row of marks, and how many in a row were done. */
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useTranslations } from 'next-intl';
import type { PastOccurrence, Series } from '@/api-client/model';
import { readPast } from './model/series-calls';
import type { Words } from './use-words';

/** A shape and a colour for each, so that nobody depends on the colour alone. */
const MARKS: Record<PastOccurrence['mark'], { shape: string; look: string }> = {
  done: { shape: '✓', look: 'bg-accent-soft text-accent' },
  late: { shape: '✓', look: 'bg-warn-soft text-warn underline' },
  skipped: { shape: '–', look: 'bg-sunken text-ink-2' },
  missed: { shape: '×', look: 'bg-danger-soft text-danger' },
};

/** `seen`: changes with what is looked at, so that closing or reopening an occurrence reads the past again. */
export function SeriesPast({ series, seen, words }: { series: Series; seen: number; words: Words }) {
  const t = useTranslations('past');
  const { data } = useQuery({
    queryKey: ['past', series.id, series.version, series.occurrences, seen],
    queryFn: ({ signal }) => readPast(series.id, signal),
    placeholderData: keepPreviousData,
    retry: 1,
  });
  if (!data || data.items.length === 0) return null;
  const { items, streak } = data;
  return (
    <section aria-labelledby="past" className="flex flex-col gap-2">
      <h3 id="past" className="text-meta font-semibold text-ink-2">
        {t('title')}
      </h3>
      <ol className="flex flex-wrap gap-1">
        {items.toReversed().map(({ task_id: id, mark, due }) => {
          const said = due ? t('of', { mark: t(mark), day: words.plain({ ...due, time: null }) }) : t(mark);
          return (
            <li key={id} data-mark={mark} title={said} className={`grid size-6 place-items-center rounded-control text-label ${MARKS[mark].look}`}>
              <span aria-hidden>{MARKS[mark].shape}</span>
              <span className="sr-only">{said}</span>
            </li>
          );
        })}
      </ol>
      <p className="text-meta text-ink-2">{t('streak', { current: streak.current, longest: streak.longest })}</p>
    </section>
  );
}
