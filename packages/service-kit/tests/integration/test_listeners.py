"""Two real listeners in one real process: what is in flight at SIGTERM finishes, a taken port is said."""

from __future__ import annotations

import asyncio
import signal
import socket
import subprocess
import sys
from pathlib import Path

import httpx

PROCESS = Path(__file__).with_name("process.py")


async def test_what_is_in_flight_finishes_and_the_process_ends_well() -> None:
    inner, outer = _free_port(), _free_port()
    process = _start(inner, outer)
    try:
        async with httpx.AsyncClient(transport=httpx.AsyncHTTPTransport(retries=20)) as client:
            requests = [asyncio.create_task(client.get(f"http://127.0.0.1:{p}/slow")) for p in (inner, outer)]
            for _ in requests:
                await asyncio.to_thread(_line_with, process, "in flight")
            process.send_signal(signal.SIGTERM)
            answers = await asyncio.gather(*requests)
        assert [a.json() for a in answers] == ["done", "done"]
        assert process.wait(10) == 0
    finally:
        process.kill()


async def test_a_taken_port_ends_the_process() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        process = _start(_free_port(), taken.getsockname()[1])
        assert process.wait(10) != 0


def test_a_wrong_setting_is_one_sentence() -> None:
    code = "from service_kit.settings import *; load(ServiceSettings)"
    environment = {"PUBLIC_PORT": "99999", "APP_ID": "x", "PATH": ""}
    done = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert "The setting PUBLIC_PORT is wrong: Input should be less than or equal to 65535." in done.stderr
    assert "The setting DATABASE_URL is wrong: Field required." in done.stderr
    assert "Traceback" not in done.stderr


def _start(inner: int, outer: int) -> subprocess.Popen[str]:
    return subprocess.Popen([sys.executable, PROCESS, str(inner), str(outer)], stdout=subprocess.PIPE, text=True)


def _line_with(process: subprocess.Popen[str], words: str) -> str:
    assert process.stdout is not None
    return next(line for line in process.stdout if words in line)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
