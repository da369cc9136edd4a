"""What can go wrong, each with its exit code; the message is what the operator reads."""

from __future__ import annotations

from typing import Final

FINE: Final = 0
WRONG: Final = 1
USAGE: Final = 2
UNREACHED: Final = 3


class OperatorError(Exception):
    """Something is wrong; the command ends with `code`."""

    code: int = WRONG


class Misused(OperatorError):
    """The command cannot be carried out as it was given."""

    code = USAGE


class Unreached(OperatorError):
    """A service gave no answer."""

    code = UNREACHED
