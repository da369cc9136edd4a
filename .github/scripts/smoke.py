"""Ask a deployed platform for what it is for: `smoke.py URL [--seconds 60]`.

Somebody signs up, makes a task that repeats daily, completes it, and its next occurrence must appear; the history must
say who made it. That crosses page route, backend, relay, broker, recurring-task-service and audit. What was made is
deleted; the account stays, for the API deletes none.

Exit code 0 and one sentence, or 1 and one sentence that says what did not happen. Nothing but Python is needed.
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
import secrets
import sys
import time
import urllib.error
import urllib.request
from dataclasses import dataclass
from typing import Any

REQUEST_SECONDS = 15
TITLE = "Water the plants (smoke test)"


class BadReleaseError(Exception):
    """The platform did not do what it is for. The text says what."""


@dataclass
class Visitor:
    """Somebody at the open door of `url`; signed in once `token` is there."""

    url: str
    token: str = ""
    user: str = ""
    refresh_token: str = ""

    def ask(self, method: str, path: str, expect: int, body: Any = None) -> Any:
        """One request; raise unless it is answered with `expect`."""
        headers = {"content-type": "application/json", "user-agent": "todo-smoke"}
        if self.token:
            headers["authorization"] = f"Bearer {self.token}"
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(self.url + path, data, headers, method=method)  # noqa: S310 - main() saw the scheme
        try:
            with urllib.request.urlopen(request, timeout=REQUEST_SECONDS) as answer:  # noqa: S310
                status, text = answer.status, answer.read()
        except urllib.error.HTTPError as refused:
            status, text = refused.code, refused.read()
        except (OSError, ValueError) as unreachable:
            raise BadReleaseError(f"{method} {self.url}{path} was not answered: {unreachable}") from unreachable
        if status != expect:
            said = text.decode(errors="replace")[:300]
            raise BadReleaseError(f"{method} {path} was answered with {status} instead of {expect}: {said}")
        try:
            return json.loads(text) if text else {}
        except ValueError as garbled:
            raise BadReleaseError(f"{method} {path} was answered with {status}, but not with JSON.") from garbled

    def sign_up(self) -> None:
        """Make an account that nobody has had."""
        account = {
            "email": f"smoke-{secrets.token_hex(8)}@example.com",
            "password": secrets.token_urlsafe(24),
            "name": "Smoke test",
            "time_zone": "Etc/UTC",
        }
        session = self.ask("POST", "/api/auth/sign-up", 201, account)
        self.token, self.refresh_token = session["access_token"], session["refresh_token"]
        self.user = f"/api/{session['user']['id']}"


def smoke(url: str, seconds: float) -> str:
    """Do the whole arrow at `url` and return a sentence that says so; raise when the next one does not come."""
    visitor = Visitor(url.rstrip("/"))
    visitor.sign_up()
    today = dt.datetime.now(dt.UTC).date()
    due = {"date": today.isoformat(), "time": "09:00", "time_zone": "Etc/UTC"}
    task = visitor.ask(
        "POST", f"{visitor.user}/tasks", 201, {"title": TITLE, "due": due, "recurrence": {"rrule": "FREQ=DAILY"}}
    )
    last, done = task["id"], False
    try:
        began = time.monotonic()
        visitor.ask("POST", f"{visitor.user}/tasks/{task['id']}/complete", 200, {})
        following = _until_next(visitor, task["id"], began + seconds, seconds)
        took, last = time.monotonic() - began, following["id"]
        wanted = (today + dt.timedelta(days=1)).isoformat()
        if following["due"]["date"] != wanted:
            raise BadReleaseError(f"the next occurrence is due on {following['due']['date']} instead of {wanted}.")
        _until_told(visitor, following["id"], began + seconds, seconds)
        done = True
    finally:
        # Also after a failure, and without hiding it: what is deleted ends its series.
        try:
            visitor.ask("DELETE", f"{visitor.user}/tasks/{last}", 200)
            visitor.ask("POST", "/api/auth/sign-out", 204, {"refresh_token": visitor.refresh_token})
        except BadReleaseError as left:
            if done:
                raise
            print(f"What was made could not be deleted: {left}", file=sys.stderr)
    return f"{url}: a completed task had its next occurrence after {took:.2f} s, and the history says who made it."


def _until_next(visitor: Visitor, done: str, deadline: float, seconds: float) -> dict[str, Any]:
    while True:
        found = visitor.ask("GET", f"{visitor.user}/tasks?status=open", 200)["items"]
        others = [task for task in found if task["id"] != done]
        if others:
            return others[0]
        if time.monotonic() > deadline:
            raise BadReleaseError(f"a recurring task was completed, and no next one came within {seconds:g} s.")
        time.sleep(0.2)


def _until_told(visitor: Visitor, task: str, deadline: float, seconds: float) -> None:
    while True:
        told = visitor.ask("GET", f"{visitor.user}/tasks/{task}/history", 200)["items"]
        if any(entry["event_type"] == "recurring_task_created" for entry in told):
            return
        if time.monotonic() > deadline:
            raise BadReleaseError(f"the next one came, and its history said nothing of it within {seconds:g} s.")
        time.sleep(0.2)


def main(words: list[str]) -> int:
    """Do what the command line says."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("url", help="where the platform answers, https://todo.example.com")
    options.add_argument("--seconds", type=float, default=60, help="how long the next occurrence may take")
    chosen = options.parse_args(words)
    if not chosen.url.startswith(("https://", "http://")):
        print(f"Nothing was asked: {chosen.url} is not the address of a platform, like https://…", file=sys.stderr)
        return 1
    try:
        print(smoke(chosen.url, chosen.seconds))
    except BadReleaseError as bad:
        print(f"The release is bad: {bad}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
