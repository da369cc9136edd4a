'use client';
/** What the bell opens: the newest notifications, each leading to its task. */
import { useTranslations } from 'next-intl';
import type { RefObject } from 'react';
import type { SnoozePreset } from '@/api-client/model';
import { Dialog, Heading, Popover } from 'react-aria-components';
import type { Words } from '@/features/tasks/use-words';
import { iconButton, overlay, plainButton } from '@/ui/classes';
import { Icon } from '@/ui/icons';
import { several, type Notice } from './notice';
import type { Reminders } from './use-reminders';

interface Props {
  trigger: RefObject<HTMLElement | null>;
  reminders: Reminders;
  words: Words;
  onOpen: (taskId: string) => void;
  onClose: () => void;
  onSettings: () => void;
}

const PRESETS: readonly SnoozePreset[] = ['10m', '1h', 'this_evening', 'tomorrow', 'weekend', 'next_week'];

export function NoticesPanel({ trigger, reminders, words, onOpen, onClose, onSettings }: Props) {
  const t = useTranslations('notices');
  const { inbox, unreachable, read, readAll, putOff } = reminders;
  const open = (notice: Notice, taskId: string) => {
    read([notice.id]);
    onClose();
    onOpen(taskId);
  };
  return (
    <Popover
      triggerRef={trigger}
      isOpen
      onOpenChange={(isOpen) => !isOpen && onClose()}
      placement="bottom end"
      className={`${overlay} rise w-96 max-w-[calc(100vw-2rem)] overflow-auto`}
    >
      <Dialog className="outline-none">
        <header className="flex min-h-12 items-center gap-2 border-b border-line pr-2 pl-4">
          <Heading slot="title" className="flex-1 font-semibold">
            {t('title')}
          </Heading>
          {inbox.unread > 0 && (
            <button type="button" className={`${plainButton} text-meta`} onClick={readAll}>
              {t('readAll')}
            </button>
          )}
          <button type="button" aria-label={t('settings')} className={iconButton} onClick={onSettings}>
            <Icon name="settings" />
          </button>
        </header>
        {unreachable && <p className="px-4 pt-3 text-meta text-ink-2">{t('unreachable')}</p>}
        {inbox.notices.length === 0 && !unreachable && <p className="p-4 text-ink-2">{t('empty')}</p>}
        <ul className="py-1">
          {inbox.notices.map((notice) => (
            <li key={notice.id} data-notice={notice.id} className="px-1">
              {notice.taskId ? (
                <>
                  <Entry notice={notice} title={notice.title} dueAt={notice.dueAt} words={words} onPress={() => open(notice, notice.taskId ?? '')} />
                  <Later notice={notice} onPick={(preset) => putOff(notice, preset)} />
                </>
              ) : (
                <>
                  <p className={`px-3 pt-2 text-meta ${notice.read ? 'text-ink-2' : 'font-semibold'}`}>{several(notice, t)}</p>
                  {notice.why && <p className="px-3 text-meta text-ink-2">{notice.why}</p>}
                  <ul>
                    {notice.digest.map((item) => (
                      <li key={item.taskId}>
                        <Entry notice={notice} title={item.title} dueAt={item.dueAt} words={words} onPress={() => open(notice, item.taskId)} />
                      </li>
                    ))}
                  </ul>
                </>
              )}
            </li>
          ))}
        </ul>
      </Dialog>
    </Popover>
  );
}

interface EntryProps {
  notice: Notice;
  title: string;
  dueAt: string | null;
  words: Words;
  onPress: () => void;
}

function Entry({ notice, title, dueAt, words, onPress }: EntryProps) {
  const t = useTranslations('notices');
  const when = dueAt ? t(notice.late ? 'wasDue' : 'isDue', { when: words.instant(dueAt) }) : '';
  return (
    <button type="button" className="flex w-full items-start gap-2.5 rounded-control px-3 py-2 text-left hover:bg-hover" onClick={onPress}>
      <span aria-hidden="true" className={`mt-2 size-1.5 shrink-0 rounded-round ${notice.read ? '' : 'bg-accent'}`} />
      <span className="min-w-0 flex-1">
        <span className={`block wrap-break-word ${notice.read ? 'text-ink-2' : 'font-semibold'}`}>{title}</span>
        <span className="block text-meta text-ink-2">{[when, notice.at && t('told', { when: words.instant(notice.at) })].filter(Boolean).join(' · ')}</span>
        {notice.taskId && notice.why && <span className="block text-meta text-ink-2">{notice.why}</span>}
        {!notice.read && <span className="sr-only">{t('unread')}</span>}
      </span>
    </button>
  );
}

/** A native select that acts at once and then says its name again. */
function Later({ notice, onPick }: { notice: Notice; onPick: (preset: SnoozePreset) => void }) {
  const t = useTranslations('notices');
  if (!notice.reminderId) return null;
  return (
    <select
      aria-label={t('laterOf', { title: notice.title })}
      className="mb-1 ml-7 min-h-9 rounded-control bg-transparent px-1 text-meta text-ink-2 hover:bg-hover"
      value=""
      onChange={({ target }) => target.value && onPick(target.value as SnoozePreset)}
    >
      <option value="">{t('later')}</option>
      {PRESETS.map((preset) => (
        <option key={preset} value={preset}>
          {t(`preset.${preset}`)}
        </option>
      ))}
    </select>
  );
}
