"""The mail catcher: what a real SMTP client hands over is listed and shown, and nothing inside it runs."""

from __future__ import annotations

import smtplib
import time
from collections.abc import Iterator
from email.message import EmailMessage
from subprocess import Popen
from sys import executable

import httpx
import pytest
from local_runtime import ports
from local_runtime.mail_catcher.kept import MOST, Mails

MARKUP = "<img src=x onerror=alert(1)>"


@pytest.fixture(scope="module")
def catcher() -> Iterator[tuple[int, httpx.Client]]:
    """A catcher of its own process: the port of its SMTP, and a client of its page."""
    smtp, shown = ports.any_free(), ports.any_free()
    process = Popen([executable, "-m", "local_runtime.mail_catcher", str(smtp), str(shown)])
    try:
        with httpx.Client(base_url=f"http://127.0.0.1:{shown}", trust_env=False) as client:
            deadline = time.monotonic() + 20
            while not _answers(client):
                assert time.monotonic() < deadline, "the catcher does not answer"
                time.sleep(0.05)
            yield smtp, client
    finally:
        process.terminate()
        process.wait()


def _answers(client: httpx.Client) -> bool:
    try:
        return client.get("/health").json() == {"status": "ok"}
    except httpx.TransportError:
        return False


def send(port: int, subject: str, to: str = "ada@example.org") -> None:
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = "todo@example.org", to, subject
    message.set_content("Pay rent")
    message.add_alternative(f"<p>Pay rent</p>{MARKUP}", subtype="html")
    with smtplib.SMTP("127.0.0.1", port) as server:
        server.send_message(message)


def test_what_is_sent_is_listed_newest_first_and_by_its_recipient(catcher: tuple[int, httpx.Client]) -> None:
    port, client = catcher
    assert "No e-mails yet" in client.get("/").text
    send(port, "First")
    send(port, "Second", to="bob@example.org")
    text = client.get("/").text
    assert 0 < text.index("Second") < text.index("First")
    [first] = client.get("/mails.json", params={"to": "ada@example.org"}).json()
    assert (first["subject"], first["text"].strip(), first["from"]) == ("First", "Pay rent", "todo@example.org")
    shown = client.get(f"/mails/{first['number']}").text
    assert "First" in shown
    assert "Pay rent" in shown
    assert client.get("/mails/999").status_code == 404


def test_what_an_e_mail_holds_is_shown_and_never_run(catcher: tuple[int, httpx.Client]) -> None:
    port, client = catcher
    send(port, MARKUP, to="eve@example.org")
    [mail] = client.get("/mails.json", params={"to": "eve@example.org"}).json()
    for path in ("/", f"/mails/{mail['number']}"):
        assert MARKUP not in client.get(path).text, path
    assert f'<iframe sandbox src="/mails/{mail["number"]}/html">' in client.get(f"/mails/{mail['number']}").text
    inside = client.get(f"/mails/{mail['number']}/html")
    assert MARKUP in inside.text
    assert inside.headers["content-security-policy"].startswith("default-src 'none';")


def test_the_oldest_make_room() -> None:
    mails = Mails()
    for n in range(MOST + 5):
        mails.add("a@example.org", ["b@example.org"], f"Subject: {n}\n\n".encode())
    assert [mail.number for mail in mails][:: MOST - 1] == [MOST + 5, 6]
    assert mails.find(5) is None
