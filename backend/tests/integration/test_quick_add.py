"""The parse door: what one line means, in the zone of its person, nothing stored."""

from __future__ import annotations

import datetime as dt

import pytest
from actors import Database, Person

pytestmark = pytest.mark.integration

LINE = "🌱 Pay rent last day of every month at 17:00 remind me 30 minutes before p2 #home list:Flat"


async def parsed(person: Person, text: str) -> dict:
    answer = await person.call("POST", "/quick-add/parse", {"text": text})
    assert answer.status_code == 200, answer.text
    return answer.json()


async def test_a_line_is_parsed_and_its_task_can_be_created_as_it_is(ada: Person, database: Database) -> None:
    read = await parsed(ada, LINE)

    assert database.rows("SELECT 1 FROM tasks.tasks") == []
    assert (read["task"]["title"], read["list_name"], read["task"]["list_id"]) == ("🌱 Pay rent", "Flat", None)
    assert read["text"] == "every month on the last day, at 17:00 Berlin time"
    assert len(read["occurrences"]) == 5
    assert read["occurrences"][0]["date"] == read["task"]["due"]["date"]
    units = LINE.encode("utf-16-le")
    marked = [units[2 * s["start"] : 2 * s["end"]].decode("utf-16-le") for s in read["spans"]]
    assert marked == ["last day of every month at 17:00", "remind me 30 minutes before", "p2", "#home", "list:Flat"]
    created = await ada.create(**read["task"])
    assert created["recurrence"]["rrule"] == "FREQ=MONTHLY;BYMONTHDAY=-1"
    assert created["due"] == read["task"]["due"]


async def test_without_a_date_there_is_nothing_to_say(ada: Person) -> None:
    read = await parsed(ada, "Buy milk")

    assert (read["task"]["due"], read["text"], read["occurrences"], read["spans"]) == (None, "", [], [])
    assert (await parsed(ada, ""))["task"]["title"] == ""


async def test_what_counts_from_completion_has_one_known_date(ada: Person) -> None:
    read = await parsed(ada, "water the plants every 3 days after completion")

    assert read["task"]["recurrence"] == {
        "rrule": "FREQ=DAILY;INTERVAL=3",
        "anchor": "completion",
        "on_holiday": "ignore",
    }
    assert len(read["occurrences"]) == 1
    assert read["text"] == "every 3 days after it was done"


async def test_hours_are_a_rule(ada: Person) -> None:
    read = await parsed(ada, "Stretch every 4 hours")

    assert read["task"]["recurrence"]["rrule"] == "FREQ=HOURLY;INTERVAL=4"
    first, second, *_ = [dt.datetime.fromisoformat(one["at"]) for one in read["occurrences"]]
    assert second - first == dt.timedelta(hours=4)
    created = await ada.create(**read["task"])
    done = (await ada.call("POST", f"/tasks/{created['id']}/complete", {})).json()
    following = done["next"]
    assert (following["date"], following["time"]) == (read["occurrences"][1]["date"], read["occurrences"][1]["time"])


async def test_a_time_of_elsewhere_is_said_with_its_place(ada: Person) -> None:
    read = await parsed(ada, "Call Ada tomorrow at 9am Tokyo time")

    assert (read["task"]["due"]["time"], read["task"]["due"]["time_zone"]) == ("09:00:00", "Asia/Tokyo")
    assert read["text"].endswith("09:00 Tokyo time")


async def test_who_writes_the_day_first_is_known_by_country_or_zone(ada: Person) -> None:
    async def month(**changed: str) -> str:
        await ada.api.patch("/api/me", json=changed, headers=ada.bearer)
        return (await parsed(ada, "Pay rent on 3/4"))["task"]["due"]["date"][5:]

    assert await month(time_zone="Europe/Berlin") == "04-03"
    assert await month(time_zone="America/New_York") == "03-04"
    assert await month(country="GB") == "04-03"
    assert await month(country="US", time_zone="Europe/London") == "03-04"


async def test_public_holidays_are_those_of_ones_own_country(ada: Person) -> None:
    line = "Buy bread every day except holidays starting 24 dec 2030"
    await ada.api.patch("/api/me", json={"country": "DE"}, headers=ada.bearer)
    read = await parsed(ada, line)

    assert read["text"] == "every day, skipping public holidays"
    assert [one["date"] for one in read["occurrences"]][:2] == ["2030-12-24", "2030-12-27"]
    created = await ada.call("POST", "/tasks", {**read["task"], "list_id": None})
    assert created.json()["recurrence"]["on_holiday"] == "skip"


async def test_a_longer_line_is_refused(ada: Person) -> None:
    answer = await ada.call("POST", "/quick-add/parse", {"text": "x" * 501})

    assert answer.status_code == 422
