"""How long a newcomer waits: fresh clone and empty caches, a second start, and one without any network.

`python -m tests.benchmarks.starts` clones the committed HEAD into a temporary folder, gives it caches of its own and a
PATH on which no Go, Java, Maven or Node is found (their wheels are fetched, as on a bare machine). It runs `make run`
there, each time until the address is said and then Ctrl-C. Ports are the usual ones, so nothing else may run.
Writes docs/benchmarks/starts.json.
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import psutil
from local_runtime.layout import CLONE

from tests.benchmarks.machine import commit, machine

READY = "http://"
LONGEST_SECONDS = 1200
HIDDEN = {"go", "gofmt", "java", "javac", "mvn", "node", "nodejs", "npm", "npx", "daprd", "dapr", "uv"}
# A network of its own with nothing in it but a loopback interface that is up (SIOCSIFFLAGS, IFF_UP).
ALONE = (
    "import fcntl,os,socket,struct,sys;"
    "fcntl.ioctl(socket.socket(),0x8914,struct.pack('16sh14x',b'lo',1));"
    "os.execvp(sys.argv[1],sys.argv[1:])"
)


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--out", type=Path, default=CLONE / "docs" / "benchmarks" / "starts.json")
    chosen = options.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="todo-cold-"))
    try:
        subprocess.run(["git", "clone", "-q", str(CLONE), str(folder / "clone")], check=True)
        environment = _empty_caches(folder / "caches")
        figures = {
            "at": dt.datetime.now(dt.UTC).isoformat(timespec="seconds"),
            "commit": commit(),
            "machine": machine(),
            "cold": _start(folder / "clone", environment, ["make", "run"]),
            "second": _start(folder / "clone", environment, ["make", "run"]),
            "without_network": _start(
                folder / "clone", environment, ["unshare", "--net", sys.executable, "-c", ALONE, "make", "run"]
            ),
        }
    finally:
        subprocess.run(["chmod", "-R", "u+w", str(folder)], check=False)  # Go's module cache is read-only
        shutil.rmtree(folder, ignore_errors=True)
    chosen.out.parent.mkdir(parents=True, exist_ok=True)
    chosen.out.write_text(json.dumps(figures, indent=2) + "\n")
    print(json.dumps(figures, indent=2))


def _start(clone: Path, environment: dict[str, str], command: list[str]) -> dict[str, Any]:
    began = time.monotonic()
    process = subprocess.Popen(
        command,
        cwd=clone,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )
    assert process.stdout is not None
    said: list[str] = []
    for line in process.stdout:
        said.append(line.rstrip())
        print(f"{time.monotonic() - began:6.1f}  {said[-1]}", flush=True)
        if "Ctrl-C" in line:
            break
        assert time.monotonic() - began < LONGEST_SECONDS, said
    ready = time.monotonic() - began
    assert any(READY in line for line in said), "it ended without saying an address"
    family = psutil.Process(process.pid).children(recursive=True)
    stopped_at = time.monotonic()
    os.killpg(process.pid, signal.SIGINT)
    process.communicate(timeout=60)
    stopped = time.monotonic() - stopped_at
    left = [p.pid for p in family if p.is_running() and p.status() != psutil.STATUS_ZOMBIE]
    return {"ready_seconds": round(ready, 1), "ctrl_c_seconds": round(stopped, 1), "processes_left": len(left)}


def _empty_caches(folder: Path) -> dict[str, str]:
    names = {
        "XDG_CACHE_HOME": "xdg",
        "TODO_PLATFORM_CACHE": "platform",
        "UV_CACHE_DIR": "uv",
        "PIP_CACHE_DIR": "pip",
        "npm_config_cache": "npm",
        "GOPATH": "go",
        "GOCACHE": "go-build",
        "JGO_CACHE_DIR": "jgo",
    }
    bare = folder / "bin"
    bare.mkdir(parents=True)
    for directory in map(Path, os.environ["PATH"].split(os.pathsep)):
        for program in directory.iterdir() if directory.is_dir() else ():
            if program.name not in HIDDEN and not (bare / program.name).exists():
                (bare / program.name).symlink_to(program)
    kept = {k: v for k, v in os.environ.items() if k not in {"GOMODCACHE", "JAVA_HOME", "VIRTUAL_ENV", "PYTHONPATH"}}
    return {**kept, "PATH": str(bare), **{name: str(folder / part) for name, part in names.items()}}


if __name__ == "__main__":
    main()
