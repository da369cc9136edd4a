'use client';
/** What becomes of a task's reminders, in a line each: when they come, that they were told, or why nobody is told. */
import { useQuery } from '@tanstack/react-query';
import { useTranslations } from 'next-intl';
import type { Task } from '@/api-client/model';
import { readStandings } from '@/features/reminders/calls';
import type { Words } from './use-words';

/** They are planned from events: a moment after the task was saved. */
const AGAIN_MS = 1_000;
const SHOWN = 3;

export function ReminderStanding({ task, words }: { task: Task; words: Words }) {
  const t = useTranslations('reminder.becomes');
  const { data } = useQuery({
    queryKey: ['standings', task.id, task.version],
    queryFn: ({ signal }) => readStandings(task.id, signal),
    refetchInterval: ({ state }) => (state.data && (state.data.version ?? 0) < task.version ? AGAIN_MS : false),
    retry: false,
    gcTime: 0,
  });
  if (!data || (data.version ?? 0) < task.version) return null;
  return data.items.slice(0, SHOWN).map(({ reminder_id, state, at, told_at, late }) => (
    <p key={reminder_id} data-reminder-state={state} className="text-meta text-ink-2">
      {t(late && state === 'told' ? 'late' : state, { when: words.instant((state === 'told' ? told_at : at) ?? task.updated_at) })}
    </p>
  ));
}
