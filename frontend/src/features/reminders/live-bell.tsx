'use client';
/** The bell with its count; what is behind it loads when it is opened. */
import { useTranslations } from 'next-intl';
import { useCallback, useEffect, useRef, useState } from 'react';
import type { Task } from '@/api-client/model';
import type { Acts } from '@/features/tasks/use-acts';
import type { Words } from '@/features/tasks/use-words';
import { iconButton } from '@/ui/classes';
import { Icon } from '@/ui/icons';
import { useReminders } from './use-reminders';
import { useWorkerClicks } from './use-worker-clicks';

type Panel = typeof import('./notices-panel').NoticesPanel;
type Settings = typeof import('./settings-panel').SettingsPanel;

export interface LiveBellProps {
  userId: string;
  words: Words;
  acts: Acts;
  tasks: Readonly<Record<string, Task>> | undefined;
  isOpen: boolean;
  onToggle: (open: boolean) => void;
  onOpen: (taskId: string) => void;
}

export function LiveBell({ isOpen, onToggle, onOpen, words, ...page }: LiveBellProps) {
  const t = useTranslations('notices');
  const showAll = useCallback(() => onToggle(true), [onToggle]);
  const reminders = useReminders({ ...page, words, onOpen, onShowAll: showAll });
  useWorkerClicks(onOpen);
  const button = useRef<HTMLButtonElement>(null);
  const [Panel, setPanel] = useState<Panel | null>(null);
  const [Settings, setSettings] = useState<Settings | null>(null);
  const settings = () => {
    onToggle(false);
    void import('./settings-panel').then((module) => setSettings(() => module.SettingsPanel));
  };
  useEffect(() => {
    if (isOpen) void import('./notices-panel').then((module) => setPanel(() => module.NoticesPanel));
  }, [isOpen]);
  const { unread } = reminders.inbox;
  return (
    <>
      <button ref={button} type="button" aria-haspopup="dialog" aria-label={t('bell', { count: unread })} className={`${iconButton} relative`} onClick={() => onToggle(true)}>
        <Icon name="bell" />
        {unread > 0 && (
          <span aria-hidden="true" className="absolute top-0 right-0 min-w-4 rounded-round bg-accent px-1 text-center text-label font-semibold text-on-accent tabular-nums">
            {unread > 99 ? '99+' : unread}
          </span>
        )}
      </button>
      {isOpen && Panel && <Panel trigger={button} reminders={reminders} words={words} onOpen={onOpen} onClose={() => onToggle(false)} onSettings={settings} />}
      {Settings && <Settings acts={page.acts} onClose={() => setSettings(null)} />}
    </>
  );
}
