"""What the platform's processes take of the machine, by name; PostgreSQL's children are its connections."""

from __future__ import annotations

import psutil
from local_runtime.platform import Platform


def memory_mib(platform: Platform) -> dict[str, int]:
    """Return the memory of each part, shared pages divided among those that share them, and the total."""
    found = {name: round(sum(map(_pss, family)) / 2**20) for name, family in _families(platform)}
    return {**found, "total": sum(found.values())}


def processor_seconds(platform: Platform) -> dict[str, float]:
    """Return the processor time that each part has used since it was started, and this process: it makes the load."""
    families = [*_families(platform), ("the load", [psutil.Process()])]
    return {name: sum(map(_spent, family)) for name, family in families}


def _pss(process: psutil.Process) -> int:
    try:
        return process.memory_full_info().pss
    except psutil.NoSuchProcess:  # one of PostgreSQL's that has ended since it was listed
        return 0


def _spent(process: psutil.Process) -> float:
    try:
        return sum(process.cpu_times()[:4])
    except psutil.NoSuchProcess:
        return 0.0


def _families(platform: Platform) -> list[tuple[str, list[psutil.Process]]]:
    running = [(name, psutil.Process(s.pid)) for name, s in platform.states().items() if s.pid is not None]
    return [(name, [process, *process.children(recursive=True)]) for name, process in running]
