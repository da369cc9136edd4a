'use client';
/** What a person wants of reminders, and whether this browser is one of their channels. Loaded when it is opened. */
import { useQuery } from '@tanstack/react-query';
import { useTranslations } from 'next-intl';
import type { Acts } from '@/features/tasks/use-acts';
import { SidePanel } from '@/ui/side-panel';
import { readPreferences } from './calls';
import { PushSwitch } from './push-switch';
import { WISHES } from './wishes';
import { WishesForm } from './wishes-form';

interface Props {
  acts: Pick<Acts, 'refuse'>;
  onClose: () => void;
}

export function SettingsPanel({ acts, onClose }: Props) {
  const t = useTranslations('wishes');
  const { data, isError } = useQuery({ queryKey: WISHES, queryFn: ({ signal }) => readPreferences(signal), retry: false, gcTime: 0 });
  return (
    <SidePanel title={t('title')} close={t('close')} onClose={onClose}>
      {isError && <p className="text-ink-2">{t('unreachable')}</p>}
      <PushSwitch acts={acts} />
      {data && <WishesForm key={data.version} kept={data} acts={acts} onSaved={onClose} />}
    </SidePanel>
  );
}
