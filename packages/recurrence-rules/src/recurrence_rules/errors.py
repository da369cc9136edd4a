"""What can be wrong with a rule or a wall time. Every case has a stable `code`; its docstring is its message."""

from __future__ import annotations

from inspect import cleandoc


class RecurrenceError(ValueError):
    """The recurrence is not valid."""

    code = "recurrence_invalid"

    def __init__(self, detail: str = "") -> None:
        """Take what exactly was wrong, for people; the class says which case it is."""
        self.detail = detail
        message = cleandoc(type(self).__doc__ or "")
        super().__init__(f"{message} ({detail})" if detail else message)


class RuleTooLong(RecurrenceError):
    """A rule has at most 200 characters."""

    code = "rule_too_long"


class RuleMalformed(RecurrenceError):
    """A rule is NAME=VALUE parts joined by semicolons, with FREQ among them."""

    code = "rule_malformed"


class PartRepeated(RecurrenceError):
    """A part of a rule stands in it only once."""

    code = "rule_part_repeated"


class PartUnknown(RecurrenceError):
    """RFC 5545 and RFC 7529 know no such part of a rule."""

    code = "rule_part_unknown"


class PartUnsupported(RecurrenceError):
    """This part of a rule is not supported, or not together with this FREQ."""

    code = "rule_part_unsupported"


class FrequencyUnsupported(RecurrenceError):
    """FREQ is one of HOURLY, DAILY, WEEKLY, MONTHLY and YEARLY."""

    code = "rule_frequency_unsupported"


class IntervalOutOfRange(RecurrenceError):
    """INTERVAL is a whole number from 1 to 999."""

    code = "rule_interval_out_of_range"


class CountOutOfRange(RecurrenceError):
    """COUNT is a whole number from 1 to 9999."""

    code = "rule_count_out_of_range"


class CountWithUntil(RecurrenceError):
    """A rule ends by COUNT or by UNTIL, never by both."""

    code = "rule_count_with_until"


class UntilMalformed(RecurrenceError):
    """UNTIL is a date (20261231), a local time (20261231T170000) or an instant in UTC (20261231T160000Z)."""

    code = "rule_until_malformed"


class WeekdayMalformed(RecurrenceError):
    """A weekday is MO, TU, WE, TH, FR, SA or SU; in a month or year it may be counted: 1MO to 53MO, -1FR to -53FR."""

    code = "rule_weekday_malformed"


class MonthDayMalformed(RecurrenceError):
    """A day of the month is 1 to 31, or -1 to -31 counted from its end."""

    code = "rule_month_day_malformed"


class MonthMalformed(RecurrenceError):
    """A month is 1 to 12."""

    code = "rule_month_malformed"


class YearDayMalformed(RecurrenceError):
    """A day of the year is 1 to 366, or -1 to -366 counted from its end."""

    code = "rule_year_day_malformed"


class WeekNumberMalformed(RecurrenceError):
    """A week number is 1 to 53, or -1 to -53 counted from the end of the year."""

    code = "rule_week_number_malformed"


class PositionMalformed(RecurrenceError):
    """A position of BYSETPOS is 1 to 366, or -1 to -366 counted from the end."""

    code = "rule_position_malformed"


class SkipMalformed(RecurrenceError):
    """SKIP is OMIT, BACKWARD or FORWARD and needs RSCALE=GREGORIAN beside it."""

    code = "rule_skip_malformed"


class DateImpossible(RecurrenceError):
    """None of the days that the rule names exists in any of its months or years."""

    code = "rule_date_impossible"


class NoOccurrence(RecurrenceError):
    """The rule has no occurrence within nine years after its start."""

    code = "rule_without_occurrence"


class WallTimeMalformed(RecurrenceError):
    """A wall time is YYYY-MM-DD, YYYY-MM-DDTHH:MM or YYYY-MM-DDTHH:MM:SS, from the year 2 to 29 December 9999."""

    code = "wall_time_malformed"


class WordsNotUnderstood(RecurrenceError):
    """These are not the words of a rule in this language."""

    code = "words_not_understood"


class ZoneUnknown(RecurrenceError):
    """A time zone is an IANA name such as Europe/Berlin."""

    code = "time_zone_unknown"
