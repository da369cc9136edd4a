"""A webhook's receiver on this machine: it keeps what it got."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler
from typing import Any

from tests.serving import serving


@dataclass
class Hook:
    """What it got, and with which status it answers; `choose` decides for each request anew."""

    url: str = ""
    got: list[tuple[dict[str, str], bytes]] = field(default_factory=list)
    status: int = 200
    choose: Callable[[int], int] | None = None


@contextmanager
def hooking() -> Iterator[Hook]:
    """A receiver that runs as long as the block."""
    state = Hook()
    turn = threading.Lock()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            with turn:
                state.got.append((dict(self.headers.items()), body))
                count = len(state.got)
            self.send_response(state.choose(count) if state.choose else state.status)
            self.send_header("content-length", "0")
            self.end_headers()

        def log_message(self, *_: Any) -> None:
            """Say nothing."""

    with serving(Handler) as url:
        state.url = f"{url}/hook"
        yield state
