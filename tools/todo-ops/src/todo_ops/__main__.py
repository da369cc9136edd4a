"""`todo-ops` (or `python -m todo_ops`): the command line."""

from __future__ import annotations

import argparse
import getpass
import sys
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from event_contracts.operators import CONSUMER_DOORS, OPERATOR, PAUSE_DOORS, REBUILD_DOORS
from opentelemetry import trace
from service_kit import telemetry

from todo_ops import dead_letters, deliveries, seals
from todo_ops.errors import OperatorError
from todo_ops.ledgers import Span, parse_instant
from todo_ops.pausing import pause, resume
from todo_ops.rebuild import rebuild
from todo_ops.refusals import refusals
from todo_ops.relay_commands import add_relay_commands, run_relay_command
from todo_ops.replay import replay
from todo_ops.services import Services
from todo_ops.status import status
from todo_ops.verify import Patience, verify

_tracer = trace.get_tracer(OPERATOR)
ABOUT = "See how ledgers, relays and consumers do; settle dead letters and held keys; adopt, replay, rebuild, verify."
EXAMPLES = """\
examples:
  todo-ops status                                    everything, and what of it is wrong
  todo-ops refusals                                  what was not let in since the start: where, why, how often
  todo-ops dead-letters list                         open dead letters of all consumers, newest first
  todo-ops dead-letters show audit-service/12        one of them, with what stood in the record
  todo-ops dead-letters requeue audit-service/12     handle it again, after the cause was mended
  todo-ops dead-letters requeue --reason handler_failed
  todo-ops dead-letters discard audit-service/12 --why "sent by a test"
  todo-ops verify                                    do ledgers, audit and projections agree?
  todo-ops replay --to audit-service --topic task-events --dry-run
  todo-ops rebuild --of recurring-task-service --dry-run
  todo-ops held list                                 stream keys that wait because the broker refused an event
  todo-ops adopt --resend-since 2030-05-01T06:00Z    after a restore or a failover: what would be sent again
  todo-ops deliveries list                           messages to people's channels that were given up
  todo-ops seals verify                              is the history what it was when it was sealed?
In a clone of the repository: make ops ARGS="status"

exit codes:
  0 fine    1 something is wrong    2 the command was not understood    3 a service does not answer
"""
REASONS = """\
reasons:
  not_json, not_cloudevent, invalid_data   the record cannot be read: requeueing helps only after a new version can
  handler_failed                           the consumer has a defect: mend it, then requeue
  out_of_range                             older than the audit takes
  advance_refused                          no record but a command of recurring-task-service: rebuild, then discard

A letter is named CONSUMER/ID, as the list shows it. Requeued and discarded letters stay, marked with who and when:
see them with --state any. Requeueing is safe to repeat: an effect that is there already comes once.
"""
REPLAYING = """\
The events are read from their owner's ledger (35 days) and handed to the consumer's own handling: those that it has
had already change nothing, so replaying is safe to repeat. The act is kept with who and when. Instants are ISO 8601,
UTC unless they name an offset.

examples:
  todo-ops replay --to recurring-task-service --topic task-events --dry-run     what is missing there?
  todo-ops replay --to audit-service --topic reminders --from 2026-11-20 --until 2026-11-21T06:00

exit codes:
  0 all was handled; in a dry run: it would change nothing    1 something was refused; in a dry run: would change
  2 the command was not understood                            3 a service does not answer
"""
REBUILDING = """\
Heads of tasks, series and accounts are built beside the live ones, from todo-backend's present state and from what is
delivered meanwhile, and taken over in one transaction; then the work that follows from them is derived anew. The
service goes on serving. What was sent is remembered apart: no reminder is sent twice.

examples:
  todo-ops rebuild --of recurring-task-service --dry-run     what is wrong there?
  todo-ops rebuild --of notification-service --by ada

exit codes:
  0 done; in a dry run: nothing would change    1 in a dry run: something would change
  2 the command was not understood              3 a service does not answer
"""
VERIFYING = """\
Counts and digests of ledgers and audit are compared over ranges of event ids; where they differ the first difference is
named. Histories, tasks and series are looked at through their owners' doors. It changes nothing.

examples:
  todo-ops verify                                    everything
  todo-ops verify --from 2026-11-21T06:00 --check I1  only ledgers against the audit, of today

exit codes:
  0 it holds    1 a promise is violated    2 the command was not understood    3 a service does not answer
"""


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command and end with its exit code; its calls are one trace, exported where an OTLP endpoint is set."""
    telemetry.configure(OPERATOR)
    try:
        code = run(arguments)
    finally:
        telemetry.shutdown()
    sys.exit(code)


def run(arguments: Sequence[str] | None = None) -> int:
    """Run the command and return its exit code; a wrong command line ends the process with 2, as argparse does."""
    options = _parser().parse_args(arguments)
    try:
        with _tracer.start_as_current_span(f"{OPERATOR} {options.command}"):
            return _dispatch(options)
    except OperatorError as error:
        print(error, file=sys.stderr)
        return error.code


def _dispatch(options: argparse.Namespace) -> int:
    if options.command == "status":
        return status(_services(options), options.json)
    if options.command == "replay":
        span = Span(_instant(options.since), _instant(options.until))
        return replay(_services(options), options.to, options.topic, span, options.by, dry_run=options.dry_run,
                      as_json=options.json)  # fmt: skip
    if options.command == "rebuild":
        return rebuild(_services(options), options.of, options.by, dry_run=options.dry_run, as_json=options.json)
    if options.command == "seals":
        return seals.seals(_services(options), options)
    if options.command == "deliveries":
        return deliveries.deliveries(_services(options), options)
    if options.command == "verify":
        span = Span(_instant(options.since), _instant(options.until))
        patience = Patience(options.grace, options.patience)
        return verify(_services(options), span, patience, options.check, as_json=options.json)
    if options.command in ("held", "adopt"):
        return run_relay_command(_services(options), options)
    if options.command == "refusals":
        return refusals(_services(options), options.json)
    if options.command == "pause":
        return pause(_services(options), options.ledger or list(PAUSE_DOORS), options.seconds, options.by, options.json)
    if options.command == "resume":
        return resume(_services(options), options.ledger or list(PAUSE_DOORS), options.by, options.json)
    consumers: list[str] = options.consumer or list(CONSUMER_DOORS) if "consumer" in options else []
    match options.act:
        case "list":
            query = {"state": options.state, "reason": options.reason, "topic": options.topic}
            query = {name: value for name, value in query.items() if value is not None}
            return dead_letters.list_letters(_services(options), consumers, query, options.limit, options.json)
        case "show":
            return dead_letters.show_letter(_services(options), options.letter, options.json, options.raw)
        case "requeue":
            chosen = dead_letters.choose(options.letters, consumers, options.reason, options.topic)
            return dead_letters.requeue(_services(options), chosen, options.by, options.json)
        case _:
            chosen = dead_letters.choose(options.letters, consumers, options.reason, options.topic)
            return dead_letters.discard(_services(options), chosen, options.by, options.why, options.json)


def _services(options: argparse.Namespace) -> Services:
    return Services.with_keys(options.keys, options.offset)


def _parser() -> argparse.ArgumentParser:
    common = argparse.ArgumentParser(add_help=False)
    common.add_argument("--json", action="store_true", help="for programs: one JSON document instead of tables")
    keys = "folder with service-todo-ops.pem, service-keys.json and dapr.env (default: %(default)s)"
    common.add_argument("--keys", type=Path, default=Path(".run/keys"), metavar="FOLDER", help=keys)
    common.add_argument("--offset", type=int, default=0, help="what is added to every port (default: 0)")
    parser = argparse.ArgumentParser("todo-ops", description=ABOUT, epilog=EXAMPLES, formatter_class=_Plain)
    commands = parser.add_subparsers(
        dest="command",
        required=True,
        metavar="status | refusals | dead-letters | deliveries | held | adopt | pause | resume | replay | rebuild"
        " | verify | seals",
    )
    commands.add_parser("status", parents=[common], help="everything, and what of it is wrong", epilog=EXAMPLES,
                        formatter_class=_Plain)  # fmt: skip
    _replay_arguments(commands.add_parser("replay", parents=[common], help="handle events of a ledger again",
                                          epilog=REPLAYING, formatter_class=_Plain))  # fmt: skip
    _verify_arguments(commands.add_parser("verify", parents=[common], help="do ledgers, audit and projections agree?",
                                          epilog=VERIFYING, formatter_class=_Plain))  # fmt: skip
    _rebuild_arguments(commands.add_parser("rebuild", parents=[common], help="build a projection anew from its owner",
                                           epilog=REBUILDING, formatter_class=_Plain))  # fmt: skip
    seals.add_commands(commands, common)
    deliveries.add_commands(commands, common, _somebody())
    commands.add_parser("refusals", parents=[common], help="what was not let in since the start", epilog=EXAMPLES,
                        formatter_class=_Plain)  # fmt: skip
    for name, what in (("pause", "publish nothing of a ledger for a while"), ("resume", "publish it again")):
        pausing = commands.add_parser(name, parents=[common], help=what, description=what, epilog=EXAMPLES,
                                      formatter_class=_Plain)  # fmt: skip
        pausing.add_argument(
            "--ledger", action="append", choices=list(PAUSE_DOORS), help="only of this one (repeatable)"
        )
        pausing.add_argument("--by", default=_somebody(), help="who does it (default: %(default)s)")
        if name == "pause":
            pausing.add_argument("--seconds", type=float, default=120.0, help="at most, 600 (default: %(default)s)")
    letters = commands.add_parser("dead-letters", help="records that could not be handled", epilog=REASONS,
                                  formatter_class=_Plain)  # fmt: skip
    acts = letters.add_subparsers(dest="act", required=True, metavar="list | show | requeue | discard")
    for name, what in (
        ("list", "list them, newest first"),
        ("show", "show one with what stood in the record"),
        ("requeue", "handle some again"),
        ("discard", "put some aside for good; nothing is deleted"),
    ):
        act = acts.add_parser(
            name, parents=[common], help=what, description=what, epilog=REASONS, formatter_class=_Plain
        )
        _arguments_of(name, act)
    add_relay_commands(commands, common, _somebody())
    return parser


def _arguments_of(name: str, act: argparse.ArgumentParser) -> None:
    if name == "show":
        act.add_argument("letter", metavar="CONSUMER/ID")
        act.add_argument("--raw", action="store_true", help="only the record's exact bytes")
        return
    act.add_argument("--consumer", action="append", choices=list(CONSUMER_DOORS), help="only of this one (repeatable)")
    act.add_argument("--reason", help="only of this reason")
    act.add_argument("--topic", help="only of this topic")
    if name == "list":
        act.add_argument("--state", choices=("open", "requeued", "discarded", "any"), default="open")
        act.add_argument("--limit", type=_positive, default=50, help="at most so many (default: 50)")
        return
    act.add_argument("letters", nargs="*", metavar="CONSUMER/ID")
    act.add_argument("--by", default=_somebody(), help="who does it (default: %(default)s)")
    if name == "discard":
        act.add_argument("--why", required=True, help="the reason, kept beside the letter")


def _replay_arguments(command: argparse.ArgumentParser) -> None:
    command.add_argument("--to", required=True, choices=list(CONSUMER_DOORS), help="the consumer")
    command.add_argument("--topic", required=True, help="the topic whose events are meant")
    command.add_argument(
        "--from", dest="since", metavar="INSTANT", help="events since then (default: all in the ledger)"
    )
    command.add_argument("--until", metavar="INSTANT", help="events before then (default: now)")
    command.add_argument("--dry-run", action="store_true", help="only tell what would change")
    command.add_argument("--by", default=_somebody(), help="who does it (default: %(default)s)")


def _rebuild_arguments(command: argparse.ArgumentParser) -> None:
    command.add_argument("--of", required=True, choices=list(REBUILD_DOORS), help="whose projection")
    command.add_argument("--dry-run", action="store_true", help="build it and only tell what would change")
    command.add_argument("--by", default=_somebody(), help="who does it (default: %(default)s)")


def _verify_arguments(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--from", dest="since", metavar="INSTANT", help="events since then (default: all in the ledger)"
    )
    command.add_argument("--until", metavar="INSTANT", help="events before then (default: now)")
    command.add_argument(
        "--check", action="append", default=[], metavar="NAME", help="only those that begin so (repeatable)"
    )
    command.add_argument("--grace", type=float, default=10.0, metavar="SECONDS",
                         help="what is younger is under way and not looked at (default: %(default)s)")  # fmt: skip
    command.add_argument("--patience", type=float, default=10.0, metavar="SECONDS",
                         help="a violation counts once it has lasted so long (default: %(default)s)")  # fmt: skip


def _instant(text: str | None) -> datetime | None:
    return None if text is None else parse_instant(text)


def _positive(text: str) -> int:
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError("it must be 1 or more")
    return number


def _somebody() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return "unknown"


_Plain = argparse.RawDescriptionHelpFormatter


if __name__ == "__main__":
    main()
