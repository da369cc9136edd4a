'use client';
/** One task in a drawer: its fields, its way out and its history. Loaded when the first one is opened. */
import { useQueryClient } from '@tanstack/react-query';
import { useTranslations } from 'next-intl';
import { useRef, useState } from 'react';
import { Button, Heading, I18nProvider } from 'react-aria-components';
import type { Task, TaskPatch } from '@/api-client/model';
import { Refused } from '@/api-client/client';
import { DATE_LOCALE } from '@/i18n/locale';
import { ListSelect } from '@/features/lists/list-select';
import { useLists } from '@/features/lists/use-lists';
import { Circle } from '@/ui/circle';
import { field, iconButton, plainButton, primaryButton, quietButton } from '@/ui/classes';
import { Icon } from '@/ui/icons';
import { Side } from '@/ui/side-panel';
import { patchTask, readTask } from './model/calls';
import { stored } from './model/book';
import { ReminderAgain } from './reminder-again';
import { ReminderSelect } from './reminder-select';
import { ReminderStanding } from './reminder-standing';
import { RepeatEditor } from './repeat-editor';
import { SeriesBar } from './series-bar';
import { SeriesEditor } from './series-editor';
import { SeriesPast } from './series-past';
import { SeriesRule } from './series-rule';
import { TaskHistory } from './task-history';
import type { Acts } from './use-acts';
import { useSeries, useSeriesActs } from './use-series';
import { changeBook } from './use-tasks';
import type { Words } from './use-words';
import { WhenPanel } from './when-panel';
import { chosen } from './words/reminder';
import { recurrenceOf, type Repeat } from './words/repeat';

interface Props {
  /** Undefined when it has left meanwhile. */
  task: Task | undefined;
  userId: string;
  words: Words;
  acts: Acts;
  onClose: () => void;
}

export function TaskDrawer({ task, userId, words, acts, onClose }: Props) {
  const t = useTranslations('detail');
  return (
    <I18nProvider locale={DATE_LOCALE}>
      <Side className="" onClose={onClose}>
        <Heading slot="title" className="sr-only">
          {task?.title ?? t('gone')}
        </Heading>
        {task ? (
          <Detail key={task.id} task={task} userId={userId} words={words} acts={acts} onClose={onClose} />
        ) : (
          <header className="flex items-center gap-2 p-4">
            <p className="flex-1 text-ink-2">{t('gone')}</p>
            <Close onClose={onClose} />
          </header>
        )}
      </Side>
    </I18nProvider>
  );
}

function Close({ onClose }: { onClose: () => void }) {
  const t = useTranslations('detail');
  return (
    <Button aria-label={t('close')} className={`${iconButton} m-1`} onPress={onClose}>
      <Icon name="close" />
    </Button>
  );
}

function Detail({ task, userId, words, acts, onClose }: Props & { task: Task }) {
  const t = useTranslations('detail');
  const tasks = useTranslations('tasks');
  const client = useQueryClient();
  /** Only the fields that were touched: the others go on showing what is live. */
  const [draft, setDraft] = useState<TaskPatch>({});
  const [conflict, setConflict] = useState(false);
  const [busy, setBusy] = useState(false);
  const [picking, setPicking] = useState<'due' | 'repeat' | 'rule' | null>(null);
  /** How a task that does not repeat yet is to repeat. */
  const [repeat, setRepeat] = useState<Repeat | null>(null);
  const series = useSeries(task.series_id);
  const lists = useLists();
  const seriesActs = useSeriesActs(words, acts);
  const dueButton = useRef<HTMLButtonElement>(null);

  const closed = task.status !== 'open';
  const due = draft.due === undefined ? task.due : draft.due && { ...draft.due, time: draft.due.time ?? null, time_zone: draft.due.time_zone ?? words.moment.zone };
  const recurrence = repeat && due ? recurrenceOf(repeat, due.date) : null;
  const reminders = draft.reminders ?? task.reminders;
  const [firstReminder] = reminders;
  const choice = chosen(reminders.map(toChoice));
  const remind = (minutes: number | null, every: number | null | undefined) =>
    setDraft({ ...draft, reminders: minutes === null ? [] : [{ minutes_before: minutes, relative_to: 'due', repeat_minutes: every ?? null }] });
  const title = draft.title ?? task.title;
  const dirty = Object.keys(draft).length > 0 || !!recurrence;

  async function save() {
    if (busy || !title.trim()) return;
    setBusy(true);
    try {
      const saved = await patchTask(task, { ...draft, ...(recurrence ? { recurrence } : {}) });
      changeBook(client, (book) => stored(book, saved));
      setDraft({});
      setRepeat(null);
      setConflict(false);
    } catch (error) {
      if (error instanceof Refused && error.status === 412) {
        setConflict(true);
        await readTask(task.id)
          .then((newest) => changeBook(client, (book) => stored(book, newest)))
          .catch((reason: unknown) => acts.refuse(`saved:${task.id}`, reason));
      } else acts.refuse(`saved:${task.id}`, error);
    }
    setBusy(false);
  }

  return (
    <div className="flex flex-1 flex-col gap-5 p-4">
      <header className="-mx-2 flex items-start">
        <Circle
          done={task.status === 'done'}
          label={tasks(closed ? 'reopen' : 'complete', { title: task.title })}
          onPress={() => void (closed ? acts.reopen(task) : acts.complete(task))}
        />
        <textarea
          rows={1}
          aria-label={t('title')}
          value={title}
          maxLength={500}
          onChange={(event) => setDraft({ ...draft, title: event.target.value.replaceAll('\n', ' ') })}
          onKeyDown={(event) => {
            if (event.key !== 'Enter' || event.nativeEvent.isComposing) return;
            event.preventDefault();
            if (dirty) void save();
          }}
          className={`field-sizing-content min-h-11 w-full min-w-0 resize-none rounded-control border border-transparent bg-transparent px-2 py-2 text-field font-semibold hover:border-line focus:border-line-strong ${closed ? 'text-ink-2 line-through' : ''}`}
        />
        <Close onClose={onClose} />
      </header>
      {conflict && <p className="rounded-control bg-warn-soft p-3 text-meta text-warn">{t('conflict')}</p>}
      <dl className="grid grid-cols-[5rem_1fr] gap-y-1 text-meta">
        <dt className="py-2 text-ink-2">{t('due')}</dt>
        <dd>
          <button ref={dueButton} type="button" className="-ml-3 inline-flex min-h-9 items-center gap-2 rounded-control px-3 hover:bg-hover" onClick={() => setPicking('due')}>
            <Icon name="calendar" className="text-ink-2" />
            {due ? words.plain(due) : t('none')}
            {due && due.time_zone !== words.moment.zone && <span className="text-ink-2">{due.time_zone.replaceAll('_', ' ')}</span>}
          </button>
        </dd>
        <dt className="py-2 text-ink-2">{t('repeat')}</dt>
        <dd>
          {task.recurrence ? (
            <SeriesRule task={task} series={series} words={words} onEdit={!closed && series && series.status !== 'ended' ? () => setPicking('rule') : null} />
          ) : (
            <button
              type="button"
              className="-ml-3 inline-flex min-h-9 items-center gap-2 rounded-control px-3 text-left hover:bg-hover disabled:opacity-50"
              disabled={!due || closed}
              onClick={() => setPicking('repeat')}
            >
              <Icon name="repeat" className="text-ink-2" />
              {recurrence ? words.rule(recurrence) : t('addRepeat')}
            </button>
          )}
        </dd>
        {lists.length > 0 && (
          <>
            <dt className="py-2 text-ink-2">{t('list')}</dt>
            <dd className="flex items-center">
              <ListSelect value={draft.list_id === undefined ? task.list_id : draft.list_id} onChange={(list) => setDraft({ ...draft, list_id: list })} />
            </dd>
          </>
        )}
        {due && (
          <>
            <dt className="py-2 text-ink-2">{t('reminder')}</dt>
            <dd className="flex items-center gap-2">
              <Icon name="bell" className="text-ink-2" />
              <ReminderSelect
                value={choice}
                custom={reminders.map(({ at }) => at && words.instant(at)).filter(Boolean).join(', ')}
                timed={!!due.time}
                className="min-h-9 rounded-control bg-surface hover:bg-hover"
                onChange={(minutes) => remind(minutes, firstReminder?.repeat_minutes)}
              />
            </dd>
            {typeof choice === 'number' && (
              <dd className="col-start-2">
                <ReminderAgain every={firstReminder?.repeat_minutes ?? null} onChange={(every) => remind(choice, every)} />
              </dd>
            )}
          </>
        )}
        {(due || task.reminders.length > 0) && (
          <dd className="col-start-2">
            <ReminderStanding task={task} words={words} />
          </dd>
        )}
      </dl>
      <SeriesBar task={task} series={series} words={words} acts={seriesActs} onLeft={onClose} />
      {series && <SeriesPast series={series} seen={task.version} words={words} />}
      <label className="flex flex-col gap-1">
        <span className="text-meta text-ink-2">{t('notes')}</span>
        <textarea
          className={`${field} min-h-24 py-2`}
          placeholder={t('notesPlaceholder')}
          maxLength={20_000}
          value={draft.notes ?? task.notes}
          onChange={(event) => setDraft({ ...draft, notes: event.target.value })}
        />
      </label>
      <div className="flex items-center gap-2">
        <button type="button" className={dirty ? primaryButton : quietButton} disabled={!dirty || !title.trim()} onClick={() => void save()}>
          {t(busy ? 'saving' : 'save')}
        </button>
        <button
          type="button"
          className={`${plainButton} ml-auto hover:text-danger`}
          onClick={() => {
            onClose();
            void acts.remove(task);
          }}
        >
          <Icon name="trash" />
          {t(task.recurrence && !closed ? 'deleteSeries' : 'delete')}
        </button>
      </div>
      <TaskHistory task={task} series={series} userId={userId} words={words} />
      {picking === 'due' && (
        <WhenPanel
          trigger={dueButton}
          words={words}
          value={due && { date: due.date, time: due.time?.slice(0, 5) ?? null, zone: due.time_zone }}
          onChange={(when) => setDraft({ ...draft, due: when && { date: when.date, time: when.time, time_zone: when.zone } })}
          onClose={() => setPicking(null)}
        />
      )}
      {picking === 'repeat' && (
        <RepeatEditor words={words} value={repeat} start={due} onChange={setRepeat} onClose={() => setPicking(null)} />
      )}
      {picking === 'rule' && series && <SeriesEditor task={task} series={series} words={words} acts={seriesActs} onClose={() => setPicking(null)} />}
    </div>
  );
}

type ReminderDraft = NonNullable<TaskPatch['reminders']>[number] | Task['reminders'][number];

const toChoice = ({ minutes_before, relative_to, at }: ReminderDraft) => ({
  minutes_before: minutes_before ?? null,
  relative_to: relative_to ?? null,
  at: at ?? null,
});
