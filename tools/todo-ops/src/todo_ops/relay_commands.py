"""The commands `held` and `adopt` on the command line: what they take, and which function they are."""

from __future__ import annotations

import argparse
from typing import Any

from event_contracts.operators import RELAY_DOORS

from todo_ops import held
from todo_ops.adopt import adopt, choose, decide, instant
from todo_ops.services import Services

HELD = """\
A relay holds back a stream key when the broker refuses its next event, so that nothing overtakes it; other keys flow.
What may pass (the broker is busy, a topic is missing or not allowed) is tried again by itself, after at most a minute.
What cannot pass (the event is too large) waits for you:
  mend the cause (a limit of the topic), then  todo-ops held release KEY
  or give the event up, with a reason          todo-ops held discard KEY --why "…"
A discarded event is never published; it stays in the ledger, and later events of its key go on.

A key is named LEDGER/TOPIC/STREAM_KEY, as the list shows it.
"""
ADOPT = """\
After a restore or a failover the relays publish nothing until you say what consumers may have missed:
  todo-ops adopt --resend-nothing            nothing but what is pending; enough after a failover that lost nothing
  todo-ops adopt --resend-since INSTANT      what was written from then on, for consumers or a broker restored with it:
                                             name an instant safely before the copy was made
  todo-ops adopt --resend-all                all that the ledger holds, into an empty broker
When the relays know the database and only the broker is new (its data is gone), they do not notice by themselves:
  todo-ops adopt --new-broker --resend-all   all that the ledger holds; asks for a reason, and is refused where the
                                             database is another one, too
Without --yes it only shows what would be sent again. Consumers absorb what comes twice; too much costs time, too little
loses effects. Run it as often as you like: a database that was adopted is left alone.
"""
_Plain = argparse.RawDescriptionHelpFormatter


def add_relay_commands(commands: Any, common: argparse.ArgumentParser, somebody: str) -> None:
    """Add both to the command line."""
    group = commands.add_parser("held", help="stream keys whose next event the broker refused", epilog=HELD,
                                formatter_class=_Plain)  # fmt: skip
    acts = group.add_subparsers(dest="act", required=True, metavar="list | release | discard")
    for name, what in (
        ("list", "list them, with what waits behind each"),
        ("release", "try some again now"),
        ("discard", "give the refused events of some up for good"),
    ):
        act = acts.add_parser(name, parents=[common], help=what, description=what, epilog=HELD, formatter_class=_Plain)
        if name != "discard":
            _ledgers(act)
            act.add_argument("--topic", help="only of this topic")
        if name == "list":
            act.add_argument("--operator-only", action="store_true", help="only those that wait for an operator")
            act.add_argument("--limit", type=int, default=50, choices=range(1, 100_001), metavar="N",
                             help="at most so many of a ledger (default: 50)")  # fmt: skip
            continue
        act.add_argument("named", nargs="+" if name == "discard" else "*", metavar="LEDGER/TOPIC/STREAM_KEY")
        act.add_argument("--by", default=somebody, help="who does it (default: %(default)s)")
        if name == "release":
            act.add_argument("--all", action="store_true", help="all that are held")
        else:
            act.add_argument("--why", required=True, help="the reason, kept with the act")
    taking = commands.add_parser("adopt", parents=[common], help="take up a restored or failed-over database",
                                 epilog=ADOPT, formatter_class=_Plain)  # fmt: skip
    _ledgers(taking)
    taking.add_argument("--resend-since", type=_instant, metavar="INSTANT", help="such as 2030-05-01T06:00:00Z")
    taking.add_argument("--resend-all", action="store_true", help="all that the ledger holds")
    taking.add_argument("--resend-nothing", action="store_true", help="only what is pending")
    taking.add_argument("--new-broker", action="store_true",
                        help="the database is the known one, and only the broker is new")  # fmt: skip
    taking.add_argument("--yes", action="store_true", help="do it; without, it is only shown")
    taking.add_argument("--by", default=somebody, help="who does it (default: %(default)s)")
    taking.add_argument("--why", help="kept with the act")


def run_relay_command(services: Services, options: argparse.Namespace) -> int:
    """Carry out `held` or `adopt`; return the exit code."""
    if options.command == "adopt":
        resend = choose(options.resend_since, options.resend_all, options.resend_nothing, new_broker=options.new_broker)
        decision = decide(options.by, options.why, resend) if options.yes else None
        return adopt(services, options.ledger or list(RELAY_DOORS), resend, decision, options.json)
    if options.act == "discard":
        return held.discard(
            services, held.choose(options.named, [], None, False), options.by, options.why, options.json
        )
    ledgers = options.ledger or list(RELAY_DOORS)
    if options.act == "list":
        query = {"topic": options.topic, "operator_only": "true" if options.operator_only else None}
        wanted = {name: value for name, value in query.items() if value is not None}
        return held.list_held(services, ledgers, wanted, options.limit, options.json)
    chosen = held.choose(options.named, ledgers, options.topic, options.all)
    return held.release(services, chosen, options.by, options.json)


def _ledgers(act: argparse.ArgumentParser) -> None:
    act.add_argument("--ledger", action="append", choices=list(RELAY_DOORS), help="only of this app (repeatable)")


def _instant(text: str) -> str:
    try:
        return instant(text)
    except (ValueError, OverflowError) as error:
        raise argparse.ArgumentTypeError(f"{text!r} is no instant such as 2030-05-01T06:00:00Z: {error}") from error
