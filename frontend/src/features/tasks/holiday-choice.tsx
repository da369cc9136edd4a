'use client';
/** What becomes of a date on a public holiday. Whose holidays they are is said here, too: without a country there are none. */
import { useTranslations } from 'next-intl';
import { useId } from 'react';
import { LOCALE } from '@/i18n/locale';
import { field } from '@/ui/classes';
import { Choice, Wrong } from './repeat-parts';
import { useHolidays } from './use-account';
import type { Repeat } from './words/repeat';

interface Props {
  value: Repeat['holiday'];
  onChange: (holiday: Repeat['holiday']) => void;
}

const names = new Intl.DisplayNames(LOCALE, { type: 'region' });

export function HolidayChoice({ value, onChange }: Props) {
  const t = useTranslations('holiday');
  const problem = useTranslations('problem');
  const hint = useId();
  const { country, region, countries, regions, wrong, busy, change } = useHolidays();
  const named = countries.map((code) => ({ code, name: names.of(code) ?? code })).sort((a, b) => a.name.localeCompare(b.name, LOCALE));
  return (
    <div className="flex flex-col gap-2">
      {country && (
        <Choice
          label={t('label')}
          look="list"
          value={value}
          onChange={(holiday) => onChange(holiday as Repeat['holiday'])}
          options={(['ignore', 'skip', 'before', 'after'] as const).map((one) => ({ value: one, label: t(one) }))}
        />
      )}
      {country === null && (
        <p id={hint} className="text-meta text-ink-2">
          {t('none')}
        </p>
      )}
      {country !== undefined && (
        <div className="flex flex-wrap gap-2">
          <select
            aria-label={t('country')}
            aria-describedby={country === null ? hint : undefined}
            className={`${field} min-w-0 flex-1 text-meta`}
            disabled={busy}
            value={country ?? ''}
            onChange={({ target }) => {
              change({ country: target.value || null });
              if (!target.value) onChange('ignore');
            }}
          >
            <option value="">{t('nobody')}</option>
            {named.map(({ code, name }) => (
              <option key={code} value={code}>
                {name}
              </option>
            ))}
          </select>
          {regions.length > 0 && country && (
            <select aria-label={t('region')} className={`${field} min-w-0 flex-1 text-meta`} disabled={busy} value={region ?? ''} onChange={({ target }) => change({ region: target.value || null })}>
              <option value="">{t('everywhere')}</option>
              {regions.map(({ code, name }) => (
                <option key={code} value={code}>
                  {name}
                </option>
              ))}
            </select>
          )}
        </div>
      )}
      <Wrong>{wrong && (problem.has(wrong) ? problem(wrong) : problem('unknown'))}</Wrong>
    </div>
  );
}
