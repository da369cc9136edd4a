/** A line of history in words. Payloads may be older or newer than this page: odd ones are shown plainly. */
import type { Due, HistoryEntry } from '@/api-client/model';
import type { Say } from './due';
import type { Said } from './rule';

export interface HistoryLine {
  readonly id: string;
  readonly who: string;
  /** The door they came through; empty where it says nothing. */
  readonly door: string;
  readonly act: string;
  /** Why it happened, when something else caused it. */
  readonly cause: string | null;
  readonly changes: readonly { readonly field: string; readonly before: string; readonly after: string }[];
  /** Nobody did it and nothing changed by it: its act alone is said, in passing. */
  readonly quiet: boolean;
}

/** What a person has no use for beside the act itself. */
const SILENT = new Set([
  'id user_id version position change stream_key series_id occurrence_key occurrence_number predecessor_id',
  'created_at updated_at completed_at deleted_at withdrawn_at due_at opens_at status series end_reason',
  'start split_from occurrences passed_over resumed_at trigger missed',
].join(' ').split(' '));

const ACTS = new Set(
  ('task_created recurring_task_created task_updated task_completed task_reopened task_skipped task_missed ' +
    'task_postponed task_deleted task_restored ' +
    'series_created series_updated series_paused series_resumed series_ended ' +
    'reminder_sent reminder_failed reminder_snoozed').split(' '),
);

const QUIET = new Set(['reminder_sent', 'reminder_failed']);

const CAUSES = new Set(['task_completed', 'task_deleted', 'task_restored', 'task_reopened', 'task_updated']);

interface Actor {
  readonly kind: string;
  readonly id: string;
  readonly door: string;
}

/** Words for the values that a person would not read as they are stored. */
export interface SayValue {
  due(due: Due): string;
  rule(recurrence: Said): string;
  /** Minutes before it is due. */
  before(minutes: number): string;
  instant(instant: string): string;
  /** YYYY-MM-DD. */
  day(date: string): string;
  /** The name of a list that is there. */
  list(id: string): string;
}

/** `causing`: the entry that led to this one, where it is in the same history. */
export function historyLine(
  entry: HistoryEntry,
  me: string,
  say: Say,
  sayValue: SayValue,
  causing?: HistoryEntry,
): HistoryLine {
  const type = String(entry.event_type ?? entry.type ?? '');
  const actor: Partial<Actor> = entry.actor ?? {};
  return {
    id: entry.event_id,
    who: whoDid(actor, me, say),
    door: doorOf(actor, say),
    act: isSplit(entry) ? say('act.series_split') : ACTS.has(type) ? say(`act.${type}`) : type.replaceAll('_', ' '),
    cause: causeOf(type, causing, say),
    changes: changesOf(entry.changes, say, sayValue),
    quiet: QUIET.has(type),
  };
}

/** A series ended so that another goes on from there: to a person it was changed. */
function isSplit({ event_type, changes }: HistoryEntry): boolean {
  const { end_reason: reason } = (changes ?? {}) as { end_reason?: { after?: unknown } };
  return event_type === 'series_ended' && reason?.after === 'split';
}

/** The other half of a split, when it changed nothing that is shown: its first half has said it. */
export function isEcho({ changes }: HistoryLine, causing: HistoryEntry | undefined): boolean {
  return !!causing && isSplit(causing) && changes.length === 0;
}

function whoDid(actor: Partial<Actor>, me: string, say: Say): string {
  if (!actor.kind || !actor.id) return say('who.unknown');
  if (actor.kind === 'service') {
    const known = actor.id === 'recurring-task-service' || actor.id === 'notification-service';
    return known ? say(`who.${actor.id}`) : actor.id;
  }
  if (actor.kind === 'agent') return say('who.agent');
  return actor.id === me ? say('who.you') : say('who.other');
}

function causeOf(type: string, causing: HistoryEntry | undefined, say: Say): string | null {
  if (type === 'recurring_task_created') return say('cause.recurring_task_created');
  const known = causing && CAUSES.has(causing.event_type);
  return known ? say(`cause.${causing.event_type}`) : null;
}

function doorOf({ door = '' }: Partial<Actor>, say: Say): string {
  return ['rest', 'chat', 'mcp', 'internal'].includes(door) ? say(`door.${door}`) : door;
}

function changesOf(changes: unknown, say: Say, sayValue: SayValue): HistoryLine['changes'] {
  if (typeof changes !== 'object' || changes === null) return [];
  return Object.entries(changes)
    .filter(([field, change]) => !SILENT.has(field) && !(field === 'resume_on' && isOver(change)))
    .map(([field, change]) => {
      const { before, after } = (typeof change === 'object' && change !== null ? change : {}) as Record<string, unknown>;
      const inWords = (value: unknown) => (field === 'list_id' && typeof value === 'string' ? sayValue.list(value) : valueWords(value, sayValue));
      return { field: fieldName(field, say), before: inWords(before), after: inWords(after) };
    })
    .filter(({ before, after }) => before !== after);
}

/** Of a day that was named before and is no longer, the act says it all. */
const isOver = (change: unknown) => (change as { after?: unknown } | null)?.after === null;

const FIELDS = new Set('title notes due priority tags recurrence subtasks reminders start_date resume_on list_id'.split(' '));

const fieldName = (field: string, say: Say): string => (FIELDS.has(field) ? say(`field.${field}`) : field.replaceAll('_', ' '));

const DAY = /^\d{4}-\d\d-\d\d$/;

/** Empty for what counts as nothing. */
function valueWords(value: unknown, sayValue: SayValue): string {
  if (value === null || value === undefined || value === '' || value === 'none') return '';
  if (Array.isArray(value)) return value.map((item) => valueWords(item, sayValue)).join(', ');
  if (typeof value === 'object') {
    const shape = value as Record<string, unknown>;
    if (typeof shape.date === 'string' && DAY.test(shape.date)) return sayValue.due(shape as unknown as Due);
    if (typeof shape.rrule === 'string') return sayValue.rule(shape as unknown as Said);
    if (typeof shape.minutes_before === 'number') return sayValue.before(shape.minutes_before);
    if (typeof shape.at === 'string') return sayValue.instant(shape.at);
    if (typeof shape.title === 'string') return shape.title;
    return JSON.stringify(value).slice(0, 120);
  }
  return DAY.test(String(value)) ? sayValue.day(String(value)) : String(value).slice(0, 200);
}
