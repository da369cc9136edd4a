'use client';
/** When to be reminded, as a native select: it is in the first paint. */
import { useTranslations } from 'next-intl';
import { beforeWords, choices } from './words/reminder';

interface Props {
  /** Minutes before, null for none, `custom` for what this page cannot choose. */
  value: number | 'custom' | null;
  /** What this page cannot choose, in words. */
  custom?: string;
  /** Whether the task has a time of day. */
  timed: boolean;
  className: string;
  onChange: (minutes: number | null) => void;
}

export function ReminderSelect({ value, custom, timed, className, onChange }: Props) {
  const t = useTranslations('reminder');
  const known = choices(timed);
  const all = typeof value === 'number' && !known.includes(value) ? [...known, value] : known;
  return (
    <select
      aria-label={t('label')}
      className={className}
      value={value ?? ''}
      onChange={({ target }) => onChange(target.value ? Number(target.value) : null)}
    >
      <option value="">{t('none')}</option>
      {value === 'custom' && (
        <option value="custom" disabled>
          {custom || t('custom')}
        </option>
      )}
      {all.map((minutes) => (
        <option key={minutes} value={minutes}>
          {beforeWords(minutes, timed, t)}
        </option>
      ))}
    </select>
  );
}
