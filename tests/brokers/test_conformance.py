"""One suite for every broker: what the platform asks of it, through our own edge. Run by `make brokers`.

A broker that does not keep a promise stands in the table of `promises.py`, and the test then says that it is still so.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from uuid import uuid4

import orjson
import pytest
from local_runtime import layout
from local_runtime.provision import brokers
from local_runtime.provision.cache import Cache

from tests.brokers.promises import BROKERS, PROMISES, page
from tests.brokers.stage import HINTS, LISTENER, Stage, staged
from tests.conftest import OFFSET
from tests.people import eventually

pytestmark = [
    pytest.mark.platform,
    pytest.mark.brokers,
    pytest.mark.timeout(300),
    pytest.mark.skipif(
        not brokers.are_here(Cache(layout.cache_folder())), reason="their parts are not here: make brokers"
    ),
]
Marked = list[tuple[str, bytes]]
PATIENCE = 20.0


@pytest.fixture(scope="module", params=BROKERS)
def stage(request: pytest.FixtureRequest) -> Iterator[Stage]:
    with staged(request.param, OFFSET + 70) as found:
        yield found


@pytest.fixture
def mark() -> str:
    return uuid4().hex


def keeps(stage: Stage, promise: str, fact: Callable[[], object]) -> None:
    """Require the fact of a broker that promises it, and its absence, for as long, of one that does not."""
    kept = PROMISES[promise].kept_by(stage.broker)
    try:
        eventually(fact, PATIENCE if kept else 6.0, f"{stage.broker}: {PROMISES[promise].asked}")
    except AssertionError:
        if kept:
            raise
        return
    assert kept, f"{stage.broker} keeps `{promise}` by now: put that into promises.py"


def test_bytes(stage: Stage, mark: str) -> None:
    body = b'{ "b":1.0,"a":9007199254740993, "\xc3\xa9":"' + mark.encode() + b'"}'
    stage.publish([("k", body)])
    keeps(stage, "bytes", lambda: stage.noting.of(mark) == [body])


def test_order(stage: Stage, mark: str) -> None:
    stage.publish(_numbered(mark, keys=7, each=60))
    eventually(lambda: len(stage.noting.of(mark)) == 420, PATIENCE)
    keeps(stage, "order", lambda: _in_order(stage, mark))


def test_poison(stage: Stage, mark: str) -> None:
    broken = b"\xff no json " + mark.encode()
    stage.publish([("a", _body(mark, "a", 1)), ("a", broken.replace(b"\xff", b"{")), ("a", _body(mark, "a", 2))])
    keeps(stage, "poison", lambda: len(stage.noting.of(mark)) == 3)


def test_twice(stage: Stage, mark: str) -> None:
    for _ in range(2):
        stage.publish([("a", _body(mark, "a", 1))])
    keeps(stage, "twice", lambda: stage.noting.of(mark) == [_body(mark, "a", 1)] * 2)


def test_retry(stage: Stage, mark: str) -> None:
    stage.noting.refuse = 3
    stage.publish(_numbered(mark, keys=5, each=4))
    eventually(lambda: stage.noting.refuse == 0 or len(set(stage.noting.of(mark))) == 20, PATIENCE)
    try:
        keeps(stage, "retry", lambda: len(set(stage.noting.of(mark))) == 20)
    finally:
        stage.noting.refuse = 0


def test_place(stage: Stage, mark: str) -> None:
    stage.publish(_numbered(mark, keys=3, each=10))
    eventually(lambda: len(stage.noting.of(mark)) >= 30, PATIENCE)
    places = {(r.topic, r.partition, r.offset) for r in stage.noting.records if mark.encode() in r.body}
    keeps(stage, "place", lambda: len(places) == 30 and all(offset >= 0 for _, _, offset in places))


def test_from_now_and_broadcast(stage: Stage, mark: str) -> None:
    before, after = f"before {mark}", f"after {mark}"
    stage.publish([("k", _hint(before))], HINTS)
    eventually(lambda: {"said": before} in stage.hints[0], PATIENCE)
    stage.sidecar(LISTENER, 1)
    numbers = iter(range(10_000))

    def both_hear() -> bool:
        said = f"{after} {next(numbers)}"
        stage.publish([("k", _hint(said))], HINTS)
        try:
            eventually(lambda: all({"said": said} in heard for heard in stage.hints), 2)
        except AssertionError:
            return False
        return True

    keeps(stage, "broadcast", both_hear)
    keeps(stage, "from_now", lambda: {"said": before} not in stage.hints[1])


def test_replay(stage: Stage, mark: str) -> None:
    stage.publish(_numbered(mark, keys=3, each=10))
    eventually(lambda: len(stage.noting.of(mark)) >= 30, PATIENCE)
    stage.noting.records.clear()
    stage.regroup(f"again-{mark}")
    try:
        keeps(stage, "replay", lambda: len(set(stage.noting.of(mark))) == 30)
    finally:
        stage.regroup("audit-service")


@pytest.mark.parametrize("promise", PROMISES)
def test_every_promise_has_a_test(promise: str) -> None:
    assert any(promise in name.removeprefix("test_").split("_and_") for name in globals() if name.startswith("test_"))


def test_the_page_is_the_table() -> None:
    assert (layout.CLONE / "docs" / "brokers.md").read_text() == page(), "run `python -m tests.brokers`"


def _numbered(mark: str, keys: int, each: int) -> Marked:
    return [(f"key-{key}", _body(mark, f"key-{key}", n)) for n in range(each) for key in range(keys)]


def _body(mark: str, key: str, number: int) -> bytes:
    return orjson.dumps({"mark": mark, "key": key, "number": number})


def _hint(said: str) -> bytes:
    """A record of a broadcast topic: an event, of which a hint is the data."""
    return orjson.dumps({"specversion": "1.0", "id": uuid4().hex, "data": {"said": said}})


def _in_order(stage: Stage, mark: str) -> bool:
    numbers: dict[str, list[int]] = {}
    for body in stage.noting.of(mark):
        document = orjson.loads(body)
        numbers.setdefault(document["key"], []).append(document["number"])
    return all(found == sorted(found) for found in numbers.values())
