'use client';
/** One line makes a task; a date and a repetition are chosen beside it, in panels that load when they are wanted. */
import { useTranslations } from 'next-intl';
import { useEffect, useRef, useState, type FormEvent } from 'react';
import type { TaskCreate } from '@/api-client/model';
import { primaryButton } from '@/ui/classes';
import { Icon } from '@/ui/icons';
import { whenIdle } from '@/ui/when-idle';
import { ReminderSelect } from './reminder-select';
import type { When } from './schedule-panels';
import type { Words } from './use-words';
import type { Repeat } from './words/repeat';

const LONGEST = 500;
const COUNT_FROM = 450;

interface Props {
  words: Words;
  /** Resolves to whether it was added; the text stays when it was not. */
  onAdd: (task: TaskCreate) => Promise<boolean>;
}

type Panels = typeof import('./schedule-panels');
const loadPanels = () => import('./schedule-panels');

export function QuickAdd({ words, onAdd }: Props) {
  const t = useTranslations('add');
  const [title, setTitle] = useState('');
  const [when, setWhen] = useState<When | null>(null);
  const [repeat, setRepeat] = useState<Repeat | null>(null);
  const [reminder, setReminder] = useState<number | null>(null);
  const [panel, setPanel] = useState<'when' | 'repeat' | null>(null);
  const [panels, setPanels] = useState<Panels | null>(null);
  const [busy, setBusy] = useState(false);
  const whenButton = useRef<HTMLButtonElement>(null);
  const input = useRef<HTMLInputElement>(null);

  useEffect(() => {
    whenIdle(() => void loadPanels());
  }, []);

  const due = when && { date: when.date, time: when.time, time_zone: when.zone };
  // A rule was made by the panels, so they are here.
  const recurrence = repeat && due && panels ? panels.recurrenceOf(repeat, due.date) : null;
  const left = LONGEST - title.length;

  async function openPanel(name: 'when' | 'repeat') {
    if (!panels) setPanels(await loadPanels());
    setPanel(name);
  }

  function chooseRepeat(next: Repeat | null) {
    setRepeat(next);
    // What repeats has a first day.
    if (next && !when) setWhen({ date: words.moment.today(), time: null, zone: words.moment.zone });
  }

  function chooseWhen(next: When | null) {
    setWhen(next);
    if (!next) setRepeat(null);
    // What a time of day allows, a whole day may not.
    if (!next || !next.time !== !when?.time) setReminder((minutes) => (next && minutes === 1_440 ? minutes : null));
  }

  async function add(event: FormEvent) {
    event.preventDefault();
    const clean = title.trim();
    if (!clean || busy) return;
    setBusy(true);
    const added = await onAdd({
      title: clean,
      ...(due ? { due } : {}),
      ...(recurrence ? { recurrence } : {}),
      ...(due && reminder !== null ? { reminders: [{ minutes_before: reminder, relative_to: 'due' as const }] } : {}),
    });
    setBusy(false);
    if (!added) return;
    setTitle((now) => (now.trim() === clean ? '' : now)); // what was typed meanwhile stays
    setWhen(null);
    setRepeat(null);
    setReminder(null);
    input.current?.focus();
  }

  const chip = 'inline-flex min-h-9 items-center gap-2 rounded-control px-2.5 text-meta hover:bg-hover';
  return (
    <form
      onSubmit={add}
      className="rounded-card border border-line-strong bg-surface focus-within:border-accent"
    >
      <div className="flex items-center gap-2 pt-2 pr-2 pl-2">
        <input
          ref={input}
          value={title}
          onChange={(event) => setTitle(event.target.value)}
          maxLength={LONGEST}
          aria-label={t('label')}
          placeholder={t('placeholder')}
          autoComplete="off"
          enterKeyHint="done"
          className="min-h-11 w-full min-w-0 flex-1 bg-transparent px-2 text-field outline-none"
        />
        {title.length >= COUNT_FROM && <span className="text-label whitespace-nowrap text-ink-2">{t('tooLong', { left })}</span>}
        <button type="submit" className={primaryButton} disabled={!title.trim()} aria-disabled={busy}>
          <Icon name="plus" />
          {t('submit')}
        </button>
      </div>
      <div className="flex flex-wrap items-center gap-1 px-1.5 pt-1 pb-1.5">
        <button
          ref={whenButton}
          type="button"
          aria-haspopup="dialog"
          aria-label={due ? t('whenSet', { when: words.plain(due) }) : t('when')}
          className={`${chip} ${due ? 'font-semibold text-accent' : 'text-ink-2'}`}
          onClick={() => void openPanel('when')}
        >
          <Icon name="calendar" />
          {due ? words.plain(due) : t('when')}
        </button>
        <button
          type="button"
          aria-haspopup="dialog"
          className={`${chip} ${recurrence ? 'font-semibold text-accent' : 'text-ink-2'}`}
          onClick={() => void openPanel('repeat')}
        >
          <Icon name="repeat" />
          {recurrence ? words.rule(recurrence) : t('repeat')}
        </button>
        {due && (
          <span className={`${chip} pr-1 ${reminder === null ? 'text-ink-2' : 'font-semibold text-accent'}`}>
            <Icon name="bell" />
            <ReminderSelect value={reminder} timed={!!due.time} className="min-h-9 max-w-44 bg-surface" onChange={setReminder} />
          </span>
        )}
      </div>
      {panels && panel === 'when' && (
        <panels.WhenPanel trigger={whenButton} words={words} value={when} onChange={chooseWhen} onClose={() => setPanel(null)} />
      )}
      {panels && panel === 'repeat' && (
        <panels.RepeatEditor words={words} value={repeat} start={due} onChange={chooseRepeat} onClose={() => setPanel(null)} />
      )}
    </form>
  );
}
