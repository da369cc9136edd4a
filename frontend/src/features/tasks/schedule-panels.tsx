'use client';
/** The panels behind Date and Repeat. Loaded on demand: React Aria's calendar is most of what the page weighs. */
import { parseDate, parseTime, type CalendarDate } from '@internationalized/date';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useTranslations } from 'next-intl';
import type { RefObject } from 'react';
import {
  Button,
  Calendar,
  CalendarCell,
  CalendarGrid,
  CalendarGridBody,
  CalendarGridHeader,
  CalendarHeaderCell,
  DateInput,
  DateSegment,
  Dialog,
  Group,
  Heading,
  I18nProvider,
  Input,
  Label,
  NumberField,
  Popover,
  Radio,
  RadioGroup,
  TimeField,
} from 'react-aria-components';
import type { Due } from '@/api-client/model';
import { DATE_LOCALE } from '@/i18n/locale';
import { field, iconButton, overlay, plainButton, primaryButton } from '@/ui/classes';
import { Icon } from '@/ui/icons';
import { previewRule } from './model/calls';
import type { Words } from './use-words';
import { composeRule, MOST, type Repeat, type Unit } from './words/rule';

/** Wall date and wall time, YYYY-MM-DD and HH:MM. */
export interface When {
  readonly date: string;
  readonly time: string | null;
}

interface PanelProps {
  trigger: RefObject<HTMLElement | null>;
  words: Words;
  onClose: () => void;
}

export function WhenPanel({
  trigger,
  words,
  value,
  onChange,
  onClose,
}: PanelProps & { value: When | null; onChange: (when: When | null) => void }) {
  const t = useTranslations('add');
  const today = parseDate(words.moment.today());
  const pick = (date: CalendarDate) => onChange({ date: date.toString(), time: value?.time ?? null });
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
        <TimeField
          hourCycle={24}
          granularity="minute"
          value={value?.time ? parseTime(value.time) : null}
          onChange={(time) =>
            onChange({ date: value?.date ?? today.toString(), time: time ? time.toString().slice(0, 5) : null })
          }
          className="flex flex-1 flex-col gap-1"
        >
          <Label className="text-meta text-ink-2">{t('time')}</Label>
          <DateInput className={`${field} flex w-24 items-center tabular-nums focus-within:outline-2 focus-within:outline-accent`}>
            {(segment) => (
              <DateSegment
                segment={segment}
                className="rounded-control px-0.5 outline-none data-focused:bg-accent data-focused:text-on-accent data-placeholder:text-ink-3 data-focused:data-placeholder:text-on-accent"
              />
            )}
          </DateInput>
        </TimeField>
        {value?.time && (
          <Button className={plainButton} onPress={() => onChange({ ...value, time: null })}>
            {t('noTime')}
          </Button>
        )}
        <Button className={primaryButton} onPress={onClose}>
          {t('done')}
        </Button>
      </div>
      <p className="mt-2 text-label text-ink-2">{t('zone', { zone: words.moment.zone.replaceAll('_', ' ') })}</p>
    </Panel>
  );
}

const shortcut = 'min-h-9 rounded-control px-2 whitespace-nowrap text-ink-2 hover:bg-hover hover:text-ink';

const UNITS: readonly Unit[] = ['none', 'day', 'week', 'month'];

export function RepeatPanel({
  trigger,
  words,
  value,
  when,
  onChange,
  onClose,
}: PanelProps & { value: Repeat; when: When | null; onChange: (repeat: Repeat) => void }) {
  const t = useTranslations('add');
  const due = when && { ...when, time_zone: words.moment.zone };
  const rrule = when && composeRule(value, when.date);
  const next = useNextDates(rrule, due, words);
  return (
    <Panel trigger={trigger} label={t('repeat')} onClose={onClose}>
      <RadioGroup
        aria-label={t('repeat')}
        value={value.unit}
        onChange={(unit) => onChange({ unit: unit as Unit, every: value.every })}
        className="flex flex-col"
      >
        {UNITS.map((unit) => (
          <Radio
            key={unit}
            value={unit}
            className="group/radio flex min-h-10 cursor-pointer items-center gap-3 rounded-control px-2 outline-accent hover:bg-hover data-focus-visible:outline-2"
          >
            <span className="grid size-4.5 place-items-center rounded-round border-2 border-line-strong group-data-selected/radio:border-accent">
              <span className="size-2 rounded-round group-data-selected/radio:bg-accent" />
            </span>
            {t(`unit.${unit}`)}
          </Radio>
        ))}
      </RadioGroup>
      {value.unit !== 'none' && (
        <NumberField
          minValue={1}
          maxValue={MOST}
          value={value.every}
          onChange={(every) => onChange({ unit: value.unit, every: Number.isFinite(every) ? every : 1 })}
          className="mt-2 flex items-center gap-2 border-t border-line px-2 pt-3"
        >
          <Label className="text-ink-2">{t('every')}</Label>
          <Group className="flex items-center rounded-control border border-line-strong">
            <Button slot="decrement" aria-label={t('fewer')} className={`${iconButton} data-disabled:opacity-40`}>
              −
            </Button>
            <Input className="w-9 bg-transparent text-center tabular-nums outline-accent" />
            <Button slot="increment" aria-label={t('moreOften')} className={`${iconButton} data-disabled:opacity-40`}>
              +
            </Button>
          </Group>
          <span className="text-ink-2">{t(`everyUnit.${value.unit}`, { every: value.every })}</span>
        </NumberField>
      )}
      {value.unit !== 'none' && due && (
        <p className="mt-3 min-h-13.5 px-2 text-meta text-ink-2" aria-live="polite">
          {t('first', { when: words.plain(due) })} {rrule?.includes('SKIP=') && t('shortMonths')}
          {next && <span className="block">{t('then', { dates: next })}</span>}
        </p>
      )}
      <div className="mt-3 flex justify-end">
        <Button className={primaryButton} onPress={onClose}>
          {t('done')}
        </Button>
      </div>
    </Panel>
  );
}

/** The dates after the first, as the server has them; nothing while it cannot be asked. */
function useNextDates(rrule: string | null, start: Due | null, words: Words): string | null {
  const { data } = useQuery({
    queryKey: ['preview', rrule, start],
    queryFn: ({ signal }) => previewRule(rrule ?? '', start as Due, signal),
    enabled: !!rrule && !!start,
    placeholderData: keepPreviousData,
    staleTime: Infinity,
    retry: false,
  });
  const after = data?.occurrences.filter(({ date }) => date !== start?.date).slice(0, 3) ?? [];
  return after.map(({ date, time_zone }) => words.plain({ date, time: null, time_zone })).join(', ') || null;
}

function Panel({
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
