'use client';
/** Open tasks in their groups, done ones folded below. */
import { useTranslations } from 'next-intl';
import { useState } from 'react';
import type { Task } from '@/api-client/model';
import { quietButton } from '@/ui/classes';
import { Icon } from '@/ui/icons';
import type { Groups } from './model/groups';
import { TaskRow } from './task-row';
import type { Acts } from './use-acts';
import type { Words } from './use-words';

/** Rows drawn at once; the rest waits behind a button, so that a long list costs no more than a short one. */
const STEP = 150;

interface Props {
  groups: Groups;
  words: Words;
  acts: Pick<Acts, 'complete' | 'reopen'>;
  onOpen: (id: string) => void;
  /** Series after whose open task nothing follows. */
  paused: ReadonlySet<string>;
  /** Names of lists by id, where tasks of several are shown. */
  lists: ReadonlyMap<string, string>;
}

export function TaskList({ groups, words, acts, onOpen, paused, lists }: Props) {
  const t = useTranslations('tasks');
  const [room, setRoom] = useState(STEP);
  const row = (task: Task, bare = false) => (
    <TaskRow
      key={task.id}
      task={task}
      words={words}
      acts={acts}
      onOpen={onOpen}
      bare={bare}
      paused={task.status === 'open' && paused.has(task.series_id ?? '')}
      list={lists.get(task.list_id ?? '')}
    />
  );
  const { shown, hidden } = firstRows(groups, room);
  const only = groups.open.length === 1 && groups.open[0]?.name === 'undated';
  return (
    <div className="flex flex-col gap-6">
      {groups.openCount === 0 && groups.open.length === 0 && <Nothing first={groups.closed.length === 0} />}
      {shown.map(
        ({ name, tasks }) =>
          tasks.length > 0 && (
            <section key={name} aria-labelledby={`group-${name}`}>
              <h2
                id={`group-${name}`}
                className={only ? 'sr-only' : `px-3 pb-1 text-meta font-semibold ${name === 'overdue' ? 'text-danger' : 'text-ink-2'}`}
              >
                {t(`group.${name}`)}
              </h2>
              <ul className="divide-y divide-line">{tasks.map((task) => row(task, name === 'today'))}</ul>
            </section>
          ),
      )}
      {hidden > 0 && (
        <button type="button" className={`${quietButton} self-center`} onClick={() => setRoom(room + STEP)}>
          {t('more', { count: Math.min(hidden, STEP) })}
        </button>
      )}
      {groups.closed.length > 0 && (
        <details className="group/fold">
          <summary className="flex min-h-[var(--row)] list-none items-center gap-1.5 rounded-control px-3 text-meta font-semibold text-ink-2 hover:bg-hover">
            <Icon name="right" className="transition-transform duration-[var(--t-state)] group-open/fold:rotate-90" />
            {t('closed', { count: groups.closed.length })}
          </summary>
          <ul className="divide-y divide-line">{groups.closed.slice(0, STEP).map((task) => row(task))}</ul>
        </details>
      )}
    </div>
  );
}

function firstRows(groups: Groups, room: number) {
  let left = room;
  const shown = groups.open.map(({ name, tasks }) => {
    const part = tasks.slice(0, Math.max(left, 0));
    left -= tasks.length;
    return { name, tasks: part };
  });
  return { shown, hidden: Math.max(-left, 0) };
}

function Nothing({ first }: { first: boolean }) {
  const t = useTranslations(first ? 'tasks.empty' : 'tasks.allDone');
  return (
    <div className="px-3 py-10 text-center">
      <p className="text-field font-semibold">{t('title')}</p>
      <p className="mt-1 text-ink-2">{t('hint')}</p>
    </div>
  );
}
