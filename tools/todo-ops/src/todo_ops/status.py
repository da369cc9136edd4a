"""`todo-ops status`: every process, how far consumers have come, what relays do, and what of it is wrong."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, TypeVar

from event_contracts.apps import APPS
from event_contracts.operators import CONSUMER_DOORS, RELAY_DOORS
from event_contracts.topics import TOPICS, ConsumerKind

from todo_ops.errors import FINE, UNREACHED, WRONG, OperatorError, Unreached
from todo_ops.services import Services
from todo_ops.terminal import age, say, say_json, table

PROBE_SECONDS = 90.0
"""A relay sends a probe each 30 s; a consumer that has not seen one for three of them lags, or its way is closed."""
PENDING_SECONDS = 10.0
LEDGER_DAYS = 7
"""Partitions are made fourteen days ahead, hourly: with half of them gone somebody has a week to find out why."""
_KINDS = (ConsumerKind.PROJECTION, ConsumerKind.RECORD)
Document = dict[str, Any]
T = TypeVar("T")


def status(services: Services, as_json: bool) -> int:
    """Show the state of everything; 0 when all is well, 1 when something is wrong, 3 when a service gave no answer."""
    unreached: list[str] = []

    def asked(question: Callable[[], Document]) -> Document | None:
        try:
            return question()
        except Unreached as error:
            unreached.append(str(error))
        except OperatorError as error:
            return {"error": str(error)}
        return None

    apps = {app: asked(lambda app=app: services.health(app)) for app in APPS}
    relays = {app: asked(lambda edge=d.state: services.ask(edge)) for app, d in RELAY_DOORS.items()}
    consumers = {app: asked(lambda edge=d.state: services.ask(edge)) for app, d in CONSUMER_DOORS.items()}
    now = datetime.now(UTC)
    wrong = problems(apps, relays, consumers, now)
    unreached = list(dict.fromkeys(unreached))
    if as_json:
        say_json(
            {
                "fine": not wrong and not unreached,
                "problems": wrong,
                "unreached": unreached,
                "apps": apps,
                "relays": relays,
                "consumers": consumers,
            }
        )
    else:
        _show(apps, relays, consumers, now)
        for sentence in (*unreached, *wrong):
            say(f"! {sentence}")
        if not unreached and not wrong:
            say("All is well.")
    return UNREACHED if unreached else WRONG if wrong else FINE


def problems(
    apps: dict[str, Document | None],
    relays: dict[str, Document | None],
    consumers: dict[str, Document | None],
    now: datetime,
) -> list[str]:
    """Return a sentence for each thing that is wrong in what the services said. Pure."""
    found = [f"{app}: {told['error']}" for part in (apps, relays, consumers) for app, told in part.items()
             if told and "error" in told]  # fmt: skip
    for app, told in apps.items():
        if told and told.get("status") != "ready":
            found.append(f"{app} is not ready: {told.get('checks', told)}")
        refused = ((told or {}).get("relay") or {}).get("refused_database")
        if refused:
            found.append(f"{app} refuses to relay: {refused}")
    for app, told in relays.items():
        if told and "error" not in told:
            found += [f"ledger of {app}: {sentence}" for sentence in _of_relay(told, now)]
    for app, told in consumers.items():
        if told and "error" not in told:
            found += [f"{app}: {sentence}" for sentence in _of_consumer(app, told, now)]
    return found


def topics_of(app_id: str) -> list[str]:
    """Return the topics that an app consumes."""
    return [topic.name for topic in TOPICS.values() if app_id in topic.consumer_ids(*_KINDS)]


def _of_relay(told: Document, now: datetime) -> list[str]:
    found: list[str] = []
    if told["refused_database"]:
        found.append(f"nothing is published. {told['refused_database']} It was restored or failed over: todo-ops adopt")
    elif told["leader"] is None:
        found.append("no relay leads, nothing is published")
    if told["oldest_at"] is not None and _seconds(told["oldest_at"], now) > PENDING_SECONDS:
        found.append(f"{told['pending']} events are pending, the oldest for {age(told['oldest_at'], now)}")
    if told["ledger_until"] is None or _seconds(told["ledger_until"], now) > -LEDGER_DAYS * 86_400:
        found.append(f"it has partitions until {told['ledger_until']} only: the hourly making of them fails")
    if told["held_for_operator"]:
        found.append(f"{told['held_for_operator']} stream keys are held and wait for an operator: todo-ops held list")
    return found


def _of_consumer(app_id: str, told: Document, now: datetime) -> list[str]:
    found: list[str] = []
    for topic in topics_of(app_id):
        probed = (told["topics"].get(topic) or {}).get("last_probe_at")
        if probed is None:
            found.append(f"no probe has come through {topic} since its start")
        elif _seconds(probed, now) > PROBE_SECONDS:
            found.append(f"the last probe on {topic} is {age(probed, now)} old: it lags, or the way is closed")
    letters = [one for one in told["dead_letters"] if one["state"] == "open"]
    found += [f"{one['count']} open dead letters {one['reason']} of {one['topic']}" for one in letters]
    return found


def _seconds(since: str, now: datetime) -> float:
    return (now - datetime.fromisoformat(since)).total_seconds()


def _show(
    apps: dict[str, Document | None],
    relays: dict[str, Document | None],
    consumers: dict[str, Document | None],
    now: datetime,
) -> None:
    say(table(("APP", "STATE"), [(app, (told or {}).get("status", "no answer")) for app, told in apps.items()]))
    rows = [
        (app, told["leader"] or "nobody", told["pending"], age(told["oldest_at"], now) if told["oldest_at"] else "-",
         told["held_count"], told["held_for_operator"])
        for app, told in relays.items() if told and "error" not in told
    ]  # fmt: skip
    say("\n" + table(("LEDGER OF", "LEADER", "PENDING", "OLDEST", "HELD", "FOR OPERATOR"), rows))
    lines: list[tuple[Any, ...]] = []
    for app, told in consumers.items():
        for topic in topics_of(app) if told and "error" not in told else ():
            seen = told["topics"].get(topic) or {}  # pyright: ignore[reportOptionalSubscript] - told was asked for above
            letters = sum(one["count"] for one in told["dead_letters"]  # pyright: ignore[reportOptionalSubscript]
                          if one["topic"] == topic and one["state"] == "open")  # fmt: skip
            lines.append(
                (app, topic, age(seen.get("last_event_at"), now), age(seen.get("last_probe_at"), now), letters)
            )
    say("\n" + table(("CONSUMER", "TOPIC", "LAST EVENT", "LAST PROBE", "DEAD LETTERS"), lines) + "\n")
