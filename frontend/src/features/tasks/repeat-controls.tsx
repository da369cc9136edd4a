'use client';
/** The controls of the recurrence editor for one unit. What has no meaning under the chosen anchor is not shown. */
import { useTranslations } from 'next-intl';
import { useState, type ReactNode } from 'react';
import { ToggleButton, ToggleButtonGroup } from 'react-aria-components';
import type { Due } from '@/api-client/model';
import { LOCALE } from '@/i18n/locale';
import { plainButton } from '@/ui/classes';
import { Icon } from '@/ui/icons';
import { HolidayChoice } from './holiday-choice';
import { Choice, Counter, Wrong } from './repeat-parts';
import { dueOf, usePreview } from './use-preview';
import type { Words } from './use-words';
import { composeRule, dayOf, mayBeLacking, monthDayOf, MOST, MOST_TIMES, NTHS, type controlOf, type Nth, type Repeat } from './words/repeat';
import { DAYS, weekdayName, type Day } from './words/rule';

interface Props {
  words: Words;
  value: Repeat;
  start: Due;
  /** The control that the server refused, and why. */
  wrong: { control: ReturnType<typeof controlOf>; code: string } | null;
  onChange: (repeat: Repeat) => void;
}

export function RepeatControls(props: Props) {
  const { value, start, wrong, onChange } = props;
  const t = useTranslations('repeat');
  const problem = useTranslations('problem');
  const errorAt = (control: string) => {
    if (wrong?.control !== control) return null;
    return problem.has(wrong.code) ? problem(wrong.code) : problem('recurrence_invalid');
  };
  const set = (more: Partial<Repeat>) => onChange({ ...value, ...more });
  const byCalendar = value.anchor === 'schedule';
  const [holidays, setHolidays] = useState(value.holiday !== 'ignore');
  const [more, setMore] = useState(value.missed !== 'next' || value.trigger !== 'on_completion');
  return (
    <>
      <Counter
        label={t('every')}
        unit={t(`everyUnit.${value.unit}`, { every: value.every })}
        value={value.every}
        most={MOST}
        fewer={t('fewer')}
        more={t('moreOften')}
        onChange={(every) => set({ every })}
        error={errorAt('every')}
      />
      {byCalendar && value.unit === 'week' && <Weekdays value={value} start={start} onChange={set} error={errorAt('on')} />}
      {byCalendar && value.unit === 'month' && <InMonth value={value} start={start} onChange={set} error={errorAt('on')} />}
      {value.unit !== 'month' && value.unit !== 'week' && <Wrong>{errorAt('on')}</Wrong>}
      {mayBeLacking(value, start.date) && (
        <Choice
          label={value.unit === 'month' ? t('shorter', { day: monthDayOf(value, start.date) }) : t('shorterYear')}
          look="list"
          value={value.shorter}
          onChange={(shorter) => set({ shorter: shorter as Repeat['shorter'] })}
          options={[
            { value: 'last', label: t('useLast') },
            { value: 'skip', label: t('skipThem') },
          ]}
        />
      )}
      <Anchor {...props} />
      <Ends value={value} start={start} onChange={set} error={errorAt('ends')} />
      {byCalendar && !more && (
        <More onPress={() => setMore(true)}>{t('more')}</More>
      )}
      {byCalendar && more && <Policies value={value} onChange={set} />}
      {holidays ? (
        <HolidayChoice value={value.holiday} onChange={(holiday) => set({ holiday })} />
      ) : (
        <More onPress={() => setHolidays(true)}>{t('holidays')}</More>
      )}
      <Wrong>{errorAt('rule')}</Wrong>
    </>
  );
}

/** What few people need is behind a word. */
function More({ children, onPress }: { children: ReactNode; onPress: () => void }) {
  return (
    <button type="button" className={`${plainButton} -ml-3 self-start text-meta`} onClick={onPress}>
      <Icon name="right" />
      {children}
    </button>
  );
}

interface PartProps {
  value: Repeat;
  start: Due;
  onChange: (more: Partial<Repeat>) => void;
  error: string | null;
}

function Weekdays({ value, start, onChange, error }: PartProps) {
  const t = useTranslations('repeat');
  const chosen = value.days.length > 0 ? value.days : [dayOf(start.date)];
  return (
    <div className="flex flex-col gap-1.5">
      <p id="weekdays" className="text-meta font-semibold text-ink-2">
        {t('days')}
      </p>
      <ToggleButtonGroup
        aria-labelledby="weekdays"
        selectionMode="multiple"
        disallowEmptySelection
        selectedKeys={chosen}
        onSelectionChange={(keys) => onChange({ days: [...keys] as Day[] })}
        className="grid grid-cols-7 gap-1 sm:flex sm:flex-wrap"
      >
        {DAYS.map((day) => (
          <ToggleButton
            key={day}
            id={day}
            className="min-h-9 cursor-pointer sm:min-w-11 rounded-control border border-line-strong text-meta outline-accent hover:bg-hover data-focus-visible:outline-2 data-selected:border-accent data-selected:bg-accent data-selected:font-semibold data-selected:text-on-accent"
          >
            <span aria-hidden="true">{weekdayName(day, LOCALE, 'short')}</span>
            <span className="sr-only">{weekdayName(day, LOCALE)}</span>
          </ToggleButton>
        ))}
      </ToggleButtonGroup>
      <Wrong>{error}</Wrong>
    </div>
  );
}

const small = 'min-h-9 rounded-control border border-line-strong bg-surface px-2 text-ink focus-visible:outline-offset-0';

function InMonth({ value, start, onChange, error }: PartProps) {
  const t = useTranslations('repeat');
  const rule = useTranslations('rule');
  return (
    <div className="flex flex-col gap-2">
      <Choice
        label={t('on')}
        look="list"
        value={value.on}
        onChange={(on) => onChange({ on: on as Repeat['on'] })}
        options={[
          { value: 'date', label: t('onDate', { day: monthDayOf(value, start.date) }) },
          { value: 'last', label: t('onLast') },
          { value: 'weekday', label: t('onCounted', { nth: rule(`nth.${nthName(value.nth)}`), day: weekdayName(value.day, LOCALE) }) },
        ]}
        error={error}
      />
      {value.on === 'weekday' && (
        <div className="ml-8 flex gap-2">
          <select aria-label={t('nth')} className={small} value={value.nth} onChange={({ target }) => onChange({ nth: Number(target.value) as Nth })}>
            {NTHS.map((nth) => (
              <option key={nth} value={nth}>
                {rule(`nth.${nthName(nth)}`)}
              </option>
            ))}
          </select>
          <select aria-label={t('weekday')} className={small} value={value.day} onChange={({ target }) => onChange({ day: target.value as Day })}>
            {DAYS.map((day) => (
              <option key={day} value={day}>
                {weekdayName(day, LOCALE)}
              </option>
            ))}
          </select>
        </div>
      )}
    </div>
  );
}

const nthName = (nth: Nth) => (nth === -1 ? 'last' : (String(nth) as '1' | '2' | '3' | '4'));

/** Two cards, each with the date that it leads to. */
function Anchor({ words, value, start, onChange }: Props) {
  const t = useTranslations('repeat');
  const today = { date: words.moment.today(start.time_zone), time: null, time_zone: start.time_zone };
  const calendar = usePreview(composeRule({ ...value, anchor: 'schedule', ends: { kind: 'never' } }, start.date), start).preview?.occurrences[1];
  const plain = composeRule({ ...value, anchor: 'completion', ends: { kind: 'never' } }, today.date);
  const after = usePreview(plain, today, 'completion').preview?.occurrences[1];
  return (
    <Choice
      label={t('anchor')}
      look="cards"
      value={value.anchor}
      onChange={(anchor) => onChange({ ...value, anchor: anchor as Repeat['anchor'] })}
      options={[
        {
          value: 'schedule',
          label: t('byCalendar'),
          hint: calendar ? t('byCalendarHint', { when: words.plain({ ...dueOf(calendar), time: null }) }) : t('byCalendarPlain'),
        },
        {
          value: 'completion',
          label: t('afterDone'),
          hint: after ? t('afterDoneHint', { when: words.plain(dueOf(after)) }) : t('afterDonePlain'),
        },
      ]}
    />
  );
}

function Ends({ value: { ends }, start, onChange, error }: PartProps) {
  const t = useTranslations('repeat');
  const begin = (kind: string): Repeat['ends'] => {
    if (kind === 'on') return { kind, date: `${Number(start.date.slice(0, 4)) + 1}${start.date.slice(4, 8)}28` };
    return kind === 'after' ? { kind, count: 10 } : { kind: 'never' };
  };
  return (
    <div className="flex flex-col gap-2">
      <Choice
        label={t('ends')}
        look="segments"
        value={ends.kind}
        onChange={(kind) => onChange({ ends: begin(kind) })}
        options={[
          { value: 'never', label: t('never') },
          { value: 'on', label: t('onADate') },
          { value: 'after', label: t('afterN') },
        ]}
      />
      {ends.kind === 'on' && (
        <label className="flex items-center gap-2 text-ink-2">
          <span className="whitespace-nowrap">{t('lastDay')}</span>
          <input
            type="date"
            required
            aria-invalid={!!error}
            className={`${small} tabular-nums aria-invalid:border-danger`}
            value={ends.date}
            onChange={({ target }) => target.value && onChange({ ends: { kind: 'on', date: target.value } })}
          />
        </label>
      )}
      {ends.kind === 'after' && (
        <Counter
          label={t('times')}
          value={ends.count}
          most={MOST_TIMES}
          fewer={t('fewer')}
          more={t('moreOften')}
          onChange={(count) => onChange({ ends: { kind: 'after', count } })}
        />
      )}
      <Wrong>{error}</Wrong>
    </div>
  );
}

function Policies({ value, onChange }: Pick<PartProps, 'value' | 'onChange'>) {
  const t = useTranslations('repeat');
  return (
    <>
      <Choice
        label={t('missed')}
        look="list"
        value={value.missed}
        onChange={(missed) => onChange({ missed: missed as Repeat['missed'] })}
        options={[
          { value: 'next', label: t('missedNext'), hint: t('missedNextHint') },
          { value: 'each', label: t('missedEach'), hint: t('missedEachHint') },
        ]}
      />
      <Choice
        label={t('trigger')}
        look="list"
        value={value.trigger}
        onChange={(trigger) => onChange({ trigger: trigger as Repeat['trigger'] })}
        options={[
          { value: 'on_completion', label: t('onCompletion') },
          { value: 'on_schedule', label: t('onSchedule'), hint: t(value.missed === 'each' ? 'onScheduleEach' : 'onScheduleNext') },
        ]}
      />
    </>
  );
}
