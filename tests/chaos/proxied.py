"""People behind a proxy of two replicas: what they see of a restart."""

from __future__ import annotations

import datetime as dt
import random
import threading
from contextlib import ExitStack
from typing import Any
from uuid import uuid4

import httpx

from tests.people import Person


class Through:
    """People behind a proxy of two replicas: it goes to the other one where a connection is refused or cut unanswered.

    Any other failure, and any answer that is no success, is an error that somebody has seen.
    """

    def __init__(self, urls: list[str], count: int = 4) -> None:
        self._urls = urls
        self._people = [Person.sign_up(urls[0]) for _ in range(count)]
        self._stop = threading.Event()
        self._threads = [threading.Thread(target=self._work, args=(p,), daemon=True) for p in self._people]
        self.user_ids = [person.user_id for person in self._people]
        self.errors: list[str] = []
        self.acknowledged: list[tuple[str, int]] = []
        self.created = 0
        self.turned_away = 0
        self.answered_by = dict.fromkeys(urls, 0)
        self._counting = threading.Lock()

    @property
    def done(self) -> int:
        return len(self.acknowledged)

    def __enter__(self) -> Through:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        for thread in self._threads:
            thread.join(30)

    def _work(self, person: Person) -> None:
        due = {"date": str(dt.datetime.now(dt.UTC).date() + dt.timedelta(days=1)), "time_zone": "UTC"}
        with ExitStack() as stack:
            clients = [stack.enter_context(httpx.Client(base_url=url, timeout=20)) for url in self._urls]
            while not self._stop.is_set():
                body = {"title": "chore", "due": due, "recurrence": {"rrule": "FREQ=DAILY"}}
                task = self._act(clients, person, "tasks", body)
                if task is not None:
                    with self._counting:
                        self.created += 1
                    self._act(clients, person, f"tasks/{task['id']}/complete", {})

    def _act(self, clients: list[httpx.Client], person: Person, rest: str, body: Any) -> dict[str, Any] | None:
        headers = {**person.headers, "idempotency-key": str(uuid4())}
        ways = list(zip(clients, self._urls, strict=True))
        random.shuffle(ways)
        for client, url in ways * 3:
            try:
                answer = client.post(person.path(rest), json=body, headers=headers)
            except (httpx.ConnectError, httpx.RemoteProtocolError, httpx.ReadError):
                with self._counting:
                    self.turned_away += 1
                continue
            except httpx.HTTPError as error:
                self.errors.append(f"POST {rest}: {error!r}")
                return None
            if not answer.is_success:
                self.errors.append(f"POST {rest}: {answer.status_code} {answer.text[:200]}")
                return None
            document = answer.json()
            task = document.get("task", document)
            self.acknowledged.append((task["id"], task["version"]))
            with self._counting:
                self.answered_by[url] += 1
            return task
        self.errors.append(f"POST {rest}: neither replica answered")
        return None
