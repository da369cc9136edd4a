"""Lists of tasks."""

from __future__ import annotations

from todo_backend.errors.root import TodoError


class ListNotFound(TodoError):
    """There is no such list."""

    code = "list_not_found"


class ListMissing(ListNotFound):
    """There is no such list."""

    kind = "not_found"


class ListDeleted(TodoError):
    """The list is deleted; restore it first."""

    code = "list_deleted"
    kind = "conflict"


class ListNotDeleted(TodoError):
    """The list is not deleted."""

    code = "list_not_deleted"
    kind = "conflict"


class ListNameTaken(TodoError):
    """There is a list with this name already; take another name."""

    code = "list_name_taken"
    kind = "conflict"


class TooManyLists(TodoError):
    """There is no room for one more list; delete one first."""

    code = "too_many_lists"
    kind = "conflict"
