'use client';
import { useTranslations } from 'next-intl';
import { memo } from 'react';
import type { Task } from '@/api-client/model';
import { Circle } from '@/ui/circle';
import { Icon } from '@/ui/icons';
import type { Acts } from './use-acts';
import type { Words } from './use-words';

interface Props {
  task: Task;
  words: Words;
  acts: Pick<Acts, 'complete' | 'reopen'>;
  onOpen: (id: string) => void;
  /** Under the heading "Today" the word is not said again. */
  bare?: boolean;
  /** Nothing follows it: its series is paused. */
  paused?: boolean;
  /** The name of its list, where tasks of several are shown. */
  list?: string | undefined;
}

/** One line: circle, title, repeat, date at the right; on a phone the date stands below, so that the title has room. */
export const TaskRow = memo(function TaskRow({ task, words, acts, onOpen, bare = false, paused = false, list }: Props) {
  const t = useTranslations('tasks');
  const closed = task.status !== 'open';
  const due = task.due && words.due(task.due, bare);
  const late = !closed && !!due?.late;
  return (
    <li data-task={task.id} className="group/row flex min-h-[var(--row)] items-center hover:bg-hover">
      <Circle
        done={task.status === 'done'}
        late={late}
        label={t(closed ? 'reopen' : 'complete', { title: task.title })}
        onPress={() => void (closed ? acts.reopen(task) : acts.complete(task))}
      />
      <button
        type="button"
        onClick={() => onOpen(task.id)}
        aria-haspopup="dialog"
        className="flex min-h-[var(--row)] min-w-0 flex-1 flex-wrap content-center items-center gap-x-3 rounded-control py-1 pr-3 text-left sm:flex-nowrap sm:py-0"
      >
        <span className={`min-w-0 flex-1 truncate ${closed ? 'text-ink-3 line-through' : ''}`}>{task.title}</span>
        {(task.status === 'skipped' || task.status === 'missed') && (
          <span className="text-label text-ink-3">{t(task.status)}</span>
        )}
        {list && <span className="max-w-32 truncate text-label text-ink-3">{list}</span>}
        {paused && <span className="text-label text-warn">{t('paused')}</span>}
        {task.recurrence && (
          <span className="text-ink-3" title={words.rule(task.recurrence)}>
            <Icon name="repeat" />
            <span className="sr-only">{t('repeats', { rule: words.rule(task.recurrence) })}</span>
          </span>
        )}
        {due?.text && (
          <span title={due.exact} className={`basis-full text-meta tabular-nums whitespace-nowrap sm:basis-auto ${late ? 'text-danger' : 'text-ink-2'}`}>
            <span aria-hidden="true">{due.text}</span>
            {due.zone && <span aria-hidden="true" className="hidden sm:inline"> {due.zone}</span>}
          </span>
        )}
        {due && <span className="sr-only">{due.exact}</span>}
      </button>
    </li>
  );
});
