"""What can go wrong on the machine, each as one sentence for the person who started it."""

from __future__ import annotations

import errno


class LocalRuntimeError(Exception):
    """The local runtime cannot go on."""


class PartMissingError(LocalRuntimeError):
    """A part of the platform is not on this machine and could not be fetched."""


class PartFailedError(LocalRuntimeError):
    """A part of the platform was started and did not become ready."""


class PortTakenError(LocalRuntimeError):
    """Another program listens on a port that the platform needs."""


class AlreadyRunningError(LocalRuntimeError):
    """The platform of this clone is running already."""


def in_words(error: OSError) -> str:
    """What a person is told when the system refuses: what happened and what to do."""
    where = error.filename or "a file"
    if error.errno in {errno.ENOSPC, errno.EDQUOT}:
        return f"The disk is full ({where}): free some space, then say it again. `make doctor` says how much is needed."
    if error.errno == errno.EROFS:
        return f"{where} is on a disk that can only be read: {_ELSEWHERE}"
    if error.errno in {errno.EACCES, errno.EPERM}:
        return f"This user may not use {where}: give it the right to do so, or {_ELSEWHERE}"
    if error.errno in {errno.EMFILE, errno.ENFILE}:
        return "Too many files are open: end other programs, or raise the limit (`ulimit -n 4096`), then say it again."
    return f"The system refuses: {error}. `make doctor` says what is wrong here."


_ELSEWHERE = "put the clone into a folder of your own, or name another cache with TODO_PLATFORM_CACHE=/a/folder."
