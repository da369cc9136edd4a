'use client';
/** Changing how a series repeats: the recurrence editor on its rule, and whether all of it is meant. */
import { useTranslations } from 'next-intl';
import { useState } from 'react';
import { Button } from 'react-aria-components';
import type { Series, Task } from '@/api-client/model';
import { plainButton, primaryButton } from '@/ui/classes';
import { ClockField } from './clock-field';
import { RepeatEditor } from './repeat-editor';
import { Choice } from './repeat-parts';
import { usePreview } from './use-preview';
import type { SeriesActs } from './use-series';
import type { Words } from './use-words';
import { patchFor, repeatInstead, repeatOf, ruleFor, type Scope } from './words/series';

interface Props {
  /** Its open occurrence. */
  task: Task;
  series: Series;
  words: Words;
  acts: SeriesActs;
  onClose: () => void;
}

const SHOWN = 5;
/** Of all of a series, dates from its first one on are asked for: those that have passed are not shown. */
const ASKED = 100;

export function SeriesEditor({ task, series, words, acts, onClose }: Props) {
  const t = useTranslations('series');
  const key = (task.occurrence_key ?? task.due?.date ?? series.start.date).slice(0, 10);
  const before = (task.occurrence_number ?? 1) - 1;
  const [begun] = useState(() => ({ repeat: repeatOf(series.recurrence, key, before), time: series.start.time?.slice(0, 5) ?? null }));
  const [repeat, setRepeat] = useState(() => begun.repeat ?? repeatInstead(series.recurrence.rrule, key));
  const [time, setTime] = useState(begun.time);
  const [scope, setScope] = useState<Scope>('following');
  const [busy, setBusy] = useState(false);

  const start = { ...series.start, date: key, time };
  const all = scope === 'all';
  const asked = usePreview(ruleFor(repeat, scope, key, before), all ? { ...start, date: series.start.date } : start, repeat.anchor, all ? ASKED : SHOWN, repeat.holiday);
  const { preview } = asked;
  const dates = { ...asked, preview: preview && { ...preview, occurrences: preview.occurrences.filter(({ date }) => date >= key).slice(0, SHOWN) } };
  const changed = JSON.stringify({ repeat, time }) !== JSON.stringify(begun);

  async function save() {
    setBusy(true);
    const done = await acts.edit(series, patchFor(repeat, scope, key, before, time === begun.time ? undefined : time));
    setBusy(false);
    if (done) onClose();
  }

  return (
    <RepeatEditor
      words={words}
      value={repeat}
      start={start}
      onChange={(next) => next && setRepeat(next)}
      onClose={onClose}
      series={{
        dates,
        before: begun.repeat ? null : <p className="rounded-control bg-warn-soft px-3 py-2 text-meta text-warn">{t('odd')}</p>,
        after: (
          <div className="flex items-center gap-2">
            <ClockField label={t('time')} value={time} onChange={setTime} className="flex items-center gap-2" />
            {time && (
              <button type="button" className={`${plainButton} text-meta`} onClick={() => setTime(null)}>
                {t('wholeDay')}
              </button>
            )}
          </div>
        ),
        footer: (refused) => (
          <>
            <div className="flex w-full flex-col gap-1 sm:w-auto sm:flex-1 sm:items-start">
              <Choice
                label={t('scope')}
                hidden
                look="segments"
                value={scope}
                onChange={(next) => setScope(next as Scope)}
                options={[
                  { value: 'following', label: t('following') },
                  { value: 'all', label: t('all') },
                ]}
              />
              <p className="px-1 text-label text-ink-2">{all ? t('allHint') : t('followingHint', { when: words.plain({ ...start, time: null }) })}</p>
            </div>
            <Button className={plainButton} onPress={onClose}>
              {t('cancel')}
            </Button>
            <Button className={`${primaryButton} data-disabled:opacity-50`} isDisabled={refused || !changed || busy} onPress={() => void save()}>
              {t(busy ? 'saving' : 'save')}
            </Button>
          </>
        ),
      }}
    />
  );
}
