"""Quick add over REST: what one line means, nothing stored."""

from __future__ import annotations

import datetime as dt

from fastapi import APIRouter, Response
from recurrence_rules import Start, describe, parse_rule, preview
from task_language import Draft, Moment, parse, say_due

from todo_backend.accounts.domain import Account
from todo_backend.accounts.reading import account_by_id
from todo_backend.application.change import Answer
from todo_backend.application.shapes import Json, encode, instant
from todo_backend.doors.here_and_now import moment_of
from todo_backend.doors.rest import replies
from todo_backend.doors.rest.identity import Owner, reply
from todo_backend.doors.rest.requests import QuickAddBody
from todo_backend.errors import AccountGone
from todo_backend.lists.reading import by_name
from todo_backend.series.use_cases.rules import days_off
from todo_backend.tasks.domain import wall_time
from todo_backend.tasks.lines import recurrence_of

router = APIRouter(prefix="/api/{user_id}", tags=["tasks"])

SHOWN = 5


@router.post("/quick-add/parse", response_model=replies.QuickAdd)
async def parse_line(caller: Owner, body: QuickAddBody) -> Response:
    """Read one line in the caller's zone and week. `task` can be sent to POST tasks as it is."""
    account = await account_by_id(caller.services.pool, caller.user_id)
    if account is None:
        raise AccountGone
    moment = moment_of(account, dt.datetime.now(dt.UTC))
    draft = parse(body.text, moment)
    meant = await by_name(caller.services.pool, caller.user_id, draft.list_name) if draft.list_name else None
    shown = _occurrences(draft, account)
    answer: Json = {
        "task": {
            "title": draft.title,
            "list_id": None if meant is None else str(meant.id),
            "priority": draft.priority,
            "tags": list(draft.tags),
            "due": draft.date
            and {
                "date": draft.date.isoformat(),
                "time": None if draft.time is None else wall_time(draft.time),
                "time_zone": draft.zone,
            },
            "reminders": [
                {"at": instant(wish.at)} if wish.at else {"minutes_before": wish.minutes_before, "relative_to": "due"}
                for wish in draft.reminders
            ],
            "recurrence": _recurrence(draft),
        },
        "list_name": draft.list_name,
        "spans": _spans(body.text, draft),
        "text": _words(draft, moment, account),
        "occurrences": shown,
    }
    return reply(Answer(200, encode(answer)))


def _spans(text: str, draft: Draft) -> list[Json]:
    """Return the spans counted as JavaScript counts, in UTF-16 units."""

    def units(end: int) -> int:
        return len(text[:end].encode("utf-16-le", "surrogatepass")) // 2

    return [{"start": units(span.start), "end": units(span.end), "kind": span.kind} for span in draft.spans]


def _recurrence(draft: Draft) -> Json | None:
    if draft.repeat is None:
        return None
    return {"rrule": draft.rrule, "anchor": draft.repeat.anchor, "on_holiday": draft.repeat.on_holiday}


def _words(draft: Draft, moment: Moment, account: Account) -> str:
    recurrence = recurrence_of(draft)
    if draft.date is None:
        return ""
    if recurrence is None:
        return say_due(draft.date, draft.time, draft.zone, moment)
    start = Start(draft.date, draft.time, draft.zone)
    off = days_off(recurrence, account)
    return describe(parse_rule(recurrence.rrule), start, anchor=recurrence.anchor, days_off=off)


def _occurrences(draft: Draft, account: Account) -> list[Json]:
    """Return the first dates; of one that counts from its completion only the first is known."""
    recurrence = recurrence_of(draft)
    if recurrence is None or draft.date is None:
        return []
    count = 1 if recurrence.anchor == "completion" else SHOWN
    start = Start(draft.date, draft.time, draft.zone)
    return [
        {
            "date": o.date.isoformat(),
            "time": None if o.time is None else wall_time(o.time),
            "time_zone": o.zone,
            "at": instant(o.at),
        }
        for o in preview(parse_rule(recurrence.rrule), start, count, days_off=days_off(recurrence, account))
    ]
