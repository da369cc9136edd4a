'use client';
/** How a task repeats, and beside it the server's words and next dates. A sheet on a phone. Loaded on demand. */
import { useTranslations } from 'next-intl';
import type { ReactNode } from 'react';
import { Button, Dialog, Heading, I18nProvider, Modal, ModalOverlay } from 'react-aria-components';
import type { Due } from '@/api-client/model';
import { DATE_LOCALE } from '@/i18n/locale';
import { iconButton, primaryButton } from '@/ui/classes';
import { Icon } from '@/ui/icons';
import { Choice } from './repeat-parts';
import { RepeatControls } from './repeat-controls';
import { dueOf, usePreview, type Asked } from './use-preview';
import type { Words } from './use-words';
import { composeRule, controlOf, repeatFrom, type Repeat } from './words/repeat';
import type { Unit } from './words/rule';

interface Props {
  words: Words;
  value: Repeat | null;
  /** The first date; null while there is none. */
  start: Due | null;
  onChange: (repeat: Repeat | null) => void;
  /** Of a new rule this takes it; of a series that exists it leaves all as it was. */
  onClose: () => void;
  /** A series that exists: it knows its own dates, cannot be made to happen once, and is saved by its footer. */
  series?: { dates: Asked; before: ReactNode; after: ReactNode; footer: (refused: boolean) => ReactNode };
}

const SHOWN = 5;
const UNITS = ['none', 'day', 'week', 'month', 'year'] as const;

export function RepeatEditor({ words, value, start, onChange, onClose, series }: Props) {
  const t = useTranslations('repeat');
  const from = start ?? { date: words.moment.today(), time: null, time_zone: words.moment.zone };
  const own = usePreview(value && !series ? composeRule(value, from.date) : null, from, value?.anchor, SHOWN, value?.holiday);
  const asked = series?.dates ?? own;
  const wrong = value && asked.refused ? { control: controlOf(asked.refused, value), code: asked.refused } : null;

  function choose(unit: string) {
    if (unit === 'none') return onChange(null);
    const begun = repeatFrom(unit as Unit, from.date);
    // What holds for every unit stays.
    onChange(value ? { ...begun, every: value.every, anchor: value.anchor, missed: value.missed, trigger: value.trigger, holiday: value.holiday, ends: value.ends } : begun);
  }

  return (
    <I18nProvider locale={DATE_LOCALE}>
      <ModalOverlay
        isOpen
        isDismissable
        onOpenChange={(open) => !open && onClose()}
        className="scrim fixed inset-0 z-50 flex items-end justify-center bg-scrim sm:items-center sm:p-6"
      >
        <Modal className="rise flex max-h-full w-full max-w-3xl flex-col overflow-hidden rounded-t-sheet border border-line bg-surface shadow-overlay sm:rounded-sheet">
          <Dialog className="flex min-h-0 flex-1 flex-col outline-none">
            <header className="flex items-center px-5 pt-3">
              <Heading slot="title" className="flex-1 text-field font-semibold">
                {t('title')}
              </Heading>
              <Button aria-label={t(series ? 'close' : 'done')} className={iconButton} onPress={onClose}>
                <Icon name="close" />
              </Button>
            </header>
            <div className="grid min-h-0 flex-1 overflow-y-auto sm:grid-cols-[1fr_16rem]">
              <div className="flex flex-col gap-5 p-5 pt-2">
                {series?.before}
                <Choice
                  label={t('how')}
                  hidden
                  look="segments"
                  value={value?.unit ?? 'none'}
                  onChange={choose}
                  options={UNITS.filter((unit) => !series || unit !== 'none').map((unit) => ({ value: unit, label: t(`unit.${unit}`) }))}
                />
                {value && <RepeatControls words={words} value={value} start={from} wrong={wrong} onChange={onChange} />}
                {series?.after}
              </div>
              <NextDates words={words} value={value} start={start} asked={asked} />
            </div>
            <footer className="flex flex-wrap items-center justify-end gap-3 border-t border-line px-5 py-3">
              {series ? (
                series.footer(!!wrong)
              ) : (
                <Button className={`${primaryButton} data-disabled:opacity-50`} isDisabled={!!wrong} onPress={onClose}>
                  {t('done')}
                </Button>
              )}
            </footer>
          </Dialog>
        </Modal>
      </ModalOverlay>
    </I18nProvider>
  );
}

/** Of a fixed height, so that nothing jumps while dates are looked up. */
function NextDates({ words, value, start, asked }: { words: Words; value: Repeat | null; start: Due | null; asked: Asked }) {
  const t = useTranslations('repeat');
  const problem = useTranslations('problem');
  const { preview, stale, refused, unreachable } = asked;
  const moved = start && preview?.occurrences[0] && preview.occurrences[0].date !== start.date ? preview.occurrences[0] : null;
  const note = refused
    ? problem.has(refused) ? problem(refused) : problem('recurrence_invalid')
    : unreachable ? t('unreachable') : t('waiting');
  return (
    <section aria-labelledby="next-dates" className="order-first border-line bg-sunken p-5 sm:order-none sm:border-l">
      <h3 id="next-dates" className="text-meta font-semibold text-ink-2">
        {t('preview')}
      </h3>
      <div aria-live="polite" className={`mt-2 min-h-24 transition-opacity duration-[var(--t-state)] sm:min-h-56 ${stale ? 'opacity-60' : ''}`}>
        {!value ? (
          <p className="text-ink-2">{t('none')}</p>
        ) : !preview ? (
          <p className={refused ? 'text-danger' : 'text-ink-2'}>{note}</p>
        ) : (
          <>
            <p lang={preview.language} className="font-semibold first-letter:uppercase">{preview.text}</p>
            <ol className="mt-2 flex flex-wrap gap-x-4 gap-y-1.5 tabular-nums sm:flex-col">
              {preview.occurrences.map((occurrence) => (
                <li key={occurrence.at}>{words.plain(dueOf(occurrence))}</li>
              ))}
            </ol>
            {moved && <p className="mt-3 text-meta text-ink-2">{t('firstMoves', { when: words.plain(dueOf(moved)) })}</p>}
          </>
        )}
      </div>
    </section>
  );
}
