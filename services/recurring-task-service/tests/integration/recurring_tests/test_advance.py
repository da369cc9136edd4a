"""Asking the backend: its answers are believed, and whatever happens in between is survived."""

from __future__ import annotations

import asyncio

import jwt
import pytest
from event_spine.loop import sweep
from recurring_task_service.bootstrap import Process
from recurring_task_service.projections.rebuilding import RecurringBeside
from recurring_task_service.storage import wanted
from recurring_task_service.sweeps.advance import delay

from .conftest import Backend
from .story import Owner, Story, completed, records, rows

pytestmark = pytest.mark.integration


def at_once(owner: Owner) -> None:
    owner.execute("UPDATE recurring.wanted SET not_before = clock_timestamp()")


async def test_a_completion_is_asked_for_once_with_all_that_it_says(
    process: Process, backend: Backend, owner: Owner
) -> None:
    story = await completed(process)
    await process.advancer.drain()
    [(path, headers, body)] = backend.calls
    task = story.tasks[1]
    assert path == f"internal/users/{story.user}/series/{story.series}/advance"
    causation = owner.execute("SELECT event_id::text FROM recurring.task_heads").fetchone()
    assert body == {
        "predecessor_id": task["id"], "predecessor_version": 2, "series_version": 1, "end_reason": None,
        "passed_over": 0, "causation_id": causation[0] if causation else None, "country": None, "region": None,
        "next": {"occurrence_key": "2026-05-02T09:00:00", "date": "2026-05-02", "time": "09:00:00",
                 "time_zone": "Europe/Berlin"},
    }  # fmt: skip
    claims = jwt.decode(headers["x-service-token"], options={"verify_signature": False})
    assert (claims["sub"], claims["aud"], claims["act"]) == ("recurring-task-service", "todo-backend", str(story.user))
    assert headers["x-correlation-id"] == str(story.series)
    assert headers["traceparent"].split("-")[1] == story.series.hex
    assert rows(owner) == []


async def test_five_deliveries_of_a_completion_ask_once(process: Process, backend: Backend, owner: Owner) -> None:
    story = Story()
    bodies = [story.occurrence(), story.complete()]
    for _ in range(5):
        await process.consumer.handle(records(*bodies))
    await process.advancer.drain()
    assert (len(backend.calls), rows(owner)) == (1, [])


@pytest.mark.parametrize(
    ("status", "body", "left"),
    [
        (200, {"outcome": "already"}, 0),
        (200, {"outcome": "ended"}, 0),
        (404, {"code": "series_not_found"}, 0),
        (404, {"detail": "no such app"}, 1),
        (401, {"code": "service_token_refused"}, 1),
        (500, {"code": "internal_error"}, 1),
        (503, {"code": "unavailable"}, 1),
    ],
)
async def test_answers(
    process: Process, backend: Backend, owner: Owner, status: int, body: dict[str, str], left: int
) -> None:
    backend.answers = [(status, body)]
    await completed(process)
    await process.advancer.drain()
    found = rows(owner)
    assert len(found) == left
    assert [(attempts, claim, waits) for attempts, _, claim, waits in found] == [(1, None, True)] * left
    assert len(backend.calls) == 1


async def test_what_is_transient_is_asked_again_until_it_is_answered(
    process: Process, backend: Backend, owner: Owner
) -> None:
    backend.answers = [(503, {}), (500, {}), (200, {"outcome": "made"})]
    await completed(process)
    for attempts in (1, 2):
        await process.advancer.drain()
        assert rows(owner)[0][0] == attempts
        at_once(owner)
    await process.advancer.drain()
    assert rows(owner) == []
    assert {str(body) for _, _, body in backend.calls} == {str(backend.calls[0][2])}


async def test_a_refusal_is_a_dead_letter_and_is_not_asked_again(
    process: Process, backend: Backend, owner: Owner
) -> None:
    backend.answers = [(422, {"code": "advance_invalid"})]
    story = await completed(process)
    await process.advancer.drain()
    letters = owner.execute("SELECT reason, topic, raw FROM recurring.dead_letters").fetchall()
    assert [(reason, topic) for reason, topic, _ in letters] == [("advance_refused", "advance")]
    assert str(story.series).encode() in letters[0][2]
    assert rows(owner) == []


async def test_a_rule_that_is_none_is_a_dead_letter_without_asking(
    process: Process, backend: Backend, owner: Owner
) -> None:
    await completed(process, rrule="FREQ=SECONDLY")
    await process.advancer.drain()
    assert backend.calls == []
    assert owner.execute("SELECT detail LIKE 'rule_frequency_unsupported%' FROM recurring.dead_letters").fetchall() == [
        (True,)
    ]


async def test_what_was_refused_is_asked_for_again_when_its_cause_is_gone_and_somebody_rebuilds(
    process: Process, backend: Backend, owner: Owner
) -> None:
    await completed(process, rrule="FREQ=SECONDLY")
    await process.advancer.drain()
    assert rows(owner) == [], "nobody asks again by itself"
    owner.execute("UPDATE recurring.series_heads SET rrule = 'FREQ=DAILY'")
    assert await sweep(process.pool, lambda c: RecurringBeside(40).derive(c, None, 100)) == (1, None)
    await process.advancer.drain()
    assert len(backend.calls) == 1


async def test_the_end_of_a_rule_is_told(process: Process, backend: Backend) -> None:
    await completed(process, rrule="FREQ=DAILY;COUNT=1")
    await process.advancer.drain()
    body = backend.calls[0][2]
    assert (body["next"], body["end_reason"]) == (None, "count")


async def test_superseded_heads_are_replaced_and_computed_again(
    process: Process, backend: Backend, owner: Owner
) -> None:
    story = await completed(process)
    fresh = Story(story.user, story.series, rrule="FREQ=DAILY;INTERVAL=3", series_version=2, tasks=story.tasks)
    story.tasks[1]["version"] = 5
    backend.answers = [
        (409, {"code": "superseded", "series": fresh.series_data(), "predecessor": story.tasks[1]}),
        (200, {"outcome": "made"}),
    ]
    await process.advancer.drain()
    asked = [body for _, _, body in backend.calls]
    assert [(b["predecessor_version"], b["series_version"], b["next"]["occurrence_key"]) for b in asked] == [
        (2, 1, "2026-05-02T09:00:00"), (5, 2, "2026-05-04T09:00:00"),
    ]  # fmt: skip
    assert rows(owner) == []


async def test_superseded_by_a_reopening_is_no_longer_wanted(process: Process, backend: Backend, owner: Owner) -> None:
    story = await completed(process)
    opened = {**story.tasks[1], "version": 3, "status": "open", "completed_at": None}
    backend.answers = [(409, {"code": "superseded", "series": story.series_data(), "predecessor": opened})]
    await process.advancer.drain()
    assert (len(backend.calls), rows(owner)) == (1, [])


async def test_superseded_with_nothing_newer_backs_off(process: Process, backend: Backend, owner: Owner) -> None:
    story = await completed(process)
    backend.answers = [(409, {"code": "superseded", "series": story.series_data(), "predecessor": story.tasks[1]})]
    await process.advancer.drain()
    assert rows(owner) == [(1, "superseded", None, True)]
    assert len(backend.calls) == 1


async def test_a_claim_that_lapsed_is_taken_up_and_its_old_holder_marks_nothing(
    process: Process, backend: Backend, owner: Owner
) -> None:
    await completed(process)
    [old] = await sweep(process.pool, lambda c: wanted.claim(c, 16, 0.0))
    [new] = await sweep(process.pool, lambda c: wanted.claim(c, 16, 60.0))
    assert (old.predecessor_id, old.claim != new.claim) == (new.predecessor_id, True)
    await sweep(process.pool, lambda c: wanted.drop(c, old))
    await sweep(process.pool, lambda c: wanted.postpone(c, old, 0.0, "late"))
    assert rows(owner) == [(2, None, new.claim, True)]
    await process.advancer.drain()
    assert backend.calls == []
    await sweep(process.pool, lambda c: wanted.drop(c, new))
    assert rows(owner) == []


async def test_an_answer_to_what_has_moved_since_is_not_believed(
    process: Process, backend: Backend, owner: Owner
) -> None:
    backend.gate.clear()
    story = await completed(process)
    asking = asyncio.create_task(process.advancer.drain())
    await asyncio.wait_for(backend.called.wait(), 5)
    await process.consumer.handle(records(story.reopen(), story.complete(), first_offset=9))
    backend.gate.set()
    await asking
    assert [body["predecessor_version"] for _, _, body in backend.calls] == [2, 4]
    assert rows(owner) == []


async def test_two_replicas_share_the_work_and_ask_for_nothing_twice(
    process: Process, backend: Backend, owner: Owner
) -> None:
    for _ in range(30):
        await completed(process)
    claims = await asyncio.gather(*(sweep(process.pool, lambda c: wanted.claim(c, 5, 60.0)) for _ in range(8)))
    series = [job.series_id for jobs in claims for job in jobs]
    assert len(series) == len(set(series))


async def test_the_completion_day_is_that_of_the_user(process: Process, backend: Backend) -> None:
    """A completion-anchored daily task done at 23:30 UTC: the 2nd in Berlin (the event says), the 1st in New York."""
    for zone, key in ((None, "2026-05-03T09:00:00"), ("America/New_York", "2026-05-02T09:00:00")):
        story = Story(recurrence={"anchor": "completion"})
        bodies = [story.user_act(1, zone)] if zone else []
        bodies += [story.occurrence(), story.act(1, "completed", status="done", completed_at="2026-05-01T23:30:00Z")]
        await process.consumer.handle(records(*bodies))
        await process.advancer.drain()
        assert backend.calls[-1][2]["next"]["occurrence_key"] == key


def test_back_off_doubles_from_half_a_second_to_thirty() -> None:
    for attempts, most in ((1, 0.5), (2, 1.0), (3, 2.0), (7, 30.0), (1000, 30.0)):
        assert most / 2 <= delay(attempts) <= most
