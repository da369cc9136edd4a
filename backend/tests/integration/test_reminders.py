"""Reminders at the backend: what is asked before sending, notifications that are kept elsewhere, and the live frame."""

from __future__ import annotations

import asyncio
import datetime as dt
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest
from actors import Person
from dapr_edge.service_tokens import HEADER, ServiceTokens
from local_runtime.keys import Keys
from todo_backend.bootstrap import Backend
from todo_backend.doors.events.hints import hint_handlers

pytestmark = pytest.mark.integration
DUE = {"date": "2030-05-01", "time": "17:00", "time_zone": "Europe/Berlin"}
CONFIRM = "/internal/reminders/confirm"


@pytest.fixture
def notifier(keys: Keys) -> ServiceTokens:
    return ServiceTokens("notification-service", keys.service_key("notification-service"), keys.service_keys)


def asked(person: Person, task: dict[str, Any], **changes: Any) -> dict[str, Any]:
    """What notification-service asks of the first reminder of a task, as the task's event showed it."""
    return {
        "user_id": person.id, "task_id": task["id"], "version": task["version"], "due_at": task["due_at"],
        "start_date": task["start_date"], "reminder": task["reminders"][0], **changes,
    }  # fmt: skip


async def decisions(inner: httpx.AsyncClient, tokens: ServiceTokens, *questions: dict[str, Any]) -> list[Any]:
    headers = {HEADER: tokens.mint("todo-backend", None)}
    answer = await inner.post(CONFIRM, json={"reminders": questions}, headers=headers)
    assert answer.status_code == 200, answer.text
    return answer.json()["decisions"]


async def test_what_is_open_and_unmoved_is_sent_with_its_title_of_now(
    inner: httpx.AsyncClient, notifier: ServiceTokens, ada: Person
):
    task = await ada.create(due=DUE, reminders=[{"minutes_before": 30}])
    await ada.call("PATCH", f"/tasks/{task['id']}", {"title": "Water them", "notes": "all"})
    assert await decisions(inner, notifier, asked(ada, task)) == [{"decision": "send", "title": "Water them"}]


@pytest.mark.parametrize(
    "change",
    [
        {"due": {**DUE, "time": "18:00"}},
        {"due": None, "reminders": []},
        {"start_date": "2030-04-30"},
        {"reminders": [{"minutes_before": 15}]},
        {"reminders": []},
    ],
)
async def test_what_has_moved_is_planned_anew(
    inner: httpx.AsyncClient, notifier: ServiceTokens, ada: Person, change: dict[str, Any]
):
    task = await ada.create(due=DUE, reminders=[{"minutes_before": 30}])
    if change.get("reminders"):
        change = {"reminders": [{**change["reminders"][0], "id": task["reminders"][0]["id"]}]}
    assert (await ada.call("PATCH", f"/tasks/{task['id']}", change)).status_code == 200
    assert await decisions(inner, notifier, asked(ada, task)) == [{"decision": "replan", "version": 2}]


async def test_what_is_done_skipped_deleted_or_unknown_is_dropped(
    inner: httpx.AsyncClient, notifier: ServiceTokens, ada: Person, bob: Person
):
    done, skipped, deleted, kept = [await ada.create(due=DUE, reminders=[{"minutes_before": 30}]) for _ in range(4)]
    await ada.act("complete", done)
    await ada.act("skip", skipped)
    await ada.call("DELETE", f"/tasks/{deleted['id']}")
    questions = [asked(ada, task) for task in (done, skipped, deleted, kept)]
    questions += [asked(bob, kept), asked(ada, kept, task_id=str(uuid4()))]
    found = await decisions(inner, notifier, *questions)
    assert [one.get("reason") for one in found] == ["done", "skipped", "deleted", None, "gone", "gone"]
    assert {one["decision"] for one in found} == {"drop", "send"}


async def test_of_a_paused_series_nothing_is_sent_until_it_goes_on(
    inner: httpx.AsyncClient, notifier: ServiceTokens, ada: Person
):
    task = await ada.create(due=DUE, reminders=[{"minutes_before": 30}], recurrence={"rrule": "FREQ=DAILY"})
    series = f"/series/{task['series_id']}"
    for verb, expected in (("pause", [{"decision": "drop", "reason": "paused"}]), ("resume", None), ("end", None)):
        await ada.call("POST", f"{series}/{verb}")
        found = await decisions(inner, notifier, asked(ada, task))
        assert found == (expected or [{"decision": "send", "title": task["title"]}])


async def test_only_notification_service_may_ask_and_not_for_more_than_a_batch(
    inner: httpx.AsyncClient, api: httpx.AsyncClient, notifier: ServiceTokens, keys: Keys, ada: Person
):
    task = await ada.create(due=DUE, reminders=[{"minutes_before": 30}])
    other = ServiceTokens("audit-service", keys.service_key("audit-service"), keys.service_keys)
    for token in (None, other.mint("todo-backend", None), notifier.mint("audit-service", None)):
        headers = {HEADER: token} if token else {}
        assert (await inner.post(CONFIRM, json={"reminders": []}, headers=headers)).status_code == 401
    headers = {HEADER: notifier.mint("todo-backend", None)}
    many = {"reminders": [asked(ada, task)] * 501}
    assert (await inner.post(CONFIRM, json=many, headers=headers)).status_code == 422
    assert (await api.post(CONFIRM, json={"reminders": []}, headers=headers)).status_code == 404


async def test_notifications_are_unavailable_without_their_service(ada: Person, bob: Person):
    for method, path, body in (
        ("GET", "/notifications?after=3&limit=5", None),
        ("POST", f"/notifications/{uuid4()}/read", None),
        ("POST", "/notifications/read-all", {"up_to": 4}),
    ):
        answer = await ada.call(method, path, body)
        assert (answer.status_code, answer.json()["code"]) == (503, "notifications_unavailable"), path
    for path in ("/notifications?after=-1", "/notifications?limit=201", f"/notifications?after={2**63}"):
        assert (await ada.call("GET", path)).status_code == 422
    assert (await ada.call("POST", "/notifications/read-all", {"up_to": -1})).status_code == 422
    answer = await ada.api.get(f"{bob.path}/notifications", headers=ada.bearer)
    assert answer.status_code == 403


async def test_a_sent_reminder_reaches_its_users_streams_as_a_notification(backend: Backend, ada: Person):
    told = {
        "event_type": "reminder_sent", "user_id": ada.id, "channel": "in_app", "key": "k", "reminder_id": str(uuid4()),
        "task_id": str(uuid4()), "title": "Pay rent", "revision": 1, "remind_at": "2030-01-01T10:00:00Z",
        "due_at": None, "fired_at": "2030-01-01T10:00:00Z", "occurred_at": "2030-01-01T10:00:01Z", "late": False,
        "confirmed": True, "notification_id": str(uuid4()), "notification_number": 7, "digest": [],
    }  # fmt: skip
    remind = hint_handlers(backend.services.hub)["reminders"]
    with backend.services.hub.subscribe(UUID(ada.id)) as mine, backend.services.hub.subscribe(uuid4()) as other:
        await remind({**told, "event_type": "reminder_failed"})
        await remind({**told, "channel": "email"})
        await remind(told)
        await asyncio.wait_for(mine.woken.wait(), 1)
        [shown] = mine.reminders
        assert not other.reminders
    from todo_backend.doors.rest.replies import Notification

    assert Notification.model_validate(shown).model_dump(mode="json") == shown
    assert (shown["number"], shown["id"], shown["kind"]) == (7, told["notification_id"], "reminder")


async def test_reminders_are_changed_by_patch_and_keep_their_ids(ada: Person):
    task = await ada.create(due=DUE)
    path = f"/tasks/{task['id']}"
    wanted = [{"minutes_before": 30}, {"minutes_before": 0, "relative_to": "start"}, {"at": "2030-04-30T10:00:00Z"}]
    made = (await ada.call("PATCH", path, {"reminders": wanted})).json()["reminders"]
    assert len({UUID(reminder["id"]) for reminder in made}) == 3
    assert [{k: v for k, v in reminder.items() if k != "id"} for reminder in made] == [
        {"minutes_before": 30, "relative_to": "due"}, wanted[1], wanted[2]
    ]  # fmt: skip
    kept = (await ada.call("PATCH", path, {"reminders": [{**made[0], "minutes_before": 45}]})).json()["reminders"]
    assert kept == [{**made[0], "minutes_before": 45}]
    assert (await ada.call("PATCH", path, {"title": "x"})).json()["reminders"] == kept
    for refused in (
        [{"minutes_before": n} for n in range(21)],
        [made[0], made[0]],
        [{"minutes_before": -1}],
        [{"relative_to": "due"}],
        [{"at": "2030-01-01T10:00:00Z", "relative_to": "due"}],
        [{"minutes_before": 5, "id": "x"}],
    ):
        assert (await ada.call("PATCH", path, {"reminders": refused})).status_code == 422, refused
    assert (await ada.read(task))["reminders"] == kept
    many = (await ada.call("PATCH", path, {"reminders": [{"minutes_before": n} for n in range(20)]})).json()
    assert len(many["reminders"]) == 20
    assert dt.datetime.fromisoformat(many["updated_at"]).tzinfo is not None
