'use client';
/** One answer: words, and cards with the list's own rows, so that what was done can be ticked, opened and undone. */
import { useQueryClient } from '@tanstack/react-query';
import { useTranslations } from 'next-intl';
import { useMemo, useState } from 'react';
import type { Task } from '@/api-client/model';
import { stored } from '@/features/tasks/model/book';
import { undo } from '@/features/tasks/model/calls';
import { TaskRow } from '@/features/tasks/task-row';
import type { Acts } from '@/features/tasks/use-acts';
import { changeBook } from '@/features/tasks/use-tasks';
import type { Words } from '@/features/tasks/use-words';
import { quietButton } from '@/ui/classes';
import { Icon } from '@/ui/icons';
import { piecesOf, type Piece } from './parts';

export interface AnswerProps {
  words: Words;
  acts: Acts;
  /** The page's tasks as they are now, by id. */
  tasks: Readonly<Record<string, Task>>;
  onOpen: (id: string) => void;
  parts: readonly unknown[];
  /** It is still being given. */
  under: boolean;
  /** Nothing was said after it: its questions can be answered. */
  latest: boolean;
  onSay: (line: string) => void;
}

export function Answer(props: AnswerProps) {
  const pieces = useMemo(() => piecesOf(props.parts), [props.parts]);
  return (
    <div data-answer="" className="flex flex-col gap-2">
      {pieces.map((piece, at) => (
        <PieceView key={at} piece={piece} {...props} />
      ))}
    </div>
  );
}

const card = 'overflow-hidden rounded-card border border-line';

function PieceView({ piece, ...props }: AnswerProps & { piece: Piece }) {
  const t = useTranslations('chat');
  switch (piece.kind) {
    case 'text':
      return <p className="wrap-break-word whitespace-pre-wrap">{piece.text}</p>;
    case 'notice':
      return <p className="text-meta text-ink-2">{piece.text}</p>;
    case 'working':
      return <p className="text-meta text-ink-2">{t(props.under ? 'working' : 'unknown')}</p>;
    case 'failed':
      return (
        <p className="flex items-center gap-2 rounded-card bg-danger-soft px-3 py-2 text-meta text-danger">
          <Icon name="alert" />
          {piece.reason || t('failed')}
        </p>
      );
    case 'done':
      return <Done piece={piece} {...props} />;
    case 'tasks':
    case 'which':
      return <Rows piece={piece} {...props} />;
    case 'sure':
      return <Sure piece={piece} {...props} />;
  }
}

const ACTS = [
  'add_task', 'complete_task', 'skip_task', 'reopen_task', 'delete_task', 'move_task', 'repeat_task', 'remind_task',
  'pause_series', 'resume_series', 'end_series', 'skip_missed', 'postpone_to_next_date', 'move_to_list',
] as const;

function Done({ piece, words, acts, tasks, onOpen }: AnswerProps & { piece: Extract<Piece, { kind: 'done' }> }) {
  const t = useTranslations('chat');
  const client = useQueryClient();
  const [back, setBack] = useState<'busy' | 'done' | null>(null);
  const { tool, undo: handle } = piece;
  const act = ACTS.find((name) => name === tool) ?? 'other';
  // What changed something can be taken back: without a way back nothing was changed.
  const heading = back === 'done' ? 'undone' : handle ? (`did.${act}` as const) : 'did.nothing';
  const now = tasks[piece.task.id];
  /** A task that is gone is not drawn as one that can be ticked. */
  const gone = back === 'done' ? !now : !!piece.task.deleted_at && !now;
  async function takeBack() {
    if (!handle || back) return;
    setBack('busy');
    try {
      for (const task of (await undo(handle, {})).tasks) changeBook(client, (book) => stored(book, task));
      setBack('done');
    } catch (error) {
      setBack(null);
      acts.refuse(`chat:${handle}`, error);
    }
  }
  return (
    <div data-card={tool} className={card}>
      <p className="flex min-h-10 items-center gap-2 bg-sunken pr-1 pl-3 text-meta font-semibold">
        {handle && <Icon name="check" className="text-accent" />}
        <span className="flex-1">{t(heading)}</span>
        {handle && back !== 'done' && (
          <button type="button" className="min-h-9 rounded-control px-3 font-semibold text-accent hover:bg-hover disabled:opacity-50" disabled={!!back} onClick={() => void takeBack()}>
            {t('undo')}
          </button>
        )}
      </p>
      {gone ? (
        <p className="px-3 py-2.5 text-ink-2 line-through">{piece.task.title}</p>
      ) : (
        <ul>
          <TaskRow task={now ?? piece.task} words={words} acts={acts} onOpen={onOpen} />
        </ul>
      )}
    </div>
  );
}

function Rows({ piece, words, acts, tasks, onOpen, latest, onSay }: AnswerProps & { piece: Extract<Piece, { kind: 'tasks' | 'which' }> }) {
  const t = useTranslations('chat');
  if (piece.tasks.length === 0) return null;
  return (
    <ol className={`${card} divide-y divide-line`} data-rows={piece.kind}>
      {piece.tasks.map((task, at) => (
        <li key={task.id} className="flex items-center">
          <span className="w-8 shrink-0 pl-3 text-meta text-ink-2 tabular-nums">{at + 1}</span>
          {piece.kind === 'tasks' ? (
            <ul className="min-w-0 flex-1">
              <TaskRow task={tasks[task.id] ?? task} words={words} acts={acts} onOpen={onOpen} />
            </ul>
          ) : (
            <button
              type="button"
              disabled={!latest}
              className="flex min-h-[var(--row)] min-w-0 flex-1 items-center gap-3 px-3 text-left enabled:hover:bg-hover"
              onClick={() => onSay(t('choose', { number: at + 1 }))}
            >
              <span className="min-w-0 flex-1 truncate">{task.title}</span>
              {task.due && <span className="text-meta text-ink-2">{words.plain(task.due)}</span>}
            </button>
          )}
        </li>
      ))}
    </ol>
  );
}

/** Target, consequence, and verbs; the harmless one comes first. */
function Sure({ piece, latest, onSay }: AnswerProps & { piece: Extract<Piece, { kind: 'sure' }> }) {
  const t = useTranslations('chat');
  if (!latest) return null;
  const deletes = piece.verb === 'delete';
  const yes = !deletes ? (`sure.${piece.verb}` as const) : piece.repeats ? 'sure.yesSeries' : 'sure.yes';
  const no = deletes ? 'sure.no' : 'sure.leave';
  const say = (name: 'no' | 'only' | 'yes') => (
    <button type="button" className={`${quietButton} ${name === 'yes' && deletes ? 'text-danger' : ''}`} onClick={() => onSay(t(`sure.${name}Line`))}>
      {t(name === 'yes' ? yes : name === 'no' ? no : 'sure.only')}
    </button>
  );
  return (
    <div data-card="sure" className={`${card} flex flex-col gap-3 p-3`}>
      <p className="font-semibold wrap-break-word">{piece.targets.map(({ title }) => title).join(', ')}</p>
      <p className="flex flex-wrap gap-2">
        {say('no')}
        {piece.repeats && say('only')}
        {say('yes')}
      </p>
    </div>
  );
}
