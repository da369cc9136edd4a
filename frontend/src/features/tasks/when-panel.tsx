'use client';
/** The panel behind Date. Loaded on demand: React Aria's calendar is most of what the page weighs. */
import { parseDate, type CalendarDate } from '@internationalized/date';
import { useTranslations } from 'next-intl';
import { useState, type RefObject } from 'react';
import {
  Button,
  Calendar,
  CalendarCell,
  CalendarGrid,
  CalendarGridBody,
  CalendarGridHeader,
  CalendarHeaderCell,
  Dialog,
  Heading,
  I18nProvider,
  Popover,
} from 'react-aria-components';
import { DATE_LOCALE } from '@/i18n/locale';
import { field, iconButton, overlay, plainButton, primaryButton } from '@/ui/classes';
import { Icon } from '@/ui/icons';
import { ClockField } from './clock-field';
import type { Words } from './use-words';

/** Wall date and wall time, YYYY-MM-DD and HH:MM, and the IANA zone whose clocks are meant. */
export interface When {
  readonly date: string;
  readonly time: string | null;
  readonly zone: string;
}

interface Props {
  trigger: RefObject<HTMLElement | null>;
  words: Words;
  value: When | null;
  onChange: (when: When | null) => void;
  onClose: () => void;
}

export function WhenPanel({ trigger, words, value, onChange, onClose }: Props) {
  const t = useTranslations('add');
  const [chosenZone, setChosenZone] = useState(words.moment.zone);
  const zone = value?.zone ?? chosenZone;
  const today = parseDate(words.moment.today(zone));
  const pick = (date: CalendarDate) => onChange({ date: date.toString(), time: value?.time ?? null, zone });
  const shortcuts = [
    ['today', today],
    ['tomorrow', today.add({ days: 1 })],
    ['nextWeek', today.add({ days: 7 })],
  ] as const;
  return (
    <Panel trigger={trigger} label={t('calendar')} onClose={onClose}>
      <div className="flex text-meta">
        {shortcuts.map(([name, date]) => (
          <Button key={name} className={shortcut} onPress={() => pick(date)}>
            {t(name)}
          </Button>
        ))}
        {value && (
          <Button className={`${shortcut} ml-auto`} onPress={() => onChange(null)}>
            {t('clear')}
          </Button>
        )}
      </div>
      <Calendar
        aria-label={t('calendar')}
        value={value ? parseDate(value.date) : null}
        defaultFocusedValue={value ? parseDate(value.date) : today}
        onChange={pick}
        firstDayOfWeek="mon"
        className="mt-1"
      >
        <header className="flex items-center">
          <Heading className="flex-1 px-2 font-semibold" />
          <Button slot="previous" aria-label={t('previous')} className={iconButton}>
            <Icon name="left" />
          </Button>
          <Button slot="next" aria-label={t('next')} className={iconButton}>
            <Icon name="right" />
          </Button>
        </header>
        <CalendarGrid weekdayStyle="short" className="mt-1 w-full border-separate border-spacing-y-0.5">
          <CalendarGridHeader>
            {(day) => <CalendarHeaderCell className="pb-1 text-label font-normal text-ink-2">{day}</CalendarHeaderCell>}
          </CalendarGridHeader>
          <CalendarGridBody>
            {(date) => (
              <CalendarCell
                date={date}
                className={`mx-auto grid size-9 cursor-pointer place-items-center rounded-control tabular-nums outline-accent hover:bg-hover data-focus-visible:outline-2 data-outside-month:invisible data-selected:bg-accent data-selected:font-semibold data-selected:text-on-accent ${date.compare(today) === 0 ? 'font-semibold text-accent' : ''}`}
              />
            )}
          </CalendarGridBody>
        </CalendarGrid>
      </Calendar>
      <div className="mt-2 flex items-end gap-2 border-t border-line pt-3">
        <ClockField
          label={t('time')}
          value={value?.time ?? null}
          onChange={(time) => onChange({ date: value?.date ?? today.toString(), time, zone })}
          className="flex flex-1 flex-col gap-1"
        />
        {value?.time && (
          <Button className={plainButton} onPress={() => onChange({ ...value, time: null })}>
            {t('noTime')}
          </Button>
        )}
        <Button className={primaryButton} onPress={onClose}>
          {t('done')}
        </Button>
      </div>
      <label className="mt-3 flex items-center gap-2 text-meta text-ink-2">
        <span className="whitespace-nowrap">{t('zone')}</span>
        <select
          aria-label={t('zoneLabel')}
          className={`${field} min-w-0 flex-1 truncate text-meta`}
          value={zone}
          onChange={({ target }) => {
            setChosenZone(target.value);
            if (value) onChange({ ...value, zone: target.value });
          }}
        >
          {zonesFrom(words.moment.zone, zone).map((name) => (
            <option key={name} value={name}>
              {name.replaceAll('_', ' ')}
            </option>
          ))}
        </select>
      </label>
    </Panel>
  );
}

const shortcut = 'min-h-9 rounded-control px-2 whitespace-nowrap text-ink-2 hover:bg-hover hover:text-ink';

/** The person's own zone first, then those that this browser knows; one that it does not know stays choosable. */
function zonesFrom(own: string, chosen: string): readonly string[] {
  return [...new Set([own, chosen, 'UTC', ...Intl.supportedValuesOf('timeZone')])];
}

/** A small window at the control that opened it. */
export function Panel({
  trigger,
  label,
  onClose,
  children,
}: {
  trigger: RefObject<HTMLElement | null>;
  label: string;
  onClose: () => void;
  children: React.ReactNode;
}) {
  return (
    <I18nProvider locale={DATE_LOCALE}>
      <Popover
        triggerRef={trigger}
        isOpen
        onOpenChange={(open) => !open && onClose()}
        placement="bottom start"
        className={`${overlay} rise w-80 max-w-[calc(100vw-2rem)] overflow-auto p-3`}
      >
        <Dialog aria-label={label} className="outline-none">
          {children}
        </Dialog>
      </Popover>
    </I18nProvider>
  );
}
