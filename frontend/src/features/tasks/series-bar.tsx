'use client';
/** What can be done to this occurrence and to its series, as buttons in the details of a task. */
import { useTranslations } from 'next-intl';
import { useRef, useState } from 'react';
import type { Series, Task } from '@/api-client/model';
import { PausePanel, PostponePanel } from './series-panels';
import type { SeriesActs } from './use-series';
import type { Words } from './use-words';

interface Props {
  task: Task;
  series: Series | undefined;
  words: Words;
  acts: SeriesActs;
  /** The task has left the list by what was done. */
  onLeft: () => void;
}

const button = 'inline-flex min-h-9 items-center rounded-control border border-line-strong px-2.5 text-meta hover:bg-hover disabled:opacity-50';

export function SeriesBar({ task, series, words, acts, onLeft }: Props) {
  const t = useTranslations('series');
  const [panel, setPanel] = useState<'postpone' | 'pause' | null>(null);
  const [busy, setBusy] = useState(false);
  const later = useRef<HTMLButtonElement>(null);
  const pause = useRef<HTMLButtonElement>(null);
  const open = task.status === 'open';
  const paused = series?.status === 'paused';
  /** It is past its due: dates after it may have passed, too. */
  const missed = open && series?.status === 'active' && !!task.due && words.moment.isPast(task.due);
  const goesOn = series && series.status !== 'ended' && (open || paused);
  if (!goesOn && !(open && (task.due || task.series_id))) return null;

  async function run(act: Promise<boolean>, after?: () => void) {
    setBusy(true);
    setPanel(null);
    const done = await act;
    setBusy(false);
    if (done) after?.();
  }

  return (
    <div role="group" aria-label={t('label')} className="flex flex-wrap gap-2">
      {open && task.series_id && (
        <button type="button" className={button} disabled={busy} onClick={() => void run(acts.skip(task), onLeft)}>
          {t('skip')}
        </button>
      )}
      {missed && series && (
        <button type="button" className={button} disabled={busy} onClick={() => void run(acts.skipMissed(task, series), onLeft)}>
          {t('skipMissed')}
        </button>
      )}
      {open && task.due && (
        <button ref={later} type="button" aria-haspopup="dialog" className={button} onClick={() => setPanel('postpone')}>
          {t('postpone')}
        </button>
      )}
      {goesOn && (
        <>
          {/* One button in two states, so that the focus stays where it was. */}
          <button
            ref={pause}
            type="button"
            {...(paused ? {} : { 'aria-haspopup': 'dialog' as const })}
            className={button}
            onClick={() => (paused ? void run(acts.resume(series)) : setPanel('pause'))}
          >
            {t(paused ? 'resume' : 'pause')}
          </button>
          <button type="button" className={button} disabled={busy} onClick={() => void run(acts.end(series))}>
            {t(open ? 'end' : 'endNow')}
          </button>
        </>
      )}
      {panel === 'postpone' && task.due && (
        <PostponePanel trigger={later} due={task.due} words={words} once={!!task.series_id} onNext={task.series_id && series?.status !== 'ended' ? () => void run(acts.postponeToNextDate(task)) : null} onMove={(date) => void run(acts.postpone(task, date))} onClose={() => setPanel(null)} />
      )}
      {panel === 'pause' && goesOn && (
        <PausePanel trigger={pause} series={series} words={words} onPause={(day) => void run(acts.pause(series, day))} onClose={() => setPanel(null)} />
      )}
    </div>
  );
}
