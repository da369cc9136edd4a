"""`todo-ops rebuild`: build a projection anew beside the live one, and take it over."""

from __future__ import annotations

from typing import Any

from todo_ops.errors import FINE, WRONG
from todo_ops.rebuilds import beside
from todo_ops.services import Services
from todo_ops.terminal import say, say_json, table


def rebuild(services: Services, app: str, by: str, *, dry_run: bool, as_json: bool) -> int:
    """Rebuild the projection of a service; in a dry run 1 when something would change."""
    with beside(services, app, by) as built:
        tables = built.swap(dry_run=dry_run)
        # Before it is taken over, the work is derived from the old heads: what it would be is not known yet.
        work = None if dry_run else built.derive(dry_run=False)
    changed = sum(_changed(one) for one in tables)
    if as_json:
        say_json({"of": app, "by": by, "dry_run": dry_run, "read": built.filled, "tables": tables, "work": work})
        return WRONG if dry_run and changed else FINE
    say(f"{built.filled} accounts, series and tasks read.")
    if changed:
        rows = [(one["table"], one["inserted"], one["updated"], one["deleted"], describe(one["first"]))
                for one in tables if _changed(one)]  # fmt: skip
        say(table(("TABLE", "INSERTED", "UPDATED", "DELETED", "FIRST"), rows))
    if dry_run:
        say("Nothing was changed." if changed else "Nothing would change: it is what its owner says.")
    else:
        say(f"{changed} rows of heads replaced, {work} rows of work derived anew.")
    return WRONG if dry_run and changed else FINE


def describe(first: dict[str, Any] | None) -> str:
    """Say of a row how it differs from what its owner says."""
    if first is None:
        return ""
    match first["change"]:
        case "inserted":
            how = "is missing"
        case "deleted":
            how = "is there, and its owner knows of none"
        case _:
            how = f"differs in {', '.join(first['columns'])}"
    return f"{first['key']} {how}"


def _changed(one: dict[str, Any]) -> int:
    return one["inserted"] + one["updated"] + one["deleted"]
