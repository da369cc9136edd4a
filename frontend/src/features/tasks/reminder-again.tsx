'use client';
/** Whether a reminder comes again until its task is done; how many minutes apart is the person's preference. */
import { useQuery } from '@tanstack/react-query';
import { useTranslations } from 'next-intl';
import { readPreferences } from '@/features/reminders/calls';
import { WISHES } from '@/features/reminders/wishes';

/** Minutes, where the preferences cannot be read. */
const USUAL = 15;

interface Props {
  /** Minutes between two, null for once. */
  every: number | null;
  onChange: (every: number | null) => void;
}

export function ReminderAgain({ every, onChange }: Props) {
  const t = useTranslations('detail');
  const { data } = useQuery({ queryKey: WISHES, queryFn: ({ signal }) => readPreferences(signal), retry: false });
  const wanted = data?.nag_minutes ?? USUAL;
  return (
    <label className="flex min-h-9 items-center gap-2 text-meta text-ink-2">
      <input type="checkbox" className="size-4 accent-accent" checked={every !== null} onChange={({ target }) => onChange(target.checked ? wanted : null)} />
      {t('again', { count: every ?? wanted })}
    </label>
  );
}
