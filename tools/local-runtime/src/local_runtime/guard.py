"""Become another program that ends when its starter does, even when that one is killed by SIGKILL.

Run as a script, `python -I -S guard.py SIGNAL PARENT PROGRAM ARGUMENT…`: it asks the kernel to send SIGNAL when the
parent dies, then replaces itself by PROGRAM. The request survives the exec, and is made inside a user namespace if
there is one: entering one would have dropped it. Where the kernel has no such call (macOS) it only replaces itself;
what was left behind is then ended by the next start.
"""

from __future__ import annotations

import os
import sys

_PR_SET_PDEATHSIG = 1


def guarding(number: int) -> list[str]:
    """The words before a command that make it end with `number` when the thread that starts it does."""
    return [sys.executable, "-I", "-S", __file__, str(int(number)), str(os.getpid())]


def main(arguments: list[str]) -> None:
    """Ask for the signal and become the program. `arguments`: signal number, parent's pid, program, its arguments."""
    number, parent, program, *rest = arguments
    if sys.platform.startswith("linux"):
        import ctypes  # noqa: PLC0415 - 10 ms that macOS need not pay

        ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_PDEATHSIG, int(number), 0, 0, 0)
        if os.getppid() != int(parent):  # it died before the request was made
            sys.exit(1)
    os.execvp(program, [program, *rest])  # noqa: S606 - becoming another program is the purpose


if __name__ == "__main__":
    main(sys.argv[1:])
