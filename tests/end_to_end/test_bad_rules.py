"""Rules that are impossible, hostile or endless: refused with a stable code and the part named, or done as RFC 5545 says.

Both doors that take a rule say the same, and nothing is half-done.
"""

# ruff: noqa: E501 - a table reads best with one case a line
from __future__ import annotations

import time
from typing import Any

import pytest

from tests import evidence
from tests.people import Person

DUE = {"date": "2030-01-01", "time": "09:00", "time_zone": "Europe/Berlin"}
LONG_ENOUGH_SECONDS = 2.0
"""Far more than any rule may cost, on a busy machine, too."""


def many(name: str, most: int, frequency: str = "YEARLY") -> str:
    """A list of 500 parts."""
    return f"FREQ={frequency};{name}=" + ",".join(str(1 + n % most) for n in range(500))


# (rule, code, what the answer names)
REFUSED = [
    ("FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30", "rule_date_impossible", "30"),
    ("FREQ=YEARLY;BYMONTH=4,6;BYMONTHDAY=31", "rule_date_impossible", "31"),
    ("FREQ=MONTHLY;BYMONTHDAY=32", "rule_month_day_malformed", "32"),
    ("FREQ=MONTHLY;BYMONTH=13", "rule_month_malformed", "13"),
    ("FREQ=WEEKLY;BYDAY=XX", "rule_weekday_malformed", "XX"),
    ("FREQ=MONTHLY;BYDAY=60MO", "rule_weekday_malformed", "60MO"),
    ("FREQ=DAILY;INTERVAL=0", "rule_interval_out_of_range", "INTERVAL"),
    ("FREQ=DAILY;INTERVAL=99999999999", "rule_interval_out_of_range", "99999999999"),
    ("FREQ=DAILY;COUNT=0", "rule_count_out_of_range", "COUNT"),
    ("FREQ=DAILY;COUNT=2;UNTIL=20310101", "rule_count_with_until", "UNTIL"),
    ("FREQ=DAILY;UNTIL=20200101", "rule_without_occurrence", "UNTIL"),
    ("FREQ=DAILY;UNTIL=20309999", "rule_until_malformed", "20309999"),
    ("FREQ=SECONDLY", "rule_frequency_unsupported", "SECONDLY"),
    ("INTERVAL=2", "rule_malformed", "FREQ"),
    ("FREQ=DAILY;FREQ=DAILY", "rule_part_repeated", "FREQ"),
    ("FREQ=DAILY;BYEASTER=1", "rule_part_unknown", "BYEASTER"),
    ("FREQ=MONTHLY;BYWEEKNO=53", "rule_part_unsupported", "BYWEEKNO"),
    ("FREQ=DAILY\r\nRRULE:FREQ=DAILY", "rule_malformed", "RRULE"),
    ("FREQ=DAILY;INTERVAL=\u0663", "rule_malformed", "INTERVAL"),
    # endless: no date for thousands of years, or never
    ("FREQ=YEARLY;INTERVAL=3;BYMONTH=2;BYMONTHDAY=29;BYDAY=MO", "rule_without_occurrence", "nine years"),
    ("FREQ=YEARLY;INTERVAL=999;BYMONTH=2;BYMONTHDAY=29;BYDAY=MO", "rule_without_occurrence", "nine years"),
    (many("BYMONTHDAY", 31), "invalid", "recurrence.rrule"),
    (many("BYYEARDAY", 366), "invalid", "recurrence.rrule"),
    ("FREQ=MONTHLY;BYDAY=" + ",".join(["MO"] * 500), "invalid", "recurrence.rrule"),
    ("FREQ=MONTHLY;BYMONTHDAY=" + ",".join(["1"] * 300), "rule_too_long", "characters"),
    ("FREQ=DAILY;" * 80, "rule_too_long", "characters"),
]
# (rule, start, first dates): the standard decides, and a start off the pattern is where counting begins
DONE = [
    ("FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29", "2030-01-01", ["2032-02-29", "2036-02-29"]),
    ("FREQ=MONTHLY;BYMONTHDAY=31", "2030-01-31", ["2030-01-31", "2030-03-31"]),
    ("FREQ=WEEKLY;BYDAY=MO", "2030-01-01", ["2030-01-07", "2030-01-14"]),
    ("FREQ=DAILY;UNTIL=20300101", "2030-01-01", ["2030-01-01"]),
    ("FREQ=MONTHLY;BYMONTHDAY=" + ",".join(["1"] * 60), "2030-01-01", ["2030-01-01", "2030-02-01"]),
]


def test_what_cannot_be_is_refused_by_both_doors_with_its_part_named(person: Person, store: Any) -> None:
    before = _tasks(store)
    for rrule, code, named in REFUSED:
        began = time.monotonic()
        created = person.ask("POST", "tasks", json={"title": "x", "due": DUE, "recurrence": {"rrule": rrule}})
        previewed = person.ask("POST", "recurrence/preview", json={"rrule": rrule, "start": DUE, "count": 3})
        assert time.monotonic() - began < LONG_ENOUGH_SECONDS, rrule[:60]
        for answer in (created, previewed):
            problem = answer.json()
            assert (answer.status_code, problem.get("code")) == (422, code), (rrule[:60], answer.text[:300])
            assert answer.headers["content-type"] == "application/problem+json"
            assert named.removeprefix("recurrence.") in answer.text, (rrule[:60], answer.text[:300])
        assert named in created.text, (rrule[:60], created.text[:300])
    assert _tasks(store) == before


@pytest.mark.parametrize("zone", ["Mars/Base", "../../etc/passwd", "Europe/Berlin\x00", "", "UTC+25", "E" * 65])
def test_a_zone_that_does_not_exist_is_refused_by_name(person: Person, store: Any, zone: str) -> None:
    before = _tasks(store)
    due = {**DUE, "time_zone": zone}
    for rest, body in (
        ("tasks", {"title": "x", "due": due, "recurrence": {"rrule": "FREQ=DAILY"}}),
        ("recurrence/preview", {"rrule": "FREQ=DAILY", "start": due, "count": 3}),
    ):
        answer = person.ask("POST", rest, json=body)
        assert (answer.status_code, answer.json()["code"]) == (422, "invalid"), answer.text[:300]
        assert [error["field"].split(".")[-1] for error in answer.json()["errors"]] == ["time_zone"]
    assert _tasks(store) == before


def test_exceptions_and_anchors_of_nonsense_are_refused(person: Person, store: Any) -> None:
    before = _tasks(store)
    for recurrence, code, named in (
        ({"exdates": ["soon"]}, "wall_time_malformed", "soon"),
        ({"rdates": ["2030-02-30"]}, "wall_time_malformed", "2030-02-30"),
        ({"exdates": ["2030-01-01T09:00:00"] * 500}, "invalid", "recurrence.exdates"),
        ({"rrule": "FREQ=DAILY;COUNT=1", "exdates": ["2030-01-01T09:00:00"]}, "rule_without_occurrence", "excluded"),
        ({"anchor": "moon"}, "invalid", "recurrence.anchor"),
        ({"anchor": "completion", "trigger": "on_schedule"}, "anchor_needs_on_completion", "completions"),
    ):
        body = {"title": "x", "due": DUE, "recurrence": {"rrule": "FREQ=DAILY", **recurrence}}
        answer = person.ask("POST", "tasks", json=body)
        assert (answer.status_code, answer.json()["code"]) == (422, code), answer.text[:300]
        assert named in answer.text
    answer = person.ask("POST", "tasks", json={"title": "x", "recurrence": {"rrule": "FREQ=DAILY"}})
    assert (answer.status_code, answer.json()["code"]) == (422, "recurrence_needs_due")
    assert _tasks(store) == before


def test_what_the_standard_decides_is_done_as_it_says(person: Person) -> None:
    for rrule, start, dates in DONE:
        due = {**DUE, "date": start}
        body = {"rrule": rrule, "start": due, "count": 2}
        shown = person.ask("POST", "recurrence/preview", 200, json=body).json()["occurrences"]
        assert [one["date"] for one in shown] == dates, rrule[:60]
        assert person.add("x", due=due, recurrence={"rrule": rrule})["due"]["date"] == dates[0]


def test_an_edit_to_a_rule_that_cannot_be_leaves_the_series_as_it_is(person: Person, store: Any) -> None:
    task = person.add("x", due=DUE, recurrence={"rrule": "FREQ=DAILY"})
    before = _tasks(store)
    for scope in ("all", "following"):
        for rrule, code, _ in REFUSED:
            answer = person.ask("PATCH", f"series/{task['series_id']}", json={"scope": scope, "rrule": rrule})
            assert (answer.status_code, answer.json().get("code")) == (422, code), (rrule[:60], answer.text[:300])
    assert _tasks(store) == before


def _tasks(store: Any) -> dict[str, str]:
    return {name: digest for name, digest in evidence.table_hashes(store).items() if name.startswith("tasks.")}
