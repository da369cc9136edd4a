/** What a person wants of reminders, as a form holds it: what is off keeps a time that can be turned on. */
import type { Preferences, PreferencesPatch } from '@/api-client/model';

export interface WishesDraft {
  /** Wall times, HH:MM. */
  readonly hour: string;
  /** Minutes before; null: no reminder of its own accord. */
  readonly lead: number | null;
  readonly quiet: boolean;
  readonly quietFrom: string;
  readonly quietTo: string;
  readonly agenda: boolean;
  readonly agendaAt: string;
  readonly review: boolean;
  /** 0 is Monday. */
  readonly reviewDay: number;
  readonly reviewAt: string;
  /** Of a reminder that repeats until its task is done, as they are typed: minutes between two, and how many come. */
  readonly nagMinutes: string;
  readonly nagMost: string;
}

export const MOST_REPEATS = 20;
/** Under which name the page keeps what it read of them. */
export const WISHES = ['preferences'];

const SUNDAY = 6;
const clock = (time: string | null, usual: string) => time?.slice(0, 5) ?? usual;

export function draftOf(kept: Preferences): WishesDraft {
  return {
    hour: clock(kept.default_hour, '09:00'),
    lead: kept.default_lead_minutes,
    quiet: kept.quiet_from !== null,
    quietFrom: clock(kept.quiet_from, '22:00'),
    quietTo: clock(kept.quiet_to, '07:00'),
    agenda: kept.agenda_at !== null,
    agendaAt: clock(kept.agenda_at, '07:30'),
    review: kept.review_day !== null,
    reviewDay: kept.review_day ?? SUNDAY,
    reviewAt: clock(kept.review_at, '18:00'),
    nagMinutes: String(kept.nag_minutes),
    nagMost: String(kept.nag_most),
  };
}

export function patchOf(draft: WishesDraft): PreferencesPatch {
  return {
    default_hour: draft.hour,
    default_lead_minutes: draft.lead,
    quiet_from: draft.quiet ? draft.quietFrom : null,
    quiet_to: draft.quiet ? draft.quietTo : null,
    agenda_at: draft.agenda ? draft.agendaAt : null,
    review_day: draft.review ? draft.reviewDay : null,
    review_at: draft.review ? draft.reviewAt : null,
    nag_minutes: Number(draft.nagMinutes),
    nag_most: Number(draft.nagMost),
  };
}
