"""`todo-ops deliveries`: messages that were given up, in the app and in channels, listed and tried again."""

from __future__ import annotations

import argparse
from typing import Any
from uuid import UUID

from event_contracts.operators import LIST_DEAD_DELIVERIES, REQUEUE_DELIVERIES

from todo_ops.errors import FINE, WRONG, Misused
from todo_ops.services import Services
from todo_ops.terminal import say, say_json, table

EPILOG = """\
A message is given up after half a day of tries, or at once when its receiver says that it will never take it. What it
says is not shown here: its owner sees it, and may send it again, too. A lane is a kind and a host: webhook/example.org.
What could not be told in the app, after five tries, is of the lane in_app.

examples:
  todo-ops deliveries list
  todo-ops deliveries list --lane email/example.org
  todo-ops deliveries requeue 01a2017a-699b-722d-87c9-37ae3887507f
  todo-ops deliveries requeue --lane email/example.org      when that domain takes e-mails again
  todo-ops deliveries requeue --lane in_app
"""


def add_commands(commands: Any, common: argparse.ArgumentParser, somebody: str) -> None:
    """Add the commands to the command line."""
    shape = argparse.RawDescriptionHelpFormatter
    parser = commands.add_parser("deliveries", help="messages that were given up", epilog=EPILOG, formatter_class=shape)
    acts = parser.add_subparsers(dest="act", required=True, metavar="list | requeue")
    listing = acts.add_parser("list", parents=[common], help="list them, newest first")
    listing.add_argument("--lane", help="only of this lane")
    listing.add_argument("--limit", type=int, default=50, choices=range(1, 201), metavar="1 to 200")
    again = acts.add_parser("requeue", parents=[common], help="try some again")
    again.add_argument("ids", nargs="*", metavar="ID")
    again.add_argument("--lane", help="all of this lane")
    again.add_argument("--all", action="store_true", help="all there are")
    again.add_argument("--by", default=somebody, help="who does it (default: %(default)s)")


def deliveries(services: Services, options: argparse.Namespace) -> int:
    """Do what the command says."""
    if options.act == "list":
        return _list(services, options.lane, options.limit, options.json)
    return _requeue(services, _meant(options), options.by, options.json)


def _list(services: Services, lane: str | None, limit: int, as_json: bool) -> int:
    query = {"limit": limit} | ({} if lane is None else {"lane": lane})
    page = services.ask(LIST_DEAD_DELIVERIES, query=query)
    if as_json:
        say_json({"items": page["items"], "more": page["next_cursor"] is not None})
        return FINE
    if not page["items"]:
        say("No message was given up.")
        return FINE
    rows = [
        (one["id"], one["settled_at"][:19], one["lane"], one["kind"], one["tries"], one["reason"])
        for one in page["items"]
    ]
    say(table(("ID", "GIVEN UP AT", "LANE", "KIND", "TRIES", "REASON"), rows))
    if page["next_cursor"] is not None:
        say(f"\nThere are more than {limit}: say --limit, or choose by --lane.")
    return FINE


def _requeue(services: Services, meant: dict[str, Any], by: str, as_json: bool) -> int:
    found: list[str] = []
    more = True
    while more:
        told = services.ask(REQUEUE_DELIVERIES, json={**meant, "by": by})
        found += told["ids"]
        more = told["more"] and "ids" not in meant
    wanted = len(meant.get("ids", found))
    if as_json:
        say_json({"requeued": found})
    else:
        say(f"{len(found)} requeued, {wanted - len(found)} not.")
    return FINE if len(found) == wanted else WRONG


def _meant(options: argparse.Namespace) -> dict[str, Any]:
    if [bool(options.ids), options.lane is not None, options.all].count(True) != 1:
        raise Misused("Say which messages: either some ids, or --lane, or --all.")
    if options.all:
        return {"all": True}
    if options.lane is not None:
        return {"lane": options.lane}
    try:
        return {"ids": sorted({str(UUID(one)) for one in options.ids})}
    except ValueError as error:
        raise Misused("An id is what the list shows in its first column.") from error
