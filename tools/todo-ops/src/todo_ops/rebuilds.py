"""Rebuilding a projection through the doors: from its owner's pages to the tables beside, and taking those over."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from event_contracts.identifiers import uuid7
from event_contracts.operators import REBUILD_DOORS, RebuildDoor

from todo_ops import snapshots
from todo_ops.services import Services

Document = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Rebuild:
    """A rebuild that has been filled from its owner's state; what is delivered meanwhile is written in both places."""

    services: Services
    door: RebuildDoor
    act: Document
    filled: int

    def swap(self, *, dry_run: bool) -> list[Document]:
        """Take it over, or only tell what would change: a document per table."""
        return self.services.ask(self.door.swap, json={**self.act, "dry_run": dry_run})["tables"]

    def derive(self, *, dry_run: bool) -> int:
        """Derive the work that follows from the heads, page by page; return how many rows of it changed."""
        changed = 0
        after: Document | None = None
        while True:
            told = self.services.ask(self.door.derive, json={"after": after, "dry_run": dry_run})
            changed += told["changed"]
            after = told["next"]
            if after is None:
                return changed


@contextmanager
def beside(services: Services, app: str, by: str) -> Generator[Rebuild]:
    """Build a projection beside the live one; it ends with the block, taken over or not."""
    door = REBUILD_DOORS[app]
    act = {"act_id": str(uuid7()), "by": by}
    services.ask(door.begin, json=act)
    try:
        filled = 0
        for kind in snapshots.KINDS:
            for items in snapshots.pages(services, kind):
                services.ask(door.fill, json={"act_id": act["act_id"], "kind": kind, "items": items})
                filled += len(items)
        yield Rebuild(services, door, act, filled)
    finally:
        services.ask(door.end, json=act)
