"""From an iCalendar stream to items: wholly, or refused with the component that cannot be taken."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable
from typing import Any

from icalendar import Calendar, Component
from icalendar.prop import vRecur
from recurrence_rules import RecurrenceError, Start, check, occurrence_key, parse_rule, zone

from task_calendar.item import MORNING_MINUTES, Alarm, CalendarRefused, Item, Moved, Repeats, When
from task_calendar.portable import without_skip
from task_calendar.writing import DAYS_BEFORE, OWN_RULE, POLICY, start_from_due

ITEMS_LIMIT = 500
ALARMS_LIMIT = 20
EXCEPTIONS_LIMIT = 366
UID_LIMIT = 255
TITLE_LIMIT, NOTES_LIMIT, TAGS_LIMIT, TAG_LIMIT = 500, 20_000, 50, 50
POLICIES = ("anchor", "missed", "trigger", "on_holiday")
_BEGIN = re.compile(rb"^BEGIN:(?:VCALENDAR|VTODO|VEVENT)[ \t]*\r?$", re.MULTILINE | re.IGNORECASE)
_END = re.compile(_BEGIN.pattern.replace(b"BEGIN", b"END"), _BEGIN.flags)
_DONE = {"COMPLETED": "done", "CANCELLED": "cancelled"}


def read(content: bytes, default_zone: str) -> list[Item]:
    """Return what VTODO and VEVENT components say; what has no zone of its own is meant in `default_zone`.

    Raises CalendarRefused; nothing is taken then.
    """
    try:
        calendars = Calendar.from_ical(content, multiple=True)
        found = [c for calendar in calendars for c in calendar.walk() if c.name in ("VTODO", "VEVENT")]
    except (ValueError, KeyError, IndexError, TypeError, AttributeError, RecursionError, OverflowError) as error:
        raise CalendarRefused("calendar_malformed", "VCALENDAR", f"it cannot be read: {str(error)[:200]}") from error
    begun = len(_BEGIN.findall(content))
    if not begun == len(_END.findall(content)) == len(found) + len(calendars):
        raise CalendarRefused("calendar_malformed", "VCALENDAR", "it is cut off: not all that begins in it ends")
    if not found:
        raise CalendarRefused("calendar_empty", "VCALENDAR", "there is no VTODO or VEVENT in it")
    if len(found) > ITEMS_LIMIT:
        raise CalendarRefused("calendar_too_large", "VCALENDAR", f"it has more than {ITEMS_LIMIT} components")
    return _together([_one(c, number, default_zone) for number, c in enumerate(found, 1)])


def _together(found: Iterable[tuple[Item, str | None]]) -> list[Item]:
    """Join what was postponed to the series that it belongs to, by UID."""
    items: dict[str, Item] = {}
    moved: list[tuple[Item, str]] = []
    for item, key in found:
        if key is not None:
            moved.append((item, key))
        elif item.uid in items:
            raise CalendarRefused("uid_twice", item.uid, "two components have this UID")
        else:
            items[item.uid] = item
    for item, key in moved:
        series = items.get(item.uid)
        if series is None or series.repeats is None or item.due is None or series.moved is not None:
            raise CalendarRefused("recurrence_id_alone", item.uid, "RECURRENCE-ID needs one series with this UID")
        items[item.uid] = _with(series, moved=Moved(key, item.due))
    return list(items.values())


def _with(item: Item, **changes: Any) -> Item:
    return Item(**{name: changes.get(name, getattr(item, name)) for name in item.__slots__})


def _one(component: Component, number: int, default_zone: str) -> tuple[Item, str | None]:
    uid = str(component.get("UID") or "")
    name = uid[:UID_LIMIT] or f"{component.name} number {number}"
    try:
        if len(uid) > UID_LIMIT:
            raise CalendarRefused("component_too_long", name, f"UID has more than {UID_LIMIT}")
        item, key = _item(component, name, default_zone)
        return _with(item, named=bool(uid)), key
    except CalendarRefused:
        raise
    except RecurrenceError as error:
        raise CalendarRefused(error.code, name, str(error)) from error
    except (ValueError, KeyError, TypeError, AttributeError, OverflowError) as error:
        raise CalendarRefused("component_malformed", name, f"it cannot be read: {str(error)[:200]}") from error


def _item(component: Any, name: str, default_zone: str) -> tuple[Item, str | None]:
    for wrong, sentence in component.errors:
        raise CalendarRefused("component_malformed", name, f"{wrong}: {str(sentence)[:200]}")
    title = str(component.get("SUMMARY") or "").strip()
    tags = tuple(str(tag).strip() for tag in component.categories if str(tag).strip())
    lengths = (
        ("SUMMARY", len(title), TITLE_LIMIT),
        ("DESCRIPTION", len(str(component.get("DESCRIPTION") or "")), NOTES_LIMIT),
        ("CATEGORIES", len(tags), TAGS_LIMIT),
        ("CATEGORIES", max(map(len, tags), default=0), TAG_LIMIT),
    )
    for what, length, limit in lengths:
        if length > limit:
            raise CalendarRefused("component_too_long", name, f"{what} has more than {limit}")
    if not title:
        raise CalendarRefused("summary_missing", name, "it has no SUMMARY")
    begin, end = _when(component, "DTSTART", name, default_zone), _when(component, "DUE", name, default_zone)
    repeating = "RRULE" in component or "RDATE" in component
    due = begin if repeating or component.name == "VEVENT" else end
    due = due or end
    start = None if due is begin or begin is None else begin.date
    if due is not None and DAYS_BEFORE in component:
        start = due.date - dt.timedelta(days=int(component[DAYS_BEFORE]))
    if due is None and "DTSTART" in component:
        assert begin is not None  # noqa: S101 - it is there
        start = begin.date
    key = component.get("RECURRENCE-ID")
    stamp = component.get("DTSTAMP")
    completed = component.get("COMPLETED")
    item = Item(
        uid=name,
        title=title,
        sequence=int(component.get("SEQUENCE") or 0),
        notes=str(component.get("DESCRIPTION") or ""),
        status=_DONE.get(str(component.get("STATUS") or "").upper(), "open"),  # pyright: ignore[reportArgumentType]
        priority=min(9, max(0, int(component.get("PRIORITY") or 0))),
        tags=tags,
        due=due,
        start_date=start,
        alarms=_alarms(component, name, due, start, begin, end),
        repeats=_repeats(component, name, due) if repeating else None,
        stamp=_instant(stamp),
        completed_at=_instant(completed),
    )
    return item, None if key is None else _wall_string(key.dt, due)


def _when(component: Component, prop: str, name: str, default_zone: str) -> When | None:
    value = component.get(prop)
    if value is None:
        return None
    if isinstance(value, list):
        raise CalendarRefused("component_malformed", name, f"it has more than one {prop}")
    moment, said = value.dt, value.params.get("TZID")
    if not isinstance(moment, dt.datetime):
        return When(moment, None, default_zone)
    if said is None:
        own = "UTC" if moment.tzinfo is not None else default_zone
        return When(moment.date(), moment.time().replace(tzinfo=None, microsecond=0), own)
    known = getattr(moment.tzinfo, "key", None) or str(said)
    try:
        zone(known)
    except RecurrenceError as error:
        raise CalendarRefused(
            "time_zone_unknown", name, f"{prop} names a time zone that is not known: {said}"
        ) from error
    return When(moment.date(), moment.time().replace(tzinfo=None, microsecond=0), known)


def _repeats(component: Component, name: str, due: When | None) -> Repeats:
    if due is None:
        raise CalendarRefused("dtstart_missing", name, "what repeats needs DTSTART")
    rule = component.get("RRULE")
    if isinstance(rule, list):
        raise CalendarRefused("component_malformed", name, "it has more than one RRULE")
    text = "FREQ=DAILY;COUNT=1" if rule is None else rule.to_ical().decode()
    text = _own_rule(component, text, due)
    check(parse_rule(text), Start(due.date, due.time, due.zone))
    said = {p: str(component[f"{POLICY}{p.upper().replace('_', '-')}"]) for p in POLICIES
            if f"{POLICY}{p.upper().replace('_', '-')}" in component}  # fmt: skip
    return Repeats(
        text, _walls(component, "EXDATE", name, due), _walls(component, "RDATE", name, due), tuple(said.items())
    )


def _own_rule(component: Component, text: str, due: When) -> str:
    """Return the rule as we had it, unless somebody has changed the one that other readers know."""
    own = component.get(OWN_RULE)
    plain = None if own is None else without_skip(str(own), due.date)
    return _spelled(str(own)) if plain is not None and _spelled(plain) == text else text


def _spelled(rule: str) -> str:
    """Return a rule in the one spelling that the library gives it."""
    return vRecur.from_ical(rule).to_ical().decode()


def _walls(component: Component, prop: str, name: str, due: When) -> tuple[str, ...]:
    value = component.get(prop, [])
    lists = value if isinstance(value, list) else [value]
    found = [_wall_string(one.dt, due) for several in lists for one in several.dts]
    if len(found) > EXCEPTIONS_LIMIT:
        raise CalendarRefused("component_too_long", name, f"{prop} has more than {EXCEPTIONS_LIMIT}")
    return tuple(found)


def _wall_string(moment: Any, due: When | None) -> str:
    """Return a date as the wall string by which the series knows it, in the series' own zone."""
    if isinstance(moment, tuple):  # a period: where it begins
        moment = moment[0]
    if not isinstance(moment, dt.datetime):
        return occurrence_key(moment, None)
    if moment.tzinfo is not None and due is not None:
        moment = moment.astimezone(zone(due.zone))
    time = None if due is None or due.time is None else moment.time().replace(tzinfo=None)
    return occurrence_key(moment.date(), time)


def _alarms(
    component: Component, name: str, due: When | None, start: dt.date | None, begin: When | None, end: When | None
) -> tuple[Alarm, ...]:
    found: list[Alarm] = []
    for one in component.walk("VALARM"):
        trigger = one.get("TRIGGER")
        if trigger is None:
            raise CalendarRefused("alarm_malformed", name, "an alarm has no TRIGGER")
        value = trigger.dt
        if isinstance(value, dt.datetime):
            found.append(Alarm(at=value.astimezone(dt.UTC) if value.tzinfo else value.replace(tzinfo=dt.UTC)))
            continue
        if not isinstance(value, dt.timedelta):
            raise CalendarRefused("alarm_malformed", name, "a TRIGGER is a duration or an instant")
        related_end = str(trigger.params.get("RELATED", "START")).upper() == "END"
        base = (end or due) if related_end else (begin or due)
        if base is None:
            raise CalendarRefused("alarm_without_date", name, "an alarm needs a date to be measured from")
        found.append(_relative(value, base, one, due, start, name))
    if len(found) > ALARMS_LIMIT:
        raise CalendarRefused("component_too_long", name, f"it has more than {ALARMS_LIMIT} alarms")
    return tuple(found)


def _relative(
    value: dt.timedelta, base: When, alarm: Component, due: When | None, start: dt.date | None, name: str
) -> Alarm:
    minutes = -int(value.total_seconds() // 60)
    to_start = f"{POLICY}RELATIVE-TO" in alarm and start is not None
    if to_start and due is not None and base is due:
        assert start is not None  # noqa: S101 - just asked
        minutes += start_from_due(due, start)
    elif to_start or base is not due:
        minutes += MORNING_MINUTES - (0 if base.time is None else base.time.hour * 60 + base.time.minute)
        to_start = True
    elif base.time is None:
        minutes += MORNING_MINUTES
    if minutes < 0:
        raise CalendarRefused("alarm_after", name, "an alarm comes after what it reminds of")
    return Alarm(minutes_before=minutes, relative_to="start" if to_start else "due")


def _instant(value: Any) -> dt.datetime | None:
    moment = None if value is None else value.dt
    if not isinstance(moment, dt.datetime):
        return None
    return moment.astimezone(dt.UTC) if moment.tzinfo else moment.replace(tzinfo=dt.UTC)
