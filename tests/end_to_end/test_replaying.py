"""`todo-ops replay` on the real platform: what a consumer lost comes back from the ledger, and nothing else moves."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from local_runtime.platform import Platform

from tests import evidence, invariants
from tests.operators import USAGE, WRONG, Operator
from tests.people import Person, eventually


@pytest.fixture
def operator(platform: Platform) -> Operator:
    return Operator(platform)


def test_lost_heads_come_back_from_the_ledger_after_a_dry_run_has_told_of_them(
    operator: Operator, person: Person, store: Any
) -> None:
    began = dt.datetime.now(dt.UTC).isoformat()
    task = person.add_repeating("Lost and found", "2030-05-01", "FREQ=WEEKLY")
    person.complete(task["id"])
    eventually(lambda: len(person.occurrences(task["series_id"])) == 2)
    eventually(lambda: invariants.settled(store), seconds=60)
    before = evidence.table_hashes(store)
    asked = ("replay", "--to", "recurring-task-service", "--topic", "task-events", "--from", began, "--by", "ada")
    nothing = operator.run(*asked, "--dry-run")
    assert (nothing.returncode, "would change nothing" in nothing.stdout) == (0, True), nothing.stdout + nothing.stderr

    store.execute("DELETE FROM recurring.task_heads WHERE user_id = %s", (person.user_id,))
    damaged = evidence.table_hashes(store)
    dry = operator.told(*asked, "--dry-run", expect=WRONG)
    assert evidence.table_hashes(store) == damaged, "a dry run changes nothing"
    assert dry["tables"]["task_heads"]["inserted"] == 2
    assert task["id"] in {one["subject"] for one in dry["effects"]}
    assert "task_heads" in operator.run(*asked, "--dry-run").stdout

    done = operator.told(*asked)

    assert (done["events"] >= dry["events"], done["refused"]) == (True, []), "canaries come in between"
    eventually(lambda: evidence.table_hashes(store) == before, says="every table is as it was")
    assert len(person.occurrences(task["series_id"])) == 2
    acts = "SELECT act, done_by, told ->> 'topic', events, refused FROM recurring.operator_acts WHERE id = %s"
    assert store.execute(acts, (done["act_id"],)).fetchone() == ("replay", "ada", "task-events", done["events"], 0)


@pytest.mark.parametrize("consumer", ["audit-service", "notification-service"])
def test_replaying_what_was_handled_changes_nothing(
    operator: Operator, person: Person, store: Any, consumer: str
) -> None:
    began = dt.datetime.now(dt.UTC).isoformat()
    person.complete(person.add("Told already", reminders=[{"at": "2030-05-01T09:00:00Z"}])["id"])
    eventually(lambda: invariants.settled(store), seconds=60)
    before = evidence.table_hashes(store)
    asked = ("replay", "--to", consumer, "--topic", "task-events", "--from", began)

    assert operator.told(*asked, "--dry-run")["effects"] == []
    assert operator.told(*asked)["events"] >= 2

    assert evidence.table_hashes(store) == before


def test_a_topic_goes_only_to_those_who_read_it(operator: Operator) -> None:
    for topic, says in (("reminders", "does not read"), ("task-updates", "stands in no ledger")):
        done = operator.run("replay", "--to", "recurring-task-service", "--topic", topic)
        assert (done.returncode, says in done.stderr) == (USAGE, True)
    wrong = operator.run("replay", "--to", "audit-service", "--topic", "reminders", "--from", "yesterday")
    assert (wrong.returncode, "is no instant" in wrong.stderr) == (USAGE, True)
