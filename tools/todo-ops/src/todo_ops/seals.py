"""`todo-ops seals`: seal now, and verify that what was sealed is still so."""

from __future__ import annotations

import argparse
from dataclasses import dataclass, field
from typing import Any

from event_contracts.operators import SEAL_DOOR

from todo_ops.errors import FINE, WRONG
from todo_ops.services import Services
from todo_ops.terminal import harmless, say, say_json

SEALING = """\
Every five minutes audit-service names what has arrived in a signed seal, and publishes it in a file that the database
cannot write. Verifying reads all of it again: it finds what was changed, taken away, put in or exchanged since, and
seals that were written anew, even by the database's superuser.

examples:
  todo-ops seals verify                 is everything that was sealed still so?
  todo-ops seals verify --after 2000    only what came after seal 2000
  todo-ops seals now                    seal what has arrived, without waiting

exit codes:
  0 it holds    1 it does not, or nothing could be sealed    2 the command was not understood
  3 the service does not answer
"""


@dataclass(slots=True)
class Verified:
    """All seals after one: how many entries were looked at, how many no seal covers yet, and what does not hold."""

    through: int
    entries: int = 0
    unsealed: int = 0
    findings: list[dict[str, Any]] = field(default_factory=list[dict[str, Any]])


def add_commands(commands: Any, common: argparse.ArgumentParser) -> None:
    """Add `seals now` and `seals verify` to the command line."""
    plain = argparse.RawDescriptionHelpFormatter
    parser = commands.add_parser("seals", help="seals over the audit", epilog=SEALING, formatter_class=plain)
    acts = parser.add_subparsers(dest="seals_act", required=True, metavar="now | verify")
    acts.add_parser("now", parents=[common], help="seal what has arrived", epilog=SEALING, formatter_class=plain)
    verify = acts.add_parser("verify", parents=[common], help="is it still so?", epilog=SEALING, formatter_class=plain)
    verify.add_argument("--after", type=int, default=0, metavar="NUMBER", help="only seals after this one")


def seals(services: Services, options: argparse.Namespace) -> int:
    """Do what the command line says."""
    if options.seals_act == "now":
        return seal_now(services, as_json=options.json)
    return show_verified(services, options.after, as_json=options.json)


def verified(services: Services, after: int = 0) -> Verified:
    """Verify all seals after one, call by call."""
    found = Verified(after)
    while True:
        page = services.ask(SEAL_DOOR.verify, query={"after": found.through})
        found.entries += page["entries"]
        found.findings += page["findings"]
        found.through, found.unsealed = page["through"], page["unsealed"]
        if not page["more"] or found.findings:
            return found


def show_verified(services: Services, after: int, *, as_json: bool) -> int:
    """Say whether it holds; 1 when it does not."""
    found = verified(services, after)
    if as_json:
        say_json(
            {
                "holds": not found.findings,
                "through": found.through,
                "entries": found.entries,
                "unsealed": found.unsealed,
                "findings": found.findings,
            }
        )
    else:
        for finding in found.findings:
            say(f"! {harmless(finding['says'])}")
        say(f"{found.entries} entries up to seal {found.through} were looked at, {found.unsealed} are not sealed yet.")
        if not found.findings:
            say("It holds.")
    return WRONG if found.findings else FINE


def seal_now(services: Services, *, as_json: bool) -> int:
    """Seal what has arrived."""
    made = services.ask(SEAL_DOOR.make)
    if as_json:
        say_json(made)
    else:
        say(f"{made['made']} seals made; seal {made['number']} reaches to position {made['position']}.")
    return FINE
