"""Recurrence as pure code: rules, zones, occurrences and the next one; no clock, no database, no network."""

from __future__ import annotations

from recurrence_rules.advance import next_occurrence
from recurrence_rules.closing import Closed, Ended, Next
from recurrence_rules.days_off import Calendar, DaysOff
from recurrence_rules.errors import RecurrenceError
from recurrence_rules.languages import Language
from recurrence_rules.occurrences import check, key_before, occurrence_of, occurrences, preview
from recurrence_rules.opening import MORNING, opens_at
from recurrence_rules.parsing import parse_rule
from recurrence_rules.places import Occurrence
from recurrence_rules.rule import Frequency, Rule, Skip, Weekday
from recurrence_rules.said import Said
from recurrence_rules.spelled import spelled
from recurrence_rules.wall import Start, occurrence_key, parse_wall
from recurrence_rules.words import describe, read_words
from recurrence_rules.zones import resolve, wall_of, zone

__all__ = [
    "MORNING",
    "Calendar",
    "Closed",
    "DaysOff",
    "Ended",
    "Frequency",
    "Language",
    "Next",
    "Occurrence",
    "RecurrenceError",
    "Rule",
    "Said",
    "Skip",
    "Start",
    "Weekday",
    "check",
    "describe",
    "key_before",
    "next_occurrence",
    "occurrence_key",
    "occurrence_of",
    "occurrences",
    "opens_at",
    "parse_rule",
    "parse_wall",
    "preview",
    "read_words",
    "resolve",
    "spelled",
    "wall_of",
    "zone",
]
