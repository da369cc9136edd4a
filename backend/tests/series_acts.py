"""What tests do to the series of a task, each expecting a status."""

from __future__ import annotations

from typing import Any

from actors import Person


async def series_of(person: Person, task: dict[str, Any]) -> dict[str, Any]:
    """Return the series of a task."""
    return (await person.call("GET", f"/series/{task['series_id']}")).json()


async def act_on(
    person: Person, verb: str, task: dict[str, Any], body: Any = None, status: int = 200
) -> dict[str, Any]:
    """Pause, resume, end: act on the series of a task."""
    answer = await person.call("POST", f"/series/{task['series_id']}/{verb}", body)
    assert answer.status_code == status, answer.text
    return answer.json()


async def edit(person: Person, task: dict[str, Any], status: int = 200, **body: Any) -> dict[str, Any]:
    """Edit the series of a task."""
    answer = await person.call("PATCH", f"/series/{task['series_id']}", body)
    assert answer.status_code == status, answer.text
    return answer.json()


async def undo(person: Person, handle: str, status: int = 200) -> dict[str, Any]:
    """Take an act back by its handle."""
    answer = await person.call("POST", f"/undo/{handle}", {})
    assert answer.status_code == status, answer.text
    return answer.json()


async def monthly(person: Person, **fields: Any) -> dict[str, Any]:
    """Make a task of each month's last day."""
    due = {"date": "2030-01-31", "time": "17:00"}
    recurrence = {"rrule": "RSCALE=GREGORIAN;FREQ=MONTHLY;SKIP=BACKWARD"}
    return await person.create("Pay rent", due=due, recurrence=recurrence, **fields)
