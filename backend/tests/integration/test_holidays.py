"""Public holidays of a person's country: where the dates of a series that minds them stand. Christmas 2030 in Germany
is a Wednesday and a Thursday, so that the next workday is Friday the 27th."""

from __future__ import annotations

from typing import Any

import pytest
from actors import Database, Person, RecurringTaskService

pytestmark = pytest.mark.integration
CHRISTMAS = {"date": "2030-12-25"}
WORDS = {
    "ignore": "",
    "skip": " skipping public holidays",
    "before": " moved to the workday before a public holiday",
    "after": " moved to the workday after a public holiday",
}
IN_GERMANY = {"country": "DE", "region": None}


async def _lives_in(person: Person, country: str | None, region: str | None = None) -> None:
    answer = await person.api.patch("/api/me", json={"country": country, "region": region}, headers=person.bearer)
    assert answer.status_code == 200, answer.text


async def _edit(person: Person, task: dict[str, Any], status: int = 200, **body: Any) -> dict[str, Any]:
    answer = await person.call("PATCH", f"/series/{task['series_id']}", body)
    assert answer.status_code == status, answer.text
    return answer.json()


def _place(task: dict[str, Any]) -> tuple[str, str]:
    return task["due"]["date"], task["occurrence_key"]


@pytest.mark.parametrize(
    ("rrule", "on_holiday", "date", "key"),
    [
        ("FREQ=DAILY", "ignore", "2030-12-25", "2030-12-25"),
        ("FREQ=DAILY", "skip", "2030-12-27", "2030-12-27"),
        ("FREQ=WEEKLY", "skip", "2031-01-08", "2031-01-08"),  # New Year's Day is a Wednesday, too
        ("FREQ=WEEKLY", "before", "2030-12-24", "2030-12-25"),
        ("FREQ=WEEKLY", "after", "2030-12-27", "2030-12-25"),
    ],
)
async def test_where_the_first_occurrence_stands(ada: Person, rrule: str, on_holiday: str, date: str, key: str):
    await _lives_in(ada, "DE")
    task = await ada.create(due=CHRISTMAS, recurrence={"rrule": rrule, "on_holiday": on_holiday})
    assert (_place(task), task["recurrence"]["on_holiday"]) == ((date, key), on_holiday)
    body = {"rrule": rrule, "on_holiday": on_holiday, "start": {**CHRISTMAS, "time_zone": "Europe/Berlin"}}
    preview = (await ada.call("POST", "/recurrence/preview", body)).json()
    assert preview["occurrences"][0]["date"] == date
    assert preview["text"].partition(",")[2] == WORDS[on_holiday]


async def test_a_preview_without_a_country_knows_no_holidays_and_says_so(ada: Person):
    body = {"rrule": "FREQ=DAILY", "on_holiday": "skip", "start": {**CHRISTMAS, "time_zone": "Europe/Berlin"}}
    preview = (await ada.call("POST", "/recurrence/preview", body)).json()
    assert (preview["occurrences"][0]["date"], preview["text"]) == ("2030-12-25", "every day")


async def test_a_region_has_holidays_of_its_own(ada: Person):
    await _lives_in(ada, "DE", "BY")
    task = await ada.create(due={"date": "2031-01-06"}, recurrence={"rrule": "FREQ=DAILY", "on_holiday": "skip"})
    assert _place(task) == ("2031-01-07", "2031-01-07")


async def test_without_a_country_there_is_nothing_to_choose(ada: Person):
    recurrence = {"rrule": "FREQ=DAILY", "on_holiday": "skip"}
    refused = await ada.call("POST", "/tasks", {"title": "x", "due": CHRISTMAS, "recurrence": recurrence})
    assert (refused.status_code, refused.json()["code"]) == (422, "on_holiday_needs_country")
    task = await ada.create(due=CHRISTMAS, recurrence={"rrule": "FREQ=DAILY"})
    assert (await _edit(ada, task, 422, on_holiday="before"))["code"] == "on_holiday_needs_country"
    assert (await _edit(ada, task, 422, on_holiday="before", scope="following"))["code"] == "on_holiday_needs_country"


async def test_who_gave_the_country_up_can_still_change_the_rest(ada: Person):
    await _lives_in(ada, "DE")
    task = await ada.create(due=CHRISTMAS, recurrence={"rrule": "FREQ=WEEKLY", "on_holiday": "before"})
    await _lives_in(ada, None)
    changed = await _edit(ada, task, rrule="FREQ=WEEKLY;INTERVAL=2")
    assert changed["series"]["recurrence"]["on_holiday"] == "before"


async def test_a_rule_that_falls_on_holidays_alone_is_refused(ada: Person):
    await _lives_in(ada, "DE")
    recurrence = {"rrule": "FREQ=YEARLY;COUNT=20", "on_holiday": "skip"}
    refused = await ada.call("POST", "/tasks", {"title": "x", "due": CHRISTMAS, "recurrence": recurrence})
    assert (refused.status_code, refused.json()["code"]) == (422, "rule_without_occurrence")
    assert "public holiday" in refused.json()["detail"]


async def test_a_changed_mind_moves_the_open_occurrence_under_its_key(ada: Person, database: Database):
    await _lives_in(ada, "DE")
    task = await ada.create(due=CHRISTMAS, recurrence={"rrule": "FREQ=WEEKLY"})
    after = await _edit(ada, task, on_holiday="after")
    assert _place(after["task"]) == ("2030-12-27", "2030-12-25")
    event = database.events("series.updated")[-1]["data"]
    assert event["series_data"]["recurrence"]["on_holiday"] == "after"
    before = await _edit(ada, task, on_holiday="before")
    assert _place(before["task"]) == ("2030-12-24", "2030-12-25")
    undone = (await ada.call("POST", f"/undo/{before['undo']}", {})).json()
    assert _place(undone["tasks"][0]) == ("2030-12-27", "2030-12-25")
    assert undone["series"][0]["recurrence"]["on_holiday"] == "after"
    split = await _edit(ada, task, on_holiday="ignore", scope="following")
    assert _place(split["task"]) == ("2030-12-25", "2030-12-25")


async def test_one_that_was_postponed_stays_where_it_is(ada: Person):
    await _lives_in(ada, "DE")
    task = await ada.create(due=CHRISTMAS, recurrence={"rrule": "FREQ=WEEKLY", "on_holiday": "before"})
    await ada.act("postpone", task, {"date": "2030-12-28"})
    assert _place((await _edit(ada, task, on_holiday="after"))["task"]) == ("2030-12-28", "2030-12-25")


async def test_a_date_of_other_holidays_than_the_persons_own_is_refused_with_the_account(
    ada: Person, recurring: RecurringTaskService
):
    await _lives_in(ada, "DE")
    first = await ada.create(due={"date": "2030-12-24"}, recurrence={"rrule": "FREQ=DAILY", "on_holiday": "skip"})
    done = (await ada.act("complete", first))["task"]
    for other in ({}, {"country": "FR"}, {"country": "DE", "region": "BY"}):
        refused = await recurring.advance(ada, done, "2030-12-25", **other)
        assert (refused.status_code, refused.json()["code"]) == (409, "superseded")
        assert (refused.json()["user"]["country"], refused.json()["user"]["version"]) == ("DE", 2)
    assert (await recurring.advance(ada, done, None, country="FR")).status_code == 409, "an end is computed as well"
    made = (await recurring.advance(ada, done, "2030-12-27", **IN_GERMANY)).json()
    assert (made["outcome"], _place(await ada.read({"id": made["task_id"]}))[0]) == ("made", "2030-12-27")


async def test_a_moved_date_is_taken_under_the_key_of_its_own(ada: Person, recurring: RecurringTaskService):
    await _lives_in(ada, "DE")
    first = await ada.create(due={"date": "2030-12-18"}, recurrence={"rrule": "FREQ=WEEKLY", "on_holiday": "before"})
    done = (await ada.act("complete", first))["task"]
    place = {"occurrence_key": "2030-12-25", "date": "2030-12-24", "time": None, "time_zone": None}
    made = (await recurring.advance(ada, done, "2030-12-25", next=place, **IN_GERMANY)).json()
    assert _place(await ada.read({"id": made["task_id"]})) == ("2030-12-24", "2030-12-25")


async def test_who_minds_no_holidays_needs_none(ada: Person, recurring: RecurringTaskService):
    await _lives_in(ada, "DE")
    first = await ada.create(due={"date": "2030-12-24"}, recurrence={"rrule": "FREQ=DAILY"})
    done = (await ada.act("complete", first))["task"]
    assert (await recurring.advance(ada, done, "2030-12-25")).json()["outcome"] == "made"
