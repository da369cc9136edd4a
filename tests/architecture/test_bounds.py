"""docs/bounds.md names every table that a migration makes and every topic: nothing grows unseen."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from event_contracts.apps import APPS
from event_contracts.topics import TOPICS
from event_spine.tables import consumer_ddl, ledger_ddl, operator_acts_ddl
from event_spine.takeover import beside_ddl

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "bounds.md").read_text("utf-8")
MADE = re.compile(r"CREATE TABLE (\w+)\.(\w+)")
VERSIONS = "src/*/migrations/versions/*.py"


def beside(schema: str, app_role: str) -> list[str]:
    return beside_ddl(schema, app_role, ("task_heads", "series_heads", "user_heads"))


SHARED = {
    "ledger_ddl(": ledger_ddl,
    "consumer_ddl(": consumer_ddl,
    "operator_acts_ddl(": operator_acts_ddl,
    "beside_ddl(": beside,
}


def made_by_migrations() -> set[tuple[str, str]]:
    schemas = {app.module.split(".")[0]: app.schema for app in APPS.values() if app.module and app.schema}
    found: set[tuple[str, str]] = set()
    for path in (*ROOT.glob("backend/" + VERSIONS), *ROOT.glob("services/*/" + VERSIONS)):
        text = path.read_text("utf-8")
        found |= set(MADE.findall(text))
        schema = schemas[path.parts[-4]]
        for call, statements in SHARED.items():
            if call in text:
                found |= set(MADE.findall("\n".join(statements(schema, "somebody"))))
    return found


def named_by_the_page() -> set[tuple[str, str]]:
    found: set[tuple[str, str]] = set()
    for section in PAGE.split("\n## ")[1:]:
        head, _, body = section.partition("\n")
        if schema := re.search(r"\(`(\w+)`\)", head):
            found |= {(schema[1], name) for name in re.findall(r"^\| `(\w+)` \|", body, re.MULTILINE)}
    return found


def test_the_page_names_exactly_the_tables_that_migrations_make() -> None:
    named, made = named_by_the_page(), made_by_migrations()

    assert not made - named, "docs/bounds.md must say how these grow and what bounds them"
    assert not named - made, "docs/bounds.md names tables that no migration makes"


@pytest.mark.parametrize("topic", TOPICS.values(), ids=lambda topic: topic.name)
def test_the_page_tells_each_topic_and_its_retention(topic) -> None:
    [line] = re.findall(rf"^\| `{topic.name}` \|.*$", PAGE, re.MULTILINE)

    assert re.search(rf"\b{topic.retention_days} day", line)
