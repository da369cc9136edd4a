"""Any act: repeated, taken back, or more than can be done now."""

from __future__ import annotations

from todo_backend.errors.root import TodoError


class StaleEtag(TodoError):
    """The thing has changed since you read it; nothing was changed now."""

    code = "stale_etag"
    kind = "stale"


class UndoNotFound(TodoError):
    """There is nothing to undo under this handle; handles last 24 hours."""

    code = "undo_not_found"
    kind = "not_found"


class CalendarInvalid(TodoError):
    """The calendar cannot be taken; nothing was made of it."""

    code = "calendar_invalid"

    def __init__(self, code: str, component: str, sentence: str) -> None:
        """Take the case, and the UID or the name of the component that it is about."""
        super().__init__(sentence, component=component)
        self.code = code


class UndoConflict(TodoError):
    """What the act had changed has been changed again since; nothing was undone."""

    code = "undo_conflict"
    kind = "conflict"


class UndoneAlready(TodoError):
    """This act has been undone already."""

    code = "undone_already"
    kind = "conflict"


class IdempotencyKeyReused(TodoError):
    """This Idempotency-Key was used for a different request."""

    code = "idempotency_key_reused"
    kind = "conflict"


class StoreUnavailable(TodoError):
    """The database cannot be reached at the moment; try again."""

    code = "store_unavailable"
    kind = "unavailable"


class StoreFull(StoreUnavailable):
    """The disk of the database is full: nothing was changed. Try again when somebody has made room on it."""

    code = "store_full"


class Overloaded(TodoError):
    """Too many requests are waiting at the moment; try again in a second."""

    code = "overloaded"
    kind = "unavailable"
