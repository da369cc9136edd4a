'use client';
/** The bell as the first paint has it. What counts, tells and lists reminders is loaded when the browser is idle. */
import { useTranslations } from 'next-intl';
import { useEffect, useState } from 'react';
import { iconButton } from '@/ui/classes';
import { Icon } from '@/ui/icons';
import { whenIdle } from '@/ui/when-idle';
import type { LiveBellProps } from './live-bell';

type LiveBell = typeof import('./live-bell').LiveBell;

export function Bell(props: Omit<LiveBellProps, 'isOpen' | 'onToggle'>) {
  const t = useTranslations('notices');
  const [Live, setLive] = useState<LiveBell | null>(null);
  /** A click that came first is not lost. */
  const [isOpen, setOpen] = useState(false);
  useEffect(() => whenIdle(() => void import('./live-bell').then((module) => setLive(() => module.LiveBell))), []);
  if (Live) return <Live {...props} isOpen={isOpen} onToggle={setOpen} />;
  return (
    <button type="button" aria-haspopup="dialog" aria-label={t('bell', { count: 0 })} className={iconButton} onClick={() => setOpen(true)}>
      <Icon name="bell" />
    </button>
  );
}
