'use client';
/** What opens behind Postpone and Pause: days to choose from, each said as a date. */
import { useTranslations } from 'next-intl';
import { useState, type FormEvent, type RefObject } from 'react';
import type { Due, Series } from '@/api-client/model';
import { field, primaryButton } from '@/ui/classes';
import { Choice } from './repeat-parts';
import type { Words } from './use-words';
import { Panel } from './when-panel';

interface Shared {
  trigger: RefObject<HTMLElement | null>;
  words: Words;
  onClose: () => void;
}

const STEPS = [1, 2, 7] as const;

/** YYYY-MM-DD, `days` later. */
function later(date: string, days: number): string {
  return new Date(Date.parse(date) + days * 86_400_000).toISOString().slice(0, 10);
}

/** Days count from when it is due, or from today where that has passed: later is always later. */
interface Postponing extends Shared {
  due: Due;
  once: boolean;
  onMove: (date: string) => void;
  /** To the next date of its rule; null where it has none. */
  onNext: (() => void) | null;
}

export function PostponePanel({ trigger, due, words, once, onMove, onNext, onClose }: Postponing) {
  const t = useTranslations('series');
  const today = words.moment.today(due.time_zone);
  const from = due.date > today ? due.date : today;
  const [date, setDate] = useState(later(from, 14));
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (date) onMove(date);
  };
  return (
    <Panel trigger={trigger} label={t('postpone')} onClose={onClose}>
      <ul className="flex flex-col">
        {STEPS.map((days) => (
          <li key={days}>
            <button type="button" className="flex min-h-[var(--row)] w-full items-center gap-3 rounded-control px-2 text-left hover:bg-hover" onClick={() => onMove(later(from, days))}>
              <span className="flex-1">{t('later', { days })}</span>
              <span className="text-meta text-ink-2">{words.plain({ ...due, date: later(from, days) })}</span>
            </button>
          </li>
        ))}
        {onNext && (
          <li>
            <button type="button" className="flex min-h-[var(--row)] w-full items-center gap-3 rounded-control px-2 text-left hover:bg-hover" onClick={onNext}>
              <span className="flex-1">{t('toNext')}</span>
            </button>
          </li>
        )}
      </ul>
      <form onSubmit={submit} className="mt-2 flex items-end gap-2 border-t border-line pt-3">
        <label className="flex flex-1 flex-col gap-1 text-meta text-ink-2">
          {t('anotherDay')}
          <input type="date" required className={`${field} tabular-nums`} value={date} onChange={({ target }) => setDate(target.value)} />
        </label>
        <button type="submit" className={primaryButton}>
          {t('move')}
        </button>
      </form>
      {once && <p className="mt-3 px-1 text-meta text-ink-2">{t('onceHint')}</p>}
    </Panel>
  );
}

export function PausePanel({ trigger, series, words, onPause, onClose }: Shared & { series: Series; onPause: (resumeOn: string | null) => void }) {
  const t = useTranslations('series');
  const today = words.moment.today(series.start.time_zone);
  const [kind, setKind] = useState('open');
  const [day, setDay] = useState(later(today, 14));
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (kind === 'open' || day) onPause(kind === 'open' ? null : day);
  };
  return (
    <Panel trigger={trigger} label={t('pause')} onClose={onClose}>
      <form onSubmit={submit} className="flex flex-col gap-3">
        <Choice
          label={t('pauseHow')}
          look="list"
          value={kind}
          onChange={setKind}
          options={[
            { value: 'open', label: t('untilResumed') },
            { value: 'day', label: t('untilDay') },
          ]}
        />
        {kind === 'day' && (
          <input type="date" required aria-label={t('resumeDay')} min={later(today, 1)} className={`${field} tabular-nums`} value={day} onChange={({ target }) => setDay(target.value)} />
        )}
        <p className="px-1 text-meta text-ink-2">{t(series.recurrence.missed === 'each' ? 'pauseHintEach' : 'pauseHint')}</p>
        <button type="submit" className={`${primaryButton} self-end`}>
          {t('pauseNow')}
        </button>
      </form>
    </Panel>
  );
}
