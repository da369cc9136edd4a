"""The README's table of numbers, made from the committed figures: `python -m tests.benchmarks.readme [--check]`."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from local_runtime.layout import CLONE

README = CLONE / "README.md"
FIGURES = CLONE / "docs" / "benchmarks"
BEGIN, END = "<!-- numbers: make bench -->", "<!-- end of numbers -->"
NAMES = (
    "starts",
    "platform",
    "successor",
    "arrears",
    "reminders",
    "chat",
    "conversations",
    "tool_call",
    "next_occurrence",
    "create",
    "spine",
    "audit",
)
Rows = list[tuple[str, str]]


def table(figures: dict[str, dict[str, Any]]) -> str:
    """Return the table, one figure a line, with what it was measured on. A file that is not there gives no line."""
    makers = {
        "successor": _successor,
        "arrears": _arrears,
        "reminders": _reminders,
        "chat": _chat,
        "conversations": _conversations,
        "tool_call": _tool_call,
        "next_occurrence": _next_occurrence,
        "create": _create,
        "spine": _spine,
        "audit": _audit,
    }
    rows = _platform(figures["starts"], figures["platform"])
    for name, maker in makers.items():
        rows += maker(figures[name]) if name in figures else []
    machine, *others = [{**found["machine"], "python": ""} for found in figures.values()]
    if any(other != machine for other in others):
        sys.exit("docs/benchmarks has figures of different machines: measure all of them on one")
    where = (
        f"{machine['cores']} cores ({machine['processor']}), {machine['memory_gib']} GiB, everything on them at once"
    )
    commits = list(dict.fromkeys(found["commit"] for found in figures.values()))
    named = " and ".join([", ".join(commits[:-1]), commits[-1]] if commits[1:] else commits)
    lines = ["| what | measured |", "|---|---|", *(f"| {what} | {figure} |" for what, figure in rows)]
    return "\n".join([*lines, "", f"Measured on {where}; commits {named}."])


def _platform(starts: dict[str, Any], platform: dict[str, Any]) -> Rows:
    create = platform["create_task"]["milliseconds"]
    audit = platform["commit_to_audit_milliseconds"]
    successor = platform["completion_to_successor_milliseconds"]
    share = platform["dapr_share_milliseconds"]
    rate, seconds = platform["create_task"]["per_second"], platform["create_task"]["seconds"]
    return [
        ("first start, empty caches", f"{starts['cold']['ready_seconds']:.0f} s"),
        ("second start", f"{starts['second']['ready_seconds']:.0f} s"),
        ("start without any network", f"{starts['without_network']['ready_seconds']:.0f} s"),
        ("Ctrl-C until nothing is left", f"{starts['second']['ctrl_c_seconds']:.0f} s"),
        (f"create a task at {rate:.0f}/s for {seconds:.0f} s, p50 / p99", f"{create['p50']} / {create['p99']} ms"),
        ("commit → its row in the audit, same load, p50 / p99", f"{audit['p50']} / {audit['p99']} ms"),
        ("Dapr's share of publishing a bulk, p90", f"{share['publish_p90_share']} ms"),
        (f"Kafka's timestamp → audit's handler, through Dapr ({share['await_of_a_bulk']} ms of waiting included), p90",
         f"{share['arrival_through_dapr_await_included']['p90']} ms"),
        ("completion → the next occurrence, p50 / p99", f"{successor['p50']} / {successor['p99']} ms"),
        ("Dapr's share of delivering, net of that waiting, p90", f"{share['arrival_p90_share_net_of_the_await']} ms"),
        ("memory of everything", f"{platform['memory_mib']['total'] / 1024:.1f} GiB"),
    ]  # fmt: skip


def _successor(found: dict[str, Any]) -> Rows:
    figures = found["completion_to_live_successor"]
    asked = _p50_p99(figures["from_appointed_milliseconds"])
    completed = _p50_p99(figures["from_completion_milliseconds"])
    return [
        (f"asking to complete → the successor in a live client, {_load(figures)}, p50 / p99", f"{asked} ms"),
        ("the completion itself → the same, p50 / p99", f"{completed} ms"),
    ]  # fmt: skip


def _arrears(found: dict[str, Any]) -> Rows:
    figures = found["arrears"]
    meanwhile = _p50_p99(figures["completed_meanwhile_milliseconds"])
    return [
        (f"successors made after an outage, {figures['owed']} owed", f"{figures['made_per_second']}/s"),
        ("a completion while they are made → its successor, p50 / p99", f"{meanwhile} ms"),
    ]


def _reminders(found: dict[str, Any]) -> Rows:
    figures = found["reminders"]
    sent = figures["sent_after_the_instant_milliseconds"]
    seen = figures["in_a_live_client_after_the_instant_milliseconds"]
    return [
        (f"a reminder's instant → sent, {_load(figures)}, p50 / p99 / longest", f"{_p50_p99(sent)} / {sent['max']} ms"),
        ("the same → in a live client, p50 / p99 / longest", f"{_p50_p99(seen)} / {seen['max']} ms"),
        ("reminders that came early", f"{figures['early']} of {sent['samples']}"),
    ]  # fmt: skip


def _chat(found: dict[str, Any]) -> Rows:
    figures = found["chat"]
    first = _p50_p99(figures["first_text_milliseconds"])
    return [(f"a line in the chat → the first text of the answer, {_load(figures)}, p50 / p99", f"{first} ms")]


def _conversations(found: dict[str, Any]) -> Rows:
    of = found["conversations"]
    memory = of["backend_memory_mib"]
    turns = _p50_p99(of["turn_milliseconds"])
    return [
        (f"{of['at_once']} conversations at once on one backend: a whole turn, p50 / p99", f"{turns} ms"),
        (
            "its memory before · at most · after",
            " · ".join(str(memory[at]) for at in ("before", "highest", "after")) + " MiB",
        ),
    ]


def _tool_call(found: dict[str, Any]) -> Rows:
    of = found["tool_call"]["2026-07-28"]
    added = " · ".join(_p50_p99(of[act]["added_milliseconds"]) for act in ("read", "create", "change"))
    return [("what a tool call adds to the same REST call, p50 / p99: reading · creating · changing", f"{added} ms")]


def _next_occurrence(found: dict[str, Any]) -> Rows:
    figures = found["next_occurrence_microseconds"]
    on_time, late = _p50_p99(figures["on_time"]), _p50_p99(figures["everything_since_the_start_passed_over"])
    oldest = figures["beside_others_by_age"]["10000"]
    beside = " · ".join(f"{oldest[who]['p50']:.0f}" for who in ("ours", "dateutil", "npm_rrule"))
    return [
        ("next occurrence, series of any age, p50 / p99", f"{on_time} µs"),
        ("the same with everything since their start passed over, p50 / p99", f"{late} µs"),
        ("the slowest rule of it, p99", f"{figures['slowest_rule_p99']} µs"),
        ("a series of 10,000 occurrences: ours · python-dateutil · npm's rrule, p50", f"{beside} µs"),
        ("a preview of ten dates, p99", f"{figures['preview_of_ten']['p99']:.0f} µs"),
        ("a rule of random parts, refused or dated, p99.9", f"{figures['hostile_rules_first_seen']['p999']:.0f} µs"),
    ]


def _create(found: dict[str, Any]) -> Rows:
    figures = found["create_alone"]
    apps = [figures[name] for name in ("backend", "bare", "tutorial")]
    latencies = " · ".join(f"{_p50_p99(app['milliseconds'])} ms" for app in apps)
    throughput = " · ".join(f"{app['per_second_of_16_connections']:.0f}/s" for app in apps)
    return [
        (
            f"create with the backend alone · a bare insert · SQLModel's tutorial, {_load(figures)}, p50 / p99",
            latencies,
        ),
        ("the same, 16 connections as fast as they can", throughput),
    ]


def _spine(found: dict[str, Any]) -> Rows:
    audit, drain = found["commit_to_audit"], found["relay_drain"]
    relay, plain = max(drain["relay_per_second"]), max(drain["read_and_publish_per_second"])
    share = round(drain["share_of_the_best"] * 100)
    return [
        (f"commit → its row in the audit, events written at {_load(audit)}, p50 / p99",
         f"{_p50_p99(audit['milliseconds'])} ms"),
        (f"the relay drains {drain['events']} events · read and publish without its logic, best of three",
         f"{relay}/s · {plain}/s, {share} %"),
    ]  # fmt: skip


def _audit(found: dict[str, Any]) -> Rows:
    figures = found["audit_over_bulk_at_one_partition"]
    ours, theirs = figures["audit_per_second"], figures["tutorial_per_second"]
    times = figures["audit_is_times_as_fast"]
    return [("the audit over bulk · a tutorial's handler, one partition", f"{ours}/s · {theirs}/s, {times} times")]


def _load(figures: dict[str, Any]) -> str:
    return f"{figures['per_second']:.0f}/s for {figures['seconds']:.0f} s"


def _p50_p99(found: dict[str, Any]) -> str:
    return f"{found['p50']} / {found['p99']}"


def main() -> None:
    files = {name: FIGURES / f"{name}.json" for name in NAMES}
    figures = {name: json.loads(file.read_text()) for name, file in files.items() if file.exists()}
    text = README.read_text()
    head, rest = text.split(BEGIN)
    _, tail = rest.split(END)
    wanted = f"{head}{BEGIN}\n{table(figures)}\n{END}{tail}"
    if "--check" in sys.argv:
        sys.exit(
            0 if wanted == text else "README.md is not what docs/benchmarks says: python -m tests.benchmarks.readme"
        )
    Path(README).write_text(wanted)


if __name__ == "__main__":
    main()
