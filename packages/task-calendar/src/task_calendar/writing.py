"""From items to the lines of an iCalendar stream: a head, components one after the other, an end."""

from __future__ import annotations

import datetime as dt
from functools import lru_cache
from typing import Literal
from zoneinfo import ZoneInfo

from icalendar import Alarm as VAlarm
from icalendar import Component, Event, Timezone, Todo
from icalendar.parser import Contentline, Parameters
from icalendar.prop import vDDDLists, vRecur, vText
from recurrence_rules import Start, parse_rule, parse_wall, preview, resolve

from task_calendar.item import MORNING_MINUTES, Alarm, Item, Repeats, When
from task_calendar.portable import without_skip

Kind = Literal["VTODO", "VEVENT"]
_HEAD = b"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//todo-platform//tasks//EN\r\nCALSCALE:GREGORIAN\r\n"
END = b"END:VCALENDAR\r\n"
POLICY = "X-TODO-"
OWN_RULE = "X-TODO-RRULE"
DAYS_BEFORE = "X-TODO-START-DAYS-BEFORE"
NAME = {"VTODO": Todo, "VEVENT": Event}
_STATUS = {
    "VTODO": {"open": "NEEDS-ACTION", "done": "COMPLETED", "cancelled": "CANCELLED"},
    "VEVENT": {"open": "CONFIRMED", "done": "CONFIRMED", "cancelled": "CANCELLED"},
}
_EPOCH = dt.datetime(2000, 1, 1, tzinfo=dt.UTC)


class Writer:
    """Writes one stream: each zone's VTIMEZONE stands before the first component that needs it."""

    def __init__(self) -> None:
        self._zones: set[str] = set()

    def item(self, item: Item, kind: Kind = "VTODO") -> bytes:
        """Return the components of one item."""
        needed = {w.zone for w in (item.due, item.moved and item.moved.due) if w is not None and w.time is not None}
        new = sorted(needed - self._zones - {"UTC"})
        self._zones |= needed
        return b"".join([*map(_zone, new), *(c.to_ical() for c in components(item, kind))])


def head(name: str = "") -> bytes:
    """Return the head of a stream, with the calendar's NAME (RFC 7986, 5.1), and as older readers know it."""
    lines = [Contentline.from_parts(prop, Parameters(), vText(name)) for prop in ("NAME", "X-WR-CALNAME") if name]
    return _HEAD + b"".join(line.to_ical() + b"\r\n" for line in lines)


def whole(items: list[Item], kind: Kind = "VTODO") -> bytes:
    """Return a whole stream."""
    writer = Writer()
    return head() + b"".join(writer.item(item, kind) for item in items) + END


def components(item: Item, kind: Kind = "VTODO") -> list[Component]:
    """Return the component of an item, and of a series with a postponed occurrence that one's beside it.

    What has no date is no event: RFC 5545 asks each VEVENT for its DTSTART.
    """
    if kind == "VEVENT" and item.due is None and item.start_date is None:
        return []
    repeats = item.repeats is not None and item.due is not None
    found = [_repeating(item, kind) if repeats else _single(item, kind)]
    if repeats and item.moved is not None and item.due is not None:
        other = _begun(item, kind)
        other.add("RECURRENCE-ID", _place(item.moved.key, item.due))
        _set_start(other, item.moved.due)
        found.append(other)
    return found


def _begun(item: Item, kind: Kind) -> Component:
    component = NAME[kind]()
    component.add("UID", item.uid)
    component.add("SEQUENCE", item.sequence)
    component.add("DTSTAMP", item.stamp or _EPOCH)
    component.add("SUMMARY", item.title)
    if item.notes:
        component.add("DESCRIPTION", item.notes)
    if item.tags:
        component.add("CATEGORIES", list(item.tags))
    if item.priority:
        component.add("PRIORITY", item.priority)
    component.add("STATUS", _STATUS[kind][item.status])
    if item.completed_at is not None and kind == "VTODO":
        component.add("COMPLETED", item.completed_at)
    return component


def _single(item: Item, kind: Kind) -> Component:
    component, due = _begun(item, kind), item.due
    if kind == "VEVENT" or due is None:
        if due is not None:
            _set_start(component, due)
        elif item.start_date is not None:
            component.add("DTSTART", item.start_date)
    else:
        component.add("DUE", _wall(due))
        begin = _begin(item, due)
        if begin is not None:
            component.add("DTSTART", begin)
    _set_days_before(component, item, kind)
    _add_alarms(component, item, kind)
    return component


def _repeating(item: Item, kind: Kind) -> Component:
    assert item.repeats is not None  # noqa: S101 - the caller has looked
    assert item.due is not None  # noqa: S101 - the caller has looked
    component, repeats, due = _begun(item, kind), item.repeats, item.due
    start = Start(due.date, due.time, due.zone)
    # RFC 5545 counts DTSTART itself, so it stands on the first date of the rule: intervals and COUNT are the same.
    first = preview(parse_rule(repeats.rrule), start, 1)[0]
    begin = When(parse_wall(first.key)[0], due.time, due.zone)
    _set_start(component, begin)
    rule = rrule_of(repeats, due)
    plain = without_skip(rule, due.date)
    component.add("RRULE", vRecur.from_ical(plain or rule))
    if plain is not None:
        component.add(OWN_RULE, rule)
    for name, walls in (("EXDATE", repeats.exdates), ("RDATE", repeats.rdates)):
        if walls:
            component.add(name, vDDDLists([_place(wall, due) for wall in walls]))
    for name, value in repeats.policies:
        component.add(f"{POLICY}{name.upper().replace('_', '-')}", value)
    _set_days_before(component, item, kind)
    _add_alarms(component, item, kind)
    return component


def rrule_of(repeats: Repeats, due: When) -> str:
    """Return the rule with an UNTIL of the kind that its dates ask for: an instant, or a date for whole days."""
    until = parse_rule(repeats.rrule).until
    if until is None:
        return repeats.rrule
    if due.time is None:
        said = f"{until:%Y%m%d}"
    elif isinstance(until, dt.datetime) and until.tzinfo is not None:
        said = f"{until.astimezone(dt.UTC):%Y%m%dT%H%M%SZ}"
    else:
        wall = until if isinstance(until, dt.datetime) else dt.datetime.combine(until, dt.time(23, 59, 59))
        said = f"{resolve(wall.date(), wall.time(), due.zone).astimezone(dt.UTC):%Y%m%dT%H%M%SZ}"
    parts = [part for part in repeats.rrule.split(";") if not part.upper().startswith("UNTIL=")]
    return ";".join([*parts, f"UNTIL={said}"])


def _begin(item: Item, due: When) -> dt.date | dt.datetime | None:
    """Return DTSTART of a single task: of the type of its DUE and before it, else nothing."""
    start = item.start_date
    if start is None or start >= due.date:
        return None
    return start if due.time is None else dt.datetime.combine(start, dt.time(), ZoneInfo(due.zone))


def _set_days_before(component: Component, item: Item, kind: Kind) -> None:
    """Say where the start lies that a calendar has no place for."""
    if item.start_date is None or item.due is None:
        return
    if kind == "VTODO" and item.repeats is None and _begin(item, item.due) is not None:
        return
    component.add(DAYS_BEFORE, str((item.due.date - item.start_date).days))


def _add_alarms(component: Component, item: Item, kind: Kind) -> None:
    for alarm in item.alarms:
        made = VAlarm()
        made.add("ACTION", "DISPLAY")
        made.add("DESCRIPTION", item.title)
        trigger = _trigger(alarm, item, kind, component)
        if trigger is None:
            continue
        value, parameters = trigger
        made.add("TRIGGER", value, parameters=parameters)
        if alarm.relative_to == "start" and alarm.at is None:
            made.add(f"{POLICY}RELATIVE-TO", "START")
        component.add_component(made)


def _trigger(
    alarm: Alarm, item: Item, kind: Kind, component: Component
) -> tuple[dt.timedelta | dt.datetime, dict[str, str]] | None:
    if alarm.at is not None:
        return alarm.at.astimezone(dt.UTC), {"VALUE": "DATE-TIME"}
    assert alarm.minutes_before is not None  # noqa: S101 - one of both is there
    due, minutes = item.due, -alarm.minutes_before
    has_due = kind == "VTODO" and "DUE" in component
    if alarm.relative_to == "start":
        if item.start_date is None:
            return None
        if due is None or ("DTSTART" in component and has_due):
            return dt.timedelta(minutes=minutes + MORNING_MINUTES), {"RELATED": "START"}
        # Measured from the due, which stands where other calendars look.
        minutes += start_from_due(due, item.start_date)
        return dt.timedelta(minutes=minutes), {"RELATED": "END" if has_due else "START"}
    if due is None:
        return None
    minutes += MORNING_MINUTES if due.time is None else 0
    return dt.timedelta(minutes=minutes), {"RELATED": "END" if has_due else "START"}


def start_from_due(due: When, start: dt.date) -> int:
    """Return how many minutes after the due, as clocks show it, the morning of the start lies (negative: before)."""
    clock = 0 if due.time is None else due.time.hour * 60 + due.time.minute
    return MORNING_MINUTES - clock - 24 * 60 * (due.date - start).days


def _set_start(component: Component, when: When) -> None:
    component.add("DTSTART", _wall(when))


def _wall(when: When) -> dt.date | dt.datetime:
    return when.date if when.time is None else dt.datetime.combine(when.date, when.time, ZoneInfo(when.zone))


def _place(wall: str, due: When) -> dt.date | dt.datetime:
    """Return a wall string as a date of the kind that the series has."""
    date, time = parse_wall(wall)
    return date if due.time is None else dt.datetime.combine(date, time or due.time, ZoneInfo(due.zone))


@lru_cache(maxsize=512)
def _zone(name: str) -> bytes:
    return Timezone.from_tzid(name).to_ical()
