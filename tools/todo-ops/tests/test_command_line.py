"""The command line without a platform: what is understood, exit codes, and what people read."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
from event_contracts.apps import APPS
from event_contracts.operators import CONSUMER_DOORS, OPERATOR, RELAY_DOORS
from local_runtime.keys import Keys
from todo_ops import adopt, held
from todo_ops.__main__ import run
from todo_ops.dead_letters import choose, parse_letter, readable
from todo_ops.errors import FINE, UNREACHED, USAGE, WRONG, Misused, OperatorError
from todo_ops.refusals import counted
from todo_ops.services import Services
from todo_ops.status import problems, topics_of
from todo_ops.terminal import age, harmless, table

NOW = datetime(2030, 5, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    "line",
    ["", "nonsense", "dead-letters", "dead-letters discard audit-service/1", "dead-letters list --limit 0",
     "dead-letters list --consumer nobody", "held", "held discard todo-backend/task-events/k", "held list --limit 0",
     "adopt --resend-since yesterday", "adopt --resend-since 2030-05-01T06:00"],
)  # fmt: skip
def test_what_is_not_understood_ends_with_2(line: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        run(line.split())
    assert ended.value.code == USAGE
    assert "usage: todo-ops" in capsys.readouterr().err


@pytest.mark.parametrize(
    "line",
    [
        "--help",
        "status --help",
        "dead-letters --help",
        "dead-letters requeue --help",
        "replay --help",
        "rebuild --help",
        "verify --help",
        "held --help",
        "held release --help",
        "adopt --help",
    ],
)
def test_help_teaches(line: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        run(line.split())
    assert ended.value.code == FINE
    said = capsys.readouterr().out
    assert any(word in said for word in ("examples:", "reasons:", "mend the cause", "Without --yes"))


def test_without_keys_it_says_how_to_get_them(tmp_path: Any, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["status", "--keys", str(tmp_path)]) == USAGE
    assert "make up" in capsys.readouterr().err


def test_where_nothing_runs_it_ends_with_3(keys: Keys, capsys: pytest.CaptureFixture[str]) -> None:
    _ = keys.dapr_tokens, keys.service_key(OPERATOR), keys.service_keys
    nowhere = ["--keys", str(keys.folder), "--offset", "40000"]
    assert run(["status", *nowhere]) == UNREACHED
    assert "! audit-service does not answer at 127.0.0.1:48083" in capsys.readouterr().out
    assert run(["dead-letters", "list", *nowhere]) == UNREACHED


@pytest.mark.parametrize("text", ["12", "nobody/12", "audit-service/", "audit-service/-1", "audit-service/x"])
def test_a_letter_is_named_by_consumer_and_number(text: str) -> None:
    assert parse_letter("audit-service/12") == ("audit-service", 12)
    with pytest.raises(Misused):
        parse_letter(text)


def test_letters_are_chosen_in_one_way_only() -> None:
    assert choose(["audit-service/1", "audit-service/2"], [], None, None) == {"audit-service": {"ids": [1, 2]}}
    assert choose([], ["audit-service"], "not_json", None) == {"audit-service": {"reason": "not_json"}}
    for letters, reason in (([], None), (["audit-service/1"], "not_json")):
        with pytest.raises(Misused):
            choose(letters, ["audit-service"], reason, None)


def test_held_keys_are_chosen_in_one_way_only() -> None:
    key = {"topic": "task-events", "stream_key": "a/b"}
    assert held.parse_key("todo-backend/task-events/a/b") == ("todo-backend", key)
    assert held.choose(["todo-backend/task-events/a/b"], [], None, False) == {"todo-backend": [{"keys": [key]}]}
    assert held.choose([], ["todo-backend"], "task-events", False) == {"todo-backend": [{"topic": "task-events"}]}
    assert held.choose([], ["todo-backend"], None, True) == {"todo-backend": [{}]}
    for named, topic, everything in (([], None, False), (["todo-backend/t/k"], None, True), ([], "t", True)):
        with pytest.raises(Misused):
            held.choose(named, ["todo-backend"], topic, everything)
    for text in ("todo-backend", "todo-backend/t", "todo-backend//k", "nobody/t/k"):
        with pytest.raises(Misused):
            held.parse_key(text)


def test_a_resend_is_said_in_one_way_only() -> None:
    assert adopt.choose("2030-05-01T06:00:00+00:00", False, False) == adopt.Resend(True, "2030-05-01T06:00:00+00:00")
    assert (adopt.choose(None, True, False), adopt.choose(None, False, True)) == (
        adopt.Resend(True),
        adopt.Resend(False),
    )
    assert adopt.instant("2030-05-01T08:00+02:00") == "2030-05-01T06:00:00+00:00"
    for since, everything, nothing in ((None, False, False), ("x", True, False), (None, True, True)):
        with pytest.raises(Misused):
            adopt.choose(since, everything, nothing)


def test_a_new_broker_is_given_something_for_a_reason() -> None:
    chosen = adopt.choose(None, True, False, new_broker=True)
    assert chosen == adopt.Resend(True, new_broker=True)
    assert adopt.decide("ada", "its disk is lost", chosen) == adopt.Decision("ada", "its disk is lost")
    assert adopt.decide("ada", None, adopt.Resend(True)) == adopt.Decision("ada", None)
    with pytest.raises(Misused, match="would do nothing"):
        adopt.choose(None, False, True, new_broker=True)
    for why in (None, ""):
        with pytest.raises(Misused, match="--why"):
            adopt.decide("ada", why, chosen)


@pytest.mark.parametrize("foreign", list(RELAY_DOORS))
def test_a_new_broker_beside_a_strange_database_is_refused_before_anything_is_done(foreign: str, keys: Keys) -> None:
    _ = keys.dapr_tokens, keys.service_key(OPERATOR), keys.service_keys
    asked: list[str] = []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(request.method)
        is_foreign = request.url.port == APPS[foreign].app_port
        stored = "1/1" if is_foreign else "2/1"
        told = {"stored": stored, "found": "2/1", "foreign": is_foreign, "unfinished": False}
        return httpx.Response(200, json=told)

    services = replace(Services.with_keys(keys.folder, 0), client=httpx.Client(transport=httpx.MockTransport(answer)))
    resend, decision = adopt.Resend(True, new_broker=True), adopt.Decision("ada", "its disk is lost")
    with pytest.raises(OperatorError, match=f"the relays of {foreign} do not know") as refused:
        adopt.adopt(services, list(RELAY_DOORS), resend, decision, as_json=False)
    assert refused.value.code == WRONG
    assert asked == ["GET"] * len(RELAY_DOORS)


def test_nothing_is_wrong_with_a_healthy_platform_and_each_defect_is_one_sentence() -> None:
    assert problems(*_healthy(), NOW) == []

    apps, relays, consumers = _healthy()
    apps["todo-relay"] = {"status": "not_ready", "checks": {}, "relay": {"refused_database": "stored 1, found 2"}}
    old = (NOW - timedelta(minutes=5)).isoformat()
    relays["todo-backend"] |= {"leader": None, "pending": 7, "oldest_at": old, "held_for_operator": 1}
    consumers["audit-service"]["topics"]["reminders"]["last_probe_at"] = old
    del consumers["audit-service"]["topics"]["task-events"]
    consumers["audit-service"]["dead_letters"] = [
        {"topic": "task-events", "reason": "not_json", "state": state, "count": 2} for state in ("open", "discarded")
    ]
    found = problems(apps, relays, consumers, NOW)
    assert len(found) == 8
    relays["todo-backend"]["refused_database"] = "The lease names the database 1/1, this is 1/2."
    [refused] = [one for one in problems(apps, relays, consumers, NOW) if "ledger of" in one and "adopt" in one]
    assert "this is 1/2" in refused
    relays["todo-backend"]["ledger_until"] = (NOW + timedelta(days=6)).isoformat()
    assert any("partitions until 2030-05-07" in one for one in problems(apps, relays, consumers, NOW))
    assert "audit-service: 2 open dead letters not_json of task-events" in found


def test_refusals_are_read_from_what_an_app_and_its_sidecar_count() -> None:
    page = """
# TYPE http_server_refused_requests_total counter
http_server_refused_requests_total{door="events",reason="app_token_required"} 3.0
http_server_refused_requests_total{door="rest",reason="forbidden"} 0.0
# TYPE event_consumer_dead_letters_total counter
event_consumer_dead_letters_total{reason="not_json",topic="task-events"} 2.0
# TYPE dapr_error_code_total counter
dapr_error_code_total{app_id="x",category="pubsub",error_code="ERR_PUBSUB_FORBIDDEN"} 1
dapr_error_code_total{app_id="x",category="pubsub",error_code="ERR_PUBSUB_PUBLISH_MESSAGE"} 9
# TYPE python_info gauge
python_info{version="3"} 1.0
"""
    assert [(one["door"], one["reason"], one["count"]) for one in counted("x", page)] == [
        ("events", "app_token_required", 3),
        ("topic task-events", "not_json", 2),
        ("sidecar", "ERR_PUBSUB_FORBIDDEN", 1),
    ]


def test_what_is_shown_cannot_command_the_terminal() -> None:
    assert harmless("a\x1b[2J\r\n") == "a\\x1b[2J\\x0d\\x0a"
    assert "\x1b" not in table(("A",), [("\x1b[31mred",)])
    assert "…" in table(("A", "WHY"), [("a" * 100, "why")])
    assert table(("A", "WHY"), [("a", "w" * 200 + "(the cause)")]).endswith("(the cause)"), "the end says most"
    assert readable(b'{"a":1}') == '{\n  "a": 1\n}'
    assert readable(b"plain\x07 text") == "plain\\x07 text"
    assert readable(b"\xff\x00") == "ff 00"
    assert [age((NOW - timedelta(seconds=s)).isoformat(), NOW) for s in (5, 150, 8000)] == ["5 s", "2 min", "2 h"]


def _healthy() -> tuple[dict[str, Any], dict[str, Any], dict[str, Any]]:
    seen = {"last_event_at": NOW.isoformat(), "last_probe_at": NOW.isoformat()}
    relay = {"leader": "a", "pending": 0, "oldest_at": None, "held_count": 0, "held_for_operator": 0,
             "refused_database": None, "ledger_until": (NOW + timedelta(days=14)).isoformat()}  # fmt: skip
    consumers = {app: {"topics": {t: dict(seen) for t in topics_of(app)}, "dead_letters": []} for app in CONSUMER_DOORS}
    return {"todo-relay": {"status": "ready"}}, {app: dict(relay) for app in RELAY_DOORS}, consumers
