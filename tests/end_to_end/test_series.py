"""Series on the real platform: the right date after everything that people do, exactly one open occurrence."""

# ruff: noqa: E501 - tables read best with one case a line
from __future__ import annotations

import datetime as dt
import signal
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from zoneinfo import ZoneInfo

import httpx
import pytest
from local_runtime.platform import Platform

from tests import evidence, invariants
from tests.deliveries import deliver_again, lag
from tests.people import Person, eventually
from tests.replicas import loop_runs, three_of

SERVICE, SIDECAR = "recurring-task-service", "recurring-task-service-daprd"
LATEST_SECONDS = 3.0
"""Far from a sweep once a minute; how late it is on a quiet machine is measured by `make bench`, not here."""
TODAY = dt.datetime.now(ZoneInfo("Europe/Berlin")).date()
MONTH_END = "RSCALE=GREGORIAN;FREQ=MONTHLY;SKIP=BACKWARD"


def last_sunday(month: int) -> dt.date:
    """The last Sunday of a month of the year after next: clocks in Berlin change in March and October."""
    day = dt.date(TODAY.year + 2, month, 31)
    return day - dt.timedelta(days=(day.weekday() + 1) % 7)


SPRING, AUTUMN = last_sunday(3), last_sunday(10)
EVE = dt.timedelta(days=1)
AHEAD = (SPRING - EVE - TODAY).days
EVERY = next(n for n in (3, 4, 5, 7, 11) if AHEAD % n)
"""Days after completion: from today on they meet another date than from the due on."""
AFTER_COMPLETION = TODAY + dt.timedelta(days=(AHEAD // EVERY + 1) * EVERY)
AHEAD_AUTUMN = (AUTUMN - EVE - TODAY).days
EVERY_TO_AUTUMN = next(n for n in (3, 4, 5, 7, 11) if AHEAD_AUTUMN % n)
AFTER_AUTUMN = TODAY + dt.timedelta(days=(AHEAD_AUTUMN // EVERY_TO_AUTUMN + 1) * EVERY_TO_AUTUMN)
WEEK_AGO = TODAY - dt.timedelta(days=7)

# (rule, due date, completed at, date of the next one, its instant's wall time in UTC)
DATES: list[tuple[str, dict[str, Any], dt.date, str | None, str, str]] = [
    ("over spring", {"rrule": "FREQ=DAILY"}, SPRING - EVE, None, str(SPRING), "07:00"),
    ("over autumn", {"rrule": "FREQ=DAILY"}, AUTUMN - EVE, None, str(AUTUMN), "08:00"),
    ("over spring, after completion", {"rrule": f"FREQ=DAILY;INTERVAL={EVERY}", "anchor": "completion"}, SPRING - EVE, None, str(AFTER_COMPLETION), "07:00"),
    ("month end", {"rrule": MONTH_END}, dt.date(2030, 1, 31), None, "2030-02-28", "08:00"),
    ("month end that is skipped", {"rrule": "FREQ=MONTHLY"}, dt.date(2030, 1, 31), None, "2030-03-31", "07:00"),
    ("month end, after completion", {"rrule": f"{MONTH_END};BYMONTHDAY=31", "anchor": "completion"}, dt.date(2030, 1, 31), None, "2030-02-28", "08:00"),
    ("over spring, each", {"rrule": "FREQ=DAILY", "missed": "each"}, SPRING - EVE, None, str(SPRING), "07:00"),
    ("over autumn, after completion, each", {"rrule": f"FREQ=DAILY;INTERVAL={EVERY_TO_AUTUMN}", "anchor": "completion", "missed": "each"}, AUTUMN - EVE, None, str(AFTER_AUTUMN), "08:00"),
    ("month end, each", {"rrule": MONTH_END, "missed": "each"}, dt.date(2032, 1, 31), None, "2032-02-29", "08:00"),
    ("over Christmas", {"rrule": "FREQ=DAILY", "on_holiday": "skip"}, dt.date(2031, 12, 24), None, "2031-12-27", "08:00"),
    ("late, next", {"rrule": "FREQ=DAILY"}, WEEK_AGO, f"{TODAY - EVE}T12:00:00Z", str(TODAY), ""),
    ("late, each", {"rrule": "FREQ=DAILY", "missed": "each"}, WEEK_AGO, f"{TODAY - EVE}T12:00:00Z", str(WEEK_AGO + EVE), ""),
]  # fmt: skip


@pytest.mark.parametrize(("rule", "due", "at", "date", "utc"), [d[1:] for d in DATES], ids=[d[0] for d in DATES])
def test_the_next_one_is_on_its_date(
    person: Person, rule: dict[str, Any], due: dt.date, at: str | None, date: str, utc: str
) -> None:
    if "on_holiday" in rule:
        person.lives_in("DE")
    task = _repeating(person, due, **rule)
    done = person.ask("POST", f"tasks/{task['id']}/complete", 200, json={"completed_at": at} if at else {}).json()
    first, second = _occurrences(person, task, 2)
    assert (first["status"], second["status"]) == ("done", "open")
    assert second["due"] == {"date": date, "time": "09:00:00", "time_zone": "Europe/Berlin"}
    assert utc in second["due_at"]
    assert done["next"] == {**second["due"], "at": second["due_at"]}, "the completion had answered with it"


def test_without_the_service_nothing_appears_and_with_it_the_same_date(platform: Platform, person: Person) -> None:
    task = _repeating(person, TODAY - dt.timedelta(days=3))
    platform.kill(SERVICE, signal.SIGKILL, restart=False)
    try:
        eventually(lambda: not platform.is_healthy(SERVICE)[0])
        at = f"{TODAY - 2 * EVE}T12:00:00Z"
        person.ask("POST", f"tasks/{task['id']}/complete", 200, json={"completed_at": at})
        eventually(lambda: "task_completed" in _told(person, task), says="the completion has gone through the topic")
        assert len(person.occurrences(task["series_id"])) == 1
    finally:
        platform.revive(SERVICE)
        platform.wait_healthy([SERVICE])
    second = _occurrences(person, task, 2, seconds=30)[1]
    assert second["due"]["date"] == str(TODAY - EVE), "measured from the completion, not from the restart"


def test_twice_and_five_times_and_taken_back_and_done_on_another_day(person: Person, store: Any, brokers: str) -> None:
    task = _repeating(person, TODAY - dt.timedelta(days=3))
    with ThreadPoolExecutor(2) as two_clicks:
        list(two_clicks.map(lambda _: person.complete(task["id"]), range(2)))
    _occurrences(person, task, 2)
    completed = [r for r in evidence.records(brokers, ("task-events",)) if b"task_completed" in r.body]
    deliver_again(brokers, [r for r in completed if task["id"].encode() in r.body], times=5)
    person.ask("POST", f"tasks/{task['id']}/reopen", 200, json={})
    assert [t["id"] for t in person.occurrences(task["series_id"])] == [task["id"]]
    at = f"{TODAY - EVE}T12:00:00Z"
    person.ask("POST", f"tasks/{task['id']}/complete", 200, json={"completed_at": at})
    _settled(store, brokers)
    first, second = _occurrences(person, task, 2)
    assert (first["status"], second["status"], second["due"]["date"]) == ("done", "open", str(TODAY))
    assert invariants.i2_every_series_goes_on_once(store) == []


@pytest.mark.parametrize("race", ["pause", "edit", "end", "split"])
def test_no_two_occurrences_of_one_series_whatever_races_a_completion(
    person: Person, store: Any, brokers: str, race: str
) -> None:
    tasks = [_repeating(person, TODAY + EVE) for _ in range(8)]

    def act(task: dict[str, Any]) -> httpx.Response:
        path = f"series/{task['series_id']}"
        if race in ("edit", "split"):
            scope = "all" if race == "edit" else "following"
            return person.ask("PATCH", path, json={"scope": scope, "rrule": "FREQ=WEEKLY"})
        return person.ask("POST", f"{path}/{race}", json=None)

    with ThreadPoolExecutor(8) as crowd:
        done = [crowd.submit(person.complete, t["id"]) for t in tasks]
        acted = [crowd.submit(act, t) for t in tasks]
        assert {f.result().status_code for f in acted} <= {200, 409}
        assert all(f.result()["task"]["status"] == "done" for f in done)
    _settled(store, brokers)
    assert invariants.i2_every_series_goes_on_once(store) == []
    if race == "pause":
        assert {s["status"] for s in (_series(person, t) for t in tasks)} == {"paused"}
        for task in tasks:
            person.ask("POST", f"series/{task['series_id']}/resume", 200)
        _settled(store, brokers)
    assert invariants.i2_every_series_goes_on_once(store) == []
    if race in ("pause", "edit"):
        assert all(len(_occurrences(person, t, 2)) == 2 for t in tasks)
    if race == "edit":
        dates = {o[-1]["due"]["date"] for o in (_occurrences(person, t, 2) for t in tasks)}
        assert dates <= {str(TODAY + 2 * EVE), str(TODAY + 8 * EVE)}
        assert {s["recurrence"]["rrule"] for s in (_series(person, t) for t in tasks)} == {"FREQ=WEEKLY"}


def test_a_touched_successor_asks_what_to_do(person: Person, store: Any, brokers: str) -> None:
    for choice in ("withdraw", "keep"):
        task = _repeating(person, TODAY + EVE)
        person.complete(task["id"])
        second = _occurrences(person, task, 2)[1]
        person.ask("POST", f"tasks/{second['id']}/postpone", 200, json={"date": str(TODAY + 5 * EVE)})
        refused = person.ask("POST", f"tasks/{task['id']}/reopen", 409, json={}).json()
        assert (refused["code"], refused["successor_id"]) == ("successor_touched", second["id"])
        reopened = person.ask("POST", f"tasks/{task['id']}/reopen", 200, json={"successor": choice}).json()["task"]
        left = [t["id"] for t in person.occurrences(task["series_id"])]
        assert left == ([task["id"]] if choice == "withdraw" else [second["id"]])
        assert (reopened["status"], reopened["series_id"] is None) == ("open", choice == "keep")
    _settled(store, brokers)
    assert invariants.i2_every_series_goes_on_once(store) == []


def test_deleted_nothing_follows_and_restored_it_does_again(person: Person, store: Any, brokers: str) -> None:
    due = {"date": str(TODAY + EVE), "time": "09:00", "time_zone": "Europe/Berlin"}
    task = person.add("Chore", due=due, recurrence={"rrule": "FREQ=DAILY"}, reminders=[{"minutes_before": 5}])
    eventually(lambda: _reminders_to_come(store, task) == 1, says="its reminder is planned")
    person.ask("DELETE", f"tasks/{task['id']}", 200)
    _settled(store, brokers)
    eventually(lambda: _reminders_to_come(store, task) == 0, says="no reminder of what is deleted")
    assert _series(person, task)["end_reason"] == "deleted"
    assert person.occurrences(task["series_id"]) == []
    person.ask("POST", f"tasks/{task['id']}/restore", 200)
    eventually(lambda: _reminders_to_come(store, task) == 1, says="and again of what is restored")
    person.complete(task["id"])
    assert _occurrences(person, task, 2)[1]["due"]["date"] == str(TODAY + 2 * EVE)


@pytest.fixture
def three_replicas(platform: Platform) -> Iterator[None]:
    with three_of(platform, SERVICE):
        yield


@pytest.mark.usefixtures("three_replicas")
def test_by_schedule_it_opens_at_its_instant_once_with_three_replicas(
    platform: Platform, person: Person, store: Any, brokers: str
) -> None:
    before = loop_runs(platform, SERVICE, "advance")
    opens = dt.datetime.now(dt.UTC).replace(microsecond=0) + dt.timedelta(seconds=6)
    tasks = [_opening_at(person, opens) for _ in range(20)]
    assert dt.datetime.now(dt.UTC) < opens - dt.timedelta(seconds=1), "all were there before the instant"
    eventually(lambda: _waiting(store, opens) == 20, seconds=4, says="each is put off until its instant")
    pairs = [_occurrences(person, t, 2) for t in tasks]
    for first, second in pairs:
        assert (first["status"], second["status"]) == ("missed", "open")
        late = dt.datetime.fromisoformat(second["created_at"]) - opens
        assert 0 <= late.total_seconds() < LATEST_SECONDS
    _settled(store, brokers)
    assert invariants.i2_every_series_goes_on_once(store) == []
    assert [len(person.occurrences(t["series_id"])) for t in tasks] == [2] * 20
    after = loop_runs(platform, SERVICE, "advance")
    assert all(now > then for now, then in zip(after, before, strict=True)), "each of the three was sweeping"


@pytest.fixture
def cron_alone(platform: Platform) -> Iterator[None]:
    """recurring-task-service without its loop, and a tick every two seconds."""
    binding = platform.place.dapr_folder / "components" / "bindings-cron.yaml"
    rendered = binding.read_text()
    _restart(platform, lambda: binding.write_text(rendered.replace("@every 5m", "@every 2s")), LOOPS_ENABLED="false")
    try:
        yield
    finally:
        _restart(platform, lambda: binding.write_text(rendered))


@pytest.mark.usefixtures("cron_alone")
def test_the_ticks_alone_make_what_is_wanted(person: Person) -> None:
    opens = dt.datetime.now(dt.UTC).replace(microsecond=0) + dt.timedelta(seconds=4)
    by_schedule = _opening_at(person, opens)
    task = _repeating(person, TODAY + EVE)
    person.complete(task["id"])
    assert _occurrences(person, task, 2)[1]["due"]["date"] == str(TODAY + 2 * EVE)
    second = _occurrences(person, by_schedule, 2)[1]
    late = (dt.datetime.fromisoformat(second["created_at"]) - opens).total_seconds()
    assert 0 <= late < 2 + LATEST_SECONDS


def test_a_series_is_not_killed_by_one_tick(person: Person) -> None:
    """Others complete the whole series with its first occurrence."""
    task = _repeating(person, TODAY + EVE)
    person.complete(task["id"])
    done, following = _occurrences(person, task, 2)
    assert (done["status"], following["status"]) == ("done", "open")
    assert _series(person, task)["status"] == "active"
    person.complete(following["id"])
    assert [one["status"] for one in _occurrences(person, task, 3)] == ["done", "done", "open"]


def _repeating(person: Person, date: dt.date, **rule: Any) -> dict[str, Any]:
    due = {"date": str(date), "time": "09:00", "time_zone": "Europe/Berlin"}
    return person.add("Chore", due=due, recurrence={"rrule": "FREQ=DAILY", **rule})


def _opening_at(person: Person, opens: dt.datetime) -> dict[str, Any]:
    """A daily task by schedule whose next occurrence opens at an instant."""
    due = {"date": str(opens.date() - EVE), "time": opens.strftime("%H:%M:%S"), "time_zone": "UTC"}
    return person.add("Shift", due=due, recurrence={"rrule": "FREQ=DAILY", "trigger": "on_schedule"})


def _occurrences(person: Person, task: dict[str, Any], count: int, seconds: float = 15.0) -> list[dict[str, Any]]:
    def found() -> list[dict[str, Any]] | None:
        here = person.occurrences(task["series_id"])
        return here if len(here) == count else None

    return eventually(found, seconds, f"{count} occurrences") or []


def _series(person: Person, task: dict[str, Any]) -> dict[str, Any]:
    return person.ask("GET", f"series/{task['series_id']}", 200).json()


def _told(person: Person, task: dict[str, Any]) -> set[str]:
    return {entry["event_type"] for entry in person.history(task["id"])}


def _waiting(store: Any, opens: dt.datetime) -> int:
    row = store.execute("SELECT count(*) FROM recurring.wanted WHERE not_before = %s AND claim IS NULL", (opens,))
    return int(row.fetchone()[0])


def _reminders_to_come(store: Any, task: dict[str, Any]) -> int:
    row = store.execute("SELECT count(*) FROM notifications.due_queue WHERE task_id = %s", (task["id"],))
    return int(row.fetchone()[0])


def _settled(store: Any, brokers: str) -> None:
    eventually(lambda: lag(brokers, SERVICE, ["task-events"]) == 0, seconds=30)
    eventually(lambda: invariants.settled(store), seconds=30, says="everything has arrived")


def _restart(platform: Platform, between: Callable[[], Any], **environment: str) -> None:
    for name in (SIDECAR, SERVICE):
        platform.kill(name, signal.SIGTERM, restart=False)
    for name in (SERVICE, SIDECAR):
        eventually(lambda n=name: not platform.is_healthy(n)[0])
    between()
    platform.revive(SERVICE, **environment)
    platform.revive(SIDECAR)
    platform.wait_healthy([SERVICE, SIDECAR])
