"""The arrow on a real cluster: page and broker, an upgrade under load, killed pods, and a sidecar that is refused."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import httpx
import pytest
from local_runtime import layout
from local_runtime.provision import frontend
from local_runtime.provision.cache import Cache

from tests.browser import journey_at
from tests.deploy.cluster.installed import DEPLOYMENTS, Installed, pods
from tests.people import PASSWORD, Person, eventually

pytestmark = [pytest.mark.step6, pytest.mark.timeout(1800)]
DAILY = "FREQ=DAILY"


@pytest.fixture(scope="module")
def url(installed: Installed) -> Iterator[str]:
    with installed.forwarded("service/todo-backend", 80) as url:
        yield url


@pytest.fixture
def person(url: str) -> Person:
    return Person.sign_up(url, timeout=30)


def test_a_task_that_is_completed_in_the_browser_has_its_next_one(installed: Installed, person: Person) -> None:
    with installed.forwarded("service/todo-frontend", 80) as page:
        node = frontend.node(Cache(layout.cache_folder()))
        result = journey_at(page, "journey", node, person.email, PASSWORD)
    created = person.history(result["successor"])[0]
    assert (created["event_type"], created["actor"]["id"]) == ("recurring_task_created", "recurring-task-service")


@pytest.mark.parametrize("app", DEPLOYMENTS)
def test_after_a_pod_is_killed_the_next_one_appears(installed: Installed, app: str) -> None:
    victims = pods(installed, app)
    installed.kubectl("delete", "pod", *victims, "--grace-period=0", "--force")
    eventually(lambda: set(pods(installed, app)) and not set(pods(installed, app)) & set(victims), 60)
    installed.kubectl("rollout", "status", f"deployment/{app}", "--timeout=120s")
    with installed.forwarded("service/todo-backend", 80) as url:
        person = Person.sign_up(url, timeout=30)
        _has_successor(person, person.add_repeating("Water the plants", "2031-03-01", DAILY), 60)


def test_an_upgrade_under_load_loses_nothing(installed: Installed) -> None:
    service = installed.cluster.find("service", "todo-backend", "todo-app")["spec"]
    url = f"http://{service['clusterIP']}"  # forwarding would end with its pod
    person = Person.sign_up(url, timeout=30)
    done, failed, over = list[str](), list[str](), threading.Event()

    def work() -> None:
        while not over.is_set():
            try:
                title = f"chore{len(done):05d}"  # one word: a search finds what begins like its words
                person.complete(person.add_repeating(title, "2031-03-01", DAILY)["id"])
                done.append(title)
            except (httpx.HTTPError, AssertionError) as error:
                failed.append(repr(error)[:300])

    installed.upgrade()
    before = {app: set(pods(installed, app)) for app in DEPLOYMENTS}
    worker = threading.Thread(target=work)
    worker.start()
    try:
        installed.upgrade("--set", "logLevel=INFO")
    finally:
        over.set()
        worker.join(60)
    assert all(not before[app] & set(pods(installed, app)) for app in DEPLOYMENTS)
    assert failed == []
    assert len(done) > 20
    for title in done:
        eventually(lambda title=title: len(person.tasks(q=title)) == 2, 60)


def test_a_sidecar_is_refused_where_no_edge_leads(installed: Installed) -> None:
    (audit,) = pods(installed, "audit-service")[:1]
    token = {"dapr-api-token": installed.keys.dapr_tokens["DAPR_API_TOKEN"]}
    with installed.forwarded(f"pod/{audit}", 3500) as sidecar:
        invoked = f"{sidecar}/v1.0/invoke/todo-backend/method/api/me"
        answer = httpx.get(invoked, headers=token, trust_env=False, timeout=10)
    assert answer.status_code == 403, answer.text
    (frontend_pod,) = pods(installed, "todo-frontend")[:1]
    with installed.forwarded(f"pod/{frontend_pod}", 3500) as sidecar:
        invoked = f"{sidecar}/v1.0/invoke/todo-backend/method/api/me"
        answer = httpx.get(invoked, headers=token, trust_env=False, timeout=10)
    assert answer.status_code == 401, answer.text  # the edge is there; nobody is signed in


def _has_successor(person: Person, task: dict[str, object], seconds: float) -> None:
    person.complete(str(task["id"]))
    eventually(lambda: len(person.occurrences(str(task["series_id"]))) == 2, seconds)
