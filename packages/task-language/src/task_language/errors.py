"""What can be wrong with a line before it is read at all; a class per case, its docstring is its message."""

from __future__ import annotations


class TaskLanguageError(ValueError):
    """The line cannot be read."""

    def __init__(self) -> None:
        super().__init__((self.__doc__ or "").strip())


class LineTooLong(TaskLanguageError):
    """A line has at most 500 characters."""
