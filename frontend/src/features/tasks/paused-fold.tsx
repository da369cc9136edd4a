'use client';
/** What is paused, folded below the list, each with the way to go on. Loaded when there is something. */
import { useTranslations } from 'next-intl';
import { useState } from 'react';
import type { PausedSeries } from '@/api-client/model';
import { Icon } from '@/ui/icons';
import type { Acts } from './use-acts';
import { useSeriesActs } from './use-series';
import type { Words } from './use-words';

interface Props {
  paused: readonly PausedSeries[];
  words: Words;
  acts: Acts;
}

export function PausedFold({ paused, words, acts }: Props) {
  const t = useTranslations('paused');
  return (
    <details className="group/paused" data-paused="">
      <summary className="flex min-h-[var(--row)] list-none items-center gap-1.5 rounded-control px-3 text-meta font-semibold text-ink-2 hover:bg-hover">
        <Icon name="right" className="transition-transform duration-[var(--t-state)] group-open/paused:rotate-90" />
        {t('title', { count: paused.length })}
      </summary>
      <ul className="divide-y divide-line">
        {paused.map((one) => (
          <Row key={one.series.id} paused={one} words={words} acts={acts} />
        ))}
      </ul>
    </details>
  );
}

function Row({ paused: { series, task }, words, acts }: { paused: PausedSeries; words: Words; acts: Acts }) {
  const t = useTranslations('paused');
  const [busy, setBusy] = useState(false);
  const { resume } = useSeriesActs(words, acts);
  const day = series.resume_on && words.plain({ date: series.resume_on, time: null, time_zone: series.start.time_zone });
  return (
    <li data-series={series.id} className="flex min-h-[var(--row)] flex-wrap items-center gap-x-3 py-1 pr-2 pl-3">
      <span className="min-w-0 flex-1 truncate">{task.title}</span>
      <span className="text-meta text-ink-2">{day ? t('until', { day }) : t('byHand')}</span>
      <button
        type="button"
        className="min-h-9 rounded-control px-2.5 text-meta font-semibold text-accent hover:bg-hover disabled:opacity-50"
        aria-label={t('resumeOf', { title: task.title })}
        disabled={busy}
        onClick={() => {
          setBusy(true);
          void resume(series).then(() => setBusy(false));
        }}
      >
        {t('resume')}
      </button>
    </li>
  );
}
