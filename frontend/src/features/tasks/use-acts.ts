'use client';
/** What a person can do to a task, each act with what it shows at once, what it says, and the way back. */
import { useQueryClient } from '@tanstack/react-query';
import { useTranslations } from 'next-intl';
import { useMemo } from 'react';
import type { Task } from '@/api-client/model';
import { Refused } from '@/api-client/client';
import { amendToast, showToast, type Toast } from '@/ui/toasts';
import { guessed, stored, withdrawn } from './model/book';
import { completeTask, deleteTask, reopenTask, restoreTask, undo, type SuccessorChoice } from './model/calls';
import { awaitSuccessor, stopAwaiting } from './successors';
import { changeBook, leaveWhenSignedOut } from './use-tasks';
import type { Words } from './use-words';

const PATIENCE_MS = 3_000;

export interface Acts {
  complete(task: Task): Promise<void>;
  reopen(task: Task): Promise<void>;
  remove(task: Task): Promise<void>;
  /** Undoes what closed a task. */
  takeBack(task: Task, handle: string): void;
  /** Says why something did not work. */
  refuse(key: string, error: unknown): void;
}

export function useActs(words: Words): Acts {
  const client = useQueryClient();
  const t = useTranslations('done');
  const follows = useTranslations('follows');
  const problem = useTranslations('problem');
  return useMemo(() => {
    const store = (task: Task) => changeBook(client, (book) => stored(book, task));
    const refuse = (key: string, error: unknown) => {
      leaveWhenSignedOut(error);
      const code = error instanceof Refused ? error.code : 'unknown';
      showToast({ key, tone: 'error', text: problem.has(code) ? problem(code) : problem('unknown') });
    };

    /** Runs a way back; a successor that was touched meanwhile is asked about, not decided. */
    const back = async (task: Task, run: (choice: SuccessorChoice) => Promise<readonly Task[]>, choice: SuccessorChoice = {}) => {
      const key = `done:${task.id}`;
      stopAwaiting(task);
      try {
        for (const changed of await run(choice)) store(changed);
        showToast({ key, text: t('reopened') });
      } catch (error) {
        if (error instanceof Refused && error.code === 'successor_touched' && !choice.successor)
          showToast({
            key,
            text: t('touched'),
            actions: [
              { label: t('keep'), run: () => void back(task, run, { successor: 'keep' }) },
              { label: t('withdraw'), run: () => void back(task, run, { successor: 'withdraw' }) },
            ],
          });
        else refuse(key, error);
      }
    };

    return {
      refuse,
      takeBack: (task, handle) => void back(task, async (choice) => (await undo(handle, choice)).tasks),
      async complete(task) {
        const key = `done:${task.id}`;
        const answer = completeTask(task.id);
        answer.catch(() => undefined); // said below
        const actions: Toast['actions'] = [
          {
            label: t('undo'),
            run: () => void back(task, async (choice) => (await undo(handleOf(await answer), choice)).tasks),
          },
        ];
        showToast({ key, text: t('done'), actions });
        if (task.series_id) {
          let here = false;
          const late = setTimeout(() => {
            void import('./no-successor')
              .then(({ reasonOf }) => reasonOf(task))
              .then((reason) => here || amendToast({ key, text: `${t('done')} ${follows(reason)}`, actions }));
          }, PATIENCE_MS);
          awaitSuccessor(task, (next) => {
            here = true;
            clearTimeout(late);
            amendToast({ key, text: next.due ? t('next', { when: words.plain(next.due) }) : t('nextUndated'), actions });
          });
        }
        changeBook(client, (book) => guessed(book, task.id, { status: 'done', completed_at: new Date().toISOString() }));
        try {
          store((await answer).task);
        } catch (error) {
          stopAwaiting(task);
          changeBook(client, (book) => withdrawn(book, task));
          refuse(key, error);
        }
      },
      reopen: (task) => back(task, async (choice) => [(await reopenTask(task.id, choice)).task]),
      async remove(task) {
        const key = `deleted:${task.id}`;
        try {
          store((await deleteTask(task.id)).task);
          const restore = async () => {
            try {
              const { task: restored } = await restoreTask(task.id);
              store(restored);
              showToast({ key, text: t('restored', { title: task.title }) });
            } catch (error) {
              refuse(key, error);
            }
          };
          const text = t(task.recurrence ? 'deletedSeries' : 'deleted', { title: task.title });
          showToast({ key, text, actions: [{ label: t('undo'), run: () => void restore() }] });
        } catch (error) {
          refuse(key, error);
        }
      },
    };
  }, [client, follows, problem, t, words]);
}

/** The handle of the way back; without one there is none. */
function handleOf({ undo: handle }: { undo: string | null }): string {
  if (!handle) throw new Refused(409, 'undo_not_found');
  return handle;
}
