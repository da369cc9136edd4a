/** "Now" as a person has it: an instant and the zone in which their days begin. */
import { fromAbsolute, parseDate, toCalendarDate, type CalendarDate } from '@internationalized/date';
import type { Due } from '@/api-client/model';

export class Moment {
  constructor(
    /** Milliseconds since the epoch. */
    readonly now: number,
    /** IANA name. */
    readonly zone: string,
  ) {}

  today(zone: string = this.zone): CalendarDate {
    return toCalendarDate(fromAbsolute(this.now, known(zone)));
  }

  /** Days from today to the due date, both in the zone that the date is meant in; negative is past. */
  daysUntil(due: Due): number {
    return daysBetween(this.today(due.time_zone), parseDate(due.date));
  }

  isPast(due: Due): boolean {
    const days = this.daysUntil(due);
    if (days !== 0 || !due.time) return days < 0;
    const { hour, minute } = fromAbsolute(this.now, known(due.time_zone));
    const [h = 0, m = 0] = due.time.split(':').map(Number);
    return h * 60 + m < hour * 60 + minute;
  }
}

function daysBetween(from: CalendarDate, to: CalendarDate): number {
  return Math.round((to.toDate('UTC').getTime() - from.toDate('UTC').getTime()) / 86_400_000);
}

/** A zone that this browser does not know is read as UTC rather than breaking the page. */
function known(zone: string): string {
  try {
    new Intl.DateTimeFormat('en', { timeZone: zone });
    return zone;
  } catch {
    return 'UTC';
  }
}
