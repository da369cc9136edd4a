"""The last statement of a transaction: new rows, acts, the kept answer, ledger and pending of what was done in it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import orjson
from event_spine.ledger import LedgerEntry, ledger_parameters

from todo_backend.application import statements
from todo_backend.application.acts import act_writes
from todo_backend.application.change import Answer, Command, Outcome
from todo_backend.application.rows import account_row, list_row, rows_json, series_row, session_row, task_row


@dataclass(frozen=True, slots=True)
class Done:
    """One act of the transaction, its ledger entries in publishing order and the answer to it."""

    command: Command
    outcome: Outcome
    entries: Sequence[LedgerEntry]
    answer: Answer


def tail(acts: Sequence[Done]) -> tuple[str, dict[str, Any]] | None:
    """Return the statement and its parameters; None when nothing is left to write.

    Several acts are creations (`Command.may_share`): they have no counter to make, no answer to keep, undo nothing.
    """
    changes = [done.outcome.change for done in acts]
    new = {
        "accounts": [account_row(w.after) for c in changes for w in c.accounts if w.before is None],
        "refresh_tokens": [session_row(w.after) for c in changes for w in c.sessions if w.before is None],
        "series": [series_row(w.after) for c in changes for w in c.series if w.before is None],
        "lists": [list_row(w.after) for c in changes for w in c.lists if w.before is None],
        "tasks": [task_row(w.after) for c in changes for w in c.tasks if w.before is None],
        "acts": [_act_row(done) for done in acts if done.outcome.undo is not None],
    }
    parameters: dict[str, Any] = {f"{name}_new": rows_json(rows) for name, rows in new.items() if rows}
    extras = _extras(acts[0], parameters)
    entries = [entry for done in acts for entry in done.entries]
    if entries:
        parameters |= ledger_parameters(entries)
    inserts = tuple(name for name, rows in new.items() if rows)
    if not (inserts or extras or entries):
        return None
    return statements.tail(inserts, tuple(extras), bool(entries)), parameters


def _extras(done: Done, parameters: dict[str, Any]) -> list[str]:
    extras: list[str] = []
    common = {"user_id": done.command.origin.user_id, "occurred_at": done.outcome.occurred_at}
    if done.command.creates_account:
        extras.append("counter")
    if done.outcome.change.undone is not None:
        extras.append("undone")
        parameters["undone"] = done.outcome.change.undone
    if done.command.idempotency is not None and done.outcome.change.refusal is None:
        extras.append("answer")
        parameters |= {
            "key": done.command.idempotency.key,
            "answer_status": done.answer.status,
            "answer_headers": orjson.dumps(dict(done.answer.headers)).decode(),
            "answer_body": done.answer.body,
        }
    if extras:
        parameters |= common
    return extras


def _act_row(done: Done) -> dict[str, Any]:
    change = done.outcome.change
    return {
        "user_id": done.command.origin.user_id,
        "id": done.outcome.undo,
        "kind": change.act,
        "writes": act_writes(change),
        "created_at": done.outcome.occurred_at,
    }
