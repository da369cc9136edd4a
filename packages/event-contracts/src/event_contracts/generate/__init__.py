"""The committed documents that are made from the tables and models of this package: schemas, AsyncAPI, events.md.

`python -m event_contracts.generate` writes them, `--check` compares and writes nothing.
"""

from __future__ import annotations

from event_contracts.generate.asyncapi import asyncapi_yaml
from event_contracts.generate.page import events_page
from event_contracts.generate.schemas import schema_files

REFRESH = "python -m event_contracts.generate"
PACKAGE = "packages/event-contracts"


EXAMPLE = f"{PACKAGE}/examples/todo.task.completed.v1.json"


def artefacts(example: str) -> dict[str, str]:
    """Return path → text of every generated file; paths are relative to the repository's root.

    `example` is the text of the committed example that docs/events.md shows.
    """
    return {
        **{f"{PACKAGE}/schemas/{name}": text for name, text in schema_files().items()},
        f"{PACKAGE}/asyncapi.yaml": asyncapi_yaml(),
        "docs/events.md": events_page(example),
    }
