"""`todo-ops pause` and `resume`: nothing of a ledger is published for a while; its events wait and people work on."""

from __future__ import annotations

from collections.abc import Sequence

from event_contracts.operators import PAUSE_DOORS

from todo_ops.errors import FINE
from todo_ops.services import Services
from todo_ops.terminal import say, say_json


def pause(services: Services, ledgers: Sequence[str], seconds: float, by: str, as_json: bool) -> int:
    """Pause the relays of these ledgers for at most so many seconds."""
    until = {app: services.ask(PAUSE_DOORS[app].pause, json={"seconds": seconds, "by": by})["until"] for app in ledgers}
    if as_json:
        say_json({"paused_until": until})
        return FINE
    for app, when in until.items():
        say(f"Nothing of {app}'s ledger is published until {when}, or until `todo-ops resume`.")
    return FINE


def resume(services: Services, ledgers: Sequence[str], by: str, as_json: bool) -> int:
    """Let the relays of these ledgers go on."""
    told = {app: services.ask(PAUSE_DOORS[app].resume, json={"by": by})["was_paused"] for app in ledgers}
    if as_json:
        say_json({"was_paused": told})
        return FINE
    for app, was_paused in told.items():
        say(f"{app}'s ledger {'is published again' if was_paused else 'was not paused'}.")
    return FINE
