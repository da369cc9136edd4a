"""Confirmations of what cannot be seen again: they name what was shown, as it was, and nobody can make one up.

A confirmation carries the id and the version that were shown, sealed for its person and its act. It needs no store and
no term: as soon as the thing has changed, its version is another, and the act is refused.
"""

from __future__ import annotations

import hmac
from dataclasses import dataclass
from typing import Annotated
from uuid import UUID

from pydantic import Field

from todo_backend.doors.rest.fields import CleanText
from todo_backend.doors.tools.acting import Acting
from todo_backend.doors.tools.refused import Refused

Confirmation = Annotated[
    CleanText, Field(max_length=200, description="what the first call gave back, once the person has agreed")
]


@dataclass(frozen=True, slots=True)
class Target:
    """What was shown."""

    id: UUID
    version: int


def confirmation(acting: Acting, act: str, target_id: UUID, version: int) -> str:
    """Return what confirms an act on a thing of a version."""
    return f"{target_id}.{version}.{_seal(acting, act, target_id, version)}"


def confirmed(acting: Acting, act: str, given: str, named: str) -> Target:
    """Return what was shown. Raises Refused for a confirmation of another act, person or thing."""
    try:
        target, version, seal = given.split(".")
        found = Target(UUID(target), int(version))
    except ValueError:
        raise _wrong() from None
    expected = _seal(acting, act, found.id, found.version)
    if not hmac.compare_digest(seal.encode(), expected.encode()) or (_is_id(named) and UUID(named) != found.id):
        raise _wrong()
    return found


def _seal(acting: Acting, act: str, target_id: UUID, version: int) -> str:
    return acting.services.tokens.seal(f"{acting.user_id}\0{act}\0{target_id}\0{version}")


def _is_id(named: str) -> bool:
    try:
        UUID(named)
    except ValueError:
        return False
    return True


def _wrong() -> Refused:
    return Refused(
        "confirmation_wrong",
        "This confirms something else; nothing was changed. Call again without `confirm` to see what is meant.",
    )
