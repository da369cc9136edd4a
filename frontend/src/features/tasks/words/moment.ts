/**
 * "Now" as a person has it: an instant and the zone in which their days begin. By Intl alone: the first paint has
 * no room for a calendar library.
 */
import type { Due } from '@/api-client/model';

/** A wall clock's reading: YYYY-MM-DD and minutes since midnight. */
export interface Wall {
  readonly date: string;
  readonly minutes: number;
}

export class Moment {
  constructor(
    /** Milliseconds since the epoch. */
    readonly now: number,
    /** IANA name. */
    readonly zone: string,
  ) {}

  /** Today's date, YYYY-MM-DD, in the user's zone or another. */
  today(zone: string = this.zone): string {
    return wallAt(this.now, zone).date;
  }

  /** Days from today to the due date, both in the zone that the date is meant in; negative is past. */
  daysUntil(due: Due): number {
    return Math.round((Date.parse(due.date) - Date.parse(this.today(due.time_zone))) / 86_400_000);
  }

  isPast(due: Due): boolean {
    const days = this.daysUntil(due);
    if (days !== 0 || !due.time) return days < 0;
    const [hour = 0, minute = 0] = due.time.split(':').map(Number);
    return hour * 60 + minute < wallAt(this.now, due.time_zone).minutes;
  }
}

/** What a clock in a zone shows at an instant in milliseconds since the epoch. */
export function wallAt(instant: number, zone: string): Wall {
  const parts: Record<string, string> = {};
  for (const { type, value } of clock(zone).formatToParts(instant)) parts[type] = value;
  return { date: `${parts.year}-${parts.month}-${parts.day}`, minutes: Number(parts.hour) * 60 + Number(parts.minute) };
}

const clocks = new Map<string, Intl.DateTimeFormat>();

/** A zone that this browser does not know is read as UTC rather than breaking the page. */
function clock(zone: string): Intl.DateTimeFormat {
  let known = clocks.get(zone);
  if (!known) {
    const digits = '2-digit';
    const make = (timeZone: string) =>
      new Intl.DateTimeFormat('en-CA', { timeZone, hourCycle: 'h23', year: 'numeric', month: digits, day: digits, hour: digits, minute: digits });
    try {
      known = make(zone);
    } catch {
      known = make('UTC');
    }
    clocks.set(zone, known);
  }
  return known;
}
